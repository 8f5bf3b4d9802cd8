package e2e

import (
	"fmt"
	"testing"

	"github.com/artisan-eats/artisan/e2e/browser"
)

const oatcakes = "Oat crackers, coarse"

// TestAMembersBasketGoesAlongToAnotherDevice has somebody shop on a phone, at a desk and on a laptop, each
// with cookies of its own.
func TestAMembersBasketGoesAlongToAnotherDevice(t *testing.T) {
	t.Parallel()
	for name, noScript := range map[string]bool{"with JavaScript": false, "without JavaScript": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			browses(t)
			s, small, wide := openDemo(t), browser.Phone, browser.Desk
			small.NoScript, wide.NoScript = noScript, noScript
			phone, desk, laptop := s.visitor(t, small), s.visitor(t, wide), s.visitor(t, wide)

			phone.fillsBasket(creek, "2")
			phone.signsUp()
			phone.has(creek + " 2")
			desk.has("")
			desk.signsInAgain("/cart")
			desk.has(creek + " 2")
			desk.opens("/m/portland/products?q=Oat+crackers")
			desk.presses("Add " + oatcakes)
			desk.sees("Basket 2")
			phone.has(oatcakes+" 1", creek+" 2")

			// A guest's basket becomes part of the member's, once, however often it is looked at.
			laptop.fillsBasket(creek, "1")
			laptop.signsInAgain("/cart")
			for range 2 {
				for _, p := range []*person{laptop, desk, phone} {
					p.has(oatcakes+" 1", creek+" 3")
				}
			}
			phone.presses("Remove " + oatcakes)
			phone.sees("Basket 1")
			phone.has(creek + " 3")
			desk.has(creek + " 3")

			laptop.opens("/account")
			laptop.presses("Sign out")
			laptop.isHome()
			laptop.has("")
			laptop.signsInAgain("/cart")
			laptop.has(creek + " 3")

			// Who signs in at the checkout sees all of it before ordering.
			laptop.opens("/account")
			laptop.presses("Sign out")
			laptop.isHome()
			laptop.fillsBasket(oatcakes, "2")
			laptop.opens("/checkout")
			laptop.presses("Sign in instead")
			laptop.fills("E-mail", "grace@example.org")
			laptop.fills("Password", firstPassword)
			laptop.presses("Sign in")
			laptop.sees("You are signed in as", "on another device", creek, oatcakes, "$58.00")
			phone.has(oatcakes+" 2", creek+" 3")
			laptop.chooses("Larch Hall")
			laptop.chooses("A test card")
			laptop.presses("Place the order")
			laptop.sees("Thank you", "$58.00")
			for _, p := range []*person{desk, phone, laptop} {
				p.has("")
			}
		})
	}
}

// signsInAgain opens a page as the account of signsUp.
func (p *person) signsInAgain(next string) {
	p.t.Helper()
	p.opens("/sign-in?next=" + next)
	p.fills("E-mail", "grace@example.org")
	p.fills("Password", firstPassword)
	p.presses("Sign in")
	p.arrives(next)
}

// has looks into the basket for just these things, each with how much of it; an empty one is for none.
func (p *person) has(things ...string) {
	p.t.Helper()
	p.opens("/cart")
	p.sees("Your basket")
	got, err := browser.Ask[[]string](p.Tab,
		`[...document.querySelectorAll("#basket .line")].map(l => l.querySelector("h3").textContent + " " + l.querySelector("input.number").value)`)
	if len(got) == 0 {
		got = []string{""}
	}
	if p.must(err); fmt.Sprint(got) != fmt.Sprint(things) {
		p.t.Errorf("the basket has %q, want %q", got, things)
	}
}
