package host

import (
	"context"
	"fmt"
	"time"

	"github.com/artisan-eats/artisan/sqldb"
)

const (
	// MostOff is how far a process's clock may be from its database's. Letters, payments and events that
	// one replica is busy with are left to it until a time by its own clock: by clocks that are further apart
	// two replicas would do the same.
	MostOff = 5 * time.Second
	// clockEvery is how often the two are compared.
	clockEvery = time.Minute
)

// checkClock refuses a clock that is not the database's. SQLite has none of its own.
func (h *Host) checkClock(ctx context.Context) error {
	if h.db.Engine == sqldb.SQLite || h.process.config.AnyClock {
		return nil
	}
	before := h.Now()
	there, err := h.db.Now(ctx)
	if err != nil {
		return err
	}
	return CompareClocks(before, there, h.Now())
}

// CompareClocks refuses what a database's clock says that was asked between two times of the process's.
func CompareClocks(before, there, after time.Time) error {
	const words = "the clock of this machine is %s %s the database's: set both by NTP, for replicas share their work by them"
	if ahead := before.Sub(there); ahead > MostOff {
		return fmt.Errorf(words, ahead.Round(time.Second), "ahead of")
	}
	if behind := there.Sub(after); behind > MostOff {
		return fmt.Errorf(words, behind.Round(time.Second), "behind")
	}
	return nil
}

// watchClock has the log tell when the clocks go apart while the process runs.
func (h *Host) watchClock() {
	if h.db.Engine == sqldb.Postgres && !h.process.config.AnyClock {
		h.Every("compare the clocks", clockEvery, h.checkClock)
	}
}
