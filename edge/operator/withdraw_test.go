package operator_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

func TestAMakerLeavesTheShopAfterAQuestionAndComesBack(t *testing.T) {
	s := edgetest.Open(t)
	at := "/operator/producers/" + edgetest.Dairy + "/approval"
	s.Peers.Set(func(p *edgetest.Peers) { p.Producer = func(p *catalogv1.Producer) { p.Approved = true } })
	if v := s.AsOperator(t, "/operator/producers", nil); len(v.Find("a", "href", at)) == 0 ||
		len(v.Find("button", "name", "approved", "value", "no")) != 0 {
		t.Error("the list takes a maker out of the shop by one click")
	}
	v := s.AsOperator(t, at, nil)
	v.Says(t, http.StatusOK, "Take Hill Dairy out of the shop?", "3 orders are still open.",
		"You can let them sell again at any time")
	if v.Value("open") != "3" || len(v.Find("a", "href", "/operator?producer="+edgetest.Dairy)) == 0 {
		t.Error("the question does not say of which orders it is")
	}
	asked := s.Peers.Last["CountOpenOrders"].(*orderingv1.CountOpenOrdersRequest)
	if asked.GetProducerId() != edgetest.Dairy || asked.GetWindowId() != "" {
		t.Errorf("counted are %v", asked)
	}
	for _, seen := range []string{"", "2"} { // by hand, and while an order came
		v = s.AsOperator(t, at, url.Values{"approved": {"no"}, "open": {seen}})
		v.Says(t, http.StatusConflict, "another one by now", "3 orders are still open.")
	}
	if s.Peers.Count("ApproveProducer") != 0 {
		t.Error("a maker leaves without the question")
	}
	v = s.AsOperator(t, at, url.Values{"approved": {"no"}, "open": {"3"}})
	sent := s.Peers.Last["ApproveProducer"].(*catalogv1.ApproveProducerRequest)
	if v.Status != http.StatusSeeOther || sent.GetApproved() || sent.GetId() != edgetest.Dairy {
		t.Errorf("status %d, %v", v.Status, sent)
	}
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Producer = func(p *catalogv1.Producer) { p.Approved, p.Suspended = false, true }
	})
	v = s.AsOperator(t, v.Header.Get("Location"), nil)
	v.Says(t, http.StatusOK, "Hill Dairy is out of the shop.", "Undo", "Suspended", "Let sell again")
	if len(v.Find("form", "action", at)) == 0 {
		t.Error("it cannot be undone")
	}
}
