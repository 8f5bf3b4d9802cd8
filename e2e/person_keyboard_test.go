package e2e

import (
	"errors"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/artisan-eats/artisan/e2e/browser"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/locale"
)

// TestPersonOrdersWithTheKeyboardAlone touches no mouse: Tab, Enter, Space, arrows and letters. Whatever
// has the focus is to be seen, and is seen to have it.
func TestPersonOrdersWithTheKeyboardAlone(t *testing.T) {
	t.Parallel()
	for name, e := range eyes {
		t.Run(name, func(t *testing.T) {
			browses(t)
			s := openDemo(t)
			p := s.visitor(t, e)
			p.opens("/m/portland")
			p.tabsTo("Search")
			p.types(creek + kb.Enter)
			p.sees("washed rind")
			p.tabsTo(creek)
			p.types(kb.Enter)
			p.arrives("/p/")
			p.tabsTo("Pieces")
			p.types("2" + kb.Enter)
			p.seesBasketFilled()
			p.tabsTo("Basket")
			p.types(kb.Enter)
			p.arrives("/cart")
			p.tabsTo("Check out")
			p.types(kb.Enter)
			p.arrives("/checkout")
			for _, field := range [][2]string{{"Name", "Ada Lovelace"}, {"E-mail", "ada@example.org"}} {
				p.tabsTo(field[0])
				p.types(field[1])
			}
			p.arrowsTo("Larch Hall")
			p.arrowsTo("A test card")
			p.tabsTo("Place the order")
			p.types(kb.Enter)
			p.sees("Thank you", "Ada Lovelace", "Larch Hall", "$29.00")
			if o := s.order(t, p.arrives("/orders/")); o.GetStatus() != state.OrderConfirmed ||
				o.GetPaymentMethod() != "test" {
				t.Errorf("the order is %v", o)
			}
		})
	}
}

func (p *person) types(keys string) { p.t.Helper(); p.must(p.Type(keys)) }

// focused is what has the focus.
type focused struct {
	Name, Group   string
	Radio, Chosen bool
	Seen, Marked  bool
}

const whatHasFocus = `(() => {
	const none = document.body ?? document.documentElement ?? document.createElement("i"), e = document.activeElement ?? none, label = e.labels?.[0]; // none between two pages
	const box = (label ?? e).getBoundingClientRect();
	const marked = x => {
		const style = x && getComputedStyle(x);
		return style && (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== "none");
	};
	return {
		Name: (e.getAttribute("aria-label") || label?.innerText || e.innerText || e.value || "").trim().replace(/\s+/g, " "),
		Group: e.name ?? "", Radio: e.type === "radio", Chosen: !!e.checked,
		Seen: e === none || box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth && box.width > 0,
		Marked: e === none || marked(e) || marked(label),
	};
})()`

// focus is what has the focus; it has to be seen.
func (p *person) focus() focused {
	p.t.Helper()
	f, err := browser.Ask[focused](p.Tab, whatHasFocus)
	p.must(err)
	if !f.Seen || !f.Marked {
		p.t.Errorf("%s: the focus on %q is not to be seen (on the screen %t, marked %t)", p.Address(), f.Name,
			f.Seen, f.Marked)
	}
	return f
}

// manyTabs is more than any page has places to stop at.
const manyTabs = 150

// tabsTo presses Tab until what has the focus has a name that starts so.
func (p *person) tabsTo(name string) {
	p.t.Helper()
	for range manyTabs {
		p.types(kb.Tab)
		if f := p.focus(); strings.HasPrefix(f.Name, name) {
			return
		}
	}
	p.t.Fatalf("%s: no %q by the Tab key", p.Address(), name)
}

// arrowsTo goes with Tab and, within a group of choices, the arrows, to a choice, and takes it.
func (p *person) arrowsTo(name string) {
	p.t.Helper()
	groups := map[string]bool{}
	for range manyTabs {
		p.types(kb.Tab)
		f := p.focus()
		if !f.Radio || groups[f.Group] {
			continue
		}
		groups[f.Group] = true
		if p.takes(name) {
			return
		}
	}
	p.t.Fatalf("%s: no choice of %q by the keys", p.Address(), name)
}

// takes goes once round the group of choices that has the focus, until the choice of a name is taken.
func (p *person) takes(name string) bool {
	p.t.Helper()
	seen := map[string]bool{}
	for range manyTabs {
		f := p.focus()
		if strings.Contains(f.Name, name) {
			if !f.Chosen {
				p.types(" ")
			}
			return true
		}
		if seen[f.Name] {
			return false
		}
		seen[f.Name] = true
		p.types(kb.ArrowDown)
	}
	return false
}

// seesBasketFilled waits until a page tells that one thing is in the basket, or shows it.
func (p *person) seesBasketFilled() { p.t.Helper(); p.seesBasketFilledIn(locale.Default) }

// seesBasketFilledIn is seesBasketFilled on a page of that language.
func (p *person) seesBasketFilledIn(in *locale.Locale) {
	p.t.Helper()
	p.must(p.Until(func() error {
		text, err := p.Text()
		if err == nil && !strings.Contains(text, in.Text("Basket")+" 1") && p.Address() != p.shop.listen+
			"/cart" {
			err = errors.New("nothing tells of the basket")
		}
		return err
	}))
}
