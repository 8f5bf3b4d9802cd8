package book

import (
	"context"
	"fmt"
	"time"

	"github.com/artisan-eats/artisan/gen/sql/orderingdb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

const (
	// forgetBatch is how many carts one transaction deletes at the most.
	forgetBatch = 500
	// cartKept is how many days a cart is kept that nobody touches, and the keys of its checkout: as long as
	// its cookie lives.
	cartKept = 30
	// unpaidKept is how long an order counts as one that is to be picked up. Those that are over go at once.
	unpaidKept = 90 * 24 * time.Hour
)

// ForgetCarts deletes carts that nobody touched for a month, with their lines and keys, a bounded batch at a
// time. Carts that another process is busy with are left to it.
func (s *Book) ForgetCarts(ctx context.Context) error {
	for n := forgetBatch; n == forgetBatch; {
		err := s.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
			idle, err := orderingdb.New(tx).IdleCarts(ctx, orderingdb.IdleCartsParams{
				Before:     dayOf(s.clock()) - cartKept,
				MadeBefore: s.clock().AddDate(0, 0, -cartKept).UnixMilli(), Most: forgetBatch,
			})
			if n = len(idle); err != nil || n == 0 {
				return err
			}
			return deleteCarts(ctx, tx, idle)
		})
		if err != nil {
			return fmt.Errorf("forget carts: %w", err)
		}
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		return orderingdb.New(tx).ForgetUnpaid(ctx, s.clock().Add(-unpaidKept).UnixMilli())
	})
}

func deleteCarts(ctx context.Context, tx *sqldb.Tx, ids []string) error {
	// lines go with their cart
	for table, column := range map[string]string{
		"checkout_keys": "cart_id", "member_carts": "cart_id",
		"carts": "id",
	} {
		these, arg := sqldb.In(tx.Querier, column, 1, ids)
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+table+" WHERE "+these, arg); err != nil {
			return err
		}
	}
	return nil
}

const (
	// changesKept is how long a change's key answers, counted from when the change was asked for: longer than
	// an order waits for its window.
	changesKept = 90 * 24 * time.Hour
	// clearingsKept is how long it can be seen where the orders of a cancelled window went, as the security
	// log has who decided it.
	clearingsKept = 400 * 24 * time.Hour
	// lotsKept is how long it can be found who had goods of a lot: a recall has to reach them.
	lotsKept = 5 * 366 * 24 * time.Hour
	// lotsLooked is how many lots of orders one run looks at: they have no order by time, so a run goes on
	// where the one before ended.
	lotsLooked = 2000
)

// ForgetOver deletes what is kept of orders that are over for long, a bounded batch a transaction.
func (s *Book) ForgetOver(ctx context.Context) error {
	for _, forget := range []func(context.Context) (more bool, err error){
		s.forgetChanges,
		s.forgetClearings,
	} {
		for more := true; more; {
			var err error
			if more, err = forget(ctx); err != nil {
				return fmt.Errorf("forget what is over: %w", err)
			}
		}
	}
	return s.forgetLots(ctx)
}

func (s *Book) forgetChanges(ctx context.Context) (more bool, err error) {
	err = s.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		n, err := orderingdb.New(tx).ForgetChanges(ctx, orderingdb.ForgetChangesParams{
			Before: id.Earliest(s.clock().Add(-changesKept)), Most: forgetBatch,
		})
		more = n == forgetBatch
		return err
	})
	return more, err
}

func (s *Book) forgetClearings(ctx context.Context) (more bool, err error) {
	err = s.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		const windows = 20 // each with its orders
		old, err := orderingdb.New(tx).OldClearings(ctx, orderingdb.OldClearingsParams{
			Before: s.clock().Add(-clearingsKept).UnixMilli(), Most: windows,
		})
		if more = len(old) == windows; err != nil || len(old) == 0 {
			return err
		}
		these, arg := sqldb.In(tx.Querier, "window_id", 1, old)
		for _, table := range []string{"clearing_orders", "clearings"} {
			if _, err := tx.ExecContext(ctx, "DELETE FROM "+table+" WHERE "+these, arg); err != nil {
				return err
			}
		}
		return nil
	})
	return more, err
}

// forgetLots looks at some lots of orders, after those of the run before.
func (s *Book) forgetLots(ctx context.Context) error {
	rows, err := orderingdb.New(s.DB.Read()).LotsOfOrders(ctx, orderingdb.LotsOfOrdersParams{
		AfterLot: s.lotsSeen[0], AfterOrder: s.lotsSeen[1], Most: lotsLooked,
	})
	if err != nil {
		return fmt.Errorf("look for old lots of orders: %w", sqldb.Classify(err))
	}
	before := s.clock().Add(-lotsKept)
	var old [][]any
	s.lotsSeen = [2]string{}
	for i, row := range rows {
		if made := id.MadeAt(row.OrderID); !made.IsZero() && made.Before(before) {
			old = append(old, []any{row.LotID, row.OrderID})
		}
		if i == lotsLooked-1 {
			s.lotsSeen = [2]string{row.LotID, row.OrderID}
		}
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		return batchWriter{ctx: ctx, tx: tx}.exec("DELETE FROM order_lots WHERE (lot_id, order_id) IN (%s)",
			old, "TEXT", "TEXT")
	})
}
