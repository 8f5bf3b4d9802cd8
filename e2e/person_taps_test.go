package e2e

import (
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/artisan-eats/artisan/e2e/browser"
	"github.com/artisan-eats/artisan/gen/state"
)

// mostTaps is how often a finger touches the screen for the long order, from the shop's first page to the
// thanks.
const mostTaps = 11

// TestALongOrderTakesElevenTaps orders a sourdough without milk and the things of two more makers, as a guest
// on a phone. Keys that are pressed in a field that has the focus are no taps: Enter, and the one that goes
// to the next field.
func TestALongOrderTakesElevenTaps(t *testing.T) {
	t.Parallel()
	browses(t)
	s := openDemo(t)
	p := s.visitor(t, browser.Phone)
	p.opens("/")
	p.fills("Search", "sourdough")
	p.must(p.Type(kb.Enter))
	p.sees("“sourdough”")
	p.presses("No milk")
	p.sees("“sourdough”", "7 products", "Hob Street sourdough")
	p.presses("Sizes of Hob Street sourdough")
	p.presses("Add Hob Street sourdough")
	p.sees("Basket 1")
	p.presses("Add Rugbrød") // of another maker
	p.sees("Basket 2")
	p.presses("“sourdough”")
	p.sees("Everything in Portland")
	p.presses("Add ") // the first of all, of a third one
	p.sees("Basket 3")
	p.presses("Check out")
	p.arrives("/checkout")
	p.fills("Name", "Ada Lovelace")
	p.must(p.Type(kb.Tab))
	p.fills("E-mail", "ada@example.org")
	p.chooses("Larch Hall")
	p.chooses("A test card")
	p.presses("Place the order")
	p.sees("Thank you", "Hob Street sourdough", "Rugbrød")
	o := s.order(t, p.arrives("/orders/"))
	makers := map[string]bool{}
	for _, l := range o.GetLines() {
		makers[l.GetProducerId()] = true
	}
	if len(o.GetLines()) != 3 || len(makers) != 3 || o.GetStatus() != state.OrderConfirmed {
		t.Errorf("%d lines of %d makers are ordered: %v", len(o.GetLines()), len(makers), o)
	}
	if p.Taps() > mostTaps {
		t.Errorf("it takes %d taps", p.Taps())
	}
	t.Logf("%d taps", p.Taps())
}
