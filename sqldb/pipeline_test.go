package sqldb_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/artisan-eats/artisan/sqldb"
)

// TestATransactionBeginsWithItsFirstStatement counts the server's answers: one for BEGIN, a setting and the
// first statement, one for each statement after it, and one for COMMIT.
func TestATransactionBeginsWithItsFirstStatement(t *testing.T) {
	w, db := overWire(t, func(c *sqldb.Config) { c.MaxConns = 1 })
	answers := 0
	w.watch(func(message any, _ func(pgproto3.BackendMessage)) verdict {
		if _, ready := message.(*pgproto3.ReadyForQuery); ready {
			answers++
		}
		return pass
	})
	for name, c := range map[string]struct {
		do   func(context.Context, *sqldb.Tx) error
		want int
	}{
		"nothing": {func(context.Context, *sqldb.Tx) error { return nil }, 0},
		"a statement": {func(ctx context.Context, tx *sqldb.Tx) error {
			_, err := tx.ExecContext(ctx, "UPDATE t SET n = $1", 1)
			return err
		}, 2},
		"a query": {func(ctx context.Context, tx *sqldb.Tx) error {
			var n int
			return tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM t WHERE n = $1", 1).Scan(&n)
		}, 2},
		"a setting, and two statements": {func(ctx context.Context, tx *sqldb.Tx) error {
			if err := tx.Relax(ctx); err != nil {
				return err
			}
			for range 2 {
				if _, err := tx.ExecContext(ctx, "UPDATE t SET n = $1", 1); err != nil {
					return err
				}
			}
			return nil
		}, 3},
	} {
		for range 2 { // at first each statement is prepared
			w.mu.Lock()
			answers = 0
			w.mu.Unlock()
			if err := db.Tx(t.Context(), c.do); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		w.mu.Lock()
		got := answers
		w.mu.Unlock()
		if got != c.want {
			t.Errorf("%s takes %d answers, want %d", name, got, c.want)
		}
	}
}

// TestAFirstStatementThatFailsFailsItsTransaction ignores why, and goes on.
func TestAFirstStatementThatFailsFailsItsTransaction(t *testing.T) {
	_, db := overWire(t)
	if err := put(t.Context(), db, "known", false); err != nil {
		t.Fatal(err)
	}
	for _, first := range []string{
		"INSERT INTO nowhere VALUES (1)", "nonsense", "INSERT INTO t VALUES ('known', 1)",
		"SELECT nothing FROM t", "SELECT 1/(n-n) FROM t",
	} {
		told := false
		err := db.Tx(t.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
			tx.AfterCommit(func() { told = true })
			if n, err := sqldb.Column[int](ctx, tx, first); err == nil {
				t.Errorf("%s: %v", first, n)
			}
			if _, err := tx.ExecContext(ctx, "INSERT INTO t VALUES ('later', 1)"); err == nil {
				t.Errorf("after %s: the next statement stands for itself", first)
			}
			return nil
		})
		if err == nil || told {
			t.Errorf("%s: committed, %v", first, err)
		}
		if n := count(t, db); n != 1 {
			t.Fatalf("after %s: %d rows", first, n)
		}
	}
	if err := put(t.Context(), db, "next", false); err != nil || count(t, db) != 2 {
		t.Errorf("the next transaction: %v", err)
	}
}

// TestAFirstQueryAnswersLikeALaterOne compares what they find, by the types of columns.
func TestAFirstQueryAnswersLikeALaterOne(t *testing.T) {
	_, db := overWire(t)
	for _, column := range []string{
		"CAST(7 AS BIGINT)", "7", "CAST(7 AS SMALLINT)", "SUM(7)", "1.25", "CAST(0.5 AS REAL)",
		"CAST(0.1 AS DOUBLE PRECISION)", "CAST('words' AS TEXT)", "''", "CAST('a' AS VARCHAR)",
		`CAST('\x00ff' AS BYTEA)`, "TRUE", "NULL", "CAST(NULL AS BIGINT)", "CAST(NULL AS BYTEA)",
		"TIMESTAMPTZ '2026-11-28 13:00:00+00'", "DATE '2026-11-28'", "ARRAY['a','b']",
		"to_tsvector('simple', 'good bread')",
	} {
		var found [2]any
		err := db.Tx(t.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
			for i := range found {
				if err := tx.QueryRowContext(ctx, "SELECT "+column).Scan(&found[i]); err != nil {
					return fmt.Errorf("query %d: %w", i, err)
				}
			}
			return nil
		})
		if at, ok := found[0].(time.Time); ok {
			found[0], found[1] = at.UTC(), found[1].(time.Time).UTC()
		}
		if err != nil || !reflect.DeepEqual(found[0], found[1]) {
			t.Errorf("%s: first %#v, later %#v, %v", column, found[0], found[1], err)
		}
	}
}

var errEnough = errors.New("enough is read")

// TestAFirstQueryIsReadAsFarAsItsReaderWants leaves rows unread, reads many, and finds none.
func TestAFirstQueryIsReadAsFarAsItsReaderWants(t *testing.T) {
	_, db := overWire(t)
	for _, c := range []struct{ there, read, want int }{{0, 1, 0}, {1, 1, 1}, {3, 1, 1}, {5000, 6000, 5000}} {
		got := 0
		err := db.Tx(t.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
			got = 0
			query := "SELECT * FROM generate_series(1, CAST($1 AS BIGINT))"
			err := sqldb.EachRow(ctx, tx, query, []any{c.there}, func(scan sqldb.Scanner) error {
				var n int
				if got == c.read {
					return errEnough
				}
				got++
				return scan(&n)
			})
			if err != nil && !errors.Is(err, errEnough) {
				return err
			}
			_, err = tx.ExecContext(ctx, "INSERT INTO t VALUES ($1, 1)", strconv.Itoa(c.there))
			return err
		})
		if err != nil || got != c.want {
			t.Errorf("%d of %d read, %v", got, c.there, err)
		}
	}
	if n := count(t, db); n != 4 {
		t.Errorf("%d rows", n)
	}
}

func TestASettingBeforeTheFirstStatementIsOfItsTransactionOnly(t *testing.T) {
	_, db := overWire(t, func(c *sqldb.Config) { c.MaxConns = 1 })
	for _, relax := range []bool{true, false} {
		var is string
		err := db.Tx(t.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
			if relax {
				if err := tx.Relax(ctx); err != nil {
					return err
				}
			}
			return tx.QueryRowContext(ctx, "SHOW synchronous_commit").Scan(&is)
		})
		if err != nil || (is == "off") != relax {
			t.Errorf("relaxed %v: %s, %v", relax, is, err)
		}
	}
}

// TestAStatementIsPreparedInItsTransaction is the way of who prepares by hand.
func TestAStatementIsPreparedInItsTransaction(t *testing.T) {
	_, db := overWire(t)
	err := db.Tx(t.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
		stmt, err := tx.PrepareContext(ctx, "INSERT INTO t VALUES ($1, 1)")
		if err != nil {
			return err
		}
		defer func() { _ = stmt.Close() }()
		if _, err := stmt.ExecContext(ctx, "prepared"); err != nil {
			return err
		}
		return errEnough // take it back
	})
	if n := count(t, db); n != 0 {
		t.Errorf("%d rows, %v", n, err)
	}
}
