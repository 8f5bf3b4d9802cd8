package hold_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/hold"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

const now, soon, later = 1000, 2000, 3000

// in makes a hold that is in a state; when it is Held, until soon.
func in(state hold.State) *hold.Hold {
	h := hold.New("o")
	if state == hold.None {
		return h
	}
	if state == hold.Released {
		_, _ = h.Release()
		return h
	}
	h.Begin(soon, false)
	switch state {
	case hold.Expired:
		h.Expire(later)
	case hold.Kept:
		h.Keep()
	case hold.Returned:
		h.Keep()
		h.Cancel()
	default:
	}
	return h
}

func TestWhatBecomesOfAHold(t *testing.T) {
	for _, c := range []struct {
		from                   hold.State
		open                   bool // may be held anew
		release, keep, cancel  hold.State
		giveBack, refusesToEnd bool // on release
	}{
		{from: hold.None, open: true, release: hold.Released, keep: hold.Kept, cancel: hold.Released},
		{
			from: hold.Held, open: true, release: hold.Released, keep: hold.Kept, cancel: hold.Released,
			giveBack: true,
		},
		{from: hold.Expired, open: true, release: hold.Released, keep: hold.Kept, cancel: hold.Released},
		{from: hold.Released, release: hold.Released, keep: hold.Kept, cancel: hold.Released},
		{from: hold.Kept, release: hold.Kept, keep: hold.Kept, cancel: hold.Returned, refusesToEnd: true},
		{from: hold.Returned, release: hold.Returned, keep: hold.Returned, cancel: hold.Returned},
	} {
		t.Run(string(c.from), func(t *testing.T) {
			if err := in(c.from).Open(); (err == nil) != c.open ||
				(err != nil && !fault.Is(err, "hold_closed")) {
				t.Errorf("Open: %v", err)
			}
			h := in(c.from)
			if giveBack, err := h.Release(); h.State != c.release || giveBack != c.giveBack ||
				(err != nil) != c.refusesToEnd {
				t.Errorf("Release: %s, %v, %v", h.State, giveBack, err)
			}
			h = in(c.from)
			if before := h.Keep(); h.State != c.keep || before != c.from {
				t.Errorf("Keep: from %s to %s", before, h.State)
			}
			h = in(c.from)
			if before := h.Cancel(); h.State != c.cancel || before != c.from {
				t.Errorf("Cancel: from %s to %s", before, h.State)
			}
		})
	}
}

func TestTimeEndsAHoldAndNothingElse(t *testing.T) {
	h := in(hold.Held)
	if h.At(soon-1) != hold.Held || h.At(soon) != hold.Expired {
		t.Errorf("%s before its time, %s at it", h.At(soon-1), h.At(soon))
	}
	if !h.Extend(now, later) || h.ExpiresAt != later || !h.Extend(now, soon) || h.ExpiresAt != later {
		t.Errorf("extended to %d; want %d, and never shorter", h.ExpiresAt, later)
	}
	if h.Expire(later-1) || !h.Expire(later) || h.Expire(later) || h.Extend(now, later) {
		t.Error("it does not expire exactly once, at its time")
	}
	if kept := in(hold.Kept); kept.Expire(later) || kept.At(later) != hold.Kept {
		t.Error("what is kept expired")
	}
}

func TestAnUnconfirmedHoldBecomesOneLikeAnyOther(t *testing.T) {
	h := hold.New("o")
	if h.Begin(soon, true); !h.Unconfirmed || h.At(now) != hold.Held {
		t.Errorf("it begins as %v", h)
	}
	if h.Confirm(); h.Unconfirmed || h.At(now) != hold.Held {
		t.Errorf("it is confirmed as %v", h)
	}
	if !h.Yield() || h.State != hold.Expired || h.Yield() || h.Open() != nil {
		t.Errorf("what was given up for now is %v, and cannot be held again", h)
	}
	if kept := in(hold.Kept); kept.Yield() || kept.State != hold.Kept {
		t.Error("what is kept was given up")
	}
}

func TestTheShareOfUnconfirmedHoldsIsWholeUnits(t *testing.T) {
	for _, c := range []struct{ there, percent, unit, want int64 }{
		{100, 10, 1, 10},
		{101, 10, 1, 11},
		{1, 10, 1, 1},
		{0, 10, 1, 1},
		{9, 100, 1, 9},
		{600_000, 10, 1000, 60_000},
		{2_500, 10, 1000, 1000},
		{25_000, 10, 1000, 3000},
	} {
		if got := hold.MostUnconfirmed(c.there, c.percent, c.unit); got != c.want {
			t.Errorf("%d%% of %d in units of %d is %d, want %d", c.percent, c.there, c.unit, got, c.want)
		}
	}
}

func TestAHoldCannotLiveForever(t *testing.T) {
	if got := hold.Until(now, 1<<60); got != now+hold.MaxTTL.Milliseconds() {
		t.Errorf("until %d", got)
	}
}

var schema = fstest.MapFS{"00001_holds.sql": {Data: []byte(`-- +goose Up
CREATE TABLE holds (order_id TEXT PRIMARY KEY, state TEXT NOT NULL, expires_at BIGINT NOT NULL, version BIGINT NOT NULL, unconfirmed BIGINT NOT NULL DEFAULT 0);
`)}}

func TestOfTwoThatBeginAtOnceOneRunsAgain(t *testing.T) {
	sqldbtest.Each(t, "holds", schema, func(t *testing.T, db *sqldb.DB) {
		var begun, all sync.WaitGroup
		begun.Add(2)
		var made [2]bool
		for i := range 2 {
			all.Go(func() {
				first := true
				err := db.Tx(t.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
					holds, err := hold.Load(ctx, tx, []string{"o"})
					if err != nil {
						return err
					}
					if first && db.Engine == sqldb.Postgres { // SQLite has one writer at a time
						first = false
						begun.Done()
						begun.Wait()
					}
					if made[i] = !holds["o"].Known(); made[i] {
						holds["o"].Begin(soon, false)
					}
					return hold.Save(ctx, tx, holds)
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if made[0] == made[1] {
			t.Errorf("begun by the first: %v, by the second: %v; want exactly one", made[0], made[1])
		}
	})
}

func TestAStaleHoldIsNotWritten(t *testing.T) {
	sqldbtest.Each(t, "holds", schema, func(t *testing.T, db *sqldb.DB) {
		save := func() error {
			return db.Tx(t.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
				h := hold.New("o") // not loaded
				h.Begin(soon, false)
				return hold.Save(ctx, tx, map[string]*hold.Hold{"o": h})
			})
		}
		if err := save(); err != nil {
			t.Fatal(err)
		}
		if err := save(); !errors.Is(err, sqldb.ErrRetry) || fault.KindOf(err) != fault.Unavailable {
			t.Errorf("a second first hold: %v", err)
		}
	})
}
