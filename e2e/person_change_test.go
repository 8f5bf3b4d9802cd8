package e2e

import (
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/e2e/browser"
)

// porridge is a bread of another producer of the demo.
const porridge = "Porridge bread"

// TestPersonWhoChangesTheirOrderChangesItOnce takes more of something, adds something from the basket, clicks
// twice, goes back, and presses again.
func TestPersonWhoChangesTheirOrderChangesItOnce(t *testing.T) {
	eachEyes(t, func(t *testing.T, s *shop, e browser.Eyes) {
		p := s.visitor(t, e)
		p.fillsBasket(creek, "2")
		p.presses("Check out")
		p.isGuest("Larch Hall")
		p.chooses("A test card")
		p.presses("Place the order")
		p.sees("Thank you")
		id := p.arrives("/orders/")
		p.fillsBasket(porridge, "1")
		p.opens("/orders/" + id)
		p.presses("Change this order")
		p.sees("Change order", "As it is now", porridge)
		p.chooses(porridge)
		p.presses("See what it comes to")
		p.sees("New in this order", "Total so far", "$29.00", "more is set aside")
		p.chooses("A test card")
		p.must(p.PressTwice("Change the order"))
		p.sees("Your order is changed", porridge)
		o := s.order(t, id)
		p.must(p.Back())
		if strings.HasSuffix(p.Address(), "/change") {
			p.presses("Change the order")
		}
		if again := s.order(t, id); again.GetVersion() != o.GetVersion() || len(again.GetLines()) != 2 {
			t.Errorf("it was changed once more: %v, then %v", o, again)
		}
		p.opens("/cart")
		p.sees("There is nothing in it yet")
	})
}
