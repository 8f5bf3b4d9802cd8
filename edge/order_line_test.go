package edge

import (
	"net/http"
	"strings"
	"testing"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

func TestNobodyPaysForWhatIsCancelled(t *testing.T) {
	for _, status := range []string{state.OrderCancelled, state.OrderFailed, state.OrderReleasing} {
		s := openShop(t, DefaultLimits)
		s.peers.set(func(p *peers) {
			p.order = func(o *orderingv1.Order) {
				o.PaymentMethod, o.Status, o.Parts[0].Status = "pickup", status, state.PartCancelled
			}
			p.payment = untaken("authorised") // payments has not heard of it yet
		})
		v := s.open(t, orderAt, withOrder, nil)
		v.says(t, http.StatusOK, "There is nothing to pay.")
		if strings.Contains(v.text(), "You pay on pickup") {
			t.Errorf("an order that is %s says that it is paid on pickup", status)
		}
	}
}

func TestALineHasItsPictureAndItsLotALabel(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) {
		p.order = func(o *orderingv1.Order) {
			o.Lines[0].Image, o.Lines[0].Lots = "tomme.jpg",
				append(o.Lines[0].Lots, &orderingv1.Lot{BestBefore: "2026-12-30"})
		}
	})
	v := s.open(t, orderAt, withOrder, nil)
	v.says(t, http.StatusOK, "Lot B12, best before Dec 24, 2026", "Best before Dec 30, 2026")
	if len(v.find("img", "src", "/images/tomme.jpg?w=320")) != 1 {
		t.Error("the line has no picture")
	}
	s.open(t, "/producer/orders/"+placedOrder, makerCookie, nil).says(t, http.StatusOK,
		"Lot B12, best before 24 Dec 2026", "Best before 30 Dec 2026")
}

func TestWhatIsNotThereIsSaidOnTheOrdersPage(t *testing.T) {
	s := openShop(t, DefaultLimits)
	line := func(packed int64, short bool, reason string) {
		s.peers.set(func(p *peers) {
			p.order = func(o *orderingv1.Order) {
				o.Status, o.Parts[0].Status = state.OrderPacked, state.PartPacked
				o.Lines[0].Packed, o.Lines[0].PackedQuantity, o.Lines[0].Short, o.Lines[0].ShortReason = true,
					packed, short, reason
			}
		})
	}
	line(1000, true, "sold_out")
	s.open(t, orderAt, withOrder, nil).says(t, http.StatusOK, "Your order is packed.",
		"Only 1 of it was there. Sold out. You are not charged for what is missing.")
	line(0, true, "The oven went out.")
	v := s.open(t, orderAt, withOrder, nil)
	v.says(t, http.StatusOK, "Nothing of your order is there.",
		"Not there. The oven went out. You are not charged")
	if len(v.find("ol", "class", "stages")) != 0 {
		t.Error("an order of nothing is on its way")
	}
	line(2000, false, "")
	if v = s.open(t, orderAt, withOrder, nil); strings.Contains(v.text(), "of it was there") ||
		strings.Contains(v.text(), "Packed: ") {
		t.Error("what is packed as ordered is said to be another")
	}
	_, body := s.send(t, call{method: "GET", path: "/api/v1" + orderAt, header: []string{"Authorization", "Bearer " + orderToken}}) //nolint:bodyclose // send closes it
	if !strings.Contains(string(body), `"packed_quantity":2`) {
		t.Errorf("the API answers %s", body)
	}
	line(0, true, "sold_out")
	if _, body = s.send(t, call{method: "GET", path: "/api/v1" + orderAt, header: []string{"Authorization", "Bearer " + orderToken}}); !strings.Contains(string(body), `"packed_quantity":0,"short":true,"short_reason":"sold_out"`) { //nolint:bodyclose // send closes it
		t.Errorf("of nothing the API answers %s", body)
	}
}
