package guard

import (
	"context"
	"slices"
	"sync"

	"github.com/artisan-eats/artisan/fault"
)

const (
	// hashShare is how many of one client may wait to have a password hashed, and hashQueue how many of all;
	// more are turned away.
	hashShare = 8
	hashQueue = 256
)

var errBusy = fault.New(fault.Unavailable, "overloaded",
	"Many people are signing in just now. Please try again in a moment.")

// queue gives out a few places. Who waits for one is called in turn of clients, not of requests: a client
// with a hundred requests waits longer by them, and nobody else does.
type queue struct {
	mu          sync.Mutex
	free        int
	share, most int
	waiting     int
	lines       map[string][]*waiter
	turns       []string // the clients of the lines, by whose turn it is
}

// waiter is told by its channel that it has a place, or, where it was turned away, that it has none.
type waiter struct {
	called     chan struct{}
	turnedAway bool
}

func newQueue(places int) *queue {
	return &queue{free: places, share: hashShare, most: hashQueue, lines: map[string][]*waiter{}}
}

// enter waits for a place, which leave gives back. It fails at once where the client has its share of
// waiters, or everybody has.
func (q *queue) enter(ctx context.Context, client string) error {
	w, err := q.join(client)
	if err != nil || w == nil {
		return err
	}
	select {
	case <-w.called:
		if w.turnedAway {
			return errBusy
		}
		return nil
	case <-ctx.Done():
		if q.withdraw(client, w) {
			q.leave() // it was called in the same moment
		}
		return ctx.Err()
	}
}

// join takes a free place, or else, with a waiter, one in the client's line.
func (q *queue) join(client string) (*waiter, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.free > 0 {
		q.free--
		return nil, nil
	}
	if len(q.lines[client]) >= q.share || (q.waiting >= q.most && !q.turnAway(len(q.lines[client]))) {
		return nil, errBusy
	}
	w := &waiter{called: make(chan struct{})}
	if len(q.lines[client]) == 0 {
		q.turns = append(q.turns, client)
	}
	q.lines[client] = append(q.lines[client], w)
	q.waiting++
	return w, nil
}

// turnAway makes room in a full queue: the last of the longest line goes, if that line is longer than one of
// so many with one more.
func (q *queue) turnAway(than int) bool {
	longest := ""
	for client, line := range q.lines {
		if len(line) > len(q.lines[longest]) {
			longest = client
		}
	}
	line := q.lines[longest]
	if len(line) <= than+1 {
		return false
	}
	last := line[len(line)-1]
	last.turnedAway = true
	close(last.called)
	q.remove(longest, len(line)-1)
	return true
}

// leave gives a place back: to whose turn it is, if anybody waits.
func (q *queue) leave() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.turns) == 0 {
		q.free++
		return
	}
	client := q.turns[0]
	next := q.lines[client][0]
	q.remove(client, 0)
	if q.lines[client] != nil {
		q.turns = append(q.turns[1:], client)
	}
	close(next.called)
}

// withdraw takes a waiter out of its line. It reports true where the waiter has a place meanwhile.
func (q *queue) withdraw(client string, w *waiter) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if at := slices.Index(q.lines[client], w); at >= 0 {
		q.remove(client, at)
		return false
	}
	return !w.turnedAway
}

// remove shortens a line; an empty one has no turn.
func (q *queue) remove(client string, at int) {
	q.waiting--
	q.lines[client] = slices.Delete(q.lines[client], at, at+1)
	if len(q.lines[client]) == 0 {
		delete(q.lines, client)
		q.turns = slices.DeleteFunc(q.turns, func(c string) bool { return c == client })
	}
}
