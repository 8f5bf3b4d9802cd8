package edge

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
)

// asOperator opens a page of the operator's desk, or posts a form to it.
func (s *shop) asOperator(t *testing.T, path string, form url.Values) *view {
	t.Helper()
	return s.open(t, path, "session=operator", form)
}

// wants checks a page's status and that it says some things.
func (v *view) wants(t *testing.T, status int, texts ...string) {
	t.Helper()
	if v.status != status {
		t.Errorf("status %d, want %d", v.status, status)
	}
	said := strings.Join(strings.Fields(v.text()), " ")
	for _, text := range texts {
		if !strings.Contains(said, text) {
			t.Errorf("the page does not say %q: %s", text, said)
		}
	}
}

// TestOrdersAreSiftedByTheAddress asks for everything at once. Days are the market's: 2026-11-01 has 25 hours in Portland.
func TestOrdersAreSiftedByTheAddress(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.asOperator(t, "/operator?q=ann%40example.org&status=new&window="+saturday+"&producer="+dairy+"&from=2026-11-01&to=2026-11-01", nil)
	v.wants(t, http.StatusOK, "Ann Example", "Confirmed", "$48.00")
	asked := s.peers.last["ListOrders"].(*orderingv1.ListOrdersRequest)
	if strings.Join(asked.GetCustomerIds(), " ") != "acc_x_1 cus_x_2" || asked.GetStatuses()[0] != "confirmed" || asked.GetWindowId() != saturday || asked.GetWithProducerId() != dairy {
		t.Errorf("ordering was asked for %v", asked)
	}
	if from, before := timeOf(asked.GetPlacedFrom()), timeOf(asked.GetPlacedBefore()); from.Format(time.RFC3339) != "2026-11-01T07:00:00Z" || before.Sub(from) != 25*time.Hour {
		t.Errorf("the day is from %s to %s", from, before)
	}
	if len(v.find("input", "name", "q", "value", "ann@example.org")) != 1 || len(v.find("a", "href", "/operator/orders/"+placedOrder)) != 1 {
		t.Error("what was typed is lost, or the order cannot be opened")
	}
	s.asOperator(t, "/operator?q=T9W4BC", nil)
	if asked = s.peers.last["ListOrders"].(*orderingv1.ListOrdersRequest); asked.GetNumber() != "T9W4BC" || len(asked.GetCustomerIds()) != 0 {
		t.Errorf("ordering was asked for %v", asked)
	}
}

func TestABadQuestionForOrdersIsMarked(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.asOperator(t, "/operator?q=nobody%40example.org", nil).wants(t, http.StatusOK, "Nobody has ordered with this address.")
	v := s.asOperator(t, "/operator?from=yesterday&to=2026-02-31", nil)
	v.wants(t, http.StatusUnprocessableEntity, "A day looks like 2026-11-21.")
	if len(v.find("input", "name", "from", "value", "yesterday", "aria-invalid", "true")) != 1 || len(v.find("input", "name", "to", "aria-invalid", "true")) != 1 || s.peers.count("ListOrders") != 0 {
		t.Error("the fields are not marked, or ordering was asked all the same")
	}
	s.asOperator(t, "/operator?from=2026-11-02&to=2026-11-01", nil).wants(t, http.StatusUnprocessableEntity, "This day is before the first.")
	s.peers.fail("ListOrders", fault.New(fault.Invalid, "invalid", "No.", fault.Field{Name: "number", Message: "A number is longer."}))
	v = s.asOperator(t, "/operator?q=x", nil)
	v.wants(t, http.StatusUnprocessableEntity, "A number is longer.")
	if s.asOperator(t, "/operator?market=nowhere", nil).status != http.StatusNotFound {
		t.Error("there is a desk of a market that is not there")
	}
}

// TestAnOrdersWholeLifeIsOnOnePage reads what all services know of it.
func TestAnOrdersWholeLifeIsOnOnePage(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.asOperator(t, "/operator/orders/"+placedOrder, nil)
	v.wants(t, http.StatusOK,
		"Order T9W4BC", "Confirmed", "Placed Fri 20 Nov 2026, 00:00", "Sold.", "Held until Fri 20 Nov 2026, 10:00.", "2 × Hill Tomme", "2 of lot B12, best before 2026-12-24",
		"ann@example.org", "Collected $48.00", "Refunded $3.00", "clearing:test", "-$48.00", "Your order", "Sent", "Cancel it")
	if v.value("amount") != "45.00" || v.value("key") == "" {
		t.Errorf("the refund is filled in with %q", v.value("amount"))
	}
	if len(v.find("a", "href", "/producer/orders/"+placedOrder+"?producer="+dairy)) != 1 {
		t.Error("the producer's desk cannot be reached")
	}
}

// TestAnOrderIsShownThoughServicesAreDown leaves out what cannot be had.
func TestAnOrderIsShownThoughServicesAreDown(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for _, method := range []string{"inventory.GetHold", "delivery.GetHold", "GetPayment", "ListEntries", "ListMessages", "Open"} {
		s.peers.fail(method, fault.New(fault.Unavailable, "unavailable", "Down."))
	}
	v := s.asOperator(t, "/operator/orders/"+placedOrder, nil)
	v.wants(t, http.StatusOK, "Cannot be reached just now.", "2 × Hill Tomme")
	if len(v.find("input", "name", "amount")) != 0 {
		t.Error("money can be refunded that nobody knows of")
	}
}

func TestARefundIsAskedForOnceAndShownAgainWhenRefused(t *testing.T) {
	s := openShop(t, DefaultLimits)
	at := "/operator/orders/" + placedOrder
	v := s.asOperator(t, at+"/refunds", url.Values{"key": {"k"}, "amount": {"5.00"}, "reason": {"broken"}})
	sent := s.peers.last["Refund"].(*paymentsv1.RefundRequest)
	if v.status != http.StatusSeeOther || v.header.Get("Location") != at || sent.GetAmount().GetAmount() != 500 || sent.GetKey() != placedOrder+":k" || sent.GetReason() != "broken" {
		t.Errorf("status %d, to %s, %v", v.status, v.header.Get("Location"), sent)
	}
	for amount, want := range map[string]string{"five": `"five" is not an amount of USD.`, "1.005": "USD has 2 decimals", "-1": "A refund is more than nothing.", "": "is not an amount"} {
		v = s.asOperator(t, at+"/refunds", url.Values{"key": {"k"}, "amount": {amount}, "reason": {"<b>broken"}})
		v.wants(t, http.StatusUnprocessableEntity, want)
		if len(v.find("input", "name", "amount", "value", amount, "aria-invalid", "true")) != 1 || v.value("reason") != "<b>broken" || v.value("key") != "k" {
			t.Errorf("%q: what was typed is lost", amount)
		}
	}
	s.peers.fail("Refund", fault.New(fault.Conflict, "refund_too_large", "That is more than is left to refund."))
	v = s.asOperator(t, at+"/refunds", url.Values{"key": {"k"}, "amount": {"99"}})
	v.wants(t, http.StatusConflict, "That is more than is left to refund.", "$45.00 is left to refund.")
	if len(v.find("details", "open", "")) != 1 {
		t.Error("the form that was refused is folded away")
	}
}

func TestAnOrderIsCancelledByTheOperator(t *testing.T) {
	s := openShop(t, DefaultLimits)
	at := "/operator/orders/" + placedOrder
	if v := s.asOperator(t, at+"/cancel", url.Values{}); v.status != http.StatusSeeOther || v.header.Get("Location") != at {
		t.Errorf("status %d, to %s", v.status, v.header.Get("Location"))
	}
	s.peers.fail("CancelOrder", fault.New(fault.Conflict, "too_late", "It is packed already."))
	s.asOperator(t, at+"/cancel", url.Values{}).wants(t, http.StatusConflict, "It is packed already.", "Order T9W4BC")
}
