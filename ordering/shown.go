package ordering

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/stamp"
)

// shown tells what a cart says from what it said before: what is in it, its prices, and what its makers
// declare.
func (c Cart) shown() string {
	what := make([]any, 0, 5*len(c.Lines))
	for _, l := range slices.SortedFunc(slices.Values(c.Lines),
		func(a, b Line) int { return cmp.Compare(a.VariantID, b.VariantID) }) {
		what = append(what, l.VariantID, l.Quantity, l.Price.Minor, l.Price.Currency, string(l.Declared))
	}
	return stamp.Of(what...)
}

// isStale reports whether a cart has a price that was shown too long ago to be kept to.
func (s *Service) isStale(cart Cart) bool {
	return cart.OrderID == "" && cart.oldestQuote().Add(priceHonoured).Before(s.host.Now())
}

// today is a cart at today's prices, which were not kept. What is not for sale any more stays as it was, to
// be refused at checkout.
func (s *Service) today(cart Cart, quotes map[string]*catalogv1.Quote) (Cart, error) {
	cart.Lines, cart.unkept = slices.Clone(cart.Lines), true
	for i, line := range cart.Lines {
		quote := quotes[line.VariantID]
		if quote == nil {
			continue
		}
		fresh, err := lineFromQuote(quote, line.Quantity, s.host.Now())
		if err != nil {
			return cart, err
		}
		cart.Lines[i] = fresh
	}
	return cart, nil
}

// asShown is a cart as it is shown: where its prices are stale, at today's; or as it is, when the catalogue
// cannot be asked. Nothing is written.
func (s *Service) asShown(ctx context.Context, cart Cart) (Cart, error) {
	if !s.isStale(cart) {
		return cart, nil
	}
	quotes, err := s.quote(ctx, variantIDs(cart.Lines)...)
	if fault.KindOf(err) == fault.Unavailable && err != nil {
		return cart, nil //nolint:nilerr // an old price is better than no cart
	}
	if err != nil {
		return cart, err
	}
	return s.today(cart, quotes)
}

// sayToday is a stale cart at today's prices, where that is how it was shown. Otherwise it is as it was kept,
// and where its prices are others now, or it was shown as neither, it says today's from then on: then nothing
// is ordered.
func (s *Service) sayToday(
	ctx context.Context, cart Cart, quotes map[string]*catalogv1.Quote, shown string,
) (Cart, error) {
	today, err := s.today(cart, quotes)
	if err != nil || today.shown() == shown {
		return today, err
	}
	err = comparePrices(cart.Lines, quotes, s.host.Now())
	if err == nil && shown != "" && shown != cart.shown() {
		err = errPriceChanged()
	}
	if fault.Is(err, "price_changed") {
		_, failed := s.store.writes.Do(ctx, write{said: &saidWrite{cart.ID, today.Lines}})
		return cart, cmp.Or(failed, err)
	}
	return cart, nil
}

// saidWrite is what is said of lines of a cart from now on. Lines that are not in it any more stay away, and
// quantities as they are.
type saidWrite struct {
	cartID string
	lines  []Line
}

// sayAnew touches each cart first, which locks it.
func (b batchWriter) sayAnew(members []int) error {
	var carts [][]any
	for _, i := range members {
		carts = append(carts, []any{b.batch[i].said.cartID})
	}
	open, err := b.returning(
		fmt.Sprintf(
			"UPDATE carts SET revision = revision + 1, touched_day = %d WHERE order_id = '' AND id IN (%%s) RETURNING id", dayOf(b.now())), carts, "TEXT")
	if err != nil {
		return err
	}
	said := map[[2]string]*Line{}
	for _, i := range members {
		if w := b.batch[i].said; open[w.cartID] {
			w.addTo(said)
		}
	}
	return b.writeSaid(said)
}

// addTo keeps for each line what was said last.
func (w *saidWrite) addTo(said map[[2]string]*Line) {
	for i := range w.lines {
		key := [2]string{w.cartID, w.lines[i].VariantID}
		if before := said[key]; before == nil || !before.quotedAt.After(w.lines[i].quotedAt) {
			said[key] = &w.lines[i]
		}
	}
}

// writeSaid leaves what was said later.
func (b batchWriter) writeSaid(said map[[2]string]*Line) error {
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
