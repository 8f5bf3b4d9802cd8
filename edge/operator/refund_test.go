package operator_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/fault"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
)

func TestALineOrAMakersPartIsPaidBack(t *testing.T) {
	s := edgetest.Open(t)
	at := "/operator/orders/" + edgetest.PlacedOrder
	v := s.AsOperator(t, at, nil)
	for _, of := range []string{ofLine + edgetest.Wheel, ofPart + edgetest.Dairy} {
		link := at + "?" + url.Values{"of": {of}, "refund": {"1"}}.Encode()
		if len(v.Find("a", "href", link)) != 1 {
			t.Errorf("nothing leads to %s", link)
			continue
		}
		form := s.AsOperator(t, link, nil)
		form.Says(t, http.StatusOK, "Hill")
		if form.Value("of") != of {
			t.Errorf("the form is of %q, want %q", form.Value("of"), of)
		}
		sent := s.AsOperator(t, at+"/refunds",
			url.Values{"key": {form.Value("key")}, "of": {of}, "amount": {"5"}, "reason": {"Broken"}})
		got := s.Peers.Last["Refund"].(*paymentsv1.RefundRequest)
		line, part := got.GetVariantId() == edgetest.Wheel, got.GetProducerId() == edgetest.Dairy
		if sent.Status != http.StatusSeeOther || line == part || got.GetAmount().GetAmount() != 500 {
			t.Errorf("%s: status %d, %v", of, sent.Status, got)
		}
	}
	s.Peers.Fail("Refund", fault.New(fault.NotFound, "not_found", "There is no such line in this order."))
	v = s.AsOperator(t, at+"/refunds", url.Values{"key": {"a"}, "of": {"torn"}, "amount": {"5"}})
	v.Says(t, http.StatusNotFound, "There is no such line in this order.")
	if got := s.Peers.Last["Refund"].(*paymentsv1.RefundRequest); got.GetVariantId() != "torn" {
		t.Errorf("what is torn is a refund of all: %v", got)
	}
}

// TestALineIsPaidBackByItsQuantity asks for one of two: what it comes to is said, and done once that was
// seen.
func TestALineIsPaidBackByItsQuantity(t *testing.T) {
	s := edgetest.Open(t)
	at := "/operator/orders/" + edgetest.PlacedOrder
	link := func(of string) string { return at + "?" + url.Values{"of": {of}, "refund": {"1"}}.Encode() }
	form := s.AsOperator(t, link(ofLine+edgetest.Wheel), nil)
	form.Says(t, http.StatusOK, "How many", "Ordered: 2.")
	if v := s.AsOperator(t, link(ofPart+edgetest.Dairy), nil); len(v.Find("input", "name", "quantity")) != 0 {
		t.Error("a part has a quantity")
	} else if len(v.Find("input", "name", "amount", "autofocus", "")) != 1 ||
		len(form.Find("input", "name", "quantity", "autofocus", "")) != 1 {
		t.Error("the form is far below, and nothing leads there")
	}
	sent := url.Values{
		"key": {form.Value("key")}, "of": {ofLine + edgetest.Wheel}, "amount": {"45.00"},
		"reason": {"One broke"}, "quantity": {" 1 "},
	}
	sure := s.AsOperator(t, at+"/refunds", sent)
	sure.Says(t, http.StatusOK, "1 of it comes to $24.00. Nothing is refunded yet.", "Refund $24.00",
		"One broke")
	if s.Peers.Count("Refund") != 0 {
		t.Error("it is refunded before anybody knows how much")
	}
	again := url.Values{}
	for _, name := range []string{"key", "of", "amount", "reason", "quantity", "said"} {
		again.Set(name, sure.Value(name))
	}
	again.Set("change", "1")
	if v := s.AsOperator(t, at+"/refunds", again); v.Value("quantity") != "1" ||
		v.Value("reason") != "One broke" || len(v.Find("input", "name", "said")) != 0 ||
		s.Peers.Count("Refund") != 0 {
		t.Error("it cannot be changed")
	}
	again.Del("change")
	v := s.AsOperator(t, at+"/refunds", again)
	got := s.Peers.Last["Refund"].(*paymentsv1.RefundRequest)
	if v.Status != http.StatusSeeOther || got.GetQuantity() != 1000 || got.GetAmount().GetAmount() != 2400 ||
		got.GetVariantId() != edgetest.Wheel || got.GetReason() != "One broke" || got.GetKey() == "" {
		t.Errorf("status %d, %v", v.Status, got)
	}
	for typed, why := range map[string]string{
		"1.5": "write a whole number",
		"0":   "This is more than nothing.", "-1": "", "one": "",
	} {
		sent.Set("quantity", typed)
		v := s.AsOperator(t, at+"/refunds", sent)
		v.Says(t, http.StatusUnprocessableEntity, why)
		if len(v.Find("input", "name", "quantity", "aria-invalid", "true", "value", typed)) != 1 {
			t.Errorf("%q is not said to be wrong beside its field", typed)
		}
	}
	s.Peers.Fail("QuoteRefund",
		fault.New(fault.Conflict, "refund_too_large", "That is more than is left to refund."))
	sent.Set("quantity", "3")
	s.AsOperator(t, at+"/refunds", sent).Says(t, http.StatusConflict, "That is more than is left to refund.")
}

func TestWhatIsWhollyPaidBackIsNotOfferedAgain(t *testing.T) {
	s := edgetest.Open(t)
	at := "/operator/orders/" + edgetest.PlacedOrder
	// of a line of $48.00; a part has links of its own
	for minor, want := range map[int64]int{4799: 2, 4800: 1} {
		s.Peers.Payment = func(p *paymentsv1.Payment) {
			p.Refunds = []*paymentsv1.Refund{{
				Amount: edgetest.Dollars(minor), VariantId: edgetest.Wheel,
				ProducerId: "pro_x_other",
			}}
		}
		links := 0
		for _, of := range []string{ofLine + edgetest.Wheel, ofPart + edgetest.Dairy} {
			links += len(s.AsOperator(t, at, nil).Find("a", "href", at+"?"+
				url.Values{"of": {of}, "refund": {"1"}}.Encode()))
		}
		if links != want {
			t.Errorf("with %d of a line paid back %d links lead to refunds, want %d", minor, links, want)
		}
	}
}

func TestAWeighedLineIsPaidBackByItsWeight(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Order = edgetest.MakeByTheKilo
	s.Peers.Payment = func(p *paymentsv1.Payment) {
		p.Refunds = []*paymentsv1.Refund{{
			Amount: edgetest.Dollars(300), VariantId: edgetest.Slice, ProducerId: edgetest.Dairy,
			Quantity: 100,
		}}
	}
	at := "/operator/orders/" + edgetest.PlacedOrder
	form := s.AsOperator(t, at+"?"+url.Values{"of": {ofLine + edgetest.Slice}, "refund": {"1"}}.Encode(), nil)
	form.Says(t, http.StatusOK, "How much, in kg", "Paid back already: 0.1 kg (0.22 lb).")
	sent := url.Values{
		"key": {form.Value("key")}, "of": {ofLine + edgetest.Slice}, "amount": {"1"},
		"quantity": {"0,25"},
	}
	s.AsOperator(t, at+"/refunds", sent).Says(t, http.StatusOK, "0,25 kg of it comes to $6.00.")
	if got := s.Peers.Last["QuoteRefund"].(*paymentsv1.QuoteRefundRequest); got.GetQuantity() != 250 ||
		got.GetVariantId() != edgetest.Slice {
		t.Errorf("it is asked for %v", got)
	}
}
