package windows_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/fault"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

func TestAWindowIsCancelledAfterAQuestionThatSaysWhatDoesNotFit(t *testing.T) {
	s := edgetest.Open(t)
	page := "/operator/windows/" + edgetest.Saturday
	s.Peers.Set(func(p *edgetest.Peers) {
		p.OpenOrders = &orderingv1.CountOpenOrdersResponse{
			Orders: 48, Producers: 3,
			Total: edgetest.Dollars(123400),
		}
	})
	if v := s.AsOperator(t, page, nil); len(v.Find("a", "href", page+"/cancel")) != 1 {
		t.Error("a window cannot be cancelled")
	}
	v := s.AsOperator(t, page+"/cancel", nil)
	v.Says(t, http.StatusOK, "Cancel this window?", "48 orders are open in it",
		"3 makers are concerned; the orders come to $1,234.00.", "places free", "orders do not fit",
		"Cancel them and pay everything back")
	if len(v.Find("input", "name", "to", "value", edgetest.Saturday)) != 0 ||
		len(v.Find("input", "name", "to", "value", "refund")) != 1 {
		t.Error("the orders can go where they are, or cannot be paid back")
	}
	to, _ := edgetest.Attribute(v.Find("input", "name", "to")[0], "value")
	sent := url.Values{"key": {v.Value("key")}, "open": {"48"}, "reason": {" The hall is flooded "}}
	v = s.AsOperator(t, page+"/cancel", sent)
	v.Says(t, http.StatusUnprocessableEntity, "Choose what becomes of the orders.")
	if s.Peers.Count("ClearWindow") != 0 || v.Value("reason") != " The hall is flooded " {
		t.Error("it is cancelled without a decision")
	}
	for _, choice := range []string{to, payBack} {
		sent.Set("to", choice)
		v = s.AsOperator(t, page+"/cancel", sent)
		got := s.Peers.Last["ClearWindow"].(*orderingv1.ClearWindowRequest)
		want := choice
		if choice == payBack {
			want = ""
		}
		if v.Status != http.StatusSeeOther || got.GetWindowId() != edgetest.Saturday ||
			got.GetToWindowId() != want ||
			got.GetReason() != "The hall is flooded" || got.GetKey() == "" || got.GetOpen() != 48 ||
			!got.GetViewer().GetOperator() {
			t.Errorf("status %d, %v", v.Status, got)
		}
	}
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Window = func(w *deliveryv1.Window) {
			w.Closed, w.Cancelled = true,
				true
		}
	})
	v = s.AsOperator(t, page, nil)
	v.Says(t, http.StatusOK, "This window is cancelled", "31 of 48 moved", "The hall is flooded",
		"2 orders stay", "This order is being packed.", "Move or cancel what stays")
	if len(v.Find("form", "action", page)) != 0 || len(v.Find("a", "href", page+"/close")) != 0 {
		t.Error("what is cancelled can still be changed")
	}
}

// TestAWindowWithoutOrdersIsCancelledWithoutAskingForThem also has an order come meanwhile: then it is asked,
// and nothing is chosen.
func TestAWindowWithoutOrdersIsCancelledWithoutAskingForThem(t *testing.T) {
	s := edgetest.Open(t)
	page := "/operator/windows/" + edgetest.Saturday
	s.Peers.Set(func(p *edgetest.Peers) { p.OpenOrders = &orderingv1.CountOpenOrdersResponse{} })
	v := s.AsOperator(t, page+"/cancel", nil)
	v.Says(t, http.StatusOK, "No order is open in it.")
	form := edgetest.FilledIn(v.Find("form", "action", page+"/cancel")[0])
	if len(v.Find("input", "name", "to")) != 0 || form.Has("to") {
		t.Error("it asks what becomes of orders that are not there")
	}
	form.Set("reason", "Nobody is there.")
	if v = s.AsOperator(t, page+"/cancel", form); v.Status != http.StatusSeeOther {
		t.Fatalf("it is answered with %d: %s", v.Status, v.Text())
	}
	if sent := s.Peers.Last["ClearWindow"].(*orderingv1.ClearWindowRequest); sent.GetOpen() != 0 ||
		sent.Open == nil || sent.GetToWindowId() != "" {
		t.Errorf("sent %v", sent)
	}
	s.Peers.Set(func(p *edgetest.Peers) {
		p.OpenOrders = &orderingv1.CountOpenOrdersResponse{
			Orders: 1,
			Total:  edgetest.Dollars(100),
		}
	})
	s.Peers.Fail("ClearWindow", edgetest.Conflict("changed_since"))
	v = s.AsOperator(t, page+"/cancel", form)
	if v.Status != http.StatusConflict || len(v.Find("input", "name", "to")) == 0 ||
		len(v.Find("input", "name", "to", "checked", "")) != 0 {
		t.Errorf("with an order that came meanwhile it is answered with %d: %s", v.Status, v.Text())
	}
}

func TestACancelledWindowSaysWhereItsOrdersWent(t *testing.T) {
	s := edgetest.Open(t)
	page := "/operator/windows/" + edgetest.Saturday
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Window = func(w *deliveryv1.Window) { w.Closed, w.Cancelled = true, true }
		p.Clearing = func(c *orderingv1.Clearing) {
			c.ToWindowId = ""
			c.Went = []*orderingv1.Went{
				{ToWindowId: edgetest.Evening, Orders: 20},
				{Orders: 10},
				{HandedOver: true, Orders: 1},
			}
		}
	})
	v := s.AsOperator(t, page, nil)
	v.Says(t, http.StatusOK, "31 of 48 gone", "20 moved to", "10 cancelled and paid back", "1 handed over",
		"What is being packed is neither moved nor cancelled.")
	if len(v.Find("a", "href", "/operator/windows/"+edgetest.Evening)) != 1 {
		t.Error("nothing leads to where they went")
	}
	if len(v.Find("a", "href", page+"/cancel")) != 1 {
		t.Error("what is not packed cannot be decided on again")
	}
	// Where all that stays is packed, there is nothing to decide on.
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Clearing = func(c *orderingv1.Clearing) {
			c.Stay, c.Went = 1,
				[]*orderingv1.Went{{HandedOver: true, Orders: 31}}
		}
	})
	v = s.AsOperator(t, page, nil)
	v.Says(t, http.StatusOK, "31 of 48 gone", "31 handed over", "1 order stays", "its page leads to both")
	if len(v.Find("a", "href", page+"/cancel")) != 0 {
		t.Error("what is packed is to be moved")
	}
}

// TestTheProgressOfACancelledWindowTellsItself looks at the page while orders go, with a script and without,
// and when they are gone.
func TestTheProgressOfACancelledWindowTellsItself(t *testing.T) {
	s := edgetest.Open(t)
	page := "/operator/windows/" + edgetest.Saturday
	for _, done := range []bool{false, true} {
		s.Peers.Set(func(p *edgetest.Peers) {
			p.Window = func(w *deliveryv1.Window) { w.Closed, w.Cancelled = true, true }
			p.Clearing = func(c *orderingv1.Clearing) { c.Done, c.Orders, c.Gone = done, 0, 0 }
		})
		v, want := s.AsOperator(t, page, nil), 1
		if done {
			want = 0
		}
		if n := len(v.Find("section", "id", "clearing", "hx-get", page, "hx-trigger", "every 2s", "hx-select",
			"#clearing")); n != want {
			t.Errorf("done %t: %d parts look again", done, n)
		}
		var written strings.Builder
		if err := html.Render(&written, v.Root); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(written.String(), `<noscript><meta http-equiv="refresh"`); n != want {
			t.Errorf("done %t: without a script %d look again", done, n)
		}
		if strings.Contains(v.Text(), "No order has gone yet") == done ||
			strings.Contains(v.Text(), "0 of 0") != done {
			t.Errorf("done %t: before the orders are listed it says %s", done, v.Text())
		}
	}
}

func TestAnotherDecisionUnderTheSameKeyIsAskedForAgain(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Fail("ClearWindow",
		fault.New(fault.Conflict, "idempotency_key_reused",
			"This form was sent already, with something else in it."))
	v := s.AsOperator(t, "/operator/windows/"+edgetest.Saturday+"/cancel",
		url.Values{"key": {"first"}, "open": {"48"}, "reason": {"Snow"}, "to": {payBack}})
	v.Says(t, http.StatusUnprocessableEntity, "This form was sent already, with something else in it.")
	if key := v.Value("key"); key == "" || key == "first" || v.Value("reason") != "Snow" {
		t.Errorf("it is asked again under %q, with %q", key, v.Value("reason"))
	}
}
