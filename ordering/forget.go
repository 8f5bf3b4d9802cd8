package ordering

import (
	"context"
	"fmt"
	"time"

	"github.com/artisan-eats/artisan/gen/sql/orderingdb"
	"github.com/artisan-eats/artisan/sqldb"
)

const (
	forgetEvery = 10 * time.Minute
	// forgetBatch is how many carts one transaction deletes at the most.
	forgetBatch = 500
	// cartKept is how many days a cart is kept that nobody touches, and the keys of its checkout: as long as
	// its cookie lives.
	cartKept = 30
	// unpaidKept is how long an order counts as one that is to be picked up. Those that are over go at once.
	unpaidKept = 90 * 24 * time.Hour
)

// dayOf is the day of a time, since 1970.
func dayOf(t time.Time) int64 { return t.Unix() / (24 * 60 * 60) }

// forgetCarts deletes carts that nobody touched for a month, with their lines and keys, a bounded batch at a
// time. Carts that another process is busy with are left to it.
func (s *Service) forgetCarts(ctx context.Context) error {
	for n := forgetBatch; n == forgetBatch; {
		err := s.store.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
			idle, err := orderingdb.New(tx).IdleCarts(ctx, orderingdb.IdleCartsParams{
				Before:     dayOf(s.host.Now()) - cartKept,
				MadeBefore: s.host.Now().AddDate(0, 0, -cartKept).UnixMilli(), Most: forgetBatch,
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
	return s.store.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		return orderingdb.New(tx).ForgetUnpaid(ctx, s.host.Now().Add(-unpaidKept).UnixMilli())
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
