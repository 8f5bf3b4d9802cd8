package inventory

import (
	"context"
	"fmt"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/events"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/sqldb"
)

// settlement is what an event says of an order.
type settlement struct {
	order     string
	cancelled bool // or else confirmed
	lines     []Line
}

// consume settles the holds of orders that were confirmed or cancelled.
func (s *service) consume(ctx context.Context, tx *sqldb.Tx, batch []events.Event) error {
	var settlements []settlement
	var about scope
	for _, e := range batch {
		if e.Type != "order.confirmed" && e.Type != "order.cancelled" {
			continue
		}
		settle, err := settlementFromEvent(e)
		if err != nil {
			return err
		}
		settlements = append(settlements, settle)
		about.orders = append(about.orders, settle.order)
		for _, line := range settle.lines {
			about.variants = append(about.variants, line.Variant)
		}
	}
	if len(settlements) == 0 {
		return nil
	}
	shelf, err := load(ctx, tx, about)
	if err != nil {
		return err
	}
	for _, settle := range settlements {
		if settle.cancelled {
			shelf.cancel(settle.order)
		} else {
			shelf.confirm(settle.order, settle.lines)
		}
	}
	tx.AfterCommit(func() { s.report(ctx, shelf.shortages) })
	return shelf.save(ctx, tx)
}

func (s *service) report(ctx context.Context, shortages []Shortage) {
	for _, short := range shortages {
		s.h.Log().ErrorContext(ctx, "a confirmed order lacks goods, for its hold had expired",
			"order", short.Order, "variant", short.Variant, "quantity", short.Quantity)
	}
}

func settlementFromEvent(e events.Event) (settlement, error) {
	var m orderingv1.OrderEvent
	if err := proto.Unmarshal(e.Payload, &m); err != nil {
		return settlement{}, fmt.Errorf("read %s of %s: %w", e.Type, e.Aggregate, err)
	}
	settle := settlement{order: e.Aggregate, cancelled: e.Type == "order.cancelled"}
	if !settle.cancelled {
		settle.lines = orderedLines(m.GetOrder().GetLines())
	}
	return settle, nil
}

// orderedLines sums an order's lines by variant.
func orderedLines(messages []*orderingv1.OrderLine) []Line {
	var lines []Line
	at := map[string]int{}
	for _, m := range messages {
		i, there := at[m.GetVariantId()]
		if !there {
			i, at[m.GetVariantId()] = len(lines), len(lines)
			lines = append(lines, Line{Variant: m.GetVariantId()})
		}
		lines[i].Quantity += m.GetQuantity()
	}
	return lines
}
