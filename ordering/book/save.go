package book

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/events"
	"github.com/artisan-eats/artisan/ordering/order"
)

// Saving is an order whose state changed, and the event that says so.
type Saving struct {
	// Order is its next state, under the epoch and the revision that were read.
	Order order.Order
	// Lease is until when it is leased; NewLease for a while from now.
	Lease time.Time
	// Events say what happened, in the order in which it did.
	Events []events.Event
	// Confirms says that the order is confirmed by it.
	Confirms bool
	// Before is the order as it was, where this is a step of a change of it.
	Before *order.Order
	// Audit is what the security log has of it.
	Audit []audit.Entry
}

// change is what becomes of a change of the order by it; nil where it is no step of one.
func (w *Saving) change() *ChangeRow {
	if w.Before == nil {
		return nil
	}
	return rowOf(*w.Before, w.Order)
}

// saveOrders writes each order's next state, unless the order has moved since it
// was read; then neither its state nor its event is written.
func (b batchWriter) saveOrders(members []int) error {
	members, err := b.vouch(members)
	if err != nil {
		return err
	}
	var rows [][]any
	var first []int
	seen := map[string]bool{}
	for _, i := range members {
		o := b.batch[i].save.Order
		if seen[o.ID] {
			b.out[i].Err = ErrStale
			continue
		}
		seen[o.ID] = true
		first = append(first, i)
		document, err := json.Marshal(o)
		if err != nil {
			return fmt.Errorf("save order: %w", err)
		}
		lease, err := b.leaseValue(b.batch[i].save.Lease)
		if err != nil {
			return err
		}
		rows = append(rows, []any{
			o.ID, o.Epoch, o.Revision, o.Status, o.Total.Minor, lease, o.MovedAt().UnixMilli(),
			string(document),
			o.Window.ID, o.ChangingTo(),
		})
	}
	if len(rows) == 0 {
		return nil
	}
	saved, err := b.returning(`UPDATE orders SET revision = orders.revision + 1, status = v.column4,
		total = v.column5, lease_until = `+b.leaseColumn("v.column6")+`, moved_at = v.column7,
		document = v.column8, window_id = v.column9, changing_to = v.column10
		FROM (%s) AS v
		WHERE orders.id = v.column1 AND orders.epoch = v.column2 AND orders.revision = v.column3 RETURNING orders.id`, rows,
		"TEXT", "BIGINT", "BIGINT", "TEXT", "BIGINT", "BIGINT", "BIGINT", "TEXT", "TEXT", "TEXT")
	if err != nil {
		return err
	}
	b.tx.AfterCommit(func() { b.changed.Notify(slices.Collect(maps.Keys(saved))...) })
	var winners []*Saving
	for _, i := range first {
		if w := b.batch[i].save; saved[w.Order.ID] {
			winners = append(winners, w)
		} else {
			b.out[i].Err = ErrStale
		}
	}
	return b.followUp(winners)
}

// followUp writes what belongs to the new states: the parts of a confirmed order and what
// it is made of, the freed cart of a failed one, the events.
func (b batchWriter) followUp(saved []*Saving) error {
	var parts, lots, oldLots, changes, freed [][]any
	var batch []events.Event
	for _, w := range saved {
		o, change := w.Order, w.change()
		batch = append(batch, w.Events...)
		if change != nil {
			changes = append(changes, change.values())
		}
		if change.done() {
			oldLots = append(oldLots, lotsBefore(*w.Before)...)
		}
		if !o.ConfirmedAt.IsZero() {
			parts = appendParts(parts, o)
		}
		if w.Confirms || change.done() {
			lots = appendLots(lots, o)
		}
		if o.ComesToNothing() {
			freed = append(freed, freedCart(o))
		}
	}
	if err := b.freeCarts(freed); err != nil {
		return err
	}
	if err := b.followUnpaid(saved); err != nil {
		return err
	}
	if err := b.putParts(parts); err != nil {
		return err
	}
	if err := b.putChanges(changes); err != nil {
		return err
	}
	if err := b.exec("DELETE FROM order_lots WHERE (lot_id, order_id) IN (%s)", oldLots, "TEXT",
		"TEXT"); err != nil {
		return err
	}
	if err := b.exec("INSERT INTO order_lots (lot_id, order_id, quantity) %s", lots, "TEXT", "TEXT",
		"BIGINT"); err != nil {
		return err
	}
	if err := b.publish(b.ctx, b.tx, batch...); err != nil {
		return err
	}
	for _, w := range saved {
		if err := b.audit(b.ctx, b.tx, w.Audit...); err != nil {
			return err
		}
	}
	return nil
}

// putParts writes what the lists of parts need of confirmed orders.
func (b batchWriter) putParts(rows [][]any) error {
	return b.exec(`INSERT INTO order_parts (producer_id, order_id, order_status, status, window_id,
		window_ends_at, total) %s
		ON CONFLICT (producer_id, order_id) DO UPDATE
		SET order_status = excluded.order_status, status = excluded.status,
		window_id = excluded.window_id, window_ends_at = excluded.window_ends_at,
		total = excluded.total`, rows, partTypes...)
}

var partTypes = []string{"TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "BIGINT", "BIGINT"}

func appendParts(rows [][]any, o order.Order) [][]any {
	for _, part := range o.Parts {
		rows = append(rows, []any{
			part.ProducerID, o.ID, o.Status, part.Status, o.Window.ID, o.Window.EndsAt.UnixMilli(),
			part.Total.Minor,
		})
	}
	return rows
}

func appendLots(rows [][]any, o order.Order) [][]any {
	for _, line := range o.Lines {
		for _, lot := range line.Lots {
			rows = append(rows, []any{lot.ID, o.ID, lot.Quantity})
		}
	}
	return rows
}

// lotsBefore are the rows of the lots that an order has before it is changed.
func lotsBefore(o order.Order) (rows [][]any) {
	for _, row := range appendLots(nil, o) {
		rows = append(rows, row[:2])
	}
	return rows
}
