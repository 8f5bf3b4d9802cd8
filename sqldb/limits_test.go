package sqldb_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

func limited(t *testing.T, limits sqldb.Limits) *sqldb.DB {
	t.Helper()
	config := sqldbtest.Config(t, sqldb.Postgres, time.Now)
	config.Limits = limits
	db, err := sqldb.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestPostgresEndsWhatTakesTooLong(t *testing.T) {
	db := limited(t, sqldb.Limits{})
	for setting, want := range map[string]string{
		"statement_timeout":                   "30s",
		"idle_in_transaction_session_timeout": "30s", "tcp_user_timeout": "15000",
	} {
		var is string
		if err := db.Read().QueryRowContext(t.Context(), "SELECT current_setting($1)",
			setting).Scan(&is); err != nil || is != want {
			t.Errorf("%s is %s, want %s, %v", setting, is, want, err)
		}
	}
	db = limited(t, sqldb.Limits{Statement: 100 * time.Millisecond})
	err := ends(t, func() error {
		return db.Tx(context.Background(), func(ctx context.Context, tx *sqldb.Tx) error {
			_, err := tx.ExecContext(ctx, "SELECT pg_sleep(3600)")
			return err
		})
	})
	if fault.KindOf(err) != fault.Unavailable {
		t.Errorf("a statement that takes an hour: %v", err)
	}
}

// TestATransactionInWhichNobodySaysAnythingLetsGo waits in one until another can lock its row.
func TestATransactionInWhichNobodySaysAnythingLetsGo(t *testing.T) {
	db := limited(t, sqldb.Limits{Idle: 100 * time.Millisecond})
	if err := db.Migrate(t.Context(), "t", schema); err != nil {
		t.Fatal(err)
	}
	if err := put(t.Context(), db, "a", false); err != nil {
		t.Fatal(err)
	}
	err := db.Tx(t.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
		add := func(ctx context.Context, tx *sqldb.Tx) error {
			_, err := tx.ExecContext(ctx, "UPDATE t SET n = n + 1 WHERE id = 'a'")
			return err
		}
		if err := add(ctx, tx); err != nil {
			return err
		}
		if err := ends(t, func() error { return db.Tx(context.Background(), add) }); err != nil {
			t.Errorf("another: %v", err)
		}
		return nil
	})
	if fault.KindOf(err) != fault.Unavailable && fault.KindOf(err) != fault.Unknown {
		t.Errorf("it is committed all the same: %v", err)
	}
}

func TestMigrationsMayTakeTheirTime(t *testing.T) {
	db := limited(t, sqldb.Limits{Statement: 100 * time.Millisecond})
	slow := map[string]string{"00001_t.sql": "-- +goose Up\nSELECT pg_sleep(0.3);\n"}
	if err := db.Migrate(t.Context(), "slow", files(slow)); err != nil {
		t.Error(err)
	}
}

// TestWhoWaitsForAReaderKeepsTheirDeadline reads with all of a file's connections.
func TestWhoWaitsForAReaderKeepsTheirDeadline(t *testing.T) {
	db := sqldbtest.Open(t, sqldb.SQLite, time.Now)
	if err := db.Migrate(t.Context(), "t", schema); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		rows, err := db.Read().QueryContext(t.Context(), "SELECT 1 UNION SELECT 2")
		if err != nil || !rows.Next() {
			t.Fatal(err)
		}
		defer func() { _ = rows.Close() }()
	}
	ctx, cancel := context.WithCancel(t.Context())
	waits := map[string]func() error{
		"a row": func() error { return db.Read().QueryRowContext(ctx, "SELECT 1").Scan(new(int)) },
		"rows": func() error {
			rows, err := db.Read().QueryContext(ctx, "SELECT 1")
			if err == nil {
				err = errors.Join(rows.Close(), rows.Err())
			}
			return err
		},
		"a view": func() error { return db.View(ctx, func(context.Context, *sqldb.Tx) error { return nil }) },
	}
	var all sync.WaitGroup
	for name, wait := range waits {
		all.Go(func() {
			if err := wait(); !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	cancel()
	_ = ends(t, func() error { all.Wait(); return nil })
}

// TestReadersTakeTurns reads more than there are connections, in each way.
func TestReadersTakeTurns(t *testing.T) {
	sqldbtest.Each(t, "t", schema, func(t *testing.T, db *sqldb.DB) {
		if err := put(t.Context(), db, "a", false); err != nil {
			t.Fatal(err)
		}
		_ = ends(t, func() error {
			var all sync.WaitGroup
			for range 40 {
				all.Go(func() {
					if n := count(t, db); n != 1 {
						t.Errorf("%d rows", n)
					}
					_ = db.Read().QueryRowContext(t.Context(), "SELECT nothing FROM nowhere").Scan(new(int))
					_ = db.Read().QueryRowContext(t.Context(),
						"SELECT id FROM t WHERE id = 'b'").Scan(new(string))
					err := db.View(t.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
						return tx.QueryRowContext(ctx, "SELECT n FROM t FOR UPDATE").Scan(new(int))
					})
					if err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			return nil
		})
	})
}

// TestAViewSeesOneMoment changes what it looks at meanwhile, and does not wait for who changes it.
func TestAViewSeesOneMoment(t *testing.T) {
	sqldbtest.Each(t, "t", schema, func(t *testing.T, db *sqldb.DB) {
		if err := put(t.Context(), db, "a", false); err != nil {
			t.Fatal(err)
		}
		err := db.View(t.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
			var before, after int
			if err := tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM t").Scan(&before); err != nil {
				return err
			}
			if err := put(ctx, db, "b", false); err != nil {
				t.Errorf("a write beside a view: %v", err)
			}
			if err := tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM t FOR UPDATE").Scan(&after); err != nil {
				t.Errorf("a row that would be locked: %v", err)
			}
			if before != 1 || after != 1 {
				t.Errorf("it sees %d rows, then %d", before, after)
			}
			_, err := tx.ExecContext(ctx, "INSERT INTO t VALUES ('c', 1)")
			return err
		})
		if err == nil || count(t, db) != 2 {
			t.Errorf("a view wrote: %v, %d rows", err, count(t, db))
		}
	})
}

// TestTooManyWhoWaitAreToldAtOnce fills a group's queue behind a batch that does not end yet. For who left
// meanwhile nothing is done.
func TestTooManyWhoWaitAreToldAtOnce(t *testing.T) {
	sqldbtest.Each(t, "t", schema, func(t *testing.T, db *sqldb.DB) {
		began, goOn, ran := make(chan struct{}), make(chan struct{}), 0
		group := sqldb.NewGroup(db, 2,
			func(_ context.Context, _ *sqldb.Tx, batch []int) ([]sqldb.Outcome[int], error) {
				if ran == 0 {
					close(began)
					<-goOn
				}
				ran += len(batch)
				return make([]sqldb.Outcome[int], len(batch)), nil
			})
		first := make(chan error)
		go func() {
			_, err := group.Do(t.Context(), 0)
			first <- err
		}()
		<-began
		gone, leave := context.WithCancel(t.Context())
		leave()
		for range 64 {
			if _, err := group.Do(gone, 0); fault.KindOf(err) != fault.Unknown {
				t.Fatalf("one that waits: %v", err)
			}
		}
		if _, err := group.Do(gone, 0); !fault.Is(err, "overloaded") {
			t.Errorf("one too many: %v", err)
		}
		close(goOn)
		if err := <-first; err != nil {
			t.Errorf("the first: %v", err)
		}
		if err := ends(t, func() error { // once the first batch is through there is room
			for {
				if _, err := group.Do(t.Context(), 0); !fault.Is(err, "overloaded") {
					return err
				}
			}
		}); err != nil || ran != 2 {
			t.Errorf("%d ran of 66, and 64 had left, %v", ran, err)
		}
	})
}
