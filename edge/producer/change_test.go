package producer_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

func TestAMakerSeesAtTheDeskWhatWasChanged(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Order = func(o *orderingv1.Order) {
			o.Parts[0].ChangedAt, o.Parts[0].WindowChanged, o.Parts[0].Moves = 17, true, 3
			o.Parts[0].Changes = []*orderingv1.LineChange{
				{
					ProductTitle: "Hill Tomme", VariantTitle: "Wheel", SoldBy: "each", Before: 1000,
					After: 2000,
				},
				{ProductTitle: "Plum jam", Before: 1000},
				{ProductTitle: "Quark", SoldBy: "weight", After: 500},
			}
		}
	})
	v := s.Open(t, "/producer/orders/"+edgetest.PlacedOrder, "session=producer", nil)
	v.Says(t, http.StatusOK, "The shopper has changed this order.", "Hill Tomme, Wheel: 2 instead of 1",
		"Plum jam: none any more, instead of 1", "Quark: 0.5 kg", "Another time or place")
	if v.Value("seen") != "17" || v.Value("moves") != "3" {
		t.Errorf("the form has seen %q and %q moves", v.Value("seen"), v.Value("moves"))
	}
	form := url.Values{"to": {"accepted"}, "seen": {"17"}, "moves": {"3"}}
	s.Open(t, "/producer/orders/"+edgetest.PlacedOrder+"/parts/"+edgetest.OnePart, "session=producer", form)
	if last := s.Peers.Last["AdvancePart"].(*orderingv1.AdvancePartRequest); last.ChangedAt == nil ||
		last.GetChangedAt() != 17 || last.Moves == nil || last.GetMoves() != 3 {
		t.Errorf("asked for %v", last)
	}
	v = s.Open(t, "/producer/orders", "session=producer",
		url.Values{"to": {"accepted"}, "chosen": {edgetest.PlacedOrder + ":3"}})
	v.Says(t, http.StatusOK,
		"Changed: Another time or place; Hill Tomme, Wheel: 2 instead of 1; Plum jam: none any more, instead of 1")
	s.Peers.Fail("AdvancePart",
		fault.New(fault.Conflict, "order_changed",
			"This order has changed since you looked at it. Please look at it again."))
	v = s.Open(t, "/producer/orders/"+edgetest.PlacedOrder+"/parts/"+edgetest.OnePart, "session=producer",
		form)
	if v.Status != http.StatusConflict || !strings.Contains(v.Text(), "has changed since you looked at it") {
		t.Errorf("status %d", v.Status)
	}
}
