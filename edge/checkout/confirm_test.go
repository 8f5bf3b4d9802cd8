package checkout_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

func TestAnOrderSaysWhatItWaitsFor(t *testing.T) {
	for want, c := range map[string]struct{ holds, queued bool }{
		"Until then your goods and your place are set aside.": {true, false},
		"nothing is set aside for this one":                   {false, false},
		"The market looks at this order first.":               {false, true},
	} {
		s := edgetest.Open(t)
		s.Awaits(c.holds, c.queued)
		v := s.Open(t, edgetest.OrderAt+"?new=1", edgetest.WithOrder, nil)
		v.Says(t, http.StatusOK, want, "You pay on pickup or delivery.", "Cancel the order")
		for _, wrong := range []string{
			"The producers have your order", "Not accepted yet",
			"Add to calendar",
		} {
			if strings.Contains(v.Text(), wrong) {
				t.Errorf("an order that nobody confirmed says %q", wrong)
			}
		}
		s.Open(t, edgetest.OrderAt+"/cancel", edgetest.WithOrder, nil).Says(t, http.StatusOK,
			"It is not confirmed yet",
			"can be ordered again")
	}
}

func TestALetterLeadsToAButton(t *testing.T) {
	s := edgetest.Open(t)
	s.Awaits(true, false)
	at := edgetest.OrderAt + "/confirm"
	v := s.Open(t, at+"?token="+edgetest.LetterOf, "", nil)
	v.Says(t, http.StatusOK, "Is this your order?", "Confirm it by 2:30 PM.", "Hill Tomme", "$48.00",
		"It was not me")
	if s.Peers.Count("ConfirmOrder") != 0 || v.Value("token") != edgetest.LetterOf ||
		len(v.Find("meta", "name", "referrer", "content", "no-referrer")) != 1 {
		t.Error("to open the link confirms, or its token is lost, or it is told to others")
	}
	v = s.Open(t, at, "", url.Values{"token": {edgetest.LetterOf}})
	if v.Status != http.StatusSeeOther || v.Header.Get("Location") != edgetest.OrderAt+"?new=1" ||
		len(v.Cookies) != 3 || v.Cookies[0].Value != edgetest.OrderToken ||
		v.Cookies[0].Path != edgetest.OrderAt {
		t.Errorf("%d to %s with %v", v.Status, v.Header.Get("Location"), v.Cookies)
	}
	v = s.Open(t, at, "", url.Values{"token": {edgetest.LetterOf}, "do": {"refuse"}})
	if asked := s.Peers.Last["ConfirmOrder"].(*orderingv1.ConfirmOrderRequest); v.Status != http.StatusOK ||
		!asked.GetRefuse() || len(v.Cookies) != 0 {
		t.Errorf("somebody else's order is answered %d with %v", v.Status, v.Cookies)
	}
	for _, token := range []string{"", "wrong", "a\x00b", strings.Repeat("a", 10_000)} {
		s.Open(t, at+"?token="+url.QueryEscape(token), "", nil).Says(t, http.StatusNotFound)
		s.Open(t, at, "", url.Values{"token": {token}}).Says(t, http.StatusNotFound)
	}
}

func TestALetterThatComesLateSaysSo(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Order = func(o *orderingv1.Order) {
			o.Status, o.ConfirmedAt, o.Failure = state.OrderFailed, 0,
				"not_confirmed"
		}
	})
	s.Peers.Fail("ConfirmOrder",
		fault.New(fault.Conflict, "not_confirmed", "This order was not confirmed in time."))
	at := edgetest.OrderAt + "/confirm"
	s.Open(t, at+"?token="+edgetest.LetterOf, "", nil).Says(t, http.StatusOK,
		"This order was not confirmed in time.",
		"What was in your basket")
	s.Open(t, at, "", url.Values{"token": {edgetest.LetterOf}}).Says(t, http.StatusConflict,
		"This order was not confirmed in time.")
	s.Open(t, edgetest.OrderAt, edgetest.WithOrder, nil).Says(t, http.StatusOK,
		"This order was not confirmed in time.",
		"What was in your basket")
	s.Peers.Set(func(p *edgetest.Peers) { p.Order = nil })
	s.Open(t, at+"?token="+edgetest.LetterOf, "", nil).Says(t, http.StatusOK,
		"This order is confirmed already.",
		"Show my order")
}
