package e2e

import (
	"fmt"
	"hash/crc32"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/artisan-eats/artisan/e2e/browser"
	"github.com/artisan-eats/artisan/quick"
)

// chromium is the one browser of all tests; each person has a tab of their own in it.
var chromium = sync.OnceValues(func() (b *browser.Browser, err error) {
	b, err = browser.Start()
	started = b
	return b, err
})

var started *browser.Browser // by chromium

func endChromium() {
	if started != nil {
		started.Close()
	}
}

// person is somebody who uses the shop in a browser. What they cannot do fails the test.
type person struct {
	*browser.Tab
	t    testing.TB
	shop *shop
}

// eyes are the ways in which every journey has to work.
var eyes = map[string]browser.Eyes{
	"phone":                    browser.Phone,
	"desk":                     browser.Desk,
	"phone without JavaScript": {Width: browser.Phone.Width, Height: browser.Phone.Height, NoScript: true},
	"desk without JavaScript":  {Width: browser.Desk.Width, Height: browser.Desk.Height, NoScript: true},
}

// eachEyes runs a journey on a fresh demo market in one of the ways. Which one is for the journey's name to
// say, so that each way is gone by a quarter of the journeys. The long form goes all four.
func eachEyes(t *testing.T, journey func(t *testing.T, s *shop, e browser.Eyes)) {
	t.Helper()
	t.Parallel()
	names := slices.Sorted(maps.Keys(eyes))
	own := names[crc32.ChecksumIEEE([]byte(t.Name()))>>4%uint32(len(names))]
	for name, e := range eyes {
		t.Run(name, func(t *testing.T) {
			if name != own {
				quick.LeavesToLong(t, "three pairs of eyes of four")
			}
			browses(t)
			t.Parallel()
			journey(t, openDemo(t), e)
		})
	}
}

// browses ends a test in the short form where that was not given a browser.
func browses(t testing.TB) {
	t.Helper()
	if testing.Short() && os.Getenv(browser.Variable) == "" {
		quick.Lacks(t, "a browser", "")
	}
}

// visitor is somebody new.
func (s *shop) visitor(t testing.TB, e browser.Eyes) *person {
	t.Helper()
	browses(t)
	b, err := chromium()
	if err != nil {
		t.Fatal(err)
	}
	tab, err := b.Tab(e)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tab.Close)
	return &person{tab, t, s}
}

// within is the person with their eyes on one part of the page.
func (p *person) within(text string) *person { return &person{p.Within(text), p.t, p.shop} }

func (p *person) opens(path string) { p.t.Helper(); p.must(p.Open(p.shop.listen + path)) }

func (p *person) sees(texts ...string) {
	p.t.Helper()
	for _, text := range texts {
		p.must(p.See(text))
	}
}

func (p *person) presses(name string)     { p.t.Helper(); p.must(p.Press(name)) }
func (p *person) chooses(name string)     { p.t.Helper(); p.must(p.Choose(name)) }
func (p *person) fills(name, text string) { p.t.Helper(); p.must(p.Fill(name, text)) }

func (p *person) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// signsInAs opens a page as one of the demo's accounts.
func (p *person) signsInAs(role, next string) {
	p.t.Helper()
	account := p.shop.demoAccount(role)
	p.opens("/sign-in?next=" + next)
	p.fills("E-mail", account.Email)
	p.fills("Password", account.Password)
	p.presses("Sign in")
	p.arrives(next)
}

// arrives waits until an address has come that starts so, and gives the rest of its path.
func (p *person) arrives(path string) (rest string) {
	p.t.Helper()
	p.must(p.Until(func() error {
		here, ok := strings.CutPrefix(p.Address(), p.shop.listen+path)
		if rest = here; !ok {
			return fmt.Errorf("this is not %s", path)
		}
		return nil
	}))
	rest, _, _ = strings.Cut(rest, "?")
	rest, _, _ = strings.Cut(rest, "#")
	return rest
}

// isHome waits for the shop's first page, which every address begins with.
func (p *person) isHome() {
	p.t.Helper()
	p.must(p.Until(func() error {
		if here := p.Address(); here != p.shop.listen+"/" {
			return fmt.Errorf("this is %s", here)
		}
		return nil
	}))
}

// fillsBasket puts pieces of the product of a name into the empty basket, and looks at it.
func (p *person) fillsBasket(title, quantity string) {
	p.t.Helper()
	p.opens("/m/portland")
	p.fills("Search", title)
	p.presses("Search")
	p.presses(title)
	p.fills("Pieces", quantity)
	p.presses("Add")
	p.seesBasketFilled()
	p.opens("/cart")
	p.sees("Your basket", title)
}
