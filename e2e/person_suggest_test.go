package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/artisan-eats/artisan/e2e/browser"
)

// chosen is what a screen reader knows of the search field: whether its list is open, which option is chosen,
// and what that shows.
type chosen struct {
	Open, Pictured bool
	Option, Text   string
}

const whatIsChosen = `(() => {
	const field = document.querySelector("[role=combobox]"), id = field.getAttribute("aria-activedescendant");
	const option = document.querySelector("[role=option][aria-selected=true]");
	return {
		Open: field.getAttribute("aria-expanded") === "true", Option: option?.id === id ? id : "", Text: option?.innerText ?? "",
		Pictured: [...document.querySelectorAll("#found img")].some(i => i.complete && i.naturalWidth > 0),
	};
})()`

// suggests waits until the search field's list is as it should be.
func (p *person) suggests(so func(chosen) bool) {
	p.t.Helper()
	p.must(p.Until(func() error {
		c, err := browser.Ask[chosen](p.Tab, whatIsChosen)
		if err == nil && !so(c) {
			err = fmt.Errorf("the search field's list is %+v", c)
		}
		return err
	}))
}

func TestPersonChoosesASuggestionWithTheArrowKeys(t *testing.T) {
	t.Parallel()
	for name, e := range map[string]browser.Eyes{"phone": browser.Phone, "desk": browser.Desk} {
		t.Run(name, func(t *testing.T) {
			browses(t)
			s := openDemo(t)
			p := s.visitor(t, e)
			p.opens("/m/portland")
			p.tabsTo("Search")
			p.types("cheese")
			p.suggests(func(c chosen) bool { return c.Open && c.Option == "" && c.Pictured })
			barriers, err := p.Barriers()
			p.must(err)
			for _, barrier := range barriers {
				t.Error(barrier)
			}
			p.types(kb.ArrowDown)
			p.suggests(func(c chosen) bool { return c.Option == "hit-0" })
			p.types(kb.ArrowUp)
			p.suggests(func(c chosen) bool { return c.Open && c.Option == "" })
			p.types(kb.ArrowUp)
			p.suggests(func(c chosen) bool { return c.Option == "hit-all" })
			p.types(kb.Escape)
			p.suggests(func(c chosen) bool { return !c.Open && c.Option == "" })
			p.fills("Search", creek)
			p.suggests(func(c chosen) bool { return c.Open })
			p.types(kb.ArrowDown)
			p.suggests(func(c chosen) bool { return c.Option == "hit-0" })
			p.types(kb.Enter)
			p.arrives("/p/")
			p.sees(creek, "$14.50")
		})
	}
}
