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
		sent := s.asOperator(t, at+"/refunds", url.Values{"key": {form.value("key")}, "of": {of}, "amount": {"5"}, "reason": {"Broken"}})
		got := s.peers.last["Refund"].(*paymentsv1.RefundRequest)
		if line, part := got.GetVariantId() == wheel, got.GetProducerId() == dairy; sent.status != http.StatusSeeOther || line == part || got.GetAmount().GetAmount() != 500 {
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
