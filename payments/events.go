package payments

import (
	"context"
	"fmt"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/events"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/sql/paymentsdb"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

// handle records what ordering's events ask for; the job that it wakes does it.
func (s *service) handle(ctx context.Context, tx *sqldb.Tx, batch []events.Event) error {
	var taken []events.Event
	var changes []change
	for _, e := range batch {
		called, err := changesFor(e)
		if err != nil {
			return fmt.Errorf("%s of %s: %w", e.Type, e.Aggregate, err)
		}
		for _, c := range called {
			taken, changes = append(taken, e), append(changes, c)
		}
	}
	if len(changes) == 0 {
		return nil
	}
	outcomes, err := s.store.apply(ctx, tx, changes)
	if err != nil {
		return err
	}
	for i, o := range outcomes {
		if o.Err != nil {
			return fmt.Errorf("%s of %s: %w", taken[i].Type, taken[i].Aggregate, o.Err)
		}
		was := o.Value.before
		if taken[i].Type == confirmed {
			was = o.Value.after // it may be what begins it
		}
		if err := s.watch(ctx, tx, taken[i], was); err != nil {
			return err
		}
	}
	return nil
}

// watch notes an order that goes on without its money, for the operator.
func (s *service) watch(ctx context.Context, tx *sqldb.Tx, e events.Event, before Payment) error {
	if e.Type == failed {
		return nil
	}
	if e.Type == cancelled {
		return paymentsdb.New(tx).ForgetUnpaid(ctx, e.Aggregate)
	}
	if before.refusal() == nil {
		return nil
	}
	tx.AfterCommit(func() {
		s.host.Log().ErrorContext(ctx, "an order goes on without its money", "order", e.Aggregate, "event",
			e.Type, "payment", string(before.Status))
	})
	return paymentsdb.New(tx).NoteUnpaid(ctx, paymentsdb.NoteUnpaidParams{
		OrderID: e.Aggregate, Status: string(before.Status), NoticedAt: s.host.Now().UnixMilli(),
	})
}

// refunded is the type of the events that are published; see RefundEvent.
const refunded = "payment.refunded"

// refundNews tells of each refund that steps have promised, in their transaction. A cancellation is told of
// by ordering.
func refundNews(h *host.Host) func(context.Context, *sqldb.Tx, []step) error {
	return func(ctx context.Context, tx *sqldb.Tx, made []step) error {
		var news []events.Event
		for _, s := range made {
			for at := len(s.before.Details.Refunds); at < len(s.after.Details.Refunds); at++ {
				if s.after.Details.Refunds[at].Key == ofCancellation {
					continue
				}
				payload, err := proto.Marshal(refundEvent(s.after, at))
				if err != nil {
					return fmt.Errorf("tell of a refund: %w", err)
				}
				event := h.NewID(id.Event, id.Global)
				news = append(news, events.Event{
					ID: event, Type: refunded, Aggregate: event, Version: 1,
					OccurredAt: h.Now(), Payload: payload,
				})
			}
		}
		return h.Publish(ctx, tx, news...)
	}
}

// The events of ordering that concern payments.
const (
	confirmed = "order.confirmed"
	packed    = "order.packed"
	cancelled = "order.cancelled"
	failed    = "order.failed"
	changed   = "order.changed"
)

// changesFor is what an event changes; nothing for one that changes nothing here.
func changesFor(e events.Event) ([]change, error) {
	switch e.Type {
	case failed:
		return []change{{
			e.Aggregate,
			func(p Payment, now int64) (Payment, []Entry, error) {
				p, err := p.close(now, now)
				return p, nil, err
			},
			nil,
		}}, nil
	case cancelled:
		return []change{{
			e.Aggregate,
			func(p Payment, now int64) (Payment, []Entry, error) { return p.cancel(now) }, nil,
		}}, nil
	case confirmed, changed, packed:
	default:
		return nil, nil
	}
	var payload orderingv1.OrderEvent
	if err := proto.Unmarshal(e.Payload, &payload); err != nil {
		return nil, fmt.Errorf("read the event: %w", err)
	}
	if e.Type == confirmed {
		return confirmation(e.Aggregate, payload.GetOrder()), nil
	}
	if e.Type == changed {
		return changesOfChange(e.Aggregate, &payload), nil
	}
	sale, currency, err := readSale(payload.GetOrder())
	if err != nil {
		return nil, err
	}
	return []change{{e.Aggregate, func(p Payment, now int64) (Payment, []Entry, error) {
		p, err := p.pack(sale, currency, now)
		return p, nil, err
	}, nil}}, nil
}

// confirmation marks the money as a confirmed order's. Of one that was taken while payments was away, to be
// paid when it is picked up, this is the first that is heard, unless the answer was lost.
func confirmation(orderID string, o *orderingv1.Order) []change {
	return []change{{orderID, func(p Payment, now int64) (Payment, []Entry, error) {
		var entries []Entry
		if o.GetMoneyLater() && p.Status == None {
			amount, err := readAmount(o.GetAuthorised(), 0)
			if err == nil {
				p, err = p.begin(amount, MethodPickup, now)
			}
			if err != nil {
				return p, nil, err
			}
			p, entries = p.answered(ChargeAuthorised, now)
		}
		return p.confirm(now), entries, nil
	}, nil}}
}

// changesOfChange hand the money of an order's change over to the order.
func changesOfChange(orderID string, m *orderingv1.OrderEvent) (changes []change) {
	id, extra, most := m.GetChange().GetId(), m.GetChange().GetExtra().GetAmount(),
		m.GetOrder().GetAuthorised().GetAmount()
	if extra > 0 {
		changes = append(changes,
			change{
				id, func(p Payment, now int64) (Payment, []Entry, error) { return p.joins(orderID, now) },
				nil,
			})
	}
	return append(changes,
		change{
			orderID,
			func(p Payment, now int64) (Payment, []Entry, error) { return p.change(id, extra, most, now) },
			nil,
		})
}
