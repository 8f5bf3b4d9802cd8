package drive

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/artisan-eats/artisan/gen/sql/orderingdb"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/sqldb"
)

// stuckOrders are those in flight that have not moved on for a while: the sweeper keeps trying.
func (s *Driver) stuckOrders(ctx context.Context) ([]host.Trouble, error) {
	rows, err := orderingdb.New(s.Book.DB.Read()).StillOrders(ctx, orderingdb.StillOrdersParams{
		MovedAt: s.Host.Now().Add(-book.StuckAfter).UnixMilli(), Limit: host.MaxTroubles,
	})
	if err != nil {
		return nil, fmt.Errorf("look for stuck orders: %w", sqldb.Classify(err))
	}
	var found []host.Trouble
	for _, row := range rows {
		found = append(found, host.Trouble{
			ID: row.ID, About: row.ID, Since: time.UnixMilli(row.MovedAt), Attempts: row.Epoch - 1,
			What: "The order has been " + row.Status +
				" for too long: a service that it waits for does not answer.",
		})
	}
	return found, nil
}

// takeOnNow lets the sweeper take on a stuck order at once. Whoever still works on it under its old
// epoch can write nothing any more.
func (s *Driver) takeOnNow(ctx context.Context, orderID string) error {
	err := s.Book.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		tx.AfterCommit(s.sweeping.Wake)
		return orderingdb.New(tx).EndLease(ctx,
			orderingdb.EndLeaseParams{ID: orderID, MovedAt: s.Host.Now().Add(-book.StuckAfter).UnixMilli()})
	})
	if err != nil {
		return fmt.Errorf("take on an order: %w", err)
	}
	return nil
}

// stuckChanges are changes of orders that have been neither done nor undone for a while: the sweeper keeps
// trying.
func (s *Driver) stuckChanges(ctx context.Context) ([]host.Trouble, error) {
	rows, err := orderingdb.New(s.Book.DB.Read()).StillChanges(ctx, orderingdb.StillChangesParams{
		Before: id.Earliest(s.Host.Now().Add(-book.StuckAfter)), Most: host.MaxTroubles,
	})
	if err != nil {
		return nil, fmt.Errorf("look for stuck changes: %w", sqldb.Classify(err))
	}
	var found []host.Trouble
	for _, row := range rows {
		found = append(found, host.Trouble{
			ID: row.ID, About: row.OrderID, Since: id.MadeAt(row.ID), Attempts: row.Tries,
			What: "A change of this order is neither done nor undone. The order stands as it was. It waits for " + cmp.Or(row.WaitsFor, "somebody to take it on") + ".",
		})
	}
	return found, nil
}

// takeChangeOnNow lets the sweeper take on a stuck change at once.
func (s *Driver) takeChangeOnNow(ctx context.Context, changeID string) error {
	err := s.Book.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		tx.AfterCommit(s.sweeping.Wake)
		return orderingdb.New(tx).EndLeaseOfChange(ctx, orderingdb.EndLeaseOfChangeParams{
			ChangeID: changeID,
			Before:   id.Earliest(s.Host.Now().Add(-book.StuckAfter)),
		})
	})
	if err != nil {
		return fmt.Errorf("take on a change: %w", err)
	}
	return nil
}
