package audit

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"
)

// Relay is the log of who has no database: it hands its entries to a service that has one, a few at a time,
// and a flood folded as Log.Now folds it. It is safe for concurrent use.
type Relay struct {
	send func(context.Context, []Entry) error
	now  func() time.Time

	folds   folds
	mu      sync.Mutex
	waiting []Entry
	lost    int64
}

const (
	// MaxRelayed bounds the entries of one call.
	MaxRelayed = 100
	// maxWaiting bounds the entries that are kept while the service cannot be reached.
	maxWaiting = 1000
)

// NewRelay makes a relay that sends at most MaxRelayed entries at once.
func NewRelay(now func() time.Time, send func(context.Context, []Entry) error) *Relay {
	return &Relay{send: send, now: now}
}

// Now keeps an entry to be sent by Tell, or counts it.
func (r *Relay) Now(ctx context.Context, e Entry) {
	by := actorFor(ctx, e)
	e.By = &by
	if !r.folds.fresh(e, r.now()) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.waiting) >= maxWaiting {
		r.lost++
		return
	}
	r.waiting = append(r.waiting, e)
}

// Tell sends what waits and what was repeated; see Log.Tell. What could not be sent waits on.
func (r *Relay) Tell(ctx context.Context, all bool) error {
	told := r.folds.over(r.now(), all)
	r.mu.Lock()
	r.waiting = append(r.waiting, told...)
	if r.lost > 0 && len(r.waiting) < maxWaiting {
		r.waiting = append(r.waiting, Entry{
			Action: "log.lost", Outcome: Failed, By: &Actor{},
			Detail: map[string]string{"times": strconv.FormatInt(r.lost, 10)},
		})
		r.lost = 0
	}
	waiting := r.waiting
	r.waiting = nil
	r.mu.Unlock()
	for len(waiting) > 0 {
		n := min(len(waiting), MaxRelayed)
		if err := r.send(ctx, waiting[:n]); err != nil {
			r.mu.Lock()
			r.waiting = append(waiting, r.waiting...)
			r.mu.Unlock()
			return fmt.Errorf("hand on the security log: %w", err)
		}
		waiting = waiting[n:]
	}
	return nil
}
