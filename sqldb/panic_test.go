package sqldb_test

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

// put writes a row, and panics then if it shall.
func put(ctx context.Context, db *sqldb.DB, id string, shall bool) error {
	return db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO t VALUES ($1, 1)", id)
		if shall {
			panic("poison")
		}
		return err
	})
}

// TestAPanicInATransactionTakesItBack panics as often as there are connections, and then wants the row that
// was locked.
func TestAPanicInATransactionTakesItBack(t *testing.T) {
	sqldbtest.Each(t, "t", schema, func(t *testing.T, db *sqldb.DB) {
		done := make(chan error)
		go func() {
			for range 20 {
				func() {
					defer func() { _ = recover() }()
					_ = put(context.Background(), db, "a", true)
				}()
			}
			done <- put(context.Background(), db, "a", false)
		}()
		select {
		case err := <-done:
			if err != nil || count(t, db) != 1 {
				t.Errorf("after the panics: %v, %d rows", err, count(t, db))
			}
		case <-time.After(time.Minute):
			t.Fatal("a transaction that panicked never ends")
		}
	})
}

func TestAMemberThatPanicsFailsAlone(t *testing.T) {
	sqldbtest.Each(t, "t", schema, func(t *testing.T, db *sqldb.DB) {
		group := sqldb.NewGroup(db, 32,
			func(ctx context.Context, tx *sqldb.Tx, batch []string) ([]sqldb.Outcome[int], error) {
				for _, id := range batch {
					if id == "poison" {
						panic(id)
					}
					if _, err := tx.ExecContext(ctx, "INSERT INTO t VALUES ($1, 1)", id); err != nil {
						return nil, err
					}
				}
				return make([]sqldb.Outcome[int], len(batch)), nil
			})
		var all sync.WaitGroup
		for i := range 50 {
			all.Go(func() {
				id := strconv.Itoa(i)
				if i%10 == 0 {
					id = "poison"
				}
				_, err := group.Do(t.Context(), id)
				if (err != nil) != (id == "poison") || err != nil && fault.KindOf(err) != fault.Internal {
					t.Errorf("%s: %v", id, err)
				}
			})
		}
		all.Wait()
		if n := count(t, db); n != 45 {
			t.Errorf("%d rows of 45", n)
		}
	})
}
