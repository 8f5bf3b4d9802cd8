package notify

import (
	"context"
	"fmt"
	"slices"
	"strconv"

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
		called, err := s.called(e)
		if err != nil {
			return fmt.Errorf("%s of %s: %w", e.Type, e.Aggregate, err)
		}
		messages = append(messages, called...)
	}
	return s.enqueue(ctx, tx, messages...)
}

// called are the messages that an event calls for.
func (s *service) called(e events.Event) ([]keyed, error) {
	if e.Type == "payment.refunded" {
		return s.refunded(e)
	}
	kind, concerns := kinds[e.Type]
	if !concerns {
		return nil, nil
	}
	var payload orderingv1.OrderEvent
	if err := proto.Unmarshal(e.Payload, &payload); err != nil {
		return nil, fmt.Errorf("read the event: %w", err)
	}
	order := payload.GetOrder()
	if kind == Ready && !allReady(order) || kind == Short && !isShort(order, payload.GetPartId()) {
		return nil, nil
	}
	changed := kind == Changed
	if changed && payload.GetChange().GetByMarket() {
		kind = Moved
	}
	first, err := s.about(kind, e.Aggregate, "", order)
	if kind == Short { // of each part
		first.key += ":" + payload.GetPartId()
	}
	switch {
	case err != nil:
		return nil, err
	case kind == Confirmed:
		return s.addProducers([]keyed{first}, e.Aggregate, kind, order)
	case changed:
		order.Parts = changedNow(order)
		return s.addProducers([]keyed{first}, e.Aggregate, kind, order)
	// the last to pack had nothing, and all others are ready
	case kind == Packed && allReady(order) && lacksAPart(order):
		ready, err := s.about(Ready, e.Aggregate, "", order)
		return []keyed{first, ready}, err
	}
	return []keyed{first}, nil
}

// changedNow are the parts that an order's last step changed.
func changedNow(order *orderingv1.Order) []*orderingv1.Part {
	steps := order.GetSteps()
	return slices.DeleteFunc(slices.Clone(order.GetParts()), func(p *orderingv1.Part) bool {
		return len(steps) == 0 || p.GetChangedAt() != steps[len(steps)-1].GetAt()
	})
}

// addProducers adds a message to each producer who has a part of an order. It is made of the order
// without its contact, which is none of theirs.
func (s *service) addProducers(
	messages []keyed, orderID string, kind Kind, order *orderingv1.Order,
) ([]keyed, error) {
	order.SealedContact = nil
	var producers []string
	for _, part := range order.GetParts() {
		if p := part.GetProducerId(); p != "" && !slices.Contains(producers, p) {
			producers = append(producers, p)
		}
	}
	for _, producer := range producers {
		m, err := s.about(kind, orderID, producer, order)
		if err != nil {
			return nil, err
		}
		messages = append(messages, m)
	}
	return messages, nil
}

// about makes the message of an order to its shopper, or to a producer.
func (s *service) about(kind Kind, orderID, producerID string, order *orderingv1.Order) (keyed, error) {
	snapshot, err := proto.Marshal(order)
	if err != nil {
		return keyed{}, fmt.Errorf("keep the order: %w", err)
	}
	key := "order:" + orderID + ":" + string(kind)
	if kind == Moved || kind == Changed { // each time
		key += ":" + strconv.FormatInt(order.GetVersion(), 10)
	}
	if producerID != "" {
		key += ":" + producerID
	}
	return keyed{key, Message{
		ID: s.host.NewID(id.Message, id.Global), Kind: kind, OrderID: orderID, ProducerID: producerID,
		Snapshot: snapshot, NextAt: s.host.Now().UnixMilli(), Secret: kind == Awaiting,
	}}, nil
}

// kinds are the messages that events call for.
var kinds = map[string]Kind{
	"order.confirmed": Confirmed, "order.cancelled": Cancelled, "order.packed": Packed,
	"order.part_ready": Ready, "order.rescheduled": Moved,
	"order.changed":               Changed, // unless the market moved it
	"order.awaiting_confirmation": Awaiting, "order.part_packed": Short,
}
