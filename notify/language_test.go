package notify

import (
	"strings"
	"testing"

	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	"github.com/artisan-eats/artisan/locale"
)

// TestWhatIsAddedToALetterIsInItsLanguage sends a French letter to an address that is not verified.
func TestWhatIsAddedToALetterIsInItsLanguage(t *testing.T) {
	each(t, func(o *office) {
		french := locale.With(o.Context(), locale.New("fr-FR", ""))
		if _, err := o.Send(french, &notifyv1.SendRequest{
			Key: "k", To: "ada@example.com", Subject: "Bonjour",
			Text: "Merci.",
		}); err != nil {
			o.Fatal(err)
		}
		o.sendDue()
		m := o.list(&notifyv1.ListMessagesRequest{}).GetMessages()[0]
		if !strings.Contains(m.GetText(), "\n--\nQuelqu’un nous a donné cette adresse e-mail.") ||
			strings.Contains(m.GetText(), "Somebody") {
			o.Errorf("the letter is %s", m.GetText())
		}
	})
}

// TestALetterOfAnOrderHasNoEnglishWordLeft writes every kind in every language, and looks for sentences of
// the catalogue.
func TestALetterOfAnOrderHasNoEnglishWordLeft(t *testing.T) {
	for tag, hello := range map[string]string{
		"de-DE": "Guten Tag Ada,", "fr-FR": "Bonjour Ada,",
		"es-ES": "Hola, Ada:",
	} {
		m := lyon
		m.Locale, m.Says, m.URL = tag, locale.New(tag, ""), "https://shop.test"
		o := order()
		o.Lines[0].Allergens, o.Lines[0].Stated, o.Lines[1].Stated = []string{"milk", "gluten"}, new(true),
			new(false)
		o.WasStarts, o.WasEnds, o.WasPlace, o.ConfirmBy = o.Starts, o.Ends, "Halle", o.Starts
		for _, delivery := range []bool{true, false} {
			for _, kind := range []Kind{Confirmed, Cancelled, Packed, Ready, Moved, Awaiting} {
				o.Delivery, o.PayAtPickup = delivery, !delivery
				letter := write(kind, o, m, ada)
				if kind != Awaiting && !strings.HasPrefix(letter.Text, hello) {
					t.Errorf("%s in %s begins with %q", kind, tag, letter.Text[:20])
				}
				for english, said := range locale.Sentences(m.Says.Language()) {
					if len(strings.Fields(english)) > 2 && english != said &&
						strings.Contains(letter.Text+letter.Subject, english) {
						t.Errorf("%s in %s says %q", kind, tag, english)
					}
				}
			}
		}
	}
}
