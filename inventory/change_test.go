package inventory_test

import (
	"testing"

	"google.golang.org/protobuf/proto"

	eventsv1 "github.com/artisan-eats/artisan/gen/artisan/events/v1"
	"github.com/artisan-eats/artisan/gen/artisan/events/v1/eventsv1connect"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/inventory"
)

// changes says that an order is to have these lines, of which a change holds what is new.
func (s store) changes(order, change string, version int64, lines ...*orderingv1.OrderLine) {
	s.Helper()
	payload, err := proto.Marshal(&orderingv1.OrderEvent{
		Order:  &orderingv1.Order{Id: order, Lines: lines},
		Change: &orderingv1.Change{Id: change},
	})
	s.must(err)
	got, err := eventsv1connect.NewEventServiceClient(s.p.Client("inventory")).Deliver(s.Context(),
		&eventsv1.DeliverRequest{Events: []*eventsv1.Event{
			{
				Publisher: "ordering", Type: "order.changed", Aggregate: order, Version: version,
				Payload: payload,
			},
		}})
	s.must(err)
	if receipt := got.GetReceipts()[0]; !receipt.GetRetire() {
		s.Fatalf("the change was refused: %s", receipt.GetReason())
	}
}

func TestAChangedOrderHasWhatItsChangeHeldAndNoMore(t *testing.T) {
	each(t, func(s store) {
		cheese, bread, order, change := newID(id.Variant), newID(id.Variant), newID(id.Order), newID(id.Order)
		s.set(cheese, 10_000)
		s.set(bread, 10_000)
		_, err := s.hold(order, cheese, 3000)
		s.must(err)
		s.deliver("order.confirmed", order, 1, &orderingv1.OrderLine{VariantId: cheese, Quantity: 3000})
		_, err = s.hold(change, bread, 2000)
		s.must(err)
		s.wantStock(bread, 8000, 2000, 0)
		s.changes(order, change, 2, &orderingv1.OrderLine{VariantId: cheese, Quantity: 1000},
			&orderingv1.OrderLine{VariantId: bread, Quantity: 2000})
		s.wantStock(cheese, 9000, 0, 1000)
		s.wantStock(bread, 8000, 0, 2000)
		s.balanced()
		if got := s.state(change); got.GetState() != state.GoodsReleased || len(got.GetAllocations()) != 0 {
			s.Errorf("the change still has %v", got)
		}
		_, err = s.hold(change, bread, 2000) // comes late
		wantCode(s.T, err, "hold_closed")
		s.deliver("order.cancelled", order, 3)
		s.wantStock(cheese, 10_000, 0, 0)
		s.wantStock(bread, 10_000, 0, 0)
		s.balanced()
	})
}

// TestWhatAChangeGivesBackIsOfTheLotsThatTheOrderLeaves has an order leave the lot that would be sold first.
func TestWhatAChangeGivesBackIsOfTheLotsThatTheOrderLeaves(t *testing.T) {
	each(t, func(s store) {
		cheese, order := newID(id.Variant), newID(id.Order)
		first, second := s.lot(cheese, "2999-01-01", 1000), s.lot(cheese, "2999-02-01", 1000)
		_, err := s.hold(order, cheese, 2000)
		s.must(err)
		s.deliver("order.confirmed", order, 1, &orderingv1.OrderLine{VariantId: cheese, Quantity: 2000})
		s.changes(order, newID(id.Order), 2, &orderingv1.OrderLine{
			VariantId: cheese, Quantity: 1000,
			Lots: []*orderingv1.Lot{{Id: second, Quantity: 1000}},
		})
		if got := s.state(order).GetAllocations(); len(got) != 1 || got[0].GetLotId() != second {
			s.Errorf("the order has %v, want what is not of %s", got, first)
		}
		s.balanced()
	})
}

func TestAChangeWhoseHoldExpiredIsServedOrAShortageOfItsOrder(t *testing.T) {
	each(t, func(s store) {
		cheese, order, change, other := newID(id.Variant), newID(id.Order), newID(id.Order), newID(id.Order)
		s.set(cheese, 4000)
		_, err := s.hold(order, cheese, 1000)
		s.must(err)
		s.deliver("order.confirmed", order, 1, &orderingv1.OrderLine{VariantId: cheese, Quantity: 1000})
		_, err = s.hold(change, cheese, 3000)
		s.must(err)
		s.overdue(change)
		inventory.ExpireNow(s.T, s.p.Host("inventory"))
		_, err = s.hold(other, cheese, 2000)
		s.must(err)
		s.changes(order, change, 2, &orderingv1.OrderLine{VariantId: cheese, Quantity: 4000})
		s.wantStock(cheese, 0, 2000, 2000)
		if n := s.count("SELECT COALESCE(SUM(quantity), 0) FROM shortages WHERE order_id = $1",
			order); n != 2000 {
			s.Errorf("a shortage of %d, want 2000", n)
		}
		s.balanced()
	})
}
