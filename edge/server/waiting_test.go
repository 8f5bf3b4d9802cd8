package server_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/server"
	"github.com/artisan-eats/artisan/edge/web"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// openCrowded is a shop whose clock stands still, which lets in one checkout a second. One has been let in,
// so that who comes waits.
func openCrowded(t testing.TB) *edgetest.Shop {
	t.Helper()
	limits := server.DefaultLimits
	limits.CheckoutsASecond = 1
	s := edgetest.OpenWithin(t, limits)
	if answer, body := s.Send(t, buying()); answer.StatusCode != http.StatusCreated {
		t.Fatalf("status %d: %s", answer.StatusCode, body)
	}
	return s
}

func buying(header ...string) edgetest.Call {
	return edgetest.Call{
		Method: "POST", Path: edgetest.CheckoutAt, Body: edgetest.Buying,
		Header: append(header, edgetest.WithKey...),
	}
}

// ticket is what a program is told that has to wait.
type ticket struct {
	Ticket          string
	Code            string
	ExpectedSeconds int `json:"expected_seconds"`
}

func waits(t testing.TB, s *edgetest.Shop, header ...string) ticket {
	t.Helper()
	call := buying(header...)
	call.Status, call.Code = http.StatusServiceUnavailable, "overloaded"
	answer, body := s.Send(t, call)
	if answer.StatusCode != call.Status {
		t.Fatalf("status %d: %s", answer.StatusCode, body)
	}
	edgetest.CheckProblem(t, call, answer, body)
	var told ticket
	if err := json.Unmarshal(body, &told); err != nil || told.Ticket == "" || told.ExpectedSeconds < 1 ||
		answer.Header.Get("Waiting-Ticket") != told.Ticket {
		t.Fatalf("it is told %s, and %q", body, answer.Header.Get("Waiting-Ticket"))
	}
	return told
}

func TestAProgramIsToldItsPlaceAndServedInItsTurn(t *testing.T) {
	s := openCrowded(t)
	first := waits(t, s)
	second := waits(t, s, "Waiting-Ticket", first.Ticket)
	waits(t, s, "Waiting-Ticket", "nonsense")
	placed := s.Peers.Count("Checkout")
	s.Clock.Advance(2500 * time.Millisecond)
	for _, shown := range []string{second.Ticket, first.Ticket} {
		answer, body := s.Send(t, buying("Waiting-Ticket", shown))
		if answer.StatusCode != http.StatusCreated {
			t.Errorf("in its turn it is answered with %d: %s", answer.StatusCode, body)
		}
	}
	if got := s.Peers.Count("Checkout") - placed; got != 2 {
		t.Errorf("%d were placed", got)
	}
}

// othersWait has others come with baskets of their own, and come back once, so that the line stands.
func othersWait(t *testing.T, s *edgetest.Shop) {
	t.Helper()
	for n := range 5 {
		s.Clock.Advance(100 * time.Millisecond)
		ticket := ""
		for range 2 {
			call := buying("Waiting-Ticket", ticket)
			call.Path = otherBasket(n)
			answer, body := s.Send(t, call)
			if ticket = answer.Header.Get("Waiting-Ticket"); ticket == "" {
				t.Fatalf("status %d: %s", answer.StatusCode, body)
			}
		}
	}
}

func otherBasket(n int) string {
	return strings.Replace(edgetest.CheckoutAt, edgetest.GuestCart,
		edgetest.GuestCart[:len(edgetest.GuestCart)-1]+strconv.Itoa(n), 1)
}

func TestATicketIsGoodForItsBasketOnlyAndAsItWasSigned(t *testing.T) {
	s := openCrowded(t)
	first := waits(t, s).Ticket
	othersWait(t, s)
	s.Clock.Advance(1200 * time.Millisecond)
	other := buying("Waiting-Ticket", first)
	other.Path = otherBasket(7)
	forged := []byte(first)
	if forged[len(forged)/2]++; forged[len(forged)/2] > 'y' {
		forged[len(forged)/2] = 'A'
	}
	for name, call := range map[string]edgetest.Call{
		"another basket": other, "a forged one": buying("Waiting-Ticket", string(forged)),
	} {
		if answer, body := s.Send(t, call); answer.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("%s is let in by it: %d %s", name, answer.StatusCode, body)
		}
	}
	if answer, body := s.Send(t, buying("Waiting-Ticket", first)); answer.StatusCode != http.StatusCreated {
		t.Errorf("its own is not: %d %s", answer.StatusCode, body)
	}
}

// cookies are a browser's after an answer.
func cookies(before string, v *edgetest.View) string {
	kept := map[string]string{}
	for _, c := range strings.Split(before, "; ") {
		name, value, _ := strings.Cut(c, "=")
		kept[name] = value
	}
	for _, c := range v.Cookies {
		if kept[c.Name] = c.Value; c.MaxAge < 0 {
			delete(kept, c.Name)
		}
	}
	var all []string
	for name, value := range kept {
		all = append(all, name+"="+value)
	}
	return strings.Join(all, "; ")
}

// waitsAsAPerson has a browser with a basket wait, with what was typed, and answers its cookies.
func waitsAsAPerson(t testing.TB, s *edgetest.Shop) (browser string, typed url.Values) {
	t.Helper()
	form := s.Open(t, "/checkout", edgetest.WithCart, nil)
	typed = edgetest.Typed(form.Value("key"))
	typed.Set("seen", form.Value("seen"))
	typed.Set("note", strings.Repeat("Bitte läuten, ganz oben. ", 30))
	sent := s.Open(t, "/checkout", edgetest.WithCart, typed)
	if sent.Status != http.StatusSeeOther || sent.Header.Get("Location") != "/checkout/waiting" {
		t.Fatalf("who has to wait is answered with %d to %q", sent.Status, sent.Header.Get("Location"))
	}
	return cookies(edgetest.WithCart, sent), typed
}

func TestAPersonWaitsAndIsServedWithWhatWasTyped(t *testing.T) {
	s := openCrowded(t)
	browser, typed := waitsAsAPerson(t, s)
	if strings.Contains(browser, "Ann") || strings.Contains(browser, url.QueryEscape(typed.Get("email"))) {
		t.Error("what was typed can be read")
	}
	before := s.Peers.Count("Checkout")
	for range 3 {
		page := s.Open(t, "/checkout/waiting", browser, nil)
		page.Says(t, http.StatusOK, "You are in line", "in less than a minute")
		if len(page.Find("div", "id", "waiting")) != 1 {
			t.Fatal("the page does not come again")
		}
		browser = cookies(browser, page)
	}
	if s.Peers.Count("Checkout") != before {
		t.Fatal("an order is placed before its turn")
	}
	s.Clock.Advance(2500 * time.Millisecond)
	done := s.Open(t, "/checkout/waiting", browser, nil)
	if done.Status != http.StatusSeeOther || !strings.HasPrefix(done.Header.Get("Location"), "/orders/") {
		t.Fatalf("in their turn they are answered with %d to %q: %s", done.Status, done.Header.Get("Location"),
			done.Text())
	}
	note := s.Peers.Last["Checkout"].(*orderingv1.CheckoutRequest).GetContact().GetNote()
	if note != typed.Get("note") {
		t.Errorf("of what was typed %q arrives", note)
	}
	left := cookies(browser, done)
	if strings.Contains(left, "typed-") || strings.Contains(left, "waiting=") {
		t.Errorf("the browser keeps %q", left)
	}
}

// TestWhoHasSomethingToMendIsNotSentToTheEnd has a card declined once it is their turn.
func TestWhoHasSomethingToMendIsNotSentToTheEnd(t *testing.T) {
	s := openCrowded(t)
	browser, typed := waitsAsAPerson(t, s)
	s.Clock.Advance(2500 * time.Millisecond)
	s.Peers.Set(func(p *edgetest.Peers) { p.Faults["Checkout"] = edgetest.Conflict("window_full") })
	again := s.Open(t, "/checkout/waiting", browser, nil)
	if again.Status != http.StatusConflict || again.Value("name") != "Ann <Example>" {
		t.Fatalf("status %d, and of what was typed %q is left", again.Status, again.Value("name"))
	}
	browser = cookies(browser, again)
	waits(t, s) // others wait by now
	waits(t, s)
	s.Peers.Set(func(p *edgetest.Peers) { delete(p.Faults, "Checkout") })
	typed.Set("key", again.Value("key"))
	done := s.Open(t, "/checkout", browser, typed)
	if done.Status != http.StatusSeeOther || !strings.HasPrefix(done.Header.Get("Location"), "/orders/") {
		t.Errorf("who was let in is answered with %d to %q", done.Status, done.Header.Get("Location"))
	}
}

func TestAnOrderIsPlacedByAPersonsBrowserOnly(t *testing.T) {
	s := openCrowded(t)
	browser, _ := waitsAsAPerson(t, s)
	s.Clock.Advance(2500 * time.Millisecond)
	before := s.Peers.Count("Checkout")
	for _, c := range []edgetest.Call{
		{Method: "HEAD"},
		{Method: "GET", Header: []string{"Sec-Purpose", "prefetch"}},
		{Method: "GET", Header: []string{"HX-Request", "true"}},
	} {
		c.Path, c.Header = "/checkout/waiting", append(c.Header, "Cookie", browser)
		if answer, _ := s.Send(t, c); answer.StatusCode != http.StatusNoContent {
			t.Errorf("%v is answered with %d", c, answer.StatusCode)
		}
	}
	if s.Peers.Count("Checkout") != before {
		t.Error("an order is placed")
	}
	for _, nobody := range []string{"", edgetest.WithCart, strings.Replace(browser, "cart=", "cart=x", 1)} {
		if v := s.Open(t, "/checkout/waiting", nobody, nil); v.Status != http.StatusSeeOther ||
			v.Header.Get("Location") != "/checkout" {
			t.Errorf("who does not wait is answered with %d to %q", v.Status, v.Header.Get("Location"))
		}
	}
}

// TestACopyOfWhatABrowserKeepsMakesNoOrderMore has somebody take all that the browser of who waits keeps.
// With a basket of their own they wait like anybody; with all of it, sent again and again, they make the
// one order of its key.
func TestACopyOfWhatABrowserKeepsMakesNoOrderMore(t *testing.T) {
	s := openCrowded(t)
	browser, typed := waitsAsAPerson(t, s)
	othersWait(t, s)
	s.Clock.Advance(1200 * time.Millisecond)
	placed := s.Peers.Count("Checkout")
	other, _, _ := strings.Cut(strings.TrimPrefix(otherBasket(8), "/api/v1/carts/"), "/")
	own := strings.Replace(browser, edgetest.GuestCart, other, 1)
	if v := s.Open(t, "/checkout", own, typed); v.Header.Get("Location") != "/checkout/waiting" {
		t.Errorf("with another's ticket a basket is answered with %d to %q", v.Status, v.Header.Get("Location"))
	}
	if v := s.Open(t, "/checkout/waiting", own, nil); v.Header.Get("Location") != "/checkout" {
		t.Errorf("what another typed leads to %d, %q", v.Status, v.Header.Get("Location"))
	}
	if n := s.Peers.Count("Checkout") - placed; n != 0 {
		t.Fatalf("%d orders are placed by it", n)
	}
	keys := map[string]int{}
	for range 3 {
		v := s.Open(t, "/checkout/waiting", browser, nil)
		if v.Status != http.StatusSeeOther || !strings.HasPrefix(v.Header.Get("Location"), "/orders/") {
			t.Fatalf("status %d to %q", v.Status, v.Header.Get("Location"))
		}
		keys[s.Peers.Last["Checkout"].(*orderingv1.CheckoutRequest).GetIdempotencyKey()]++
	}
	if len(keys) != 1 || keys[""] > 0 {
		t.Errorf("it is sent with the keys %v", keys)
	}
}

func TestTheTimeToWaitIsSaidAsPeopleCountIt(t *testing.T) {
	s := edgetest.Open(t)
	for wait, says := range map[time.Duration]string{
		10 * time.Second: "in less than a minute", 61 * time.Second: "in about 2 minutes",
		99 * time.Minute: "in about 99 minutes", 100 * time.Minute: "in about 2 hours",
		5*time.Hour + 20*time.Minute: "in about 5 hours",
	} {
		out, err := s.Site.WaitingPage(s.Request(t, edgetest.Call{Method: "GET", Path: "/checkout/waiting"}),
			web.Waiting{Wait: wait, Again: 2})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(out.Body), "It is your turn "+says) {
			t.Errorf("%v is not said to be %q", wait, says)
		}
	}
}

func TestATicketOfLongAgoHasANewcomersPlace(t *testing.T) {
	s := openCrowded(t)
	first := waits(t, s).Ticket
	s.Clock.Advance(13 * time.Hour)
	if answer, body := s.Send(t, buying()); answer.StatusCode != http.StatusCreated { // the one place of now
		t.Fatalf("status %d: %s", answer.StatusCode, body)
	}
	waits(t, s, "Waiting-Ticket", first)
}

// TestWhoWasRefusedWhileOthersWaitIsNotSentToTheEnd has a program's order refused once it is its turn.
func TestWhoWasRefusedWhileOthersWaitIsNotSentToTheEnd(t *testing.T) {
	s := openCrowded(t)
	first := waits(t, s)
	s.Clock.Advance(1500 * time.Millisecond)
	s.Peers.Set(func(p *edgetest.Peers) { p.Faults["Checkout"] = edgetest.Conflict("window_full") })
	refused, body := s.Send(t, buying("Waiting-Ticket", first.Ticket))
	pass := refused.Header.Get("Waiting-Ticket")
	if refused.StatusCode != http.StatusConflict || pass == "" {
		t.Fatalf("status %d with ticket %q: %s", refused.StatusCode, pass, body)
	}
	waits(t, s) // others wait
	waits(t, s)
	s.Peers.Set(func(p *edgetest.Peers) { delete(p.Faults, "Checkout") })
	for range 2 { // its key makes it one order
		answer, body := s.Send(t, buying("Waiting-Ticket", pass))
		if answer.StatusCode != http.StatusCreated {
			t.Errorf("who was let in is answered with %d: %s", answer.StatusCode, body)
		}
	}
	s.Clock.Advance(16 * time.Minute)
	if answer, body := s.Send(t, buying()); answer.StatusCode != http.StatusCreated {
		t.Fatalf("status %d: %s", answer.StatusCode, body)
	}
	waits(t, s, "Waiting-Ticket", pass)
}

// BenchmarkAPoll is what it costs to tell one who waits how long it takes: a program, and a person with whom
// all comes that was typed.
func BenchmarkAPoll(b *testing.B) {
	s := openCrowded(b)
	told := waits(b, s)
	browser, _ := waitsAsAPerson(b, s)
	for name, ask := range map[string]func() *http.Request{
		"program": func() *http.Request {
			r := httptest.NewRequest(http.MethodPost, edgetest.CheckoutAt, strings.NewReader(edgetest.Buying))
			r.Header.Set("Waiting-Ticket", told.Ticket)
			return r
		},
		"person": func() *http.Request {
			r := httptest.NewRequest(http.MethodGet, "/checkout/waiting", http.NoBody)
			r.Header.Set("Cookie", browser)
			return r
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := ask()
				r.Host, r.RemoteAddr = "shop.test", "127.0.0.1:1000" // this machine is held to no share
				s.Front.ServeHTTP(&sink{header: http.Header{}}, r)
			}
		})
	}
}
