package e2e

import (
	"maps"
	"regexp"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/e2e/browser"
)

// pages are the shop's pages, by who opens them. Words in braces are of the shop: see places. Behind a ">" is
// what is pressed then. Who has no address stands at the page already: see standing.
var pages = []struct{ name, as, path string }{
	{"home", "guest", "/"},
	{"market", "guest", "/m/portland"},
	{"list", "guest", "/m/portland/products"},
	{"search", "guest", "/m/portland/products?q=cheese&allergen_free=egg"},
	{"search that finds nothing", "guest", "/m/portland/products?q=xyzzy"},
	{"producers", "guest", "/m/portland/producers"},
	{"product", "guest", "/p/{product}"},
	{"producer", "guest", "/producers/{producer}"},
	{"home without what is avoided", "guest", "/?allergen_free=milk,egg"},
	{"product that is avoided", "guest", "/p/{product}?allergen_free=gluten,milk,egg,nuts"},
	{"producer without what is avoided", "guest", "/producers/{producer}?allergen_free=gluten,milk"},
	{"no such page", "guest", "/nothing-here"},
	{"API", "guest", "/api"},
	{"empty basket", "guest", "/cart"},
	{"sign in", "guest", "/sign-in"},
	{"sign up", "guest", "/sign-up"},
	{"forgotten password", "guest", "/forgotten"},
	{"new password", "guest", "/reset-password?token=none"},
	{"new password by a link", "guest", "{reset}"},
	{"confirm an account", "guest", "{confirm}"},
	{"a link that is no longer good", "guest", "/confirm?token=none"},
	{"letter that was not for its reader", "guest", "{notme}"},
	{"find my order", "guest", "/find-order"},
	{"mailbox", "guest", "/dev/mail"},
	{"basket", "shopper", "/cart"},
	{"checkout", "shopper", "/checkout"},
	{"waiting room", "in line", "/checkout/waiting"},
	{"order", "shopper", "/orders/{order}"},
	{"order to confirm", "guest", "{letter}"},
	{"order that is not confirmed yet", "operator", "/orders/{unconfirmed}"},
	{"change an order", "shopper", "/orders/{order}/change"},
	{"what a change comes to", "shopper", "/orders/{order}/change > See what it comes to"},
	{"cancel an order", "shopper", "/orders/{order}/cancel"},
	{"order that was cancelled", "shopper", "/orders/{cancelled}"},
	{"order that is packed", "shopper", "/orders/{packed}"},
	{"cancel an order that is packed", "shopper", "/orders/{packed}/cancel"},
	{"account", "shopper", "/account"},
	{"new address", "shopper", "/account/new-address"},
	{"address", "shopper", "/account/addresses/{address}"},
	{"change the password", "shopper", "/account/password"},
	{"change the address", "shopper", "/account/email"},
	{"sessions", "shopper", "/account/sessions"},
	{"leave", "shopper", "/account/delete"},
	{"signing in", "shopper", "/account/security"},
	{"signing in with an app", "careful", "/account/security"},
	{"signing in, a while ago", "returning", "/account/security"},
	{"authenticator app", "shopper", "/account/security/app"},
	{"is it you", "returning", "/step-up?next=/account"},
	{"second step", "half", "/sign-in/second?with=passkey+totp"},
	{"sell", "shopper", "/sell"},
	{"producer's desk", "producer", "/producer"},
	{"producer's orders", "producer", "/producer/orders"},
	{"producer's order", "producer", "/producer/orders/{order}"},
	{"next pack list", "producer", "/producer/pack"},
	{"make list", "producer", "/producer/make"},
	{"pack list", "producer", "/producer/pack/{window}"},
	{"producer's products", "producer", "/producer/products"},
	{"products that are sold out", "producer", "/producer/products?state=out"},
	{"a product's preview", "producer", "/producer/products/{product}/preview"},
	{"products to hide", "producer", "/producer/products > Hide"},
	{"new prices to look at", "pricing", ""},
	{"products that are not saved in part", "late at the goods", ""},
	{"product that somebody else has changed", "late at a product", ""},
	{"new product", "producer", "/producer/new"},
	{"producer's product", "producer", "/producer/products/{product}"},
	{"lots", "producer", "/producer/products/{product}/lots"},
	{"import", "producer", "/producer/import"},
	{"producer's own page", "producer", "/producer/page"},
	{"who works for a producer", "producer", "/producer/people"},
	{"somebody to remove", "producer", "/producer/people/{person}/remove"},
	{"import that was tried", "operator", "/producer/import?producer={producer}"},
	{"operator's today", "operator", "/operator/today"},
	{"operator's desk", "operator", "/operator"},
	{"operator's order", "operator", "/operator/orders/{order}"},
	{"operator's order to refund", "operator", "/operator/orders/{packed}"},
	{"unconfirmed orders", "operator", "/operator/waiting?list=mailed"},
	{"orders that wait for the operator", "operator", "/operator/waiting"},
	{"producers to approve", "operator", "/operator/producers"},
	{"a producer to withdraw", "operator", "/operator/producers/{producer}/approval"},
	{"calendar", "operator", "/operator/calendar"},
	{"new weekly window", "operator", "/operator/new-weekly"},
	{"weekly window", "operator", "/operator/weekly/{rule}"},
	{"new window", "operator", "/operator/new-window"},
	{"window", "operator", "/operator/windows/{window}"},
	{"a window to cancel", "operator", "/operator/windows/{window}/cancel"},
	{"a window to close", "operator", "/operator/windows/{window}/close"},
	{"who signs in how", "operator", "/operator/security"},
	{"mail", "operator", "/operator/mail"},
	{"stuck", "operator", "/operator/stuck"},
	{"log", "operator", "/operator/log"},
}

// busyDemo is a demo market in which a shopper has ordered, and has something in the basket; see also states.
// It gives what its pages' addresses need, and people by role.
func busyDemo(t *testing.T, e browser.Eyes) (s *shop, places *strings.Replacer, people map[string]*person) {
	t.Helper()
	browses(t)
	s = openDemo(t)
	people = map[string]*person{"guest": s.visitor(t, e)}
	s.secondFactors(t, e, people)
	for role, at := range map[string]string{
		"shopper": "/account", "producer": "/producer",
		"operator": "/operator",
	} {
		people[role] = s.visitor(t, e)
		people[role].signsInAs(role, at)
	}
	shopper := people["shopper"]
	shopper.fillsBasket(creek, "2")
	shopper.presses("Check out")
	shopper.chooses("Larch Hall")
	shopper.presses("Place the order")
	shopper.sees("Thank you")
	o := s.order(t, shopper.arrives("/orders/"))
	words := []string{
		"{order}", o.GetId(), "{window}", o.GetWindowId(), "{product}",
		o.GetLines()[0].GetProductId(), "{producer}", o.GetLines()[0].GetProducerId(),
	}
	words = append(words, s.states(t, people["operator"], o)...)
	maker := people["producer"]
	maker.goes("/producer/people")
	for _, address := range maker.links() {
		if _, rest, ok := strings.Cut(address, "/producer/people/"); ok {
			words = append(words, "{person}", strings.TrimSuffix(rest, "/remove"))
		}
	}
	desk := people["operator"]
	desk.goes("/operator/calendar")
	for _, address := range desk.links() {
		if rule, ok := strings.CutPrefix(address, "/operator/weekly/"); ok {
			words = append(words, "{rule}", rule)
		}
	}
	shopper.fillsBasket(creek, "1")
	maker.standing(e, people)
	people["in line"] = inLineForLong(t, e)
	return s, strings.NewReplacer(words...), people
}

// TestPagesFitEveryScreenAndKeepNobodyOut looks at every page as a phone and a desk show it, in light and in
// dark, with axe-core; and at 320 and 390 pixels, at 640 (a desk at 200% zoom) and at a desk, for what sticks
// out and for text that is cut. What it opens is what its line says, and all that is linked has a line.
func TestPagesFitEveryScreenAndKeepNobodyOut(t *testing.T) {
	t.Parallel()
	_, places, people := busyDemo(t, browser.Phone)
	known, linked := map[string]bool{}, map[string]string{}
	unseen := maps.Clone(states)
	for _, page := range pages {
		known[kindOf(page.path)], known[kindOf(places.Replace(page.path))] = true, true
		t.Run(page.name, func(t *testing.T) {
			p := people[page.as]
			p.t = t
			p.goes(places.Replace(page.path))
			p.sees(states[page.name])
			delete(unseen, page.name)
			for _, address := range p.links() {
				linked[kindOf(address)] = page.name
			}
			p.keepsNobodyOut()
			p.fits()
		})
	}
	for kind, from := range linked {
		if !known[kind] && !notPages.MatchString(kind) {
			t.Errorf("%s is linked from the page %q, and has no line in pages", kind, from)
		}
	}
	for page := range unseen {
		t.Errorf("there is no page %q", page)
	}
}

// keepsNobodyOut has axe-core look at the page. In the dark only colours are others, at every width the same.
func (p *person) keepsNobodyOut() {
	p.t.Helper()
	dark := browser.Phone
	dark.Dark = true
	for _, e := range []browser.Eyes{browser.Phone, browser.Desk, dark} {
		p.must(p.Look(e))
		look := p.Barriers
		if e.Dark {
			look = p.FaintBarriers
		}
		found, err := look()
		p.must(err)
		for _, barrier := range found {
			p.t.Errorf("%d wide, dark %t: %s", e.Width, e.Dark, barrier)
		}
	}
}

// goes opens a page, and presses what comes after it, one after another. Without an address the person stays
// where they are.
func (p *person) goes(path string) {
	p.t.Helper()
	if path == "" {
		return
	}
	steps := strings.Split(path, " > ")
	p.opens(steps[0])
	for _, button := range steps[1:] {
		p.presses(button)
	}
}

// links are the addresses of the shop that the page leads to; not what leads to a part of the page, which may
// be the answer to a form.
func (p *person) links() []string {
	p.t.Helper()
	found, err := browser.Ask[[]string](p.Tab, `[...document.querySelectorAll("a[href]:not([href^='#'])")].
		filter(a => a.origin === location.origin).map(a => a.pathname)`)
	p.must(err)
	return found
}

// kindOf is an address without what tells pages of a kind apart: its query, and the IDs in it.
func kindOf(address string) string {
	path, _, _ := strings.Cut(address, "?")
	return anID.ReplaceAllString(path, "{}")
}

var anID = regexp.MustCompile(`\{\w+\}|\b[a-z]{3}_[a-z0-9-]+_[a-z0-9]+`)

// notPages is what is linked and is not read by people.
var notPages = regexp.MustCompile(`^/(api/|images/|static/)|\.(xml|csv|jsonl?|ics)$`)

// fits looks at the page at every width.
func (p *person) fits() {
	p.t.Helper()
	for _, width := range []int64{320, 390, 640, 1280} {
		p.must(p.Look(browser.Eyes{Width: width, Height: 800}))
		found, err := p.Misfits()
		p.must(err)
		for _, misfit := range found {
			p.t.Errorf("%s at %d: %s", p.Address(), width, misfit)
		}
	}
}
