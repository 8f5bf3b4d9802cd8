package e2e

import (
	"testing"

	"github.com/artisan-eats/artisan/e2e/browser"
)

// TestPersonWhoAvoidsSomethingIsToldFromThePlusToTheReceipt chooses what to avoid once, meets it all the
// same, and is told at each step.
func TestPersonWhoAvoidsSomethingIsToldFromThePlusToTheReceipt(t *testing.T) {
	eachEyes(t, func(t *testing.T, s *shop, e browser.Eyes) {
		p := s.visitor(t, e)
		p.opens("/m/portland/products?q=Ashed+pyramid")
		p.presses("Ashed pyramid")
		milky := "/p/" + p.arrives("/p/")
		p.opens("/m/portland/products")
		switch {
		case e.Width == browser.Phone.Width:
			p.presses("No milk")
		case e.NoScript:
			p.chooses("Milk")
			p.presses("Show")
		default:
			p.chooses("Milk")
		}
		p.sees("No milk ×")
		p.opens("/")
		p.sees("No milk ×", "Goods whose maker has not stated allergens are left out.")
		p.opens(milky)
		p.sees("Ashed pyramid", "Contains milk, which you avoid.")
		p.presses("Add to basket")
		if !e.NoScript {
			p.sees("It is in your basket. Contains milk, which you avoid.")
		}
		p.seesBasketFilled()
		p.opens("/cart")
		p.sees("Ashed pyramid", "Contains milk, which you avoid.")
		p.fits()
		p.opens("/checkout")
		p.sees("Contains milk, which you avoid.")
		p.fits()
		found, err := p.Barriers()
		if p.must(err); len(found) > 0 {
			t.Errorf("%v", found)
		}
		p.must(p.Look(e))
		p.fills("Name", "Ada Lovelace")
		p.fills("E-mail", "ada@example.org")
		p.chooses("Larch Hall")
		p.chooses("A test card")
		p.presses("Place the order")
		p.sees("Thank you", "Contains milk.")
		p.opens("/m/portland")
		p.presses("No milk")
		p.must(p.Miss("No milk ×"))
		p.must(p.Miss("are left out"))
	})
}
