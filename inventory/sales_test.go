package inventory_test

import (
	"crypto/rand"
	"fmt"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/fault"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/id"
)

// sales are the orders that a variant was sold in, span by span.
func (s store) sales(market, variant string, bounds ...time.Time) (orders []int64) {
	s.Helper()
	ask := &inventoryv1.CountSalesRequest{Market: market}
	for _, at := range bounds {
		ask.Bounds = append(ask.Bounds, at.UnixMilli())
	}
	got, err := s.CountSales(s.Context(), ask)
	s.must(err)
	for _, span := range got.GetSpans() {
		orders = append(orders, 0)
		for _, v := range span.GetVariants() {
			if v.GetVariantId() == variant {
				orders[len(orders)-1] = v.GetOrders()
			}
		}
	}
	return orders
}

// TestASaleIsCountedOnceWhenItWasPlaced has orders of two weeks, of which one is only held, one is cancelled
// and one is told of twice.
func TestASaleIsCountedOnceWhenItWasPlaced(t *testing.T) {
	each(t, func(s store) {
		now := time.Now()
		bounds := []time.Time{now.AddDate(0, 0, -14), now.AddDate(0, 0, -7), now.AddDate(0, 0, 1)}
		variant, line := newID(id.Variant), &orderingv1.OrderLine{Quantity: 2000}
		line.VariantId = variant
		s.lot(variant, "2999-01-01", 1000) // two lots of one order are one sale
		s.lot(variant, "", 99_000)
		place := func(market string, at time.Time) string {
			order := id.New(id.Order, market, at, rand.Reader)
			_, err := s.hold(order, variant, 2000)
			s.must(err)
			return order
		}
		wants := func(when string, want ...int64) {
			s.Helper()
			if got := s.sales("portland", variant, bounds...); fmt.Sprint(got) != fmt.Sprint(want) {
				s.Errorf("%s %d orders are counted, want %d", when, got, want)
			}
		}
		before, today, elsewhere := place("portland", now.AddDate(0, 0, -8)), place("portland", now),
			place("hamburg", now)
		place("portland", now)
		wants("while all are held", 0, 0)
		for range 2 {
			for _, order := range []string{before, today, elsewhere} {
				s.deliver("order.confirmed", order, 1, line)
			}
			wants("confirmed", 1, 1)
		}
		s.deliver("order.cancelled", today, 2, line)
		wants("after one was cancelled", 1, 0)
	})
}

func TestSalesAreOfAMarketAndOfTimesThatRise(t *testing.T) {
	each(t, func(s store) {
		for _, wrong := range []*inventoryv1.CountSalesRequest{
			{Bounds: []int64{1, 2}},
			{Market: "Portland!", Bounds: []int64{1, 2}},
			{Market: "portland"},
			{Market: "portland", Bounds: []int64{1}},
			{Market: "portland", Bounds: []int64{2, 1}},
			{Market: "portland", Bounds: []int64{1, 1}},
			{Market: "portland", Bounds: []int64{-1, 1}},
			{Market: "portland", Bounds: []int64{1, 1 << 48}},
			{Market: "portland", Bounds: make([]int64, 11)},
		} {
			if _, err := s.CountSales(s.Context(), wrong); fault.KindOf(err) != fault.Invalid {
				s.Errorf("%v is answered with %v", wrong, err)
			}
		}
	})
}
