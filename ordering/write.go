package ordering

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/broadcast"
	"github.com/artisan-eats/artisan/events"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/sql/orderingdb"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/stamp"
)

// maxBatch is how many writes one commit has at the most.
const maxBatch = 64

// write is one member of a batch; exactly one field is set.
type write struct {
	cart  *Cart      // a new cart
	line  *lineWrite // a line of a cart
	said  *saidWrite // what is said of a cart's lines
	place *placement // a new order
	save  *saving    // an order's next state
}

type lineWrite struct {
	cartID, variantID string
	line              *Line      // nil removes it
	seen              string     // the version of the cart that it is held to; empty for none
	said              *saidWrite // of the cart's other lines; may be nil
}

// placement is the durable intent: the cart becomes the order's, and the key stands for it.
type placement struct {
	order        Order
	cartRevision int64
	key, hash    string
	// replaces is the failed order that the key stood for, if any.
	replaces string
	// payer is set for an order that is paid when it is picked up: then the limits decide how it begins, and
	// order is told of it.
	payer *payer
}

// saving is an order whose state changed, and the event that says so.
type saving struct {
	order  Order
	lease  time.Time // until when it is leased; newLease for a while from now
	events []events.Event
	// confirms says that the order is confirmed by it.
	confirms bool
	// change is what becomes of a change of the order by it, and oldLots are lots that the order had before.
	change  *changeRow
	oldLots [][]any
	// deed is what the security log has of it.
	deed []audit.Entry
}

type (
	publishFunc func(ctx context.Context, tx *sqldb.Tx, batch ...events.Event) error
	tellFunc    func(ctx context.Context, tx *sqldb.Tx, entries ...audit.Entry) error
)

// commitWrites is the group's batch: a few statements for all its members.
func commitWrites(
	publish publishFunc, tell tellFunc, changed *broadcast.Topics, now func() time.Time,
) func(context.Context, *sqldb.Tx, []write) ([]sqldb.Outcome[struct{}], error) {
	return func(ctx context.Context, tx *sqldb.Tx, batch []write) ([]sqldb.Outcome[struct{}], error) {
		out := make([]sqldb.Outcome[struct{}], len(batch))
		var carts, lines, said, places, saves []int
		for i, w := range batch {
			switch {
			case w.cart != nil:
				carts = append(carts, i)
			case w.line != nil:
				lines = append(lines, i)
			case w.said != nil:
				said = append(said, i)
			case w.place != nil:
				places = append(places, i)
			case w.save != nil:
				saves = append(saves, i)
			}
		}
		b := batchWriter{ctx, tx, batch, out, publish, tell, changed, now}
		for _, part := range []struct {
			members []int
			run     func([]int) error
		}{
			{carts, b.insertCarts},
			{lines, b.setLines},
			{said, b.sayAnew},
			{places, b.placeOrders},
			{saves, b.saveOrders},
		} {
			if len(part.members) == 0 {
				continue
			}
			if err := part.run(part.members); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
}

// batchWriter writes the members of one batch, by their indices.
type batchWriter struct {
	ctx     context.Context //nolint:containedctx // lives as long as one batch
	tx      *sqldb.Tx
	batch   []write
	out     []sqldb.Outcome[struct{}]
	publish publishFunc
	tell    tellFunc
	changed *broadcast.Topics
	now     func() time.Time
}

func (b batchWriter) insertCarts(members []int) error {
	var rows [][]any
	lines := map[[2]string]*Line{}
	for _, i := range members {
		c := b.batch[i].cart
		rows = append(rows, []any{
			c.ID, c.Market, c.CustomerID, "", c.Revision, c.CreatedAt.UnixMilli(),
			dayOf(c.CreatedAt),
		})
		for i := range c.Lines {
			lines[[2]string{c.ID, c.Lines[i].VariantID}] = &c.Lines[i]
		}
	}
	err := b.exec(
		"INSERT INTO carts (id, market, customer_id, order_id, revision, created_at, touched_day) %s", rows,
		"TEXT", "TEXT", "TEXT", "TEXT", "BIGINT", "BIGINT", "BIGINT")
	if err != nil {
		return err
	}
	return b.writeLines(lines)
}

// setLines touches each cart first, which locks it and tells whether it is still open.
func (b batchWriter) setLines(members []int) error {
	var carts [][]any
	for _, i := range members {
		carts = append(carts, []any{b.batch[i].line.cartID})
	}
	open, err := b.returning(
		fmt.Sprintf(
			"UPDATE carts SET revision = revision + 1, touched_day = %d WHERE order_id = '' AND id IN (%%s) RETURNING id", dayOf(b.now())), carts, "TEXT")
	if err != nil {
		return err
	}
	last, said := map[[2]string]*Line{}, map[[2]string]*Line{} // the last write of a line counts
	for _, i := range members {
		w := b.batch[i].line
		if !open[w.cartID] {
			b.out[i].Err = errCartOrdered
			continue
		}
		if err := b.checkSeen(w, last); fault.Is(err, stamp.Changed) {
			b.out[i].Err = err
			continue
		} else if err != nil {
			return err
		}
		last[[2]string{w.cartID, w.variantID}] = w.line
		if w.said != nil {
			w.said.addTo(said)
		}
	}
	if err := b.writeSaid(said); err != nil {
		return err
	}
	return b.writeLines(last)
}

// checkSeen holds a line to what was seen of its locked cart, as it stands after the batch's lines before,
// unless the line is there already.
func (b batchWriter) checkSeen(w *lineWrite, before map[[2]string]*Line) error {
	if w.seen == "" {
		return nil
	}
	cart, err := readCart(b.ctx, orderingdb.New(b.tx), w.cartID)
	if err != nil {
		return err
	}
	for key, line := range before {
		if key[0] == w.cartID {
			cart = cart.with(&lineWrite{cartID: key[0], variantID: key[1], line: line})
		}
	}
	if now := cart.stamp(); now != cart.with(w).stamp() {
		return stamp.Check(w.seen, now)
	}
	return nil
}

var errCartOrdered = fault.New(fault.Conflict, "cart_ordered",
	"This cart is ordered already. Start a new one.")

func (b batchWriter) writeLines(lines map[[2]string]*Line) error {
	var gone, there [][]any
	for key, l := range lines {
		if l == nil {
			gone = append(gone, []any{key[0], key[1]})
			continue
		}
		there = append(there, lineToRow(key[0], *l))
	}
	if err := b.exec("DELETE FROM cart_lines WHERE (cart_id, variant_id) IN (%s)", gone, "TEXT",
		"TEXT"); err != nil {
		return err
	}
	return b.exec(`INSERT INTO cart_lines (cart_id, variant_id, quantity, price, currency, quoted_at,
		product_id,
		product_title, variant_title, producer_id, producer_name, sold_by, image, unit, unit_value,
		declared) %s
		ON CONFLICT (cart_id, variant_id) DO UPDATE
		SET quantity = excluded.quantity, price = excluded.price, currency = excluded.currency,
		quoted_at = excluded.quoted_at, product_id = excluded.product_id,
		product_title = excluded.product_title, variant_title = excluded.variant_title,
		producer_id = excluded.producer_id, producer_name = excluded.producer_name,
		sold_by = excluded.sold_by, image = excluded.image,
		unit = excluded.unit, unit_value = excluded.unit_value,
		declared = excluded.declared`, there, lineTypes...)
}

// placeOrders claims each cart as it was read. Of two checkouts of one cart the
// first gets it, whatever their keys; the other is told that one is under way.
func (b batchWriter) placeOrders(members []int) error {
	var claims [][]any
	claimed := map[string]bool{}
	var first []int
	for _, i := range members {
		p := b.batch[i].place
		if claimed[p.order.CartID] {
			b.out[i].Err = errInProgress
			continue
		}
		claimed[p.order.CartID] = true
		first = append(first, i)
		claims = append(claims, []any{p.order.CartID, p.order.ID, p.cartRevision})
	}
	won, err := b.returning(claimCarts(dayOf(b.now())), claims, claimTypes...)
	if err != nil {
		return err
	}
	var winners []int
	for _, i := range first {
		if won[b.batch[i].place.order.CartID] {
			winners = append(winners, i)
		} else {
			b.out[i].Err = errInProgress
		}
	}
	if err := b.admit(winners); err != nil {
		return err
	}
	var admitted []*placement
	for _, i := range winners {
		if b.out[i].Err == nil {
			admitted = append(admitted, b.batch[i].place)
		}
	}
	if len(admitted) == 0 {
		return nil
	}
	return b.insertOrders(admitted)
}

// claimCarts gives carts to orders, by rows of a cart, its order and the revision that was read. The order is
// compared as a term and not as a column, or SQLite reads all carts that were never ordered to find a few.
func claimCarts(day int64) string {
	return fmt.Sprintf(`UPDATE carts SET order_id = v.column2, revision = carts.revision + 1, touched_day = %d
		FROM (%%s) AS v
		WHERE carts.id = v.column1 AND carts.order_id || '' = ''
		AND carts.revision = v.column3 RETURNING carts.id`, day)
}

var claimTypes = []string{"TEXT", "TEXT", "BIGINT"}

var errInProgress = fault.New(fault.Conflict, "in_progress",
	"This order is being placed. Please wait a moment and ask again.")

func (b batchWriter) insertOrders(placements []*placement) error {
	var keys, rows [][]any
	lease, err := b.leaseValue(newLease)
	if err != nil {
		return err
	}
	for _, p := range placements {
		o := p.order
		document, err := json.Marshal(o)
		if err != nil {
			return fmt.Errorf("place order: %w", err)
		}
		keys = append(keys, []any{o.CartID, p.key, p.hash, o.ID, p.replaces})
		rows = append(rows, []any{
			o.ID, o.Market, o.CartID, o.CustomerID, o.Window.ID, o.Status, o.Total.Minor, o.Total.Currency,
			o.Epoch, o.Revision, lease, o.movedAt().UnixMilli(), string(document),
		})
	}
	stands, err := b.returning(`INSERT INTO checkout_keys (cart_id, checkout_key, request_hash, order_id,
		replaces) %s
		ON CONFLICT (cart_id, checkout_key) DO UPDATE
		SET order_id = excluded.order_id, replaces = excluded.replaces
		WHERE checkout_keys.order_id = excluded.replaces RETURNING
		order_id`, keys, "TEXT", "TEXT", "TEXT", "TEXT", "TEXT")
	if err != nil {
		return err
	}
	if len(stands) != len(placements) {
		// A key was used between our look at it and now; alone, its member is told so.
		return errInProgress
	}
	return b.exec(`INSERT INTO orders (id, market, cart_id, customer_id, window_id, status, total, currency,
		epoch, revision, lease_until, moved_at, document)
		SELECT column1, column2, column3, column4, column5, column6, column7, column8, column9, column10,
		`+b.leaseColumn("column11")+`, column12, column13
		FROM (%s) AS v`, rows,
		"TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "BIGINT", "TEXT", "BIGINT", "BIGINT", "BIGINT",
		"BIGINT", "TEXT")
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
		o := b.batch[i].save.order
		if seen[o.ID] {
			b.out[i].Err = errStale
			continue
		}
		seen[o.ID] = true
		first = append(first, i)
		document, err := json.Marshal(o)
		if err != nil {
			return fmt.Errorf("save order: %w", err)
		}
		lease, err := b.leaseValue(b.batch[i].save.lease)
		if err != nil {
			return err
		}
		rows = append(rows, []any{
			o.ID, o.Epoch, o.Revision, o.Status, o.Total.Minor, lease, o.movedAt().UnixMilli(),
			string(document),
			o.Window.ID, o.changingTo(),
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
	var winners []*saving
	for _, i := range first {
		if w := b.batch[i].save; saved[w.order.ID] {
			winners = append(winners, w)
		} else {
			b.out[i].Err = errStale
		}
	}
	return b.followUp(winners)
}

// followUp writes what belongs to the new states: the parts of a confirmed order and what
// it is made of, the freed cart of a failed one, the events.
func (b batchWriter) followUp(saved []*saving) error {
	var parts, lots, oldLots, changes, freed [][]any
	var batch []events.Event
	for _, w := range saved {
		o := w.order
		batch, oldLots = append(batch, w.events...), append(oldLots, w.oldLots...)
		if w.change != nil {
			changes = append(changes, w.change.values())
		}
		if !o.ConfirmedAt.IsZero() {
			parts = appendParts(parts, o)
		}
		if w.confirms || w.change.done() {
			lots = appendLots(lots, o)
		}
		if o.Status == Failed {
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
		if err := b.tell(b.ctx, b.tx, w.deed...); err != nil {
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

func appendParts(rows [][]any, o Order) [][]any {
	for _, part := range o.Parts {
		rows = append(rows, []any{
			part.ProducerID, o.ID, o.Status, part.Status, o.Window.ID, o.Window.EndsAt.UnixMilli(),
			part.Total.Minor,
		})
	}
	return rows
}

func appendLots(rows [][]any, o Order) [][]any {
	for _, line := range o.Lines {
		for _, lot := range line.Lots {
			rows = append(rows, []any{lot.ID, o.ID, lot.Quantity})
		}
	}
	return rows
}

// exec runs a statement around rows, which stand where it has %s.
func (b batchWriter) exec(statement string, rows [][]any, types ...string) error {
	_, err := sqldb.ExecRows(b.ctx, b.tx, rows, types,
		func(rows string) string { return fmt.Sprintf(statement, rows) })
	if err != nil {
		return fmt.Errorf("write orders and carts: %w", err)
	}
	return nil
}

// returning runs a statement around rows and collects the IDs that it returns.
func (b batchWriter) returning(statement string, values [][]any, types ...string) (map[string]bool, error) {
	query, args := sqldb.Rows(b.tx.Engine, values, types...)
	returned, err := sqldb.Column[string](b.ctx, b.tx, fmt.Sprintf(statement, query), args...)
	if err != nil {
		return nil, fmt.Errorf("write orders and carts: %w", err)
	}
	ids := make(map[string]bool, len(returned))
	for _, id := range returned {
		ids[id] = true
	}
	return ids, nil
}
