package events

import (
	"context"
	"fmt"
	"time"

	"github.com/artisan-eats/artisan/sqldb"
)

const (
	// ForgetEvery is how often an inbox is looked through for what nobody needs.
	ForgetEvery = time.Hour
	// rememberedFor is how many days an inbox knows which version of an aggregate came last. Who sends an
	// event again for longer is told that it is too old.
	rememberedFor = 180
	forgetBatch   = 500
	// forgetBatches bounds one look, for the first after an upgrade has much to do.
	forgetBatches = 20
)

// dayOf is the day of a time, since 1970.
func dayOf(t time.Time) int64 { return t.Unix() / (24 * 60 * 60) }

// mayBeForgotten reports whether what an inbox had of something that old may be deleted by now: the last
// version of an aggregate that was made then, or that an event was applied that occurred then. It never is of
// what has no time.
func (s *Subscriber) mayBeForgotten(at time.Time) bool {
	return at.Unix() > 0 && dayOf(at) < dayOf(s.now())-rememberedFor
}

// Forget deletes what the inbox has of aggregates of which nothing came for long, a bounded batch a
// transaction.
func (s *Subscriber) Forget(ctx context.Context) error {
	n := forgetBatch
	for i := 0; i < forgetBatches && n == forgetBatch; i++ {
		err := s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) (err error) {
			n, err = s.forgetSome(ctx, tx)
			return err
		})
		if err != nil {
			return fmt.Errorf("forget what was received: %w", err)
		}
	}
	return nil
}

// forgetSome answers how many it looked at. What a process wrote that does not know the day is kept from
// today on.
func (s *Subscriber) forgetSome(ctx context.Context, tx *sqldb.Tx) (n int, err error) {
	today := dayOf(s.now())
	var old, gone [][]any
	err = sqldb.EachRow(ctx, tx, `SELECT publisher, aggregate, version, touched_version FROM inbox
		WHERE touched_day < $1 ORDER BY touched_day
		LIMIT $2 FOR UPDATE SKIP LOCKED`, []any{today - rememberedFor, forgetBatch},
		func(scan sqldb.Scanner) error {
			var publisher, aggregate string
			var version, touched int64
			err := scan(&publisher, &aggregate, &version, &touched)
			if version == touched {
				gone = append(gone, []any{publisher, aggregate})
			} else {
				old = append(old, []any{publisher, aggregate, today})
			}
			return err
		})
	if err != nil {
		return 0, err
	}
	_, err = sqldb.ExecRows(ctx, tx, old, []string{"TEXT", "TEXT", "BIGINT"}, func(rows string) string {
		return `UPDATE inbox SET touched_day = v.column3, touched_version = version FROM (` + rows + `) AS v
			WHERE inbox.publisher = v.column1 AND inbox.aggregate = v.column2`
	})
	if err != nil {
		return 0, err
	}
	_, err = sqldb.ExecRows(ctx, tx, gone, []string{"TEXT", "TEXT"}, func(rows string) string {
		return "DELETE FROM inbox WHERE (publisher, aggregate) IN (" + rows + ")"
	})
	return len(old) + len(gone), err
}
