package notify

import (
	"context"
	"fmt"
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/events"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

// handle queues the messages that events call for; the job that it wakes makes and sends them.
func (s *service) handle(ctx context.Context, tx *sqldb.Tx, batch []events.Event) error {
	var messages []keyed
	for _, e := range batch {
		m, called, err := s.called(e)
		if err != nil {
			return fmt.Errorf("%s of %s: %w", e.Type, e.Aggregate, err)
		}
		if called {
			messages = append(messages, m)
		}
	}
	tx.AfterCommit(s.sending.Wake)
	return queue(ctx, tx, messages...)
}

// called is the message that an event calls for, if it does for one.
func (s *service) called(e events.Event) (keyed, bool, error) {
	kind, concerns := kinds[e.Type]
	if !concerns {
		return keyed{}, false, nil
	}
	var payload orderingv1.OrderEvent
	if err := proto.Unmarshal(e.Payload, &payload); err != nil {
		return keyed{}, false, fmt.Errorf("read the event: %w", err)
	}
	if kind == Ready && !allReady(payload.GetOrder()) {
		return keyed{}, false, nil
	}
	snapshot, err := proto.Marshal(payload.GetOrder())
	if err != nil {
		return keyed{}, false, fmt.Errorf("keep the order: %w", err)
	}
	return keyed{"order:" + e.Aggregate + ":" + string(kind), Message{
		ID: s.host.NewID(id.Message, id.Global), Kind: kind, OrderID: e.Aggregate, Snapshot: snapshot, NextAt: s.host.Now().UnixMilli(),
	}}, true, nil
}

// kinds are the messages that events call for.
var kinds = map[string]Kind{"order.confirmed": Confirmed, "order.cancelled": Cancelled, "order.packed": Packed, "order.part_ready": Ready}

// allReady reports whether no part is left to wait for.
func allReady(o *orderingv1.Order) bool {
	return !slices.ContainsFunc(o.GetParts(), func(p *orderingv1.Part) bool {
		return p.GetStatus() != "ready" && p.GetStatus() != "done" && p.GetStatus() != "cancelled"
	})
}
