package operator_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

func TestTheOperatorSettlesManyAtOnce(t *testing.T) {
	s := edgetest.Open(t)
	s.Awaits(false, true)
	v := s.AsOperator(t, "/operator/waiting", nil)
	v.Says(t, http.StatusOK, "Wait for you (818)", "Link is mailed (13)", "Ann Example",
		"Network k3x9ab, 1 of these", "Cancel all 818 that wait")
	if len(v.Find("input", "type", "checkbox", "name", "order", "value", edgetest.PlacedOrder)) != 1 ||
		v.Value("client_holds") != "5" {
		t.Error("the order cannot be ticked, or the limits are not shown")
	}
	for do, want := range map[string]string{
		"through": "let_through:true", "cancel": "",
		"cancel-all": "all_queued:true",
	} {
		v = s.AsOperator(t, "/operator/waiting",
			url.Values{"order": {edgetest.PlacedOrder, "ord_portland_2"}, "do": {do}})
		asked := s.Peers.Last["SettleUnconfirmed"].(*orderingv1.SettleUnconfirmedRequest)
		ids := len(asked.GetIds())
		if v.Status != http.StatusSeeOther || asked.GetMarket() != "portland" ||
			asked.GetLetThrough() != (want == "let_through:true") ||
			asked.GetAllQueued() != (want == "all_queued:true") || (ids == 2) == asked.GetAllQueued() {
			t.Errorf("%s: %d, ordering was asked for %v", do, v.Status, asked)
		}
	}
	s.AsOperator(t, "/operator/waiting?done=2&did=cancel", nil).Says(t, http.StatusOK,
		"2 orders are cancelled.")
	s.AsOperator(t, "/operator/waiting?done=x&did=cancel", nil).Says(t, http.StatusOK, "Unconfirmed orders")
	s.AsOperator(t, "/operator/waiting", url.Values{"do": {"nonsense"}}).Says(t, http.StatusBadRequest)
}

func TestAMarketSetsItsLimits(t *testing.T) {
	s := edgetest.Open(t)
	form := url.Values{
		"percent": {"20"}, "contact_holds": {"1"}, "client_holds": {"7"},
		"client_burst": {"50"}, "market_burst": {"90"}, "open_orders": {"4"}, "newcomer_orders": {"1"},
		"newcomer_value": {"99.50"}, "without_payments": {"1"},
	}
	v := s.AsOperator(t, "/operator/waiting/limits", form)
	set := s.Peers.Last["PutPickupLimits"].(*orderingv1.PutPickupLimitsRequest).GetLimits()
	if v.Status != http.StatusSeeOther || set.GetMarket() != "portland" || set.GetPercent() != 20 ||
		set.GetClientHolds() != 7 || set.GetOpenOrders() != 4 || set.GetNewcomerOrders() != 1 ||
		set.GetNewcomerValue() != 9950 || !set.GetWithoutPayments() {
		t.Errorf("%d, set %v", v.Status, set)
	}
	form.Set("client_holds", "many")
	v = s.AsOperator(t, "/operator/waiting/limits", form)
	v.Says(t, http.StatusUnprocessableEntity, "Choose a whole number.")
	if v.Value("percent") != "20" || len(v.Find("details", "open", "")) != 1 {
		t.Error("what was typed is lost, or the form is folded away")
	}
	form.Set("client_holds", "1")
	form.Set("newcomer_value", "much")
	s.AsOperator(t, "/operator/waiting/limits", form).Says(t, http.StatusUnprocessableEntity)
	form.Set("newcomer_value", "100")
	s.Peers.Fail("PutPickupLimits",
		fault.New(fault.Invalid, "invalid", "Bad.",
			fault.Field{Name: "percent", Message: "Choose a share from 1 to 100 %."}))
	s.AsOperator(t, "/operator/waiting/limits", form).Says(t, http.StatusUnprocessableEntity,
		"Choose a share from 1 to 100 %.")
}
