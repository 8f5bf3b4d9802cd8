package notify

import (
	"strings"
	"testing"
	"time"

	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/locale"
	"github.com/artisan-eats/artisan/money"
)

func TestAnOrderThatAwaitsItsConfirmationIsAskedFor(t *testing.T) {
	each(t, func(o *office) {
		orderID := o.order()
		o.deliver("order.awaiting_confirmation", orderID, 1, &orderingv1.Order{
			SealedContact: []byte("ada@example.com"), Status: state.OrderAwaitingConfirmation,
			ConfirmToken: "to-ken", ConfirmBy: o.clock.Now().Add(15 * time.Minute).UnixMilli(),
			Parts: []*orderingv1.Part{{ProducerId: "dairy"}},
		})
		o.sendDue()
		messages := o.list(&notifyv1.ListMessagesRequest{OrderId: orderID}).GetMessages()
		if len(messages) != 1 { // nothing for the producer
			o.Fatalf("there are %d messages", len(messages))
		}
		m := messages[0]
		if m.GetTo() != "ada@example.com" || !m.GetSecret() ||
			!strings.Contains(m.GetText(), "http://shop.test/orders/"+orderID+"/confirm?token=to-ken\n") {
			o.Errorf("the letter is %v", m)
		}
	})
}

// TestNoStrangersWordsGoToAnAddressThatNobodyProved has somebody order with words that are meant for the
// owner of another's address.
func TestNoStrangersWordsGoToAnAddressThatNobodyProved(t *testing.T) {
	words := "Your order is on hold. Confirm your card at http://evil.example"
	person := readPerson(&identityv1.Contact{
		Email: "ada@example.com", Name: words,
		Address: &identityv1.Address{Line1: words, City: words},
	})
	o := Order{
		ID: "ord_portland_1", Delivery: true, Total: money.New(1450, "USD"), ConfirmToken: "to-ken",
		Starts: time.Now(), Ends: time.Now(), ConfirmBy: time.Date(2026, 6, 6, 21, 30, 0, 0, time.UTC),
	}
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	for held, says := range map[bool]string{
		true:  "Until then your goods and your place are set aside.",
		false: "nothing is set aside for this one",
	} {
		o.Held = held
		letter := write(Awaiting, o, Market{
			Name: "Portland", Locale: "en-US", Zone: zone,
			URL: "http://shop.test/", Says: locale.Default,
		}, person)
		if strings.Contains(letter.Text+letter.Subject, "evil") ||
			strings.Contains(letter.Text+letter.Subject, "on hold") {
			t.Errorf("the letter has a stranger's words: %s", letter.Text)
		}
		if !strings.Contains(letter.Text, says) || !strings.Contains(letter.Text, "by 2:30 PM PDT") ||
			letter.To != "ada@example.com" {
			t.Errorf("the letter is %s", letter.Text)
		}
	}
}
