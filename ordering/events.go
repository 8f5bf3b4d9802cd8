package ordering

import (
	"fmt"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/events"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// eventOf says what happened to an order: the order as it is now, of which it is event
// number o.Events.
func eventOf(o Order, what, partID string) (events.Event, error) {
	payload, err := proto.Marshal(&orderingv1.OrderEvent{Order: orderToProto(o), PartId: partID})
	if err != nil {
		return events.Event{}, fmt.Errorf("publish %s: %w", what, err)
	}
	return events.Event{Type: what, Aggregate: o.ID, Version: o.Events, OccurredAt: o.movedAt(), Payload: payload}, nil
}
