package hold

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/artisan-eats/artisan/sqldb"
)

// The table is holds (order_id PRIMARY KEY, state, expires_at, version, unconfirmed), with an index
// for Sweep. Each service makes it in its own migrations.

// Load locks and reads the holds of orders, in the order of their IDs; an order that has none
// gets one in the state None. Lock holds before what they hold, so that transactions cannot wait in a circle.
func Load(ctx context.Context, tx *sqldb.Tx, orders []string) (map[string]*Hold, error) {
	holds := make(map[string]*Hold, len(orders))
	for _, order := range orders {
		holds[order] = New(order)
	}
	if len(holds) == 0 {
		return holds, nil
	}
	ids := slices.Sorted(maps.Keys(holds))
	ofOrders, arg := sqldb.In(tx.Querier, "order_id", 1, ids)
	err := sqldb.EachRow(ctx, tx, `SELECT order_id, state, expires_at, version, unconfirmed FROM holds
		WHERE `+ofOrders+` ORDER BY order_id FOR UPDATE`, []any{arg}, func(scan sqldb.Scanner) error {
		var h Hold
		if err := scan(&h.Order, &h.State, &h.ExpiresAt, &h.version, &h.Unconfirmed); err != nil {
			return err
		}
		holds[h.Order] = &h
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read holds: %w", err)
	}
	return holds, nil
}

// Save writes the holds that changed. When another process made the first hold of one of the orders since
// they were read, the transaction runs again: see sqldb.ErrRetry. This goes for orders that were refused too:
// what they wanted may be gone because they have it.
func Save(ctx context.Context, tx *sqldb.Tx, holds map[string]*Hold) error {
	var rows [][]any
	var refused []string
	for _, order := range slices.Sorted(maps.Keys(holds)) {
		if h := holds[order]; h.changed {
			rows = append(rows, []any{h.Order, string(h.State), h.ExpiresAt, h.version + 1, h.unconfirmed()})
		} else if !h.Known() {
			refused = append(refused, order)
		}
	}
	if err := stillUnknown(ctx, tx, refused); err != nil {
		return err
	}
	n, err := sqldb.ExecRows(ctx, tx, rows, []string{"TEXT", "TEXT", "BIGINT", "BIGINT", "BIGINT"},
		func(rows string) string {
			return `INSERT INTO holds (order_id, state, expires_at, version, unconfirmed) ` + rows + `
			ON CONFLICT (order_id) DO UPDATE SET state = excluded.state, expires_at = excluded.expires_at,
			version = excluded.version,
				unconfirmed = excluded.unconfirmed
			WHERE holds.version = excluded.version - 1`
		})
	if err != nil {
		return fmt.Errorf("write holds: %w", err)
	}
	if n != int64(len(rows)) {
		return fmt.Errorf("write holds: %d of %d were as they had been read: %w", n, len(rows),
			sqldb.ErrRetry)
	}
	return nil
}

// unconfirmed is the column: 1 while the hold is one.
func (h *Hold) unconfirmed() int64 {
	return sqldb.Flag(h.Unconfirmed && h.State == Held)
}

func stillUnknown(ctx context.Context, tx *sqldb.Tx, orders []string) error {
	if len(orders) == 0 {
		return nil
	}
	var n int
	ofOrders, arg := sqldb.In(tx.Querier, "order_id", 1, orders)
	err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM holds WHERE `+ofOrders, arg).Scan(&n)
	if err != nil {
		return fmt.Errorf("read holds again: %w", err)
	}
	if n > 0 {
		return fmt.Errorf("%d orders got a hold meanwhile: %w", n, sqldb.ErrRetry)
	}
	return nil
}

// sweepBatch is how many holds one transaction of Sweep ends at the most.
const sweepBatch = 100

// Sweep runs a transaction for those holds whose time is over, and more of them until none is left. expire
// ends the holds of the orders it is given, which are locked, and gives back what they have.
func Sweep(
	ctx context.Context, db *sqldb.DB, expire func(ctx context.Context, tx *sqldb.Tx, orders []string) error,
) error {
	for n := sweepBatch; n == sweepBatch; {
		err := db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
			now, err := tx.Now(ctx)
			if err != nil {
				return err
			}
			orders, err := due(ctx, tx, now.UnixMilli(), sweepBatch)
			if n = len(orders); err != nil || n == 0 {
				return err
			}
			return expire(ctx, tx, orders)
		})
		if err != nil {
			return fmt.Errorf("end holds whose time is over: %w", err)
		}
	}
	return nil
}

// due locks holds whose time is over, at most limit, and answers their orders. It leaves out
// those that another transaction is busy with.
func due(ctx context.Context, tx *sqldb.Tx, now int64, limit int) ([]string, error) {
	return orders(ctx, tx, `SELECT order_id FROM holds WHERE state = 'held' AND expires_at <= $1
		ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED`, now, limit)
}

// orders are those that a query answers.
func orders(ctx context.Context, tx *sqldb.Tx, query string, args ...any) (found []string, err error) {
	if found, err = sqldb.Column[string](ctx, tx, query, args...); err != nil {
		return nil, fmt.Errorf("read holds that are over: %w", err)
	}
	return found, nil
}
