package inventory

import (
	"context"
	"fmt"
	"slices"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/events"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/sql/inventorydb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

// stockChanged is the type of the events that are published; see StockEvent.
const stockChanged = "stock.changed"

// The events of orders that say something here.
const (
	confirmed = "order.confirmed"
	packed    = "order.part_packed"
	takenBack = "order.part_taken_back"
	cancelled = "order.cancelled"
	changed   = "order.changed"
)

// settlement is what an event says of an order.
type settlement struct {
	order, what string
	// what is confirmed, what was packed of weighed goods, or what a changed order is to have
	lines  []Line
	change string           // the change, under whose ID is held what is new
	lots   map[string]int64 // what a changed order is to have of each lot
	of     []string         // the variants of what was packed, or is to be packed again
}

// consume settles the holds of orders that were confirmed, changed, packed or cancelled.
func (s *service) consume(ctx context.Context, tx *sqldb.Tx, batch []events.Event) error {
	var settlements []settlement
	var about scope
	for _, e := range batch {
		if !slices.Contains([]string{confirmed, packed, takenBack, cancelled, changed}, e.Type) {
			continue
		}
		settle, err := settlementFromEvent(e)
		if err != nil {
			return err
		}
		settlements = append(settlements, settle)
		if about.orders = append(about.orders, settle.order); settle.change != "" {
			about.orders = append(about.orders, settle.change)
		}
		about.variants = append(about.variants, settle.of...)
		for _, line := range settle.lines {
			about.variants = append(about.variants, line.Variant)
		}
	}
	if len(settlements) == 0 {
		return nil
	}
	working, err := load(ctx, tx, about)
	if err != nil {
		return err
	}
	for _, settle := range settlements {
		switch settle.what {
		case confirmed:
			working.confirm(settle.order, settle.lines)
		case packed:
			working.pack(settle.order, settle.lines, settle.of)
		case takenBack:
			working.backOnShelf(settle.order, settle.of)
		case cancelled:
			working.cancel(settle.order)
		case changed:
			working.change(settle)
		}
	}
	// the transaction may run again, and would report twice
	tx.AfterCommit(func() { s.report(ctx, working.shortages) })
	return s.save(ctx, tx, working)
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
	settle := settlement{order: e.Aggregate, what: e.Type}
	switch e.Type {
	case confirmed:
		settle.lines = sumLines(m.GetOrder().GetLines(), (*orderingv1.OrderLine).GetQuantity)
	case changed:
		settle.lines = sumLines(m.GetOrder().GetLines(), (*orderingv1.OrderLine).GetQuantity)
		settle.change, settle.lots = m.GetChange().GetId(), map[string]int64{}
		for _, line := range m.GetOrder().GetLines() {
			for _, lot := range line.GetLots() {
				settle.lots[lot.GetId()] += lot.GetQuantity()
			}
		}
	case packed, takenBack:
		part := partLines(m.GetOrder(), m.GetPartId())
		for _, line := range part {
			settle.of = append(settle.of, line.GetVariantId())
		}
		if e.Type == takenBack {
			break
		}
		settle.lines = sumLines(weighed(part), (*orderingv1.OrderLine).GetPackedQuantity)
	}
	return settle, nil
}

// partLines are the lines of a part.
func partLines(o *orderingv1.Order, partID string) []*orderingv1.OrderLine {
	at := slices.IndexFunc(o.GetParts(), func(p *orderingv1.Part) bool { return p.GetId() == partID })
	if at < 0 {
		return nil
	}
	producer := o.GetParts()[at].GetProducerId()
	return slices.DeleteFunc(slices.Clone(o.GetLines()),
		func(l *orderingv1.OrderLine) bool { return l.GetProducerId() != producer })
}

// weighed are those lines of a part whose goods are sold by weight. What is short is not there to go back.
func weighed(part []*orderingv1.OrderLine) []*orderingv1.OrderLine {
	return slices.DeleteFunc(part, func(l *orderingv1.OrderLine) bool {
		return l.GetSoldBy() != "weight" ||
			l.GetShort()
	})
}

// sumLines sums lines by variant.
func sumLines(messages []*orderingv1.OrderLine, quantity func(*orderingv1.OrderLine) int64) []Line {
	var lines []Line
	at := map[string]int{}
	for _, m := range messages {
		i, there := at[m.GetVariantId()]
		if !there {
			i, at[m.GetVariantId()] = len(lines), len(lines)
			lines = append(lines, Line{Variant: m.GetVariantId()})
		}
		lines[i].Quantity += quantity(m)
	}
	return lines
}

// save writes what changed in a working set, and tells of what shoppers now see in another way.
func (s *service) save(ctx context.Context, tx *sqldb.Tx, working *workingSet) error {
	working.tell()
	if err := working.save(ctx, tx); err != nil || len(working.news) == 0 {
		return err
	}
	m := &inventoryv1.StockEvent{}
	for _, n := range working.news {
		m.Changes = append(m.Changes, n.proto())
	}
	payload, err := proto.Marshal(m)
	if err != nil {
		return fmt.Errorf("write %s: %w", stockChanged, err)
	}
	// One event for all of them: an import changes thousands.
	event := s.h.NewID(id.Event, id.Global)
	return s.h.Publish(ctx, tx, events.Event{
		ID: event, Type: stockChanged, Aggregate: event, Version: 1, OccurredAt: time.UnixMilli(working.now),
		Payload: payload,
	})
}

// tellOfStock tells of all stock that nobody was told of yet.
func (s *service) tellOfStock(ctx context.Context) error {
	for after := ""; ; {
		variants, err := inventorydb.New(s.db.Read()).UntoldStock(ctx,
			inventorydb.UntoldStockParams{VariantID: after, Limit: tellBatch})
		if err != nil {
			return fmt.Errorf("find untold stock: %w", sqldb.Classify(err))
		}
		if len(variants) == 0 {
			return nil
		}
		err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
			working, err := load(ctx, tx, scope{variants: variants})
			if err != nil {
				return err
			}
			return s.save(ctx, tx, working)
		})
		if err != nil {
			return fmt.Errorf("tell of stock: %w", err)
		}
		after = variants[len(variants)-1]
	}
}
