package sqldb_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/sqldb"
)

// TestALostConnectionIsToldByItsPhase cuts the connection at each step of a transaction.
func TestALostConnectionIsToldByItsPhase(t *testing.T) {
	for name, phase := range map[string]struct {
		at   func(any) bool
		want fault.Kind
		rows int
	}{
		"BEGIN":                {asks("begin"), fault.Unavailable, 0},
		"a statement":          {asks("INSERT"), fault.Unavailable, 0},
		"COMMIT on its way":    {asks("commit"), fault.Unknown, 0},
		"the answer to COMMIT": {isDone("COMMIT"), fault.Unknown, 1},
	} {
		t.Run(name, func(t *testing.T) {
			w, db := overWire(t)
			met := w.once(phase.at, cut)
			told := false
			err := db.Tx(t.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
				tx.AfterCommit(func() { told = true })
				_, err := tx.ExecContext(ctx, "INSERT INTO t VALUES ('a', 1)")
				return err
			})
			<-met
			if fault.KindOf(err) != phase.want || told {
				t.Errorf("Tx: %v, want kind %v; it says that it is committed: %v", err, phase.want, told)
			}
			if n := count(t, db); n != phase.rows {
				t.Errorf("%d rows, want %d", n, phase.rows)
			}
			if err := put(t.Context(), db, "b", false); err != nil {
				t.Errorf("the next transaction: %v", err)
			}
		})
	}
}

// TestBeginIsWaitedForAsLongAsItsCallerWaits has BEGIN never answered.
func TestBeginIsWaitedForAsLongAsItsCallerWaits(t *testing.T) {
	w, db := overWire(t)
	ctx, leave := context.WithCancel(t.Context())
	w.loseFrom(asks("begin"), leave)
	if err := ends(t,
		func() error { return put(ctx, db, "a", false) }); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("Tx: %v", err)
	}
	w.watch(nil)
	if err := put(t.Context(), db, "b", false); err != nil || count(t, db) != 1 {
		t.Errorf("the next transaction: %v", err)
	}
}

// TestBeginHasItsTime does so to a caller that waits for ever.
func TestBeginHasItsTime(t *testing.T) {
	w, db := overWire(t, func(c *sqldb.Config) {
		c.Limits.Begin, c.Limits.Statement = 100*time.Millisecond, 100*time.Millisecond
	})
	w.loseFrom(asks("begin"), func() {})
	if err := ends(t,
		func() error { return put(context.Background(), db, "a", false) }); fault.KindOf(
		err) != fault.Unavailable {
		t.Errorf("Tx: %v", err)
	}
}

// TestACommitThatIsNeverAnsweredIsUnknown loses it on its way, and its answer.
func TestACommitThatIsNeverAnsweredIsUnknown(t *testing.T) {
	for name, at := range map[string]func(any) bool{
		"COMMIT":     asks("commit"),
		"its answer": isDone("COMMIT"),
	} {
		t.Run(name, func(t *testing.T) {
			w, db := overWire(t, func(c *sqldb.Config) { c.Limits.Commit = 200 * time.Millisecond })
			w.loseFrom(at, func() {})
			if err := ends(t,
				func() error { return put(context.Background(), db, "a", false) }); fault.KindOf(
				err) != fault.Unknown {
				t.Errorf("Tx: %v", err)
			}
			w.watch(nil)
			if err := put(t.Context(), db, "b", false); err != nil {
				t.Errorf("the next transaction: %v", err)
			}
		})
	}
}

// TestACancelledWaitForAStandbyIsUnknown has the server warn, in any language, as it does when somebody
// cancels the wait: it answers COMMIT all the same.
func TestACancelledWaitForAStandbyIsUnknown(t *testing.T) {
	w, db := overWire(t)
	committed := isDone("COMMIT")
	w.watch(func(message any, toClient func(pgproto3.BackendMessage)) verdict {
		if committed(message) {
			toClient(&pgproto3.NoticeResponse{
				Severity: "WARNUNG", SeverityUnlocalized: "WARNING", Code: "01000",
				Message: "storniere Warten auf synchrone Replikation wegen Benutzeraufforderung",
				File:    "syncrep.c", Line: 304, Routine: "SyncRepWaitForLSN",
			})
		}
		return pass
	})
	if err := put(t.Context(), db, "a", false); fault.KindOf(err) != fault.Unknown {
		t.Errorf("Tx: %v", err)
	}
	w.watch(nil)
	for _, id := range []string{"b", "c"} {
		if err := put(t.Context(), db, id, false); err != nil {
			t.Errorf("the next transaction: %v", err)
		}
	}
	if n := count(t, db); n != 3 {
		t.Errorf("%d rows", n)
	}
}

// ends fails where something does not.
func ends(t *testing.T, do func() error) error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- do() }()
	select {
	case err := <-done:
		return err
	case <-time.After(time.Minute):
		t.Fatal("it never ends")
		return nil
	}
}
