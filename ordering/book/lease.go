package book

import (
	"context"
	"fmt"
	"time"

	"github.com/artisan-eats/artisan/gen/sql/orderingdb"
	"github.com/artisan-eats/artisan/sqldb"
)

// leaseFor is how long an order in flight is its process's own without a sign of life, by the database's
// clock.
const leaseFor = 15 * time.Second

// NewLease is a lease that begins when it is written.
var NewLease time.Time

// StuckAfter is how long an order in flight may stand still before it is called stuck.
const StuckAfter = time.Minute

// leaseValue is a lease as a statement has it. On PostgreSQL a negative value is how far ahead of the
// database's clock a new one ends, so that nobody has to ask what it is.
func (b batchWriter) leaseValue(until time.Time) (int64, error) {
	switch {
	case !until.IsZero():
		return until.UnixMilli(), nil
	case b.tx.Engine == sqldb.Postgres:
		return -leaseFor.Milliseconds(), nil
	}
	now, err := b.tx.Now(b.ctx)
	return now.Add(leaseFor).UnixMilli(), err
}

// leaseColumn reads a lease's value from a column.
func (b batchWriter) leaseColumn(column string) string {
	if b.tx.Engine != sqldb.Postgres {
		return column
	}
	return fmt.Sprintf("CASE WHEN %[1]s < 0 THEN %[2]s - %[1]s ELSE %[1]s END", column, sqldb.PostgresClock)
}

// LeasesOver lists orders in flight that nobody takes on.
func (s *Book) LeasesOver(ctx context.Context, now time.Time, limit int32) ([]string, error) {
	ids, err := orderingdb.New(s.DB.Read()).LeasesOver(ctx,
		orderingdb.LeasesOverParams{LeaseUntil: now.UnixMilli(), Limit: limit})
	if err != nil {
		return nil, fmt.Errorf("look for orders left behind: %w", sqldb.Classify(err))
	}
	return ids, nil
}

// ConfirmationsOver lists orders that were not confirmed in time.
func (s *Book) ConfirmationsOver(ctx context.Context, now time.Time, limit int32) ([]string, error) {
	ids, err := orderingdb.New(s.DB.Read()).ConfirmationsOver(ctx,
		orderingdb.ConfirmationsOverParams{LeaseUntil: now.UnixMilli(), Limit: limit})
	if err != nil {
		return nil, fmt.Errorf("look for orders that nobody confirmed: %w", sqldb.Classify(err))
	}
	return ids, nil
}

// EndDeadLeases ends the leases of a process that is gone. Only SQLite tells so much: its file is
// this process's alone. On PostgreSQL other replicas may hold them, and they end by time.
func (s *Book) EndDeadLeases(ctx context.Context) error {
	if s.DB.Engine != sqldb.SQLite {
		return nil
	}
	return s.DB.Tx(ctx,
		func(ctx context.Context, tx *sqldb.Tx) error { return orderingdb.New(tx).EndLeases(ctx) })
}

// TakeLease makes an order the caller's, under a new epoch. It reports false when
// somebody else was first.
func (s *Book) TakeLease(ctx context.Context, o Leased) (Leased, bool, error) {
	var n int64
	err := s.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		n, err = orderingdb.New(tx).TakeLease(ctx, orderingdb.TakeLeaseParams{
			ID: o.ID, Epoch: o.Epoch, Now: now.UnixMilli(), LeaseUntil: now.Add(leaseFor).UnixMilli(),
		})
		return err
	})
	if err != nil || n == 0 {
		return o, false, err
	}
	o.Epoch++
	return o, true, nil
}
