package ordering

import (
	"context"
	"fmt"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/events"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/sql/orderingdb"
	"github.com/artisan-eats/artisan/sqldb"
)

// eventFor is the event that is an order's next effect. Only the one for its letter brings what confirms it.
func (s *Service) eventFor(o Order, what effect) (events.Event, error) {
	document := orderToProto(o)
	if what == announceTrial {
		document.ConfirmToken = s.confirmToken(o.ID)
	}
	return marshalEvent(&orderingv1.OrderEvent{Order: document}, o, string(what))
}

// eventOf says what happened to an order: the order as it is now, of which it is event
// number o.Events.
func eventOf(o Order, what, partID string) (events.Event, error) {
	return marshalEvent(&orderingv1.OrderEvent{Order: orderToProto(o), PartId: partID}, o, what)
}

// eventOfChange says that an order is another now, and what its change held for it.
func eventOfChange(o Order, c *Change) (events.Event, error) {
	return marshalEvent(&orderingv1.OrderEvent{
		Order:  orderToProto(o),
		Change: &orderingv1.Change{Id: c.ID, Extra: c.Extra.Proto(), ByMarket: c.ByMarket},
	}, o, string(swap))
}

func marshalEvent(m *orderingv1.OrderEvent, o Order, what string) (events.Event, error) {
	payload, err := proto.Marshal(m)
	if err != nil {
		return events.Event{}, fmt.Errorf("publish %s: %w", what, err)
	}
	return events.Event{
		Type: what, Aggregate: o.ID, Version: o.Events, OccurredAt: o.movedAt(),
		Payload: payload,
	}, nil
}

// consume notes the windows that were moved, and the job that it wakes moves their orders; and whose links
// were ended.
func (s *Service) consume(ctx context.Context, tx *sqldb.Tx, batch []events.Event) error {
	for _, e := range batch {
		var err error
		switch e.Type {
		case "window.changed":
			err = noteMove(ctx, tx, e)
			tx.AfterCommit(s.moving.Wake)
		case "customer.links_ended":
			err = endLinks(ctx, tx, e)
		}
		if err != nil {
			return fmt.Errorf("take %s of %s: %w", e.Type, e.Aggregate, err)
		}
	}
	return nil
}

func noteMove(ctx context.Context, tx *sqldb.Tx, e events.Event) error {
	var m deliveryv1.WindowEvent
	if err := proto.Unmarshal(e.Payload, &m); err != nil {
		return err
	}
	return orderingdb.New(tx).PutMovedWindow(ctx, orderingdb.PutMovedWindowParams{
		WindowID: e.Aggregate, Version: e.Version, StartsAt: m.GetWindow().GetStartsAt(),
		EndsAt: m.GetWindow().GetEndsAt(), Place: m.GetWindow().GetPlace(),
	})
}

// endLinks ends a customer's links of before the epoch that the event is.
func endLinks(ctx context.Context, tx *sqldb.Tx, e events.Event) error {
	var m identityv1.CustomerEvent
	if err := proto.Unmarshal(e.Payload, &m); err != nil {
		return err
	}
	ended := orderingdb.EndLinksParams{CustomerID: e.Aggregate, Epoch: e.Version}
	if m.GetErased() {
		ended.Erased = 1
		if err := orderingdb.New(tx).ForgetMemberCarts(ctx, e.Aggregate); err != nil {
			return err
		}
	}
	return orderingdb.New(tx).EndLinks(ctx, ended)
}
