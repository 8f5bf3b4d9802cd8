package edge

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/artisan-eats/artisan/fault"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
)

func TestALineOrAMakersPartIsPaidBack(t *testing.T) {
	s := openShop(t, DefaultLimits)
	at := "/operator/orders/" + placedOrder
	v := s.asOperator(t, at, nil)
	for _, of := range []string{ofLine + wheel, ofPart + dairy} {
		link := at + "?" + url.Values{"of": {of}, "refund": {"1"}}.Encode()
		if len(v.find("a", "href", link)) != 1 {
			t.Errorf("nothing leads to %s", link)
			continue
		}
		form := s.asOperator(t, link, nil)
		form.wants(t, http.StatusOK, "Hill")
		if form.value("of") != of {
			t.Errorf("the form is of %q, want %q", form.value("of"), of)
		}
		sent := s.asOperator(t, at+"/refunds",
			url.Values{"key": {form.value("key")}, "of": {of}, "amount": {"5"}, "reason": {"Broken"}})
		got := s.peers.last["Refund"].(*paymentsv1.RefundRequest)
		line, part := got.GetVariantId() == wheel, got.GetProducerId() == dairy
		if sent.status != http.StatusSeeOther || line == part || got.GetAmount().GetAmount() != 500 {
			t.Errorf("%s: status %d, %v", of, sent.status, got)
		}
	}
	s.peers.fail("Refund", fault.New(fault.NotFound, "not_found", "There is no such line in this order."))
	v = s.asOperator(t, at+"/refunds", url.Values{"key": {"a"}, "of": {"torn"}, "amount": {"5"}})
	v.wants(t, http.StatusNotFound, "There is no such line in this order.")
	if got := s.peers.last["Refund"].(*paymentsv1.RefundRequest); got.GetVariantId() != "torn" {
		t.Errorf("what is torn is a refund of all: %v", got)
	}
}

// TestALineIsPaidBackByItsQuantity asks for one of two: what it comes to is said, and done once that was
// seen.
func TestALineIsPaidBackByItsQuantity(t *testing.T) {
	s := openShop(t, DefaultLimits)
	at := "/operator/orders/" + placedOrder
	link := func(of string) string { return at + "?" + url.Values{"of": {of}, "refund": {"1"}}.Encode() }
	form := s.asOperator(t, link(ofLine+wheel), nil)
	form.wants(t, http.StatusOK, "How many", "Ordered: 2.")
	if v := s.asOperator(t, link(ofPart+dairy), nil); len(v.find("input", "name", "quantity")) != 0 {
		t.Error("a part has a quantity")
	} else if len(v.find("input", "name", "amount", "autofocus", "")) != 1 ||
		len(form.find("input", "name", "quantity", "autofocus", "")) != 1 {
		t.Error("the form is far below, and nothing leads there")
	}
	sent := url.Values{
		"key": {form.value("key")}, "of": {ofLine + wheel}, "amount": {"45.00"},
		"reason": {"One broke"}, "quantity": {" 1 "},
	}
	sure := s.asOperator(t, at+"/refunds", sent)
	sure.wants(t, http.StatusOK, "1 of it comes to $24.00. Nothing is refunded yet.", "Refund $24.00",
		"One broke")
	if s.peers.count("Refund") != 0 {
		t.Error("it is refunded before anybody knows how much")
	}
	again := url.Values{}
	for _, name := range []string{"key", "of", "amount", "reason", "quantity", "said"} {
		again.Set(name, sure.value(name))
	}
	again.Set("change", "1")
	if v := s.asOperator(t, at+"/refunds", again); v.value("quantity") != "1" ||
		v.value("reason") != "One broke" || len(v.find("input", "name", "said")) != 0 ||
		s.peers.count("Refund") != 0 {
		t.Error("it cannot be changed")
	}
	again.Del("change")
	v := s.asOperator(t, at+"/refunds", again)
	got := s.peers.last["Refund"].(*paymentsv1.RefundRequest)
	if v.status != http.StatusSeeOther || got.GetQuantity() != 1000 || got.GetAmount().GetAmount() != 2400 ||
		got.GetVariantId() != wheel || got.GetReason() != "One broke" || got.GetKey() == "" {
		t.Errorf("status %d, %v", v.status, got)
	}
	for typed, why := range map[string]string{
		"1.5": "write a whole number",
		"0":   "This is more than nothing.", "-1": "", "one": "",
	} {
		sent.Set("quantity", typed)
		v := s.asOperator(t, at+"/refunds", sent)
		v.wants(t, http.StatusUnprocessableEntity, why)
		if len(v.find("input", "name", "quantity", "aria-invalid", "true", "value", typed)) != 1 {
			t.Errorf("%q is not said to be wrong beside its field", typed)
		}
	}
	s.peers.fail("QuoteRefund",
		fault.New(fault.Conflict, "refund_too_large", "That is more than is left to refund."))
	sent.Set("quantity", "3")
	s.asOperator(t, at+"/refunds", sent).wants(t, http.StatusConflict, "That is more than is left to refund.")
}

func TestWhatIsWhollyPaidBackIsNotOfferedAgain(t *testing.T) {
	s := openShop(t, DefaultLimits)
	at := "/operator/orders/" + placedOrder
	// of a line of $48.00; a part has links of its own
	for minor, want := range map[int64]int{4799: 2, 4800: 1} {
		s.peers.payment = func(p *paymentsv1.Payment) {
			p.Refunds = []*paymentsv1.Refund{{
				Amount: dollars(minor), VariantId: wheel,
				ProducerId: "pro_x_other",
			}}
		}
		links := 0
		for _, of := range []string{ofLine + wheel, ofPart + dairy} {
			links += len(s.asOperator(t, at, nil).find("a", "href", at+"?"+
				url.Values{"of": {of}, "refund": {"1"}}.Encode()))
		}
		if links != want {
			t.Errorf("with %d of a line paid back %d links lead to refunds, want %d", minor, links, want)
		}
	}
}

func TestAWeighedLineIsPaidBackByItsWeight(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.order = makeByTheKilo
	s.peers.payment = func(p *paymentsv1.Payment) {
		p.Refunds = []*paymentsv1.Refund{{
			Amount: dollars(300), VariantId: slice, ProducerId: dairy,
			Quantity: 100,
		}}
	}
	at := "/operator/orders/" + placedOrder
	form := s.asOperator(t, at+"?"+url.Values{"of": {ofLine + slice}, "refund": {"1"}}.Encode(), nil)
	form.wants(t, http.StatusOK, "How much, in kg", "Paid back already: 0.1 kg (0.22 lb).")
	sent := url.Values{
		"key": {form.value("key")}, "of": {ofLine + slice}, "amount": {"1"},
		"quantity": {"0,25"},
	}
	s.asOperator(t, at+"/refunds", sent).wants(t, http.StatusOK, "0,25 kg of it comes to $6.00.")
	if got := s.peers.last["QuoteRefund"].(*paymentsv1.QuoteRefundRequest); got.GetQuantity() != 250 ||
		got.GetVariantId() != slice {
		t.Errorf("it is asked for %v", got)
	}
}
