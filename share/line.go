package share

import (
	"container/list"
	"context"
	"sync"
	"time"
)

// standing is how long a line may go on without a pause before it is taken to be one that does not end by
// itself: more comes than can be done.
const standing = 100 * time.Millisecond

// line is who waits for a place: first come, first served. Once it stands, the newest go first, for they are
// those who still wait for their answer, and who comes has less patience. What guards it is not its own.
type line struct {
	waiters list.List
	since   time.Time // when it was empty last; zero where it is
}

type waiter struct {
	given chan struct{}
	at    *list.Element // nil once it waits no more
}

// stands reports whether more comes than can be done.
func (l *line) stands(now time.Time) bool { return !l.since.IsZero() && now.Sub(l.since) > standing }

// length is how many wait.
func (l *line) length() int { return l.waiters.Len() }

// wait waits for a place, or fails with the refusal or the context's error. It comes with the guard's lock
// held, and lets go of it.
func (l *line) wait(ctx context.Context, guard *sync.Mutex, c Cap, refusal error) error {
	if l.length() >= c.Waiting {
		guard.Unlock()
		return refusal
	}
	now := time.Now()
	patience := c.Patience
	if c.Hurried > 0 && l.stands(now) {
		patience = c.Hurried
	}
	w := l.join(now)
	guard.Unlock()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	var err error
	select {
	case <-w.given:
		return nil
	case <-timer.C:
		err = refusal
	case <-ctx.Done():
		err = ctx.Err()
	}
	guard.Lock()
	defer guard.Unlock()
	if w.at == nil { // it was given a place at that moment
		return nil
	}
	l.remove(w)
	return err
}

func (l *line) join(now time.Time) *waiter {
	if l.length() == 0 {
		l.since = now
	}
	w := &waiter{given: make(chan struct{})}
	w.at = l.waiters.PushBack(w)
	return w
}

// give gives a place to whose turn it is. Somebody has to wait.
func (l *line) give(c Cap) {
	next := l.waiters.Front()
	if c.Hurried > 0 && l.stands(time.Now()) {
		next = l.waiters.Back()
	}
	w := next.Value.(*waiter)
	l.remove(w)
	close(w.given)
}

func (l *line) remove(w *waiter) {
	l.waiters.Remove(w.at)
	if w.at = nil; l.length() == 0 {
		l.since = time.Time{}
	}
}
