package edge

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

func TestAMakerLeavesTheShopAfterAQuestionAndComesBack(t *testing.T) {
	s := openShop(t, DefaultLimits)
	at := "/operator/producers/" + dairy + "/approval"
	s.peers.set(func(p *peers) { p.producer = func(p *catalogv1.Producer) { p.Approved = true } })
	if v := s.asOperator(t, "/operator/producers", nil); len(v.find("a", "href", at)) == 0 ||
		len(v.find("button", "name", "approved", "value", "no")) != 0 {
		t.Error("the list takes a maker out of the shop by one click")
	}
	v := s.asOperator(t, at, nil)
	v.wants(t, http.StatusOK, "Take Hill Dairy out of the shop?", "3 orders are still open.",
		"You can let them sell again at any time")
	if v.value("open") != "3" || len(v.find("a", "href", "/operator?producer="+dairy)) == 0 {
		t.Error("the question does not say of which orders it is")
	}
	asked := s.peers.last["CountOpenOrders"].(*orderingv1.CountOpenOrdersRequest)
	if asked.GetProducerId() != dairy || asked.GetWindowId() != "" {
		t.Errorf("counted are %v", asked)
	}
	for _, seen := range []string{"", "2"} { // by hand, and while an order came
		v = s.asOperator(t, at, url.Values{"approved": {"no"}, "open": {seen}})
		v.wants(t, http.StatusConflict, "another one by now", "3 orders are still open.")
	}
	if s.peers.count("ApproveProducer") != 0 {
		t.Error("a maker leaves without the question")
	}
	v = s.asOperator(t, at, url.Values{"approved": {"no"}, "open": {"3"}})
	sent := s.peers.last["ApproveProducer"].(*catalogv1.ApproveProducerRequest)
	if v.status != http.StatusSeeOther || sent.GetApproved() || sent.GetId() != dairy {
		t.Errorf("status %d, %v", v.status, sent)
	}
	s.peers.set(func(p *peers) {
		p.producer = func(p *catalogv1.Producer) { p.Approved, p.Suspended = false, true }
	})
	v = s.asOperator(t, v.header.Get("Location"), nil)
	v.wants(t, http.StatusOK, "Hill Dairy is out of the shop.", "Undo", "Suspended", "Let sell again")
	if len(v.find("form", "action", at)) == 0 {
		t.Error("it cannot be undone")
	}
}

// TestAChangeThatClosesAWindowIsAskedFirst takes its last places away, and moves its cut-off into the past.
func TestAChangeThatClosesAWindowIsAskedFirst(t *testing.T) {
	s := openShop(t, DefaultLimits)
	at := "/operator/windows/" + saturday
	for _, change := range [][]string{{"capacity", "28"}, {"cutoff_date", "2026-11-19"}} {
		v := s.asOperator(t, at, moved(change...))
		v.wants(t, http.StatusConflict, "Nothing is saved yet: with this the window takes no more orders.")
		if s.peers.count("PutWindow") != 0 || v.value(change[0]) != change[1] {
			t.Errorf("%v is done without the question, or lost", change)
		}
	}
	if v := s.asOperator(t, at, moved("capacity", "28", "sure", "1")); v.status != http.StatusSeeOther ||
		s.peers.count("PutWindow") != 1 {
		t.Errorf("who is sure is answered with %d", v.status)
	}
}

func TestAWindowIsClosedAfterAQuestionAndOpensAgain(t *testing.T) {
	s := openShop(t, DefaultLimits)
	page := "/operator/windows/" + saturday
	if v := s.asOperator(t, page, nil); len(v.find("a", "href", page+"/close")) != 1 {
		t.Error("a window cannot be closed")
	}
	s.asOperator(t, page+"/close", nil).wants(t, http.StatusOK, "Close this window?",
		"3 orders are still open in it.", "Who has a place in it keeps it.")
	s.asOperator(t, page+"/close", url.Values{"closed": {"yes"}, "open": {"2"}}).wants(t, http.StatusConflict,
		"another one by now")
	if s.peers.count("CloseWindow") != 0 {
		t.Error("a window is closed without the question")
	}
	for answer, want := range map[string]bool{"yes": true, "no": false} {
		v := s.asOperator(t, page+"/close", url.Values{"closed": {answer}, "open": {"3"}})
		sent := s.peers.last["CloseWindow"].(*deliveryv1.CloseWindowRequest)
		if v.status != http.StatusSeeOther || v.header.Get("Location") != page || sent.GetClosed() != want {
			t.Errorf("%s: status %d, %v", answer, v.status, sent)
		}
	}
	s.peers.set(func(p *peers) { p.window = func(w *deliveryv1.Window) { w.Closed = true } })
	v := s.asOperator(t, page, nil)
	v.wants(t, http.StatusOK, "it takes no more orders", "Open it again")
	if len(v.find("a", "href", page+"/close")) != 0 {
		t.Error("what is closed can be closed")
	}
	if v = s.open(t, "/checkout", "cart="+guestCart, nil); len(v.find("input", "name", "window_id")) != 0 {
		t.Error("a closed window can be chosen")
	}
	_, body := s.send(t, call{method: "GET", path: "/api/v1/windows?market=portland"}) //nolint:bodyclose // send closes it
	text := string(body)
	if !strings.Contains(text, `"remaining":0`) || strings.Contains(text, `"remaining":12`) {
		t.Errorf("closed windows are %s", text)
	}
}
