package reading_test

import (
	"testing"
	"time"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/ordering/order"
)

// TestATallyIsOfWhatWasSoldAndOfOnesOwn sums two makers' orders by span, without what was cancelled.
func TestATallyIsOfWhatWasSoldAndOfOnesOwn(t *testing.T) {
	each(t, func(s *shop) {
		dairy, bakery, window := s.Producer("Dairy"), s.Producer("Bakery"), s.Window(2).GetId()
		curd, rye := s.Product(dairy, "Curd", "each", 500), s.Product(bakery, "Rye", "each", 700)
		both := s.Order(window, want{curd, 2000}, want{rye, 1000}).GetOrder()
		s.Order(window, want{curd, 1000})
		gone := s.Order(window, want{curd, 3000}).GetOrder()
		_, err := s.CancelOrder(s.Context(),
			&orderingv1.CancelOrderRequest{Id: gone.GetId(), Viewer: operator})
		s.Must(err)
		s.Advance(both, dairy, order.PartPacked, &orderingv1.PackedLine{
			VariantId: curd.GetVariants()[0].GetId(),
			Quantity:  1000, Reason: "sold_out",
		})
		hour := time.Hour.Milliseconds()
		bounds := []int64{both.GetPlacedAt() - 2*hour, both.GetPlacedAt() - hour, both.GetPlacedAt() + hour}
		for _, c := range []struct {
			of                              *orderingv1.TallyRequest
			orders, total, unaccepted, best int64
		}{
			{&orderingv1.TallyRequest{ProducerId: dairy}, 2, 1000, 1, 1000},
			{&orderingv1.TallyRequest{ProducerId: bakery}, 1, 700, 1, 700},
			{&orderingv1.TallyRequest{Market: market}, 2, 1700, 2, 1000},
		} {
			c.of.Bounds = bounds
			got, err := s.Tally(s.Context(), c.of)
			s.Must(err)
			first, span := got.GetSpans()[0], got.GetSpans()[1]
			if first.GetOrders() != 0 || span.GetOrders() != c.orders ||
				span.GetTotal().GetAmount() != c.total ||
				span.GetProducts()[0].GetTotal().GetAmount() != c.best ||
				got.GetUnaccepted() != c.unaccepted || got.GetLate() != 0 {
				s.Errorf("%v: %v", c.of, got)
			}
			if wantShort := int64(1); (c.of.GetProducerId() != bakery) != (got.GetShort() == wantShort) {
				s.Errorf("%v is short in %d", c.of, got.GetShort())
			}
		}
		for _, wrong := range []*orderingv1.TallyRequest{
			{},
			{Market: market, ProducerId: dairy, Bounds: bounds},
			{Market: market},
			{Market: market, Bounds: bounds[:1]},
			{Market: market, Bounds: []int64{2, 1}},
			{Market: market, Bounds: []int64{1, 1}},
			{Market: market, Bounds: make([]int64, 201)},
		} {
			if _, err := s.Tally(s.Context(), wrong); err == nil {
				s.Errorf("%v is answered", wrong)
			}
		}
	})
}

// TestATallyReadsOnlyWhatHasChanged makes the document of an order unreadable that has not.
func TestATallyReadsOnlyWhatHasChanged(t *testing.T) {
	each(t, func(s *shop) {
		dairy, window := s.Producer("Dairy"), s.Window(9).GetId()
		curd := s.Product(dairy, "Curd", "each", 500)
		same, gone := s.Order(window, want{curd, 2000}).GetOrder(),
			s.Order(window, want{curd, 1000}).GetOrder()
		tallies := func(orders, total int64) {
			s.Helper()
			got, err := s.Tally(s.Context(), &orderingv1.TallyRequest{
				ProducerId: dairy,
				Bounds:     []int64{same.GetPlacedAt() - 1, same.GetPlacedAt() + time.Hour.Milliseconds()},
			})
			s.Must(err)
			if span := got.GetSpans()[0]; span.GetOrders() != orders || span.GetTotal().GetAmount() != total {
				s.Errorf("%v, want %d orders of %d", got, orders, total)
			}
		}
		tallies(2, 1500)
		s.Exec("UPDATE orders SET document = 'x' WHERE id = $1", same.GetId())
		_, err := s.CancelOrder(s.Context(),
			&orderingv1.CancelOrderRequest{Id: gone.GetId(), Viewer: operator})
		s.Must(err)
		tallies(1, 1000)
		s.Order(window, want{curd, 3000})
		tallies(2, 2500)
	})
}
