package notify

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/host"
)

// has gives the market an order of a contact, and answers its number.
func (o *office) has(contact string) string {
	o.Helper()
	orderID := o.order()
	o.peers.mu.Lock()
	defer o.peers.mu.Unlock()
	o.peers.orders = append(o.peers.orders, &orderingv1.Order{
		Id: orderID, Market: "portland",
		Status: state.OrderConfirmed, SealedContact: []byte(contact),
	})
	return ShortID(orderID)
}

func (o *office) asks(number, email string) {
	o.Helper()
	answer, err := o.MailOrderLink(o.Context(), &notifyv1.MailOrderLinkRequest{Number: number, Email: email})
	if err != nil || answer.String() != (&notifyv1.MailOrderLinkResponse{}).String() {
		o.Errorf("%s of %s is answered %v, %v", number, email, answer, err)
	}
}

func TestTheLinkToAnOrderIsMailedAgain(t *testing.T) {
	each(t, func(o *office) {
		number, other := o.has("ada@example.com"), o.has("ann"+strangers)
		for _, wish := range [][2]string{
			// none of theirs
			{number, "bob@example.com"},
			{"ZZZZZZ", "ada@example.com"},
			{other, "ada@example.com"},
			// once in a while
			{"#" + strings.ToLower(number), " ADA@example.com "},
			{number, "ada@example.com"},
			{other, "ann@victim.example"},
		} {
			o.asks(wish[0], wish[1])
		}
		if n := len(o.list(&notifyv1.ListMessagesRequest{}).GetMessages()); n != 5 {
			o.Errorf("%d wishes are written down", n)
		}
		o.sendDue()
		messages := o.list(&notifyv1.ListMessagesRequest{}).GetMessages()
		if len(messages) != 2 {
			o.Fatalf("of the wishes are left %v", messages)
		}
		for _, m := range messages {
			if !strings.HasPrefix(m.GetSubject(), "The link to your order ") ||
				!strings.Contains(m.GetText(), "/orders/"+m.GetOrderId()+"?token=opens-and-cancels\n") ||
				m.GetStatus() != state.MessageSent {
				o.Errorf("the letter is %v", m)
			}
			if known := m.GetTo() == "ada@example.com"; strings.Contains(m.GetText(), "Hello Ada") != known {
				o.Errorf("%s reads %s", m.GetTo(), m.GetText())
			}
		}
		for _, bad := range [][2]string{
			{"T9W4", "ada@example.com"},
			{"T9W4B!", "ada@example.com"},
			{number, "ada"},
			{number, "ada@example.com, bob@example.com"},
		} {
			_, err := o.MailOrderLink(o.Context(),
				&notifyv1.MailOrderLinkRequest{Number: bad[0], Email: bad[1]})
			if !fault.Is(err, "invalid") {
				o.Errorf("%q is answered %v", bad, err)
			}
		}
	}, func(c *host.Config) { c.Demo = true })
}

// TestNobodyHasManyLinksMailed asks for a day, for one address and from one network.
func TestNobodyHasManyLinksMailed(t *testing.T) {
	each(t, func(o *office) {
		o.clock.Advance(o.clock.Now().Truncate(24 * time.Hour).Add(24 * time.Hour).Sub(o.clock.Now()))
		number := o.has("ada@example.com")
		for range 100 {
			o.asks(number, "ada@example.com")
			o.clock.Advance(findAgain)
			o.sendDue()
		}
		if n := len(o.list(&notifyv1.ListMessagesRequest{Limit: 200}).GetMessages()); n != 12 {
			o.Errorf("%d letters went to one address in a day", n)
		}
		mallory := audit.With(o.Context(), audit.Actor{Kind: "guest", Address: "2001:db8::1"})
		before := o.count("SELECT COUNT(*) FROM messages")
		for i := range 60 {
			_, err := o.MailOrderLink(mallory,
				&notifyv1.MailOrderLinkRequest{Number: number, Email: fmt.Sprintf("victim%d@example.com", i)})
			if err != nil {
				o.Fatal(err)
			}
		}
		if n := o.count("SELECT COUNT(*) FROM messages") - before; n != 20 {
			o.Errorf("one network has %d wishes written down in an hour", n)
		}
		if len(o.troublesOf("letters")) < 2 {
			o.Error("nobody is told that too many were asked for")
		}
	})
}
