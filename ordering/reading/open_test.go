package reading_test

import (
	"testing"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/ordering/order"
)

// TestOpenOrdersAreCounted counts those that are still to be handed over, of a maker and of a window.
func TestOpenOrdersAreCounted(t *testing.T) {
	each(t, func(s *shop) {
		dairy, bakery := s.Producer("Dairy"), s.Producer("Bakery")
		gouda, rye := s.Product(dairy, "Gouda", "each", 1250), s.Product(bakery, "Rye", "each", 700)
		saturday, sunday := s.Window(2).GetId(), s.Window(3).GetId()
		open := func(dairys, bakerys, saturdays, sundays int64) {
			s.Helper()
			for r, n := range map[*orderingv1.CountOpenOrdersRequest]int64{
				{ProducerId: dairy}: dairys, {ProducerId: bakery}: bakerys, {WindowId: saturday}: saturdays,
				{WindowId: sunday}: sundays,
			} {
				if got, err := s.CountOpenOrders(s.Context(), r); err != nil || got.GetOrders() != n {
					s.Errorf("%v: %d, %v, want %d", r, got.GetOrders(), err, n)
				}
			}
		}
		open(0, 0, 0, 0)
		both := s.Order(saturday, want{gouda, 1000}, want{rye, 1000}).GetOrder()
		gone := s.Order(sunday, want{gouda, 1000}).GetOrder()
		open(2, 1, 1, 1)
		_, err := s.CancelOrder(s.Context(),
			&orderingv1.CancelOrderRequest{Id: gone.GetId(), Viewer: operator})
		s.Must(err)
		open(1, 1, 1, 0)
		for _, to := range []string{order.PartPacked, order.PartReady, order.PartDone} {
			s.Advance(both, dairy, to)
		}
		open(0, 1, 1, 0)
		for _, to := range []string{order.PartPacked, order.PartReady, order.PartDone} {
			s.Advance(both, bakery, to)
		}
		open(0, 0, 0, 0)
		for _, r := range []*orderingv1.CountOpenOrdersRequest{
			{},
			{ProducerId: dairy, WindowId: saturday},
			{ProducerId: "x"},
			{WindowId: "x"},
		} {
			_, err := s.CountOpenOrders(s.Context(), r)
			s.WantCode(err, "invalid")
		}
	})
}
