package sqldb_test

import (
	"context"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

func files(texts map[string]string) fstest.MapFS {
	made := fstest.MapFS{}
	for name, text := range texts {
		made[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return made
}

// TestADeadlockIsRunAgain has two transactions lock two rows, each the other's first.
func TestADeadlockIsRunAgain(t *testing.T) {
	db := sqldbtest.Open(t, sqldb.Postgres, time.Now)
	if err := db.Migrate(t.Context(), "t", schema); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"a", "b"} {
		if err := put(t.Context(), db, id, false); err != nil {
			t.Fatal(err)
		}
	}
	var both sync.WaitGroup
	var met sync.WaitGroup
	met.Add(2)
	runs := make(chan struct{}, 20)
	for _, ids := range [][2]string{{"a", "b"}, {"b", "a"}} {
		both.Go(func() {
			first := true
			err := db.Tx(t.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
				runs <- struct{}{}
				if _, err := tx.ExecContext(ctx, "SET LOCAL deadlock_timeout = '10ms'"); err != nil {
					return err
				}
				if _, err := tx.ExecContext(ctx, "UPDATE t SET n = n + 1 WHERE id = $1", ids[0]); err != nil {
					return err
				}
				if first { // each has one by now
					first = false
					met.Done()
					met.Wait()
				}
				_, err := tx.ExecContext(ctx, "UPDATE t SET n = n + 1 WHERE id = $1", ids[1])
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	_ = ends(t, func() error { both.Wait(); return nil })
	var sum int
	if err := db.Read().QueryRowContext(t.Context(), "SELECT SUM(n) FROM t").Scan(&sum); err != nil ||
		sum != 6 || len(runs) < 3 {
		t.Errorf("the rows sum to %d after %d runs, %v", sum, len(runs), err)
	}
}

// TestASerialisationFailureIsRunAgain changes a row after a transaction saw it and before it changes it too.
func TestASerialisationFailureIsRunAgain(t *testing.T) {
	db := sqldbtest.Open(t, sqldb.Postgres, time.Now)
	if err := db.Migrate(t.Context(), "t", schema); err != nil {
		t.Fatal(err)
	}
	if err := put(t.Context(), db, "a", false); err != nil {
		t.Fatal(err)
	}
	runs := 0
	err := db.Tx(t.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
		if _, err := tx.ExecContext(ctx, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"); err != nil {
			return err
		}
		var n int
		if err := tx.QueryRowContext(ctx, "SELECT n FROM t WHERE id = 'a'").Scan(&n); err != nil {
			return err
		}
		if runs++; runs == 1 {
			other := db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
				_, err := tx.ExecContext(ctx, "UPDATE t SET n = 10 WHERE id = 'a'")
				return err
			})
			if other != nil {
				return other
			}
		}
		_, err := tx.ExecContext(ctx, "UPDATE t SET n = $1 WHERE id = 'a'", n+1)
		return err
	})
	var n int
	if failed := db.Read().QueryRowContext(t.Context(), "SELECT n FROM t").Scan(&n); failed != nil ||
		err != nil || runs != 2 || n != 11 {
		t.Errorf("n = %d after %d runs, %v", n, runs, err)
	}
}
