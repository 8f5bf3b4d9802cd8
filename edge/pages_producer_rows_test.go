package edge

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

const otherOrder = "ord_portland_01k8y6v0xq7d3mz1n5r2t9w4bd"

func TestOrdersThatAreChosenAreTakenOnTogether(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.open(t, "/producer/orders?chosen=all", makerCookie, nil)
	if v.status != http.StatusOK || len(v.find("input", "name", "chosen", "value", placedOrder+":0", "checked", "")) != 1 || len(v.find("button", "name", "to", "value", "packed")) != 1 {
		t.Fatalf("status %d: %s", v.status, v.text())
	}
	if asked := s.peers.last["ListOrders"].(*orderingv1.ListOrdersRequest); !slices.Equal(asked.GetPartStatuses(), []string{"new", "accepted", "packed", "ready"}) {
		t.Errorf("asked for %v", asked)
	}
	v = s.open(t, "/producer/orders?state=new", makerCookie, url.Values{"to": {"packed"}, "chosen": {placedOrder + ":0", otherOrder + ":3", placedOrder + ":0"}})
	v.says(t, http.StatusOK, "1 order is packed.", "One stays as it is", "It has to be weighed: Hill Tomme.", "cannot be undone")
	if sent := s.peers.last["StepParts"].(*orderingv1.StepPartsRequest); len(sent.GetParts()) != 2 || sent.GetParts()[1].GetMoves() != 3 || sent.GetProducerId() != dairy || sent.GetViewer() == nil {
		t.Errorf("sent %v", sent)
	}
	if len(v.find("input", "name", "chosen", "checked", "")) != 1 || len(v.find("form", "action", "/producer/orders?state=new")) != 1 {
		t.Error("what was packed is not chosen any more, or the list forgets what it is of")
	}
}

func TestAStepOfRowsCanBeUndone(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.order = func(o *orderingv1.Order) { o.Parts[0].CanTakeBack, o.Parts[0].Moves = true, 4 }
	v := s.open(t, "/producer/orders", makerCookie, url.Values{"one": {"accepted:" + placedOrder + ":3"}})
	v.says(t, http.StatusOK, "1 order is accepted.", "Undo")
	if len(v.find("input", "type", "hidden", "name", "chosen", "value", placedOrder+":4")) != 1 {
		t.Error("the undo does not say what was seen")
	}
	v = s.open(t, "/producer/orders", makerCookie, url.Values{"to": {"back"}, "chosen": {placedOrder + ":4"}})
	v.says(t, http.StatusOK, "1 order is taken one step back.")
	if sent := s.peers.last["StepParts"].(*orderingv1.StepPartsRequest); sent.GetTo() != "back" || sent.GetParts()[0].GetMoves() != 4 {
		t.Errorf("sent %v", sent)
	}
}

func TestAStepOfNothingSaysSo(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.open(t, "/producer/orders", makerCookie, url.Values{"to": {"packed"}}).says(t, http.StatusUnprocessableEntity, "Choose the orders first.")
	for _, torn := range []url.Values{{"to": {"packed"}, "chosen": {"x"}}, {"one": {"packed"}}, {"to": {"packed"}, "chosen": {placedOrder + ":many"}}} {
		if v := s.open(t, "/producer/orders", makerCookie, torn); v.status != http.StatusBadRequest && v.status != http.StatusUnprocessableEntity {
			t.Errorf("%v is answered with %d", torn, v.status)
		}
	}
	if s.peers.count("StepParts") != 0 {
		t.Error("something was taken on")
	}
	s.peers.fail("StepParts", fault.New(fault.Invalid, "invalid", "At most 200 orders at a time."))
	s.open(t, "/producer/orders", makerCookie, url.Values{"to": {"packed"}, "chosen": {placedOrder + ":0"}}).says(t, http.StatusUnprocessableEntity, "At most 200")
}

// TestASearchOfRowsFindsNamesNumbersAndGoods looks for an order by what its maker knows of it.
func TestASearchOfRowsFindsNamesNumbersAndGoods(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for q, found := range map[string]bool{"ANN": true, "tömme": true, placedOrder[len(placedOrder)-6:]: true, "zucchini": false} {
		v := s.open(t, "/producer/orders?"+url.Values{"q": {q}}.Encode(), makerCookie, nil)
		if got := len(v.find("input", "name", "chosen")) > 0; got != found || found == strings.Contains(v.text(), "No order is like that.") {
			t.Errorf("%q finds %t: %d", q, got, v.status)
		}
	}
}
