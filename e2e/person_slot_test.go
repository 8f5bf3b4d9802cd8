package e2e

import (
	"testing"

	"github.com/artisan-eats/artisan/e2e/browser"
)

// TestPersonChoosesADayBeforeShoppingAndAWayAtTheCheckout begins with a day, which the lists and the checkout
// keep to.
func TestPersonChoosesADayBeforeShoppingAndAWayAtTheCheckout(t *testing.T) {
	t.Parallel()
	browses(t)
	s := openDemo(t)
	p := s.visitor(t, browser.Phone)
	p.fillsBasket(creek, "3")
	p.opens("/")
	_, err := browser.Ask[bool](p.Tab, `document.querySelector(".strip li:last-child a").click() ?? true`)
	p.must(err)
	p.arrives("/m/portland/products")
	p.sees("remove this filter")
	p.opens("/checkout")
	p.sees("Other days")
	shown := func() (n, others int) {
		counts, err := browser.Ask[[]int](p.Tab,
			`(all => [all.length, all.filter(s => s.dataset.way === "pickup").length])([...document.querySelectorAll(".slot")].filter(s => s.checkVisibility()))`)
		p.must(err)
		return counts[0], counts[1]
	}
	if n, _ := shown(); n == 0 || n > 5 {
		t.Errorf("of the day that was chosen %d times are shown", n)
	}
	p.presses("Other days")
	p.chooses("Pickup")
	p.chooses("Larch Hall")
	p.chooses("Delivery")
	if n, pickups := shown(); n == 0 || pickups != 0 {
		t.Errorf("with delivery %d times are shown, %d to fetch it", n, pickups)
	}
	if chosen, err := browser.Ask[int](p.Tab,
		`document.querySelectorAll("[name=window_id]:checked").length`); err != nil || chosen != 0 {
		t.Errorf("a time that is not shown is chosen still: %v", err)
	}
}
