package e2e

import (
	"errors"
	"fmt"
	"testing"

	"github.com/artisan-eats/artisan/e2e/browser"
)

// bar tells of the basket that floats over a page: whether it is seen, how high it is, and how far its two
// texts are apart.
type bar struct {
	Seen        bool
	Height, Gap float64
}

func (p *person) bar() bar {
	p.t.Helper()
	b, err := browser.Ask[bar](p.Tab, `(() => {
		const bar = document.querySelector(".bar"), parts = [...bar?.children ?? []].map(e => e.getBoundingClientRect());
		if (!bar?.checkVisibility()) return {Seen: false, Height: 0, Gap: 0};
		return {Seen: true, Height: bar.getBoundingClientRect().height, Gap: parts[1].left - parts[0].right};
	})()`)
	p.must(err)
	return b
}

// TestTheBasketFloatsWherePeopleShopOnAPhone looks for the floating basket where it helps, and where it is in
// the way.
func TestTheBasketFloatsWherePeopleShopOnAPhone(t *testing.T) {
	t.Parallel()
	browses(t)
	s := openDemo(t)
	p := s.visitor(t, browser.Phone)
	p.signsInAs("producer", "/producer")
	p.opens("/m/portland/products?q=" + "washed+rind")
	p.presses("Add " + creek)
	p.sees("in your basket")
	if b := p.bar(); !b.Seen || b.Height > 60 || b.Gap < 8 {
		t.Errorf("on a phone it is %+v", b)
	}
	if found, err := p.Misfits(); err != nil || len(found) > 0 {
		t.Errorf("%v, %v", found, err)
	}
	_, err := browser.Ask[bool](p.Tab, `document.getElementById("q").focus() ?? true`)
	if p.must(err); p.bar().Seen {
		t.Error("it lies over what is typed")
	}
	for _, path := range []string{"/producer", "/producer/products", "/account", "/cart"} {
		p.opens(path)
		p.sees("Basket 1")
		if p.bar().Seen {
			t.Errorf("it is at %s", path)
		}
	}
	p.must(p.Look(browser.Desk))
	p.opens("/m/portland/products")
	p.sees("Basket 1 $14.50")
	if p.bar().Seen {
		t.Error("it floats at a desk, where the header tells")
	}
}

// TestWhatGoesIntoTheBasketSaysSoOnASlowNetwork adds at 400 ms and 50 KB/s, before and after the page's
// script is there.
func TestWhatGoesIntoTheBasketSaysSoOnASlowNetwork(t *testing.T) {
	browses(t)
	s := openDemo(t)
	cheese := s.must(t, 200, "GET", "/products?market=portland&limit=1&q=Thomas+Creek",
		nil).body.list("products")[0].str("id")
	for _, e := range []browser.Eyes{browser.Phone, browser.Desk} {
		t.Run(fmt.Sprint("at ", e.Width), func(t *testing.T) {
			p := s.visitor(t, e)
			p.opens("/p/" + cheese)
			p.must(p.Settle())
			p.watches()
			p.must(p.Slow(400, 50<<10))
			p.presses("Add to basket")
			p.sees("Adding …")
			p.hears("Adding …")
			p.sees("Added", "Basket 1")
			p.hears("It is in your basket.")
			p.presses("Added")
			p.sees("Adding …")
			p.sees("Added")
			p.must(p.Slow(0, 0))
			p.presses("Added")
			p.sees("No answer came. Please look into your basket, and try again.", "Add to basket")
			p.hears("No answer came. Please look into your basket, and try again.")
			p.must(p.Slow(0, -1))
			p.presses("Add to basket")
			p.sees("Added")
			p.jumpsNot()
		})
	}
}

// TestACardSaysWhatBecomesOfItOnASlowNetwork is the same for a card's steps.
func TestACardSaysWhatBecomesOfItOnASlowNetwork(t *testing.T) {
	browses(t)
	s := openDemo(t)
	p := s.visitor(t, browser.Phone)
	p.opens("/m/portland/products?q=washed+rind")
	p.must(p.Settle())
	p.watches()
	p.must(p.Slow(400, 50<<10))
	p.presses("Add " + creek)
	p.presses("Add " + creek)
	p.hears("Adding …")
	p.steps("2")
	p.presses("Less of " + creek)
	p.steps("1")
	p.hears("Your basket is changed.")
	p.must(p.Slow(0, 0))
	p.presses("Add " + creek)
	p.sees("No answer came.")
	p.steps("1")
	p.must(p.Slow(400, 50<<10))
	p.presses("Less of " + creek)
	p.steps("")
	p.jumpsNot()
}

// steps waits until the first card's thing is in the basket so often.
func (p *person) steps(want string) {
	p.t.Helper()
	p.must(p.Until(func() error {
		got, err := browser.Ask[string](p.Tab,
			`(form => form.ariaBusy === "true" ? "busy" : form.querySelector("output").innerText)(document.querySelector(".add"))`)
		if err == nil && got != want {
			err = fmt.Errorf("the card says %q", got)
		}
		return err
	}))
}

// hears waits until a screen reader was told so.
func (p *person) hears(text string) {
	p.t.Helper()
	p.must(p.Until(func() error {
		told, err := browser.Ask[[]string](p.Tab, `window.told`)
		for _, one := range told {
			if one == text {
				return err
			}
		}
		return errors.Join(err, fmt.Errorf("what was told is %q", told))
	}))
}

// watches keeps from now on what is told to a screen reader, and how much the page jumps, also where somebody
// presses something. What is told floats, and moves nothing.
func (p *person) watches() {
	p.t.Helper()
	_, err := browser.Ask[bool](p.Tab, `(() => {
		window.told = []; window.jumped = [];
		const listen = () => { const text = document.getElementById("said").textContent; if (text && told.at(-1) !== text) told.push(text); };
		new MutationObserver(listen).observe(document.body, {subtree: true, childList: true, characterData: true});
		new PerformanceObserver(list => list.getEntries().forEach(e => jumped.push(...e.sources.filter(s => s.node?.id !== "said").map(s => e.value + " " + (s.node?.outerHTML ?? s.node?.data)?.slice(0, 90))))).observe({type: "layout-shift"});
		return document.getElementById("said").role === "status";
	})()`)
	p.must(err)
}

// jumpsNot reports what has jumped since somebody watches.
func (p *person) jumpsNot() {
	p.t.Helper()
	jumped, err := browser.Ask[[]string](p.Tab,
		`new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(window.jumped))))`)
	if p.must(err); len(jumped) > 0 {
		p.t.Errorf("the page jumps: %q", jumped)
	}
}
