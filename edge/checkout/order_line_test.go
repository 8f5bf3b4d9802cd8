package checkout_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

func TestNobodyPaysForWhatIsCancelled(t *testing.T) {
	for _, status := range []string{state.OrderCancelled, state.OrderFailed, state.OrderReleasing} {
		s := edgetest.Open(t)
		s.Peers.Set(func(p *edgetest.Peers) {
			p.Order = func(o *orderingv1.Order) {
				o.PaymentMethod, o.Status, o.Parts[0].Status = "pickup", status, state.PartCancelled
			}
			p.Payment = untaken("authorised") // payments has not heard of it yet
		})
		v := s.Open(t, edgetest.OrderAt, edgetest.WithOrder, nil)
		v.Says(t, http.StatusOK, "There is nothing to pay.")
		if strings.Contains(v.Text(), "You pay on pickup") {
			t.Errorf("an order that is %s says that it is paid on pickup", status)
		}
	}
}

func TestALineHasItsPictureAndItsLotALabel(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Order = func(o *orderingv1.Order) {
			o.Lines[0].Image, o.Lines[0].Lots = "tomme.jpg",
				append(o.Lines[0].Lots, &orderingv1.Lot{BestBefore: "2026-12-30"})
		}
	})
	v := s.Open(t, edgetest.OrderAt, edgetest.WithOrder, nil)
	v.Says(t, http.StatusOK, "Lot B12, best before Dec 24, 2026", "Best before Dec 30, 2026")
	if len(v.Find("img", "src", "/images/tomme.jpg?w=320")) != 1 {
		t.Error("the line has no picture")
	}
	s.Open(t, "/producer/orders/"+edgetest.PlacedOrder, edgetest.MakerCookie, nil).Says(t, http.StatusOK,
		"Lot B12, best before 24 Dec 2026", "Best before 30 Dec 2026")
}

func TestWhatIsNotThereIsSaidOnTheOrdersPage(t *testing.T) {
	s := edgetest.Open(t)
	line := func(packed int64, short bool, reason string) {
		s.Peers.Set(func(p *edgetest.Peers) {
			p.Order = func(o *orderingv1.Order) {
				o.Status, o.Parts[0].Status = state.OrderPacked, state.PartPacked
				o.Lines[0].Packed, o.Lines[0].PackedQuantity, o.Lines[0].Short, o.Lines[0].ShortReason = true,
					packed, short, reason
			}
		})
	}
	line(1000, true, "sold_out")
	s.Open(t, edgetest.OrderAt, edgetest.WithOrder, nil).Says(t, http.StatusOK, "Your order is packed.",
		"Only 1 of it was there. Sold out. You are not charged for what is missing.")
	line(0, true, "The oven went out.")
	v := s.Open(t, edgetest.OrderAt, edgetest.WithOrder, nil)
	v.Says(t, http.StatusOK, "Nothing of your order is there.",
		"Not there. The oven went out. You are not charged")
	if len(v.Find("ol", "class", "stages")) != 0 {
		t.Error("an order of nothing is on its way")
	}
	line(2000, false, "")
	if v = s.Open(t, edgetest.OrderAt, edgetest.WithOrder, nil); strings.Contains(v.Text(),
		"of it was there") ||
		strings.Contains(v.Text(), "Packed: ") {
		t.Error("what is packed as ordered is said to be another")
	}
	_, body := s.Send(t, edgetest.Call{
		Method: "GET", Path: "/api/v1" + edgetest.OrderAt,
		Header: []string{"Authorization", "Bearer " +
			edgetest.OrderToken},
	})
	if !strings.Contains(string(body), `"packed_quantity":2`) {
		t.Errorf("the API answers %s", body)
	}
	line(0, true, "sold_out")
	if _, body = s.Send(t, edgetest.Call{
		Method: "GET", Path: "/api/v1" + edgetest.OrderAt,
		Header: []string{"Authorization", "Bearer " + edgetest.OrderToken},
	}); !strings.Contains(string(body),
		`"packed_quantity":0,"short":true,"short_reason":"sold_out"`) {
		t.Errorf("of nothing the API answers %s", body)
	}
}
