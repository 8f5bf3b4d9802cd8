package edge

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/edge/api"
	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

// awaits makes the order that is there one that is not confirmed yet; at half past two in Portland its time
// is over.
func (s *Shop) awaits(holds, queued bool) {
	until := time.Date(2026, 11, 20, 22, 30, 0, 0, time.UTC).UnixMilli()
	s.peers.set(func(p *peers) {
		p.order = func(o *orderingv1.Order) {
			o.Status, o.ConfirmedAt, o.PaymentMethod, o.ConfirmBy, o.Queued = state.OrderAwaitingConfirmation,
				0, "pickup", until, queued
			if holds {
				o.HoldsUntil = until
			}
		}
	})
}

func TestACheckoutThatIsNotConfirmedIs202(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.awaits(true, false)
	answer, body := s.send(t, call{method: "POST", path: checkoutAt, body: buying, header: withKey}) //nolint:bodyclose // send closes it
	var order api.OrderJSON
	if err := json.Unmarshal(body, &order); err != nil || answer.StatusCode != http.StatusAccepted ||
		answer.Header.Get("Location") != "/api/v1/orders/"+placedOrder {
		t.Fatalf("%d to %q: %s (%v)", answer.StatusCode, answer.Header.Get("Location"), body, err)
	}
	if order.Status != state.OrderAwaitingConfirmation || order.AccessToken == "" || order.ConfirmBy == nil ||
		order.HoldsUntil == nil {
		t.Errorf("it is answered as %s", body)
	}
}

func TestAnOrderSaysWhatItWaitsFor(t *testing.T) {
	for want, c := range map[string]struct{ holds, queued bool }{
		"Until then your goods and your place are set aside.": {true, false},
		"nothing is set aside for this one":                   {false, false},
		"The market looks at this order first.":               {false, true},
	} {
		s := openShop(t, DefaultLimits)
		s.awaits(c.holds, c.queued)
		v := s.open(t, orderAt+"?new=1", withOrder, nil)
		v.wants(t, http.StatusOK, want, "You pay on pickup or delivery.", "Cancel the order")
		for _, wrong := range []string{
			"The producers have your order", "Not accepted yet",
			"Add to calendar",
		} {
			if strings.Contains(v.text(), wrong) {
				t.Errorf("an order that nobody confirmed says %q", wrong)
			}
		}
		s.open(t, orderAt+"/cancel", withOrder, nil).wants(t, http.StatusOK, "It is not confirmed yet",
			"can be ordered again")
	}
}

func TestALetterLeadsToAButton(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.awaits(true, false)
	at := orderAt + "/confirm"
	v := s.open(t, at+"?token="+letterOf, "", nil)
	v.wants(t, http.StatusOK, "Is this your order?", "Confirm it by 2:30 PM.", "Hill Tomme", "$48.00",
		"It was not me")
	if s.peers.count("ConfirmOrder") != 0 || v.value("token") != letterOf ||
		len(v.find("meta", "name", "referrer", "content", "no-referrer")) != 1 {
		t.Error("to open the link confirms, or its token is lost, or it is told to others")
	}
	v = s.open(t, at, "", url.Values{"token": {letterOf}})
	if v.status != http.StatusSeeOther || v.header.Get("Location") != orderAt+"?new=1" ||
		len(v.cookies) != 3 || v.cookies[0].Value != orderToken || v.cookies[0].Path != orderAt {
		t.Errorf("%d to %s with %v", v.status, v.header.Get("Location"), v.cookies)
	}
	v = s.open(t, at, "", url.Values{"token": {letterOf}, "do": {"refuse"}})
	if asked := s.peers.last["ConfirmOrder"].(*orderingv1.ConfirmOrderRequest); v.status != http.StatusOK ||
		!asked.GetRefuse() || len(v.cookies) != 0 {
		t.Errorf("somebody else's order is answered %d with %v", v.status, v.cookies)
	}
	for _, token := range []string{"", "wrong", "a\x00b", strings.Repeat("a", 10_000)} {
		s.open(t, at+"?token="+url.QueryEscape(token), "", nil).wants(t, http.StatusNotFound)
		s.open(t, at, "", url.Values{"token": {token}}).wants(t, http.StatusNotFound)
	}
}

func TestALetterThatComesLateSaysSo(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) {
		p.order = func(o *orderingv1.Order) {
			o.Status, o.ConfirmedAt, o.Failure = state.OrderFailed, 0,
				"not_confirmed"
		}
	})
	s.peers.fail("ConfirmOrder",
		fault.New(fault.Conflict, "not_confirmed", "This order was not confirmed in time."))
	at := orderAt + "/confirm"
	s.open(t, at+"?token="+letterOf, "", nil).wants(t, http.StatusOK, "This order was not confirmed in time.",
		"What was in your basket")
	s.open(t, at, "", url.Values{"token": {letterOf}}).wants(t, http.StatusConflict,
		"This order was not confirmed in time.")
	s.open(t, orderAt, withOrder, nil).wants(t, http.StatusOK, "This order was not confirmed in time.",
		"What was in your basket")
	s.peers.set(func(p *peers) { p.order = nil })
	s.open(t, at+"?token="+letterOf, "", nil).wants(t, http.StatusOK, "This order is confirmed already.",
		"Show my order")
}

func TestTheOperatorSettlesManyAtOnce(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.awaits(false, true)
	v := s.asOperator(t, "/operator/waiting", nil)
	v.wants(t, http.StatusOK, "Wait for you (818)", "Link is mailed (13)", "Ann Example",
		"Network k3x9ab, 1 of these", "Cancel all 818 that wait")
	if len(v.find("input", "type", "checkbox", "name", "order", "value", placedOrder)) != 1 ||
		v.value("client_holds") != "5" {
		t.Error("the order cannot be ticked, or the limits are not shown")
	}
	for do, want := range map[string]string{
		"through": "let_through:true", "cancel": "",
		"cancel-all": "all_queued:true",
	} {
		v = s.asOperator(t, "/operator/waiting",
			url.Values{"order": {placedOrder, "ord_portland_2"}, "do": {do}})
		asked := s.peers.last["SettleUnconfirmed"].(*orderingv1.SettleUnconfirmedRequest)
		ids := len(asked.GetIds())
		if v.status != http.StatusSeeOther || asked.GetMarket() != "portland" ||
			asked.GetLetThrough() != (want == "let_through:true") ||
			asked.GetAllQueued() != (want == "all_queued:true") || (ids == 2) == asked.GetAllQueued() {
			t.Errorf("%s: %d, ordering was asked for %v", do, v.status, asked)
		}
	}
	s.asOperator(t, "/operator/waiting?done=2&did=cancel", nil).wants(t, http.StatusOK,
		"2 orders are cancelled.")
	s.asOperator(t, "/operator/waiting?done=x&did=cancel", nil).wants(t, http.StatusOK, "Unconfirmed orders")
	s.asOperator(t, "/operator/waiting", url.Values{"do": {"nonsense"}}).wants(t, http.StatusBadRequest)
}

func TestAMarketSetsItsLimits(t *testing.T) {
	s := openShop(t, DefaultLimits)
	form := url.Values{
		"percent": {"20"}, "contact_holds": {"1"}, "client_holds": {"7"},
		"client_burst": {"50"}, "market_burst": {"90"}, "open_orders": {"4"}, "newcomer_orders": {"1"},
		"newcomer_value": {"99.50"},
	}
	v := s.asOperator(t, "/operator/waiting/limits", form)
	set := s.peers.last["PutPickupLimits"].(*orderingv1.PutPickupLimitsRequest).GetLimits()
	if v.status != http.StatusSeeOther || set.GetMarket() != "portland" || set.GetPercent() != 20 ||
		set.GetClientHolds() != 7 || set.GetOpenOrders() != 4 || set.GetNewcomerOrders() != 1 ||
		set.GetNewcomerValue() != 9950 {
		t.Errorf("%d, set %v", v.status, set)
	}
	form.Set("client_holds", "many")
	v = s.asOperator(t, "/operator/waiting/limits", form)
	v.wants(t, http.StatusUnprocessableEntity, "Choose a whole number.")
	if v.value("percent") != "20" || len(v.find("details", "open", "")) != 1 {
		t.Error("what was typed is lost, or the form is folded away")
	}
	form.Set("client_holds", "1")
	form.Set("newcomer_value", "much")
	s.asOperator(t, "/operator/waiting/limits", form).wants(t, http.StatusUnprocessableEntity)
	form.Set("newcomer_value", "100")
	s.peers.fail("PutPickupLimits",
		fault.New(fault.Invalid, "invalid", "Bad.",
			fault.Field{Name: "percent", Message: "Choose a share from 1 to 100 %."}))
	s.asOperator(t, "/operator/waiting/limits", form).wants(t, http.StatusUnprocessableEntity,
		"Choose a share from 1 to 100 %.")
}
