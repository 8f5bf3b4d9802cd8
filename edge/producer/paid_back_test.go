package producer_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
)

func TestAMakersDeskSaysWhatWasPaidBackOfHers(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Order = edgetest.MakePacked
	said := []string{
		"The market paid back $24.35 of $48.00.", "1 × Hill Tomme, Wheel: $24.00", "Nov 21, 2026, 9:00 AM",
		"Your share of what was paid back of the whole order: $0.35",
	}
	s.Open(t, "/producer/orders/"+edgetest.PlacedOrder, edgetest.MakerCookie, nil).Says(t, http.StatusOK,
		said...)
	s.Open(t, "/producer", edgetest.MakerCookie, nil).Says(t, http.StatusOK, said...)
	v := s.Open(t, "/producer/orders", edgetest.MakerCookie, nil)
	v.Says(t, http.StatusOK, "Paid back: $24.35 of $48.00")
	asked := s.Peers.Last["PartRefunds"].(*paymentsv1.PartRefundsRequest)
	if asked.GetProducerId() != edgetest.Dairy || asked.GetOrderIds()[0] != edgetest.PlacedOrder {
		t.Errorf("it is asked of %v", asked)
	}
	s.Peers.Fail("PartRefunds", edgetest.ErrDown)
	if v = s.Open(t, "/producer/orders/"+edgetest.PlacedOrder, edgetest.MakerCookie,
		nil); v.Status != http.StatusOK ||
		strings.Contains(v.Text(), "paid back") {
		t.Errorf("without payments it is %d: %s", v.Status, v.Text())
	}
	s.Peers.Set(func(p *edgetest.Peers) { p.Order = nil })
	before := s.Peers.Count("PartRefunds")
	s.Open(t, "/producer/orders/"+edgetest.PlacedOrder, edgetest.MakerCookie, nil)
	if s.Peers.Count("PartRefunds") != before {
		t.Error("it is asked of an order of which nothing is collected")
	}
}
