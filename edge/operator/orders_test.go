package operator_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

// TestOrdersAreSiftedByTheAddress asks for everything at once. Days are the market's: 2026-11-01 has 25 hours
// in Portland.
func TestOrdersAreSiftedByTheAddress(t *testing.T) {
	s := edgetest.Open(t)
	v := s.AsOperator(t, "/operator?q=ann%40example.org&status=new&window="+edgetest.Saturday+"&producer="+
		edgetest.Dairy+
		"&from=2026-11-01&to=2026-11-01", nil)
	v.Says(t, http.StatusOK, "Ann Example", "Confirmed", "$48.00")
	asked := s.Peers.Last["ListOrders"].(*orderingv1.ListOrdersRequest)
	if strings.Join(asked.GetCustomerIds(), " ") != "acc_x_1 cus_x_2" ||
		asked.GetStatuses()[0] != "confirmed" || asked.GetWindowId() != edgetest.Saturday ||
		asked.GetWithProducerId() != edgetest.Dairy {
		t.Errorf("ordering was asked for %v", asked)
	}
	if from, before := web.TimeOf(asked.GetPlacedFrom()), web.TimeOf(asked.GetPlacedBefore()); from.Format(
		time.RFC3339) != "2026-11-01T07:00:00Z" || before.Sub(from) != 25*time.Hour {
		t.Errorf("the day is from %s to %s", from, before)
	}
	if len(v.Find("input", "name", "q", "value", "ann@example.org")) != 1 ||
		len(v.Find("a", "href", "/operator/orders/"+edgetest.PlacedOrder)) != 1 {
		t.Error("what was typed is lost, or the order cannot be opened")
	}
	s.AsOperator(t, "/operator?q=T9W4BC", nil)
	if asked = s.Peers.Last["ListOrders"].(*orderingv1.ListOrdersRequest); asked.GetNumber() != "T9W4BC" ||
		len(asked.GetCustomerIds()) != 0 {
		t.Errorf("ordering was asked for %v", asked)
	}
}

func TestABadQuestionForOrdersIsMarked(t *testing.T) {
	s := edgetest.Open(t)
	s.AsOperator(t, "/operator?q=nobody%40example.org", nil).Says(t, http.StatusOK,
		"Nobody has ordered with this address.")
	v := s.AsOperator(t, "/operator?from=yesterday&to=2026-02-31", nil)
	v.Says(t, http.StatusUnprocessableEntity, "A day looks like 2026-11-21.")
	if len(v.Find("input", "name", "from", "value", "yesterday", "aria-invalid", "true")) != 1 ||
		len(v.Find("input", "name", "to", "aria-invalid", "true")) != 1 || s.Peers.Count("ListOrders") != 0 {
		t.Error("the fields are not marked, or ordering was asked all the same")
	}
	s.AsOperator(t, "/operator?from=2026-11-02&to=2026-11-01", nil).Says(t, http.StatusUnprocessableEntity,
		"This day is before the first.")
	s.Peers.Fail("ListOrders",
		fault.New(fault.Invalid, "invalid", "No.",
			fault.Field{Name: "number", Message: "A number is longer."}))
	v = s.AsOperator(t, "/operator?q=x", nil)
	v.Says(t, http.StatusUnprocessableEntity, "A number is longer.")
	if s.AsOperator(t, "/operator?market=nowhere", nil).Status != http.StatusNotFound {
		t.Error("there is a desk of a market that is not there")
	}
}

// TestAnOrdersWholeLifeIsOnOnePage reads what all services know of it.
func TestAnOrdersWholeLifeIsOnOnePage(t *testing.T) {
	s := edgetest.Open(t)
	v := s.AsOperator(t, "/operator/orders/"+edgetest.PlacedOrder, nil)
	v.Says(t, http.StatusOK,
		"Order T9W4BC", "Confirmed", "Placed Nov 20, 2026, 12:00 AM", "Sold.",
		"Held until Nov 20, 2026, 10:00 AM.", "2 × Hill Tomme", "2 of lot B12, best before 24 Dec 2026",
		"ann@example.org", "Collected $48.00", "Refunded $3.00", "To come from the provider", "-$48.00",
		"Your order", "Sent", "Cancel it")
	if v.Value("amount") != "45.00" || v.Value("key") == "" {
		t.Errorf("the refund is filled in with %q", v.Value("amount"))
	}
	if len(v.Find("a", "href", "/producer/orders/"+edgetest.PlacedOrder+"?producer="+edgetest.Dairy)) != 1 {
		t.Error("the producer's desk cannot be reached")
	}
}

// TestAnOrderIsShownThoughServicesAreDown leaves out what cannot be had.
func TestAnOrderIsShownThoughServicesAreDown(t *testing.T) {
	s := edgetest.Open(t)
	for _, method := range []string{
		"inventory.GetHold", "delivery.GetHold", "GetPayment", "ListEntries",
		"ListMessages", "Open",
	} {
		s.Peers.Fail(method, fault.New(fault.Unavailable, "unavailable", "Down."))
	}
	v := s.AsOperator(t, "/operator/orders/"+edgetest.PlacedOrder, nil)
	v.Says(t, http.StatusOK, "Cannot be reached just now.", "2 × Hill Tomme")
	if len(v.Find("input", "name", "amount")) != 0 {
		t.Error("money can be refunded that nobody knows of")
	}
}

func TestARefundIsAskedForOnceAndShownAgainWhenRefused(t *testing.T) {
	s := edgetest.Open(t)
	at := "/operator/orders/" + edgetest.PlacedOrder
	v := s.AsOperator(t, at+"/refunds", url.Values{"key": {"k"}, "amount": {"5.00"}, "reason": {"broken"}})
	sent := s.Peers.Last["Refund"].(*paymentsv1.RefundRequest)
	if v.Status != http.StatusSeeOther || v.Header.Get("Location") != at ||
		sent.GetAmount().GetAmount() != 500 || sent.GetKey() != edgetest.PlacedOrder+":k" ||
		sent.GetReason() != "broken" {
		t.Errorf("status %d, to %s, %v", v.Status, v.Header.Get("Location"), sent)
	}
	for amount, want := range map[string]string{
		"five":  "Write an amount of USD such as 12.50.",
		"1.005": "Write an amount", "-1": "Write an amount", "0": "A refund is more than nothing.",
		"": "Write an amount",
	} {
		v = s.AsOperator(t, at+"/refunds",
			url.Values{"key": {"k"}, "amount": {amount}, "reason": {"<b>broken"}})
		v.Says(t, http.StatusUnprocessableEntity, want)
		if len(v.Find("input", "name", "amount", "value", amount, "aria-invalid", "true")) != 1 ||
			v.Value("reason") != "<b>broken" || v.Value("key") != "k" {
			t.Errorf("%q: what was typed is lost", amount)
		}
	}
	s.Peers.Fail("Refund",
		fault.New(fault.Conflict, "refund_too_large", "That is more than is left to refund."))
	v = s.AsOperator(t, at+"/refunds", url.Values{"key": {"k"}, "amount": {"99"}})
	v.Says(t, http.StatusConflict, "That is more than is left to refund.", "$45.00 is left to refund.")
	if len(v.Find("details", "open", "")) != 1 {
		t.Error("the form that was refused is folded away")
	}
}

func TestAnOrderIsCancelledByTheOperator(t *testing.T) {
	s := edgetest.Open(t)
	at := "/operator/orders/" + edgetest.PlacedOrder
	if v := s.AsOperator(t, at+"/cancel", url.Values{}); v.Status != http.StatusSeeOther ||
		v.Header.Get("Location") != at {
		t.Errorf("status %d, to %s", v.Status, v.Header.Get("Location"))
	}
	s.Peers.Fail("CancelOrder", fault.New(fault.Conflict, "too_late", "It is packed already."))
	s.AsOperator(t, at+"/cancel", url.Values{}).Says(t, http.StatusConflict, "It is packed already.",
		"Order T9W4BC")
}

func TestProducersAreApproved(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) { p.Producer = func(p *catalogv1.Producer) { p.Approved = false } })
	v := s.AsOperator(t, "/operator/producers", nil)
	v.Says(t, http.StatusOK, "Waiting for approval", "Hill Dairy", "Gresham")
	at := "/operator/producers/" + edgetest.Dairy + "/approval"
	if len(v.Find("form", "action", at, "method", "post")) < 2 {
		t.Error("a producer cannot be approved")
	}
	v = s.AsOperator(t, at, url.Values{"approved": {"yes"}, "back": {"/operator/producers?q=hill"}})
	sent := s.Peers.Last["ApproveProducer"].(*catalogv1.ApproveProducerRequest)
	if v.Status != http.StatusSeeOther || v.Header.Get("Location") != "/operator/producers?q=hill" ||
		sent.GetId() != edgetest.Dairy || !sent.GetApproved() {
		t.Errorf("status %d, %v", v.Status, sent)
	}
	s.AsOperator(t, at, url.Values{"approved": {"perhaps"}}).Says(t, http.StatusUnprocessableEntity,
		"choose whether this producer may sell")
	s.AsOperator(t, "/operator/producers?q=hill&cursor=next", nil)
	if asked := s.Peers.Last["ListProducers"].(*catalogv1.ListProducersRequest); asked.GetQ() != "hill" ||
		asked.GetCursor() != "next" || !asked.GetAll() || asked.GetWaiting() {
		t.Errorf("the catalogue was asked for %v", asked)
	}
}

func TestMailThatFailedIsSentAgain(t *testing.T) {
	s := edgetest.Open(t)
	v := s.AsOperator(t, "/operator/mail?status=failed", nil)
	v.Says(t, http.StatusOK, "Your order", "ann@example.org")
	here := v.Find("a", "aria-current", "true", "href", "/operator/mail?status=failed")
	asked := s.Peers.Last["ListMessages"].(*notifyv1.ListMessagesRequest)
	if asked.GetStatus() != state.MessageFailed || len(here) != 1 {
		t.Errorf("notify was asked for %v", asked)
	}
	v = s.AsOperator(t, "/operator/mail/msg_x_1/resend", url.Values{"back": {"/operator/mail?status=failed"}})
	if sent := s.Peers.Last["Resend"].(*notifyv1.ResendRequest); v.Status != http.StatusSeeOther ||
		v.Header.Get("Location") != "/operator/mail?status=failed" || sent.GetId() != "msg_x_1" {
		t.Errorf("status %d, %v", v.Status, sent)
	}
}

// TestWhatIsStuckIsShownThoughAServiceIsDown asks all services, one of which is not there.
func TestWhatIsStuckIsShownThoughAServiceIsDown(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Fail("inventory.ListTroubles", fault.New(fault.Unavailable, "unavailable", "Down."))
	v := s.AsOperator(t, "/operator/stuck", nil)
	v.Says(t, http.StatusOK, "The service “inventory” cannot be reached",
		"Money that is not where it should be", "The provider does not answer.", "Order T9W4BC", "7 attempts")
	if v.Value("id") != "money:"+edgetest.PlacedOrder ||
		len(v.Find("form", "action", "/operator/stuck/payments")) != 1 {
		t.Error("it cannot be tried again")
	}
	v = s.AsOperator(t, "/operator/stuck/payments", url.Values{"id": {"money:" + edgetest.PlacedOrder}})
	if v.Status != http.StatusSeeOther || s.Peers.Last["payments.Retry"] != edgetest.PlacedOrder {
		t.Errorf("status %d, %v", v.Status, s.Peers.Last["payments.Retry"])
	}
	if v = s.AsOperator(t, "/operator/stuck/nobody",
		url.Values{"id": {"x"}}); v.Status != http.StatusNotFound {
		t.Errorf("a service that is not there is answered with %d", v.Status)
	}
}

// TestTheLedgerNamesThings writes accounts in words, with whose they are.
func TestTheLedgerNamesThings(t *testing.T) {
	s := edgetest.Open(t)
	v := s.AsOperator(t, "/operator/orders/"+edgetest.PlacedOrder, nil)
	v.Says(t, http.StatusOK, "To come from the provider (Test card)", "Owed to Hill Dairy",
		"Refunds promisedRefund promised: Hill Tomme, Wheel (Hill Dairy)", "Refund paid")
	if strings.Contains(v.Text(), "refund_paid") || strings.Contains(v.Text(), "captured") {
		t.Error("the ledger speaks in codes")
	}
}

// TestASearchOfTheMarketFindsNames looks for who ordered, and who makes it, where no order has the number.
func TestASearchOfTheMarketFindsNames(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		m.Ask(t, 201, edgetest.Call{
			Method: "POST", Path: "/api/v1/carts/" + m.FillCart(t) + "/checkout",
			Header: edgetest.WithKey, Body: strings.Replace(edgetest.Buying, edgetest.Saturday, m.Windows, 1),
		})
		cookie := "session=" + m.Token(t, "op@example.org")
		for q, found := range map[string]bool{
			"Ann": true, "ÄNN": true, "dairy": true, "Nobody Here": false,
			"zzzzzzz": false,
		} {
			v := m.Open(t, "/operator?"+url.Values{"q": {q}}.Encode(), cookie, nil)
			if got := len(v.Find("li", "class", "line")) == 1; v.Status != http.StatusOK || got != found {
				t.Errorf("%q finds it: %t (%d)", q, got, v.Status)
			}
		}
	})
}

// TestTheFilterRowSurvivesWhatIsWrong keeps all fields where the address asks for what cannot be.
func TestTheFilterRowSurvivesWhatIsWrong(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Fail("ListOrders", fault.New(fault.Invalid, "invalid", "This is not the ID of a window.",
		fault.Field{Name: "window_id", Message: "No."}))
	v := s.AsOperator(t, "/operator?q=ann%40example.org&window=win_nowhere&status=packed&from=2026-11-01",
		nil)
	v.Says(t, http.StatusUnprocessableEntity, "This is not the ID of a window.")
	if v.Value("q") != "ann@example.org" || v.Value("from") != "2026-11-01" ||
		len(v.Find("option", "value", "packed", "selected", "")) != 1 {
		t.Errorf("the row forgets: %s", v.Text())
	}
	for _, method := range []string{"ListOrders", "FindCustomers"} {
		s := edgetest.Open(t)
		s.Peers.Fail(method, edgetest.ErrDown)
		v = s.AsOperator(t, "/operator?q=ann%40example.org&status=packed", nil)
		v.Says(t, http.StatusServiceUnavailable, edgetest.ErrDown.Message)
		if v.Value("q") != "ann@example.org" ||
			len(v.Find("option", "value", "packed", "selected", "")) != 1 ||
			strings.Contains(v.Text(), "No order is like that.") {
			t.Errorf("without an answer to %s the row forgets: %s", method, v.Text())
		}
	}
}

func TestTheDeskSaysThatPaymentsHasNotHeardOfAnOrderYet(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Order = func(o *orderingv1.Order) { o.MoneyLater, o.PaymentMethod = true, "pickup" }
	})
	s.Peers.Fail("GetPayment", fault.New(fault.NotFound, "not_found", "There is no such payment."))
	s.AsOperator(t, "/operator/orders/"+edgetest.PlacedOrder, nil).Says(t, http.StatusOK,
		"Taken while payments was away, and paid for on pickup.")
}
