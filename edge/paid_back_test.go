package edge

import (
	"net/http"
	"strings"
	"testing"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

func makePacked(o *orderingv1.Order) {
	o.Status, o.Parts[0].Status, o.PartOnly = state.OrderPacked, state.PartPacked, true
}

func TestAMakersDeskSaysWhatWasPaidBackOfHers(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.order = makePacked
	said := []string{
		"The market paid back $24.35 of $48.00.", "1 × Hill Tomme, Wheel: $24.00", "Nov 21, 2026, 9:00 AM",
		"Your share of what was paid back of the whole order: $0.35",
	}
	s.open(t, "/producer/orders/"+placedOrder, makerCookie, nil).says(t, http.StatusOK, said...)
	s.open(t, "/producer", makerCookie, nil).says(t, http.StatusOK, said...)
	v := s.open(t, "/producer/orders", makerCookie, nil)
	v.says(t, http.StatusOK, "Paid back: $24.35 of $48.00")
	asked := s.peers.last["PartRefunds"].(*paymentsv1.PartRefundsRequest)
	if asked.GetProducerId() != dairy || asked.GetOrderIds()[0] != placedOrder {
		t.Errorf("it is asked of %v", asked)
	}
	s.peers.fail("PartRefunds", errDown)
	if v = s.open(t, "/producer/orders/"+placedOrder, makerCookie, nil); v.status != http.StatusOK ||
		strings.Contains(v.text(), "paid back") {
		t.Errorf("without payments it is %d: %s", v.status, v.text())
	}
	s.peers.set(func(p *peers) { p.order = nil })
	before := s.peers.count("PartRefunds")
	s.open(t, "/producer/orders/"+placedOrder, makerCookie, nil)
	if s.peers.count("PartRefunds") != before {
		t.Error("it is asked of an order of which nothing is collected")
	}
}

func TestAMakersProgramIsToldWhatWasPaidBack(t *testing.T) {
	_, router := describe(t)
	for _, path := range []string{"/api/v1/producers/" + dairy + "/orders", "/api/v1/orders/" + placedOrder} {
		s := openShop(t, DefaultLimits)
		s.peers.order = makePacked
		c := call{method: "GET", path: path, header: asProducer}
		answer, body := s.send(t, c) //nolint:bodyclose // send closes it
		checkAgainst(t, router, c, answer, body)
		want := `"refunds":[{"amount":{"amount":2400,"currency":"USD"},"at":"2026-11-21T17:00:00Z","variant_id":"` + wheel + `","quantity":1,"of_order":false},` +
			`{"amount":{"amount":35,"currency":"USD"},"at":null,"variant_id":null,"quantity":null,"of_order":true}]`
		if answer.StatusCode != http.StatusOK || !strings.Contains(strings.ReplaceAll(string(body), " ", ""),
			want) {
			t.Errorf("%s: %d %s", path, answer.StatusCode, body)
		}
		s.peers.set(func(p *peers) {
			p.order = func(o *orderingv1.Order) { makePacked(o); o.PartOnly = false }
		})
		_, body = s.send(t, call{method: "GET", path: path, header: asShopper}) //nolint:bodyclose // send closes it
		if strings.Contains(string(body), "refunds") {
			t.Errorf("who ordered reads %s", body)
		}
	}
}
