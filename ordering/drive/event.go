package drive

import (
	"fmt"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/events"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/ordering/order"
)

// eventFor is the event that is an order's next effect. Only the one for its letter brings what confirms it.
func (s *Driver) eventFor(o order.Order, what order.Effect) (events.Event, error) {
	document := order.ToProto(o)
	if what == order.AskToConfirm {
		document.ConfirmToken = s.ConfirmToken(o.ID)
	}
	return marshalEvent(&orderingv1.OrderEvent{Order: document}, o, string(what))
}

// eventOf says what happened to an order: the order as it is now, of which it is event
// number o.Events.
func eventOf(o order.Order, what, partID string) (events.Event, error) {
	return marshalEvent(&orderingv1.OrderEvent{Order: order.ToProto(o), PartId: partID}, o, what)
}

// eventOfChange says that an order is another now, and what its change held for it.
func eventOfChange(o order.Order, c *order.Change) (events.Event, error) {
	return marshalEvent(&orderingv1.OrderEvent{
		Order:  order.ToProto(o),
		Change: &orderingv1.Change{Id: c.ID, Extra: c.Extra.Proto(), ByMarket: c.ByMarket},
	}, o, string(order.Swap))
}

func marshalEvent(m *orderingv1.OrderEvent, o order.Order, what string) (events.Event, error) {
	payload, err := proto.Marshal(m)
	if err != nil {
		return events.Event{}, fmt.Errorf("publish %s: %w", what, err)
	}
	return events.Event{
		Type: what, Aggregate: o.ID, Version: o.Events, OccurredAt: o.MovedAt(),
		Payload: payload,
	}, nil
}
