package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

func TestAMakersProgramIsToldWhatWasPaidBack(t *testing.T) {
	_, router := edgetest.Describe(t)
	for _, path := range []string{"/api/v1/producers/" + edgetest.Dairy + "/orders", "/api/v1/orders/" +
		edgetest.PlacedOrder} {
		s := edgetest.Open(t)
		s.Peers.Order = edgetest.MakePacked
		c := edgetest.Call{Method: "GET", Path: path, Header: edgetest.AsProducer}
		answer, body := s.Send(t, c)
		edgetest.CheckAgainst(t, router, c, answer, body)
		want := `"refunds":[{"amount":{"amount":2400,"currency":"USD"},"at":"2026-11-21T17:00:00Z","variant_id":"` + edgetest.Wheel + `","quantity":1,"of_order":false},` +
			`{"amount":{"amount":35,"currency":"USD"},"at":null,"variant_id":null,"quantity":null,"of_order":true}]`
		if answer.StatusCode != http.StatusOK || !strings.Contains(strings.ReplaceAll(string(body), " ", ""),
			want) {
			t.Errorf("%s: %d %s", path, answer.StatusCode, body)
		}
		s.Peers.Set(func(p *edgetest.Peers) {
			p.Order = func(o *orderingv1.Order) { edgetest.MakePacked(o); o.PartOnly = false }
		})
		_, body = s.Send(t,
			edgetest.Call{Method: "GET", Path: path, Header: asShopper})
		if strings.Contains(string(body), "refunds") {
			t.Errorf("who ordered reads %s", body)
		}
	}
}
