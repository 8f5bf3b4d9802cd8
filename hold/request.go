package hold

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

// CheckOrder refuses what is not the ID of an order.
func CheckOrder(order string) error {
	if _, err := id.Market(id.Order, order); err != nil {
		return fault.InvalidField("order_id", "This is not the ID of an order.")
	}
	return nil
}

// CheckTTL refuses a hold that would not live.
func CheckTTL(ms int64) error {
	if ms <= 0 {
		return fault.InvalidField("ttl_ms", "A hold needs a time to live.")
	}
	return nil
}

// CheckShare refuses a field that is no share of what there is, in hundredths; zero is none.
func CheckShare(field string, percent int64) error {
	if percent < 0 || percent > 100 {
		return fault.InvalidField(field, "A share is from 1 to 100 hundredths.")
	}
	return nil
}

// ErrUnconfirmed refuses what unconfirmed holds may not take together; see MostUnconfirmed.
var ErrUnconfirmed = fault.New(fault.Conflict, "unconfirmed_full",
	"There are many unconfirmed orders just now. Pay by card, sign in, or try again in a few minutes.")

// Renew extends a hold that lives, of the same things as those that are asked for now, and reports whether it
// did: then nothing has to be taken. One that lives and is of others is refused with conflict "hold_differs",
// one that was closed with "hold_closed".
func (h *Hold) Renew(now, until int64, same, unconfirmed bool) (renewed bool, err error) {
	if h.At(now) == Held && !same {
		return false,
			fault.New(fault.Conflict, "hold_differs", "Something else is already set aside for this order.")
	}
	if !h.Extend(now, until) {
		return false, h.Open()
	}
	if !unconfirmed {
		h.Confirm()
	}
	return true, nil
}

// Known are the orders that have had a hold before, sorted.
func Known(holds map[string]*Hold) []string {
	orders := slices.Sorted(maps.Keys(holds))
	return slices.DeleteFunc(orders, func(order string) bool { return !holds[order].Known() })
}

// Settle deletes what a table says of orders in its column order_id: what they lacked, they have or need no
// more.
func Settle(ctx context.Context, tx *sqldb.Tx, table string, orders []string) error {
	if len(orders) == 0 {
		return nil
	}
	these, arg := sqldb.In(tx.Querier, "order_id", 1, orders)
	if _, err := tx.ExecContext(ctx, "DELETE FROM "+table+" WHERE "+these, arg); err != nil {
		return fmt.Errorf("settle %s: %w", table, err)
	}
	return nil
}
