package delivery

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/events"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/sqldb"
)

// eventOf says that a window has other terms or times: its event number w.Changes.
func eventOf(w Window, now time.Time) (events.Event, error) {
	payload, err := proto.Marshal(&deliveryv1.WindowEvent{Window: windowToProto(w)})
	if err != nil {
		return events.Event{}, fmt.Errorf("tell of a window: %w", err)
	}
	return events.Event{
		Type: "window.changed", Aggregate: w.ID, Version: w.Changes, OccurredAt: now,
		Payload: payload,
	}, nil
}

// settlement is what an event says of an order.
type settlement struct {
	order, window string
	change        string // of a changed order: under whose ID its new place is held, if it has one
	what          string // the event's type
}

// The events of orders that say something here.
const (
	confirmed = "order.confirmed"
	cancelled = "order.cancelled"
	changed   = "order.changed"
)

// consume settles the places of orders that were confirmed, changed or cancelled.
func (s *service) consume(ctx context.Context, tx *sqldb.Tx, batch []events.Event) error {
	var settlements []settlement
	var orders, windows []string
	for _, e := range batch {
		if e.Type != confirmed && e.Type != cancelled && e.Type != changed {
			continue
		}
		var m orderingv1.OrderEvent
		if err := proto.Unmarshal(e.Payload, &m); err != nil {
			return fmt.Errorf("read %s of %s: %w", e.Type, e.Aggregate, err)
		}
		settlements = append(settlements,
			settlement{e.Aggregate, m.GetOrder().GetWindowId(), m.GetChange().GetId(), e.Type})
		if m.GetChange() != nil {
			orders = append(orders, m.GetChange().GetId())
		}
		orders, windows = append(orders, e.Aggregate), append(windows, m.GetOrder().GetWindowId())
	}
	if len(settlements) == 0 {
		return nil
	}
	book, err := load(ctx, tx, orders, windows)
	if err != nil {
		return err
	}
	for _, settle := range settlements {
		switch settle.what {
		case cancelled:
			book.cancel(settle.order)
		case changed:
			book.change(settle.order, settle.change, settle.window)
		default:
			book.confirm(settle.order, settle.window)
		}
	}
	tx.AfterCommit(func() { s.report(ctx, book.overbooked) })
	return book.save(ctx, tx)
}

func (s *service) report(ctx context.Context, overbooked map[string]string) {
	for order, window := range overbooked {
		s.h.Log().ErrorContext(ctx,
			"a confirmed order has no place in its window, for its hold had expired and the window is full",
			"order", order, "window", window)
	}
}
