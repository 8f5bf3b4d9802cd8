package book

import (
	"fmt"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/sql/orderingdb"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/stamp"
)

// LineWrite sets a line of a cart.
type LineWrite struct {
	CartID, VariantID string
	Line              *order.Line  // nil removes it
	Seen              string       // the version of the cart that it is held to; empty for none
	Said              []order.Line // what is said of the cart's other lines; may be nil
}

// saidWrite is what is said of lines of a cart from now on. Lines that are not in it any more stay away, and
// quantities as they are.
type saidWrite struct {
	cartID string
	lines  []order.Line
}

func (b batchWriter) insertCarts(members []int) error {
	var rows [][]any
	lines := map[[2]string]*order.Line{}
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

// touch locks the carts of members of a batch, and tells which of them are still open.
func (b batchWriter) touch(members []int, cartOf func(*write) string) (open map[string]bool, err error) {
	var carts [][]any
	for _, i := range members {
		carts = append(carts, []any{cartOf(&b.batch[i])})
	}
	return b.returning(
		fmt.Sprintf(
			"UPDATE carts SET revision = revision + 1, touched_day = %d WHERE order_id = '' AND id IN (%%s) RETURNING id", dayOf(b.now())), carts, "TEXT")
}

// setLines touches each cart first, which locks it and tells whether it is still open.
func (b batchWriter) setLines(members []int) error {
	open, err := b.touch(members, func(w *write) string { return w.line.CartID })
	if err != nil {
		return err
	}
	last, said := map[[2]string]*order.Line{}, map[[2]string]*order.Line{} // the last write of a line counts
	for _, i := range members {
		w := b.batch[i].line
		if !open[w.CartID] {
			b.out[i].Err = ErrCartOrdered
			continue
		}
		if err := b.checkSeen(w, last); fault.Is(err, stamp.Changed) {
			b.out[i].Err = err
			continue
		} else if err != nil {
			return err
		}
		last[[2]string{w.CartID, w.VariantID}] = w.Line
		if w.Said != nil {
			(&saidWrite{w.CartID, w.Said}).addTo(said)
		}
	}
	if err := b.writeSaid(said); err != nil {
		return err
	}
	return b.writeLines(last)
}

// checkSeen holds a line to what was seen of its locked cart, as it stands after the batch's lines before,
// unless the line is there already.
func (b batchWriter) checkSeen(w *LineWrite, before map[[2]string]*order.Line) error {
	if w.Seen == "" {
		return nil
	}
	cart, err := readCart(b.ctx, orderingdb.New(b.tx), w.CartID)
	if err != nil {
		return err
	}
	for key, line := range before {
		if key[0] == w.CartID {
			cart = cart.With(key[1], line)
		}
	}
	if now := cart.Stamp(); now != cart.With(w.VariantID, w.Line).Stamp() {
		return stamp.Check(w.Seen, now)
	}
	return nil
}

func (b batchWriter) writeLines(lines map[[2]string]*order.Line) error {
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

// sayAnew touches each cart first, which locks it.
func (b batchWriter) sayAnew(members []int) error {
	open, err := b.touch(members, func(w *write) string { return w.said.cartID })
	if err != nil {
		return err
	}
	said := map[[2]string]*order.Line{}
	for _, i := range members {
		if w := b.batch[i].said; open[w.cartID] {
			w.addTo(said)
		}
	}
	return b.writeSaid(said)
}

// addTo keeps for each line what was said last.
func (w *saidWrite) addTo(said map[[2]string]*order.Line) {
	for i := range w.lines {
		key := [2]string{w.cartID, w.lines[i].VariantID}
		if before := said[key]; before == nil || !before.QuotedAt.After(w.lines[i].QuotedAt) {
			said[key] = &w.lines[i]
		}
	}
}

// writeSaid leaves what was said later.
func (b batchWriter) writeSaid(said map[[2]string]*order.Line) error {
	var rows [][]any
	for key, l := range said {
		rows = append(rows, lineToRow(key[0], *l))
	}
	return b.exec(`UPDATE cart_lines SET price = v.column4, currency = v.column5, quoted_at = v.column6,
		product_id = v.column7, product_title = v.column8,
		variant_title = v.column9, producer_id = v.column10, producer_name = v.column11, sold_by = v.column12,
		image = v.column13, unit = v.column14,
		unit_value = v.column15, declared = v.column16 FROM (%s) AS v
		WHERE cart_lines.cart_id = v.column1 AND cart_lines.variant_id = v.column2
		AND cart_lines.quoted_at <= v.column6`, rows, lineTypes...)
}

// freeCarts frees carts whose orders come to nothing. One that is free already, and in no other order by now,
// is only told of the place that is kept for it.
func (b batchWriter) freeCarts(rows [][]any) error {
	return b.exec(`UPDATE carts SET order_id = '', revision = carts.revision + 1, kept_order = v.column3,
		kept_window = v.column4, kept_until = v.column5
		FROM (%s) AS v WHERE carts.id = v.column1
		AND (carts.order_id || '' = v.column2 OR carts.order_id || '' = '' AND v.column3 <> '')`,
		rows, "TEXT", "TEXT", "TEXT", "TEXT", "BIGINT")
}
