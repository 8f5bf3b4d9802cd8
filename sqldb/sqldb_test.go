package sqldb_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

var schema = fstest.MapFS{
	"00001_t.sql": {
		Data: []byte(
			"-- +goose Up\nCREATE TABLE t (id TEXT PRIMARY KEY, n BIGINT NOT NULL CHECK (n >= 0));\n"),
	},
}

func TestParametersBindByNumber(t *testing.T) {
	sqldbtest.Each(t, "t", nil, func(t *testing.T, db *sqldb.DB) {
		var a, b string
		err := db.Read().QueryRowContext(t.Context(), "SELECT CAST($2 AS TEXT), CAST($1 AS TEXT)", "one",
			"two").Scan(&a, &b)
		if err != nil || a != "two" || b != "one" {
			t.Errorf("SELECT $2, $1 of (one, two) = %s, %s, %v", a, b, err)
		}
	})
}

func TestAFailedTransactionLeavesNothing(t *testing.T) {
	sqldbtest.Each(t, "t", schema, func(t *testing.T, db *sqldb.DB) {
		boom := errors.New("boom")
		err := db.Tx(t.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
			if _, err := tx.ExecContext(ctx, "INSERT INTO t VALUES ('a', 1)"); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) || count(t, db) != 0 {
			t.Errorf("Tx = %v and left %d rows", err, count(t, db))
		}
	})
}

func TestErrorClasses(t *testing.T) {
	sqldbtest.Each(t, "t", schema, func(t *testing.T, db *sqldb.DB) {
		exec := func(query string) error {
			return db.Tx(t.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
				_, err := tx.ExecContext(ctx, query)
				return err
			})
		}
		if err := exec("INSERT INTO t VALUES ('a', 1)"); err != nil {
			t.Fatal(err)
		}
		if err := exec("INSERT INTO t VALUES ('a', 1)"); !sqldb.IsUnique(err) || sqldb.IsCheck(err) {
			t.Errorf("a second 'a': %v", err)
		}
		if err := exec("UPDATE t SET n = -1"); !sqldb.IsCheck(err) || sqldb.IsUnique(err) {
			t.Errorf("n of -1: %v", err)
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if err := db.Tx(ended,
			func(context.Context, *sqldb.Tx) error { return nil }); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("Tx after its context ended: %v", err)
		}
	})
}

func TestMigrateByManyAtOnce(t *testing.T) {
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			config := sqldbtest.Config(t, engine, time.Now)
			var all sync.WaitGroup
			for range 4 {
				all.Go(func() {
					db, err := sqldb.Open(t.Context(), config)
					if err != nil {
						t.Error(err)
						return
					}
					defer func() { _ = db.Close() }()
					if err := db.Migrate(t.Context(), "t", schema); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
		})
	}
}

func TestAReadOnlyDirectoryIsUnavailable(t *testing.T) {
	_, err := sqldb.Open(t.Context(), sqldb.Config{Path: filepath.Join(t.TempDir(), "missing", "x.db")})
	if fault.KindOf(err) != fault.Unavailable {
		t.Errorf("a database in a missing directory: %v", err)
	}
}

// add is a group that adds 1 to the row a request names; "bad" breaks the whole batch.
func add(db *sqldb.DB, batches *atomic.Int64) *sqldb.Group[string, int64] {
	return sqldb.NewGroup(db, 32,
		func(ctx context.Context, tx *sqldb.Tx, batch []string) ([]sqldb.Outcome[int64], error) {
			batches.Add(1)
			out := make([]sqldb.Outcome[int64], len(batch))
			for i, id := range batch {
				n := 1
				if id == "bad" {
					n = -1
				}
				err := tx.QueryRowContext(ctx, `INSERT INTO t VALUES ($1, $2) ON CONFLICT (id)
				DO UPDATE SET n = t.n + 1 RETURNING n`, id, n).Scan(&out[i].Value)
				if err != nil {
					return nil, err
				}
			}
			return out, nil
		})
}

func TestGroupCommitsWhatMeetsTogether(t *testing.T) {
	sqldbtest.Each(t, "t", schema, func(t *testing.T, db *sqldb.DB) {
		var batches atomic.Int64
		group := add(db, &batches)
		var all sync.WaitGroup
		var seen [400]atomic.Int64
		for range 400 {
			all.Go(func() {
				n, err := group.Do(t.Context(), "hot")
				if err != nil {
					t.Error(err)
					return
				}
				seen[n-1].Add(1)
			})
		}
		all.Wait()
		for n := range seen {
			if seen[n].Load() != 1 {
				t.Errorf("%d was given out %d times", n+1, seen[n].Load())
			}
		}
		if batches.Load() >= 400 {
			t.Errorf("400 requests at once took %d commits", batches.Load())
		}
	})
}

func TestGroupKeepsOneMembersFaultFromTheOthers(t *testing.T) {
	sqldbtest.Each(t, "t", schema, func(t *testing.T, db *sqldb.DB) {
		var batches atomic.Int64
		group := add(db, &batches)
		var all sync.WaitGroup
		var failed atomic.Int64
		for i := range 100 {
			all.Go(func() {
				request := "good"
				if i%10 == 0 {
					request = "bad"
				}
				_, err := group.Do(t.Context(), request)
				if err != nil {
					failed.Add(1)
				}
				if (err != nil) != (request == "bad") {
					t.Errorf("%s: %v", request, err)
				}
			})
		}
		all.Wait()
		if failed.Load() != 10 || count(t, db) != 1 {
			t.Errorf("%d failed of 10, %d rows", failed.Load(), count(t, db))
		}
	})
}

func count(t *testing.T, db *sqldb.DB) (n int) {
	t.Helper()
	if err := db.Read().QueryRowContext(t.Context(), "SELECT COUNT(*) FROM t").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
