package delivery_test

import (
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	eventsv1 "github.com/artisan-eats/artisan/gen/artisan/events/v1"
	"github.com/artisan-eats/artisan/gen/artisan/events/v1/eventsv1connect"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/id"
)

// changes says that an order is in a window now, where a change may hold its place.
func (d desk) changes(order, change string, version int64, window string) {
	d.Helper()
	payload, err := proto.Marshal(&orderingv1.OrderEvent{Order: &orderingv1.Order{
		Id:       order,
		WindowId: window,
	}, Change: &orderingv1.Change{Id: change}})
	d.must(err)
	got, err := eventsv1connect.NewEventServiceClient(d.p.Client("delivery")).Deliver(d.Context(),
		&eventsv1.DeliverRequest{Events: []*eventsv1.Event{
			{
				Publisher: "ordering", Type: "order.changed", Aggregate: order, Version: version,
				Payload: payload,
			},
		}})
	d.must(err)
	if receipt := got.GetReceipts()[0]; !receipt.GetRetire() {
		d.Fatalf("the change was refused: %s", receipt.GetReason())
	}
}

func TestAChangedOrderHasThePlaceThatItsChangeHeld(t *testing.T) {
	each(t, time.Now(), func(d desk) {
		from, to := d.window(2), d.window(2)
		order, change := newID(id.Order), newID(id.Order)
		_, err := d.hold(order, from.GetId())
		d.must(err)
		d.deliver("order.confirmed", order, 1, from.GetId())
		_, err = d.hold(change, to.GetId())
		d.must(err)
		d.wantRemaining(from.GetId(), 1)
		d.wantRemaining(to.GetId(), 1)
		d.closed(to.GetId()) // a place that is held is honoured
		d.changes(order, change, 2, to.GetId())
		d.wantRemaining(from.GetId(), 2)
		d.wantRemaining(to.GetId(), 1)
		d.wantState(order, "taken")
		d.wantState(change, "released")
		_, err = d.hold(change, from.GetId()) // comes late
		wantCode(d.T, err, "hold_closed")
		d.changes(order, newID(id.Order), 3, to.GetId()) // of goods only
		d.wantRemaining(to.GetId(), 1)
		d.balanced()
		d.deliver("order.cancelled", order, 4, to.GetId())
		d.wantRemaining(to.GetId(), 2)
	})
}

func TestAChangeWhosePlaceExpiredIsServedOrOverbooked(t *testing.T) {
	each(t, time.Now(), func(d desk) {
		from, to := d.window(1), d.window(1)
		order, change, other := newID(id.Order), newID(id.Order), newID(id.Order)
		_, err := d.hold(order, from.GetId())
		d.must(err)
		d.deliver("order.confirmed", order, 1, from.GetId())
		_, err = d.hold(change, to.GetId())
		d.must(err)
		d.expired(change)
		_, err = d.hold(other, to.GetId())
		d.must(err)
		d.changes(order, change, 2, to.GetId())
		d.wantRemaining(from.GetId(), 1)
		d.wantRemaining(to.GetId(), 0)
		if n := d.count("SELECT COUNT(*) FROM overbookings WHERE order_id = $1 AND window_id = $2", order,
			to.GetId()); n != 1 {
			d.Errorf("%d overbookings, want 1", n)
		}
		d.balanced()
		d.deliver("order.cancelled", order, 3, to.GetId())
		if n := d.count("SELECT COUNT(*) FROM overbookings"); n != 0 {
			d.Errorf("%d overbookings of a cancelled order", n)
		}
	})
}
