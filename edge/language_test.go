package edge_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/locale"
)

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
func shown(v *edgetest.View) []string {
	var all []string
	for n := range v.Root.Descendants() {
		switch {
		case n.Type == html.TextNode && n.Parent.Data != "script" && n.Parent.Data != "style":
			all = append(all, n.Data)
		case n.Type == html.ElementNode:
			for _, a := range n.Attr {
				if slices.Contains([]string{
					"alt", "aria-label", "placeholder", "title", "data-left",
					"data-over", "data-units", "data-known", "data-unheard",
				}, a.Key) ||
					(a.Key == "content" && edgetest.HasAll(n, []string{"name", "description"})) {
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
	english, s := newLeftovers(), edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) { p.Market = edgetest.Lyon })
	look := func(path, cookie string, form url.Values) {
		t.Helper()
		v := s.Open(t, path, cookie, form)
		if v.Status == http.StatusSeeOther || v.Status >= http.StatusInternalServerError {
			t.Fatalf("%s is answered with %d", path, v.Status)
		}
		if len(v.Find("html", "lang", "fr-FR", "class", "a4")) != 1 {
			t.Errorf("%s is not in French, on A4", path)
		}
		for _, text := range shown(v) {
			if found := english.in(text); found != "" {
				t.Errorf("%s says %q", path, found)
			}
		}
	}
	for _, path := range []string{
		"/", "/m/portland", "/m/portland/producers", "/m/portland/producers?q=nobody", "/m/portland/products",
		"/m/portland/products?day=2026-11-21&in_stock=1&season=now",
		"/m/portland/products?q=tomme&allergen_free=egg&allergen_free=milk&sort=price", "/p/" +
			edgetest.Cheese,
		"/producers/" + edgetest.Dairy, "/m/portland/nothing", "/nothing",
		"/sign-in", "/sign-up", "/forgotten", "/reset-password?token=some-token", "/not-me?token=good-token",
		"/cart",
	} {
		look(path, "", nil)
	}
	suggested := s.Open(t, "/m/portland/suggest?q=to", "", nil)
	if found := english.in(suggested.Text()); found != "" || !strings.Contains(suggested.Text(), "Fromages") {
		t.Errorf("suggestions say %q", suggested.Text())
	}
	look("/cart", edgetest.WithCart, nil)
	look("/checkout", edgetest.WithCart, nil)
	look("/checkout", edgetest.WithCart+"; session=shopper", nil)
	for _, path := range []string{
		"/account", "/account/password", "/account/email", "/account/new-address",
		"/account/delete", "/account/security", "/account/security/app", "/account/sessions",
	} {
		look(path, "session=shopper", nil)
	}
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Session = func(r *identityv1.GetSessionResponse) { r.SteppedUpUntil = 0 }
	})
	look("/step-up?next=/account/delete", "session=shopper", nil)
	look("/account/security", "session=shopper", nil)
	s.Peers.Set(func(p *edgetest.Peers) { p.Session = nil })
	look("/sign-in/second?with=passkey+totp", "pending=half", nil)
	look("/cart/lines", edgetest.WithCart, url.Values{"variant_id": {edgetest.Wheel}, "quantity": {"much"}})
	look("/checkout", edgetest.WithCart, url.Values{"key": {"k"}, "seen": {"another"}})
	look("/sign-in", "", url.Values{"email": {"ann@example.org"}, "password": {"wrong"}})
	for _, f := range []*fault.Error{
		fault.New(fault.Conflict, "window_full",
			"The last place in this window has just gone. Please choose another."),
		fault.New(fault.Declined, "payment_declined",
			"The payment was declined. Please use another way to pay."),
		fault.New(fault.Invalid, "invalid", "Some of what was sent cannot be used.",
			fault.Field{Name: "email", Message: "Enter an e-mail address, like name@example.org."}),
		fault.New(fault.Conflict, "out_of_stock", "Some of this order is no longer there.",
			fault.Field{Name: edgetest.Wheel, Message: "Only 1 left."}),
	} {
		s.Peers.Fail("Checkout", f)
		look("/checkout", edgetest.WithCart, edgetest.Typed("k"))
	}
	for _, status := range []string{
		state.OrderConfirmed, state.OrderPacked, state.OrderDone,
		state.OrderReleasing, state.OrderFailed, state.OrderCancelled, state.OrderAwaitingConfirmation,
	} {
		s.Peers.Set(func(p *edgetest.Peers) {
			p.Order = func(o *orderingv1.Order) {
				o.Status, o.ConfirmBy = status, 1_795_161_600_000
				o.Lines[0].Lots = []*orderingv1.Lot{{Code: "B12", BestBefore: "2026-12-01"}}
			}
		})
		look(edgetest.OrderAt+"?new=1", edgetest.WithOrder, nil)
	}
	for _, status := range []string{
		state.PaymentAuthorised, state.PaymentCaptured, state.PaymentRefunded,
		state.PaymentVoided, state.PaymentDeclined,
	} {
		s.Peers.Set(func(p *edgetest.Peers) {
			p.Order, p.Payment = nil, func(p *paymentsv1.Payment) {
				p.Status, p.Authorised, p.Captured, p.Refunded = status, edgetest.Dollars(4800), nil, nil
				if status == state.PaymentCaptured || status == state.PaymentRefunded {
					p.Captured, p.Refunded = edgetest.Dollars(4800), edgetest.Dollars(100)
				}
			}
		})
		look(edgetest.OrderAt, edgetest.WithOrder, nil)
	}
	look(edgetest.OrderAt+"/cancel", edgetest.WithOrder, nil)
}

// TestWhoIsInNoMarketIsSpokenToLikeTheirLast has a shop of several markets, so that none is the only one.
func TestWhoIsInNoMarketIsSpokenToLikeTheirLast(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) { p.Market, p.SeveralMarkets = edgetest.Lyon, true })
	for name, c := range map[string]struct {
		header []string
		lang   string
		kept   string
	}{
		"nothing is known": {nil, "en-US", ""},
		"the browser asks": {[]string{"Accept-Language", "de,en;q=0.5"}, "de-DE", ""},
		"the page before is of a market": {[]string{"Accept-Language", "de", "Referer", s.URL + "/p/" +
			edgetest.Cheese}, "fr-FR", "portland.fr-FR"},
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
		answer, body := s.Send(t, edgetest.Call{
			Method: http.MethodGet, Path: "/sign-in",
			Header: c.header,
		})
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
