package hold

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

const (
	// keptFor is how long after its order began a hold that is over is kept. Until then it refuses what comes
	// late.
	keptFor     = 90 * 24 * time.Hour
	forgetBatch = 500
)

// Forget deletes holds that are over, of orders that were begun long ago, and what a table says of the same
// orders in its column order_id: a bounded batch a transaction. What another process is busy with is left to
// it.
func Forget(ctx context.Context, db *sqldb.DB, table string) error {
	for n := forgetBatch; n == forgetBatch; {
		err := db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
			now, err := tx.Now(ctx)
			if err != nil {
				return err
			}
			orders, err := over(ctx, tx, now.Add(-keptFor), forgetBatch)
			if n = len(orders); err != nil || n == 0 {
				return err
			}
			return errors.Join(Settle(ctx, tx, table, orders), Settle(ctx, tx, "holds", orders))
		})
		if err != nil {
			return fmt.Errorf("forget holds: %w", err)
		}
	}
	return nil
}

// over locks holds that are over, of orders that were begun before a time, at most limit, and answers their
// orders.
func over(ctx context.Context, tx *sqldb.Tx, before time.Time, limit int) ([]string, error) {
	return orders(ctx, tx, `SELECT order_id FROM holds
		WHERE state NOT IN ('held', 'kept') AND substr(order_id, length(order_id) - 25) < $1
		ORDER BY substr(order_id, length(order_id) - 25)
		LIMIT $2 FOR UPDATE SKIP LOCKED`, id.Earliest(before), limit)
}
