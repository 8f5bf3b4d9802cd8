package edge

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/locale"
)

// lyon makes the shop's market one of Lyon.
func lyon(m *catalogv1.Market) {
	m.Name, m.Locale, m.Country, m.TimeZone, m.Currency = "Lyon", "fr-FR", "FR", "Europe/Paris", "EUR"
}

// theirs are words of makers and of the market's own, which nobody translates.
var theirs = strings.NewReplacer(
	"Hill Tomme <young>", "", "Hill Tomme", "", "Hill Dairy", "", "Hill", "", "Tomme <young>", "",
	"Cows on a hill.", "", "We milk.", "", "And <b>wait</b>.", "", "Mild.", "", "By weight", "", "Wheel", "",
	"Farmers' market, stall 4", "", "East of the river", "", "Stall 4", "", "Artisan Eats", "", "Nut loaf",
	"", "Loaf", "", "Ring twice", "",
)

// leftovers finds what is still English: sentences of the catalogue, and words that no sentence goes without.
type leftovers struct {
	whole     map[string]bool
	fragments []string
}

var (
	placeNames   = regexp.MustCompile(`\{[^}]*\}`)
	englishWords = regexp.MustCompile(
		`(?i)\b(the|your|you|of|and|for|with|is|are|not|this|that|was|to|from|by|only|left|order|basket|please|here|it|we)\b`)
)

func newLeftovers() leftovers {
	l := leftovers{whole: map[string]bool{}}
	for english, said := range locale.Sentences("fr") {
		if english == said {
			continue
		}
		l.whole[english] = true
		for _, part := range placeNames.Split(english, -1) {
			if part = strings.TrimSpace(part); strings.Contains(part, " ") && !strings.Contains(said, part) {
				l.fragments = append(l.fragments, part)
			}
		}
	}
	return l
}

func (l leftovers) in(text string) string {
	text = strings.Join(strings.Fields(theirs.Replace(text)), " ")
	if l.whole[text] {
		return text
	}
	for _, part := range l.fragments {
		if strings.Contains(text, part) {
			return text
		}
	}
	if englishWords.MatchString(text) {
		return text
	}
	return ""
}

// shown are the texts of a page: what is read, and what is read out.
func (v *view) shown() []string {
	var all []string
	for n := range v.root.Descendants() {
		switch {
		case n.Type == html.TextNode && n.Parent.Data != "script" && n.Parent.Data != "style":
			all = append(all, n.Data)
		case n.Type == html.ElementNode:
			for _, a := range n.Attr {
				if slices.Contains([]string{
					"alt", "aria-label", "placeholder", "title", "data-left",
					"data-over", "data-units", "data-known", "data-unheard",
				}, a.Key) ||
					(a.Key == "content" && has(n, []string{"name", "description"})) {
					all = append(all, a.Val)
				}
			}
		}
	}
	return all
}

// TestAMarketInFrenchHasNoEnglishWordLeft opens the pages of a shop in Lyon in every state that they have,
// and looks at each word.
func TestAMarketInFrenchHasNoEnglishWordLeft(t *testing.T) {
	english, s := newLeftovers(), openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) { p.market = lyon })
	look := func(path, cookie string, form url.Values) {
		t.Helper()
		v := s.open(t, path, cookie, form)
		if v.status == http.StatusSeeOther || v.status >= http.StatusInternalServerError {
			t.Fatalf("%s is answered with %d", path, v.status)
		}
		if len(v.find("html", "lang", "fr-FR", "class", "a4")) != 1 {
			t.Errorf("%s is not in French, on A4", path)
		}
		for _, text := range v.shown() {
			if found := english.in(text); found != "" {
				t.Errorf("%s says %q", path, found)
			}
		}
	}
	for _, path := range []string{
		"/", "/m/portland", "/m/portland/producers", "/m/portland/producers?q=nobody", "/m/portland/products",
		"/m/portland/products?day=2026-11-21&in_stock=1&season=now",
		"/m/portland/products?q=tomme&allergen_free=egg&allergen_free=milk&sort=price", "/p/" + cheese,
		"/producers/" + dairy, "/m/portland/nothing", "/nothing",
		"/sign-in", "/sign-up", "/forgotten", "/reset-password?token=some-token", "/not-me?token=good-token",
		"/cart",
	} {
		look(path, "", nil)
	}
	suggested := s.open(t, "/m/portland/suggest?q=to", "", nil)
	if found := english.in(suggested.text()); found != "" || !strings.Contains(suggested.text(), "Fromages") {
		t.Errorf("suggestions say %q", suggested.text())
	}
	look("/cart", withCart, nil)
	look("/checkout", withCart, nil)
	look("/checkout", withCart+"; session=shopper", nil)
	for _, path := range []string{
		"/account", "/account/password", "/account/email", "/account/new-address",
		"/account/delete", "/account/security", "/account/security/app", "/account/sessions",
	} {
		look(path, "session=shopper", nil)
	}
	s.peers.set(func(p *peers) {
		p.session = func(r *identityv1.GetSessionResponse) { r.SteppedUpUntil = 0 }
	})
	look("/step-up?next=/account/delete", "session=shopper", nil)
	look("/account/security", "session=shopper", nil)
	s.peers.set(func(p *peers) { p.session = nil })
	look("/sign-in/second?with=passkey+totp", "pending=half", nil)
	look("/cart/lines", withCart, url.Values{"variant_id": {wheel}, "quantity": {"much"}})
	look("/checkout", withCart, url.Values{"key": {"k"}, "seen": {"another"}})
	look("/sign-in", "", url.Values{"email": {"ann@example.org"}, "password": {"wrong"}})
	for _, f := range []*fault.Error{
		fault.New(fault.Conflict, "window_full",
			"The last place in this window has just gone. Please choose another."),
		fault.New(fault.Declined, "payment_declined",
			"The payment was declined. Please use another way to pay."),
		fault.New(fault.Invalid, "invalid", "Some of what was sent cannot be used.",
			fault.Field{Name: "email", Message: "Enter an e-mail address, like name@example.org."}),
		fault.New(fault.Conflict, "out_of_stock", "Some of this order is no longer there.",
			fault.Field{Name: wheel, Message: "Only 1 left."}),
	} {
		s.peers.fail("Checkout", f)
		look("/checkout", withCart, typed("k"))
	}
	for _, status := range []string{
		state.OrderConfirmed, state.OrderPacked, state.OrderDone,
		state.OrderReleasing, state.OrderFailed, state.OrderCancelled, state.OrderAwaitingConfirmation,
	} {
		s.peers.set(func(p *peers) {
			p.order = func(o *orderingv1.Order) {
				o.Status, o.ConfirmBy = status, 1_795_161_600_000
				o.Lines[0].Lots = []*orderingv1.Lot{{Code: "B12", BestBefore: "2026-12-01"}}
			}
		})
		look(orderAt+"?new=1", withOrder, nil)
	}
	for _, status := range []string{
		state.PaymentAuthorised, state.PaymentCaptured, state.PaymentRefunded,
		state.PaymentVoided, state.PaymentDeclined,
	} {
		s.peers.set(func(p *peers) {
			p.order, p.payment = nil, func(p *paymentsv1.Payment) {
				p.Status, p.Authorised, p.Captured, p.Refunded = status, dollars(4800), nil, nil
				if status == state.PaymentCaptured || status == state.PaymentRefunded {
					p.Captured, p.Refunded = dollars(4800), dollars(100)
				}
			}
		})
		look(orderAt, withOrder, nil)
	}
	look(orderAt+"/cancel", withOrder, nil)
}

// TestWhoIsInNoMarketIsSpokenToLikeTheirLast has a shop of several markets, so that none is the only one.
func TestWhoIsInNoMarketIsSpokenToLikeTheirLast(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) { p.market, p.severalMarkets = lyon, true })
	for name, c := range map[string]struct {
		header []string
		lang   string
		kept   string
	}{
		"nothing is known": {nil, "en-US", ""},
		"the browser asks": {[]string{"Accept-Language", "de,en;q=0.5"}, "de-DE", ""},
		"the page before is of a market": {[]string{"Accept-Language", "de", "Referer", s.URL + "/p/" +
			cheese}, "fr-FR", "portland.fr-FR"},
		"the page before is of none": {
			[]string{"Accept-Language", "de", "Referer", s.URL + "/sign-up"},
			"de-DE", "",
		},
		"the page before is somebody's": {[]string{
			"Accept-Language", "de", "Referer",
			"http://else.test/m/portland",
		}, "de-DE", ""},
		"the market of before is kept": {[]string{
			"Accept-Language", "de", "Cookie",
			"market=madrid.es-ES",
		}, "es-ES", ""},
		"another market than that of then": {[]string{"Cookie", "market=madrid.es-ES", "Referer", s.URL +
			"/m/portland"}, "fr-FR", "portland.fr-FR"},
		"a cookie that is none": {
			[]string{"Accept-Language", "de", "Cookie", "market=<script>"},
			"de-DE", "",
		},
	} {
		answer, body := s.send(t, call{method: http.MethodGet, path: "/sign-in", header: c.header}) //nolint:bodyclose // send closes it
		if answer.StatusCode != http.StatusOK || !strings.Contains(string(body), `<html lang="`+c.lang+`"`) {
			t.Errorf("%s: status %d, not in %s", name, answer.StatusCode, c.lang)
		}
		kept := ""
		for _, cookie := range answer.Cookies() {
			if cookie.Name == marketCookie {
				kept = cookie.Value
			}
		}
		if kept != c.kept {
			t.Errorf("%s: the browser keeps %q, not %q", name, kept, c.kept)
		}
	}
}

// TestAPageOfAMarketIsTheSameInEveryLanguageOfItsVisitors: it is kept once, for all.
func TestAPageOfAMarketIsTheSameInEveryLanguageOfItsVisitors(t *testing.T) {
	s := openShop(t, DefaultLimits)
	tags := map[string]bool{}
	for _, language := range []string{"de", "fr", "es", "en"} {
		answer, body := s.send(t, call{method: http.MethodGet, path: "/m/portland", header: []string{"Accept-Language", language}}) //nolint:bodyclose // send closes it
		tags[answer.Header.Get("Etag")] = true
		if !strings.Contains(string(body), `<html lang="en-US"`) || len(answer.Cookies()) != 0 {
			t.Errorf("who speaks %s gets another page, or a cookie", language)
		}
	}
	if len(tags) != 1 {
		t.Errorf("there are %d pages of one address", len(tags))
	}
}

func TestAFormSaysWhatItCountsIn(t *testing.T) {
	for unit, want := range map[string]int64{"": 1500, "kg": 1500, "lb": 680} {
		s := openShop(t, DefaultLimits)
		v := s.open(t, "/cart/lines/"+slice, withCart, url.Values{"quantity": {"1,5"}, "unit": {unit}})
		if put := s.peers.last["SetLine"].(*orderingv1.SetLineRequest); v.status != http.StatusSeeOther ||
			put.GetQuantity() != want {
			t.Errorf("1.5 %s are kept as %d g", unit, put.GetQuantity())
		}
	}
	s := openShop(t, DefaultLimits)
	if v := s.open(t, "/p/"+cheese, "", nil); len(v.find("input", "name", "unit", "value", "lb")) != 1 ||
		!strings.Contains(v.text(), "$5.67 / lb") {
		t.Error("a form in pounds does not say so")
	}
	s = openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) { p.market = lyon })
	if v := s.open(t, "/p/"+cheese, "", nil); len(v.find("input", "name", "unit", "value", "kg")) != 1 ||
		!strings.Contains(v.text(), "/ kg") {
		t.Error("a form in kilograms does not say so")
	}
}

// TestWhatIsLeftIsToldInTheMarketsUnit has a basket of half a kilogram, of which less is there.
func TestWhatIsLeftIsToldInTheMarketsUnit(t *testing.T) {
	for _, c := range []struct {
		market func(*catalogv1.Market)
		wants  string
	}{{nil, "Only 0.55 lb left."}, {lyon, "Il n’en reste que 0,25 kg."}} {
		s := openShop(t, DefaultLimits)
		s.peers.set(func(p *peers) {
			p.market = c.market
			p.cart = func(cart *orderingv1.Cart) {
				cart.Lines[0].VariantId, cart.Lines[0].SoldBy, cart.Lines[0].Quantity = slice, "weight", 500
			}
		})
		s.peers.fail("Checkout", fault.New(fault.Conflict, "out_of_stock",
			"Some of this order is no longer there.", fault.Field{Name: slice, Message: "Only 0.25 left."}))
		s.open(t, "/checkout", withCart, typed("k")).says(t, http.StatusConflict, c.wants)
	}
}
