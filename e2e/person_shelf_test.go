package e2e

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/e2e/browser"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

// TestPersonNarrowsOnAPhoneInASheet ticks in the sheet, sees how many are left, and finds that remembered on
// the next list.
func TestPersonNarrowsOnAPhoneInASheet(t *testing.T) {
	t.Parallel()
	for name, e := range map[string]browser.Eyes{
		"with a script": browser.Phone,
		"without":       eyes["phone without JavaScript"],
	} {
		t.Run(name, func(t *testing.T) {
			browses(t)
			s := openDemo(t)
			p := s.visitor(t, e)
			p.opens("/m/portland/products?category=cheese")
			p.presses("Filter and sort")
			p.chooses("Egg")
			left := s.found(t,
				&catalogv1.ListProductsRequest{Category: "cheese", AllergenFree: []string{"egg"}})
			if !e.NoScript {
				p.sees(fmt.Sprint("Show ", left))
				if found, err := p.Misfits(); err != nil || len(found) > 0 {
					t.Errorf("%v, %v", found, err)
				}
			}
			p.presses("Show")
			p.must(p.Until(func() error {
				if !strings.Contains(p.Address(), "allergen_free=egg") {
					return errors.New("the address does not say it")
				}
				return nil
			}))
			p.sees(fmt.Sprint(left, " products"), "No egg")
			if open := p.sheet(); open {
				t.Error("the sheet still lies over the goods")
			}
			p.opens("/m/portland/products")
			p.sees(fmt.Sprint(s.found(t, &catalogv1.ListProductsRequest{AllergenFree: []string{"egg"}}),
				" products"))
			p.presses("No egg")
			p.sees(fmt.Sprint(s.found(t, &catalogv1.ListProductsRequest{}), " products"))
			p.opens("/m/portland/products?q=cheese")
			p.sees("“cheese”")
			if text, err := p.Text(); err != nil || strings.Contains(text, "No egg ×") {
				t.Errorf("what one tap has removed is remembered: %v", err)
			}
		})
	}
}

// TestPersonAvoidsInTwoTabs: what is ticked in one stays when something is chosen in the other, which shows
// it ticked from then on. What is unticked goes, and the focus stays where it is.
func TestPersonAvoidsInTwoTabs(t *testing.T) {
	t.Parallel()
	browses(t)
	s := openDemo(t)
	p := s.visitor(t, browser.Desk)
	p.opens("/m/portland/products")
	tab, err := p.Beside(browser.Desk)
	p.must(err)
	other := &person{tab, t, s}
	other.opens("/m/portland/products")
	other.chooses("Milk")
	other.sees("No milk ×")
	p.chooses("Egg")
	p.sees("No egg ×", "No milk ×")
	if at, err := browser.Ask[string](p.Tab, `document.activeElement.id`); err != nil ||
		at != "allergen_free-egg" {
		t.Errorf("the focus is at %q, %v", at, err)
	}
	p.types(" ")
	p.must(p.Miss("No egg ×"))
	p.must(p.Pick("Sort by", "Newest first"))
	p.shows(browser.Desk, "sort=newest")
	p.opens("/m/portland/products")
	p.sees("No milk ×")
	p.must(p.Miss("No egg ×"))
}

// sheet reports whether the sheet of filters is open.
func (p *person) sheet() bool {
	p.t.Helper()
	open, err := browser.Ask[bool](p.Tab, `document.querySelector(".facets").open`)
	p.must(err)
	return open
}

// TestPersonComesBackToWhereTheListWas shows more of a list, looks at something far down, and comes back.
func TestPersonComesBackToWhereTheListWas(t *testing.T) {
	t.Parallel()
	browses(t)
	s := openDemo(t)
	all := s.found(t, &catalogv1.ListProductsRequest{})
	p := s.visitor(t, browser.Phone)
	p.opens("/m/portland/products")
	for n := 48; n <= 72; n += 24 {
		p.presses("Show more")
		p.sees(fmt.Sprintf("%d of %d", n, all))
		p.hasCards(n)
	}
	far, err := browser.Ask[string](p.Tab,
		`[...document.querySelectorAll(".card-title")].at(59).innerText.trim().replace(/\s+/g, " ")`)
	p.must(err)
	p.presses(far)
	p.arrives("/p/")
	p.must(p.Back())
	p.hasCards(72)
	p.must(p.Until(func() error {
		seen, err := browser.Ask[bool](p.Tab,
			`(box => box.top > -300 && box.top < innerHeight + 300)([...document.querySelectorAll(".card")].at(59).getBoundingClientRect())`)
		if err == nil && !seen {
			err = errors.New("the place in the list is lost")
		}
		return err
	}))
	p.opens(strings.TrimPrefix(p.Address(), s.listen)) // as a browser that has kept nothing
	p.hasCards(72)
}

// hasCards waits until the list has so many.
func (p *person) hasCards(want int) {
	p.t.Helper()
	p.must(p.Until(func() error {
		n, err := browser.Ask[int](p.Tab, `document.querySelectorAll("#goods > li").length`)
		if err == nil && n != want {
			err = fmt.Errorf("there are %d", n)
		}
		return err
	}))
}

// TestHeaderAndFiltersStayInViewAtADesk scrolls far down.
func TestHeaderAndFiltersStayInViewAtADesk(t *testing.T) {
	t.Parallel()
	browses(t)
	s := openDemo(t)
	p := s.visitor(t, browser.Desk)
	p.opens("/m/portland/products")
	stays, err := browser.Ask[[]bool](p.Tab,
		`(scrollTo({top: 1500, behavior: "instant"}), [".top", "#narrow"].map(s => {
		const box = document.querySelector(s).getBoundingClientRect();
		return scrollY > 1000 && box.top >= 0 && box.bottom <= innerHeight + 1;
	}))`)
	if p.must(err); !stays[0] || !stays[1] {
		t.Errorf("whether header and filters are in view: %v", stays)
	}
}
