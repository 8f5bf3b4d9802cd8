package identity_test

import (
	"strings"
	"testing"

	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/locale"
)

// TestALetterIsInTheLanguageOfWhoAskedForIt asks in French, and the job that writes knows nothing of that but
// what is kept.
func TestALetterIsInTheLanguageOfWhoAskedForIt(t *testing.T) {
	eachTested(t, func(d tested) {
		d.signUp(d.T, "ann@example.org")
		d.Post.Empty()
		french := locale.With(d.Context(), locale.New("fr-FR", ""))
		if _, err := d.RequestReset(french,
			&identityv1.RequestResetRequest{Email: "ann@example.org"}); err != nil {
			d.Fatal(err)
		}
		if _, err := d.SignUp(french,
			&identityv1.SignUpRequest{
				Email: "new@example.org", Password: newPassword,
				Name: "New",
			}); err != nil {
			d.Fatal(err)
		}
		if _, err := d.SignUp(french,
			&identityv1.SignUpRequest{
				Email: "ann@example.org", Password: newPassword,
				Name: "Ann",
			}); err != nil {
			d.Fatal(err)
		}
		d.mail(d.T)
		subjects := map[string]bool{}
		for _, m := range d.Post.Sent() {
			subjects[m.GetSubject()] = true
			if !strings.HasPrefix(m.GetText(), "Bonjour,\n\n") ||
				!strings.Contains(m.GetText(), "Bien cordialement,\nArtisan Eats\n") {
				d.Errorf("a letter is %q: %s", m.GetSubject(), m.GetText())
			}
		}
		for _, want := range []string{
			"Choisir un nouveau mot de passe", "Confirmer votre compte",
			"Vous avez un compte chez nous",
		} {
			if !subjects[want] {
				d.Errorf("there is no letter %q among %v", want, subjects)
			}
		}
		d.Post.Empty()
		if err := d.request("ann@example.org"); err != nil {
			d.Fatal(err)
		}
		d.mail(d.T)
		if m := d.Post.Last(); m.GetSubject() != "Set a new password" {
			d.Errorf("who says nothing of their language gets %q", m.GetSubject())
		}
	})
}
