package sqldb

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/artisan-eats/artisan/fault"
)

// Outcome is what one member of a batch comes to.
type Outcome[A any] struct {
	Value A
	Err   error
}

// Group commits requests that meet: while one transaction is under way the next
// batch gathers, so that a hot row is locked, and the disk flushed, once for many.
// A request that finds the group idle waits for nobody; once requests meet, each batch gathers for a moment.
type Group[Q, A any] struct {
	db  *DB
	max int
	run func(ctx context.Context, tx *Tx, batch []Q) ([]Outcome[A], error)

	mu      sync.Mutex
	queue   []*member[Q, A]
	running bool
}

type member[Q, A any] struct {
	ctx     context.Context //nolint:containedctx // lives as long as its caller waits
	request Q
	outcome Outcome[A]
	done    chan struct{}
}

// commitTimeout bounds one batch. Its members' own deadlines end their waiting, not its work.
const commitTimeout = 15 * time.Second

// NewGroup makes a group whose batches have at most max members. run does a batch's
// work in a transaction and gives each member its outcome, in order. When it, or the
// commit, fails as a whole, the members are run again one at a time, so that one
// member cannot fail another; except when the commit's outcome is unknown, which is told to all.
func NewGroup[Q, A any](
	db *DB, maxBatch int, run func(ctx context.Context, tx *Tx, batch []Q) ([]Outcome[A], error),
) *Group[Q, A] {
	return &Group[Q, A]{db: db, max: maxBatch, run: run}
}

// maxBatches is how many full batches may wait for the one under way. Who comes beyond is told so at once: a
// queue that grows is answered to nobody in time.
const maxBatches = 32

var errOverloaded = fault.New(fault.Unavailable, "overloaded",
	"The shop is very busy. Please try again in a moment.")

// Do puts a request into the next batch and waits for its outcome. When ctx ends
// first the fault is Unknown: the request may still be committed. Where too many wait the fault is
// Unavailable, overloaded, and nothing is done.
func (g *Group[Q, A]) Do(ctx context.Context, request Q) (A, error) {
	m := &member[Q, A]{ctx: ctx, request: request, done: make(chan struct{})}
	g.mu.Lock()
	if len(g.queue) >= g.max*maxBatches {
		g.mu.Unlock()
		var none A
		return none, errOverloaded
	}
	g.queue = append(g.queue, m)
	lead := !g.running
	g.running = true
	g.mu.Unlock()
	if lead {
		go g.drain() // not by its caller, who may leave while others wait
	}
	select {
	case <-m.done:
		return m.outcome.Value, m.outcome.Err
	case <-ctx.Done():
		var none A
		return none, errUnknown.Because(ctx.Err())
	}
}

// gatherFor is how long a batch gathers after one that had several members. On a busy machine
// what a batch costs is shared by more, and a batch costs more than the wait.
const gatherFor = time.Millisecond

// drain commits batches, one after another, until nobody waits. Two at once would want the same hot rows, and
// each would be half as large.
func (g *Group[Q, A]) drain() {
	for met := 1; ; {
		if met > 1 {
			time.Sleep(gatherFor)
		}
		g.mu.Lock()
		n := min(len(g.queue), g.max)
		batch := g.queue[:n:n] // bounded, so that what is appended to the rest leaves it alone
		g.queue = g.queue[n:]
		if n == 0 { // under the lock of Do, or who comes right now would wait for nobody
			g.queue, g.running = nil, false
			g.mu.Unlock()
			return
		}
		g.mu.Unlock()
		met = n
		// Who does not wait any more was told that it is unknown, and makes nobody wait.
		batch = slices.DeleteFunc(batch, func(m *member[Q, A]) bool { return m.ctx.Err() != nil })
		if len(batch) > 0 {
			g.commit(batch)
		}
		for _, m := range batch {
			close(m.done)
		}
	}
}

func (g *Group[Q, A]) commit(batch []*member[Q, A]) {
	err := g.try(batch)
	if err == nil {
		return
	}
	// A database that is away would fail each member too, after as long a wait; what is unknown may be there
	// already, so to do it again is for its caller to decide.
	alone := len(batch) == 1 || fault.KindOf(err) == fault.Unknown || fault.KindOf(err) == fault.Unavailable
	for _, m := range batch {
		if alone {
			m.outcome = Outcome[A]{Err: err}
		} else if err := g.try([]*member[Q, A]{m}); err != nil {
			m.outcome = Outcome[A]{Err: err}
		}
	}
}

// try runs a batch in one transaction. What panics in it has failed, like any other.
func (g *Group[Q, A]) try(batch []*member[Q, A]) (err error) {
	defer fault.Recover(&err)
	ctx, cancel := context.WithTimeout(context.Background(), commitTimeout)
	defer cancel()
	requests := make([]Q, len(batch))
	for i, m := range batch {
		requests[i] = m.request
	}
	// Outcomes are given out only once they are committed: the transaction may run several times, and may
	// fail.
	var outcomes []Outcome[A]
	err = g.db.Tx(ctx, func(ctx context.Context, tx *Tx) (err error) {
		outcomes, err = g.run(ctx, tx, requests)
		if err == nil && len(outcomes) != len(requests) {
			err = errors.New("sqldb: a batch gave another number of outcomes than it has members")
		}
		return err
	})
	if err != nil {
		return err
	}
	for i, m := range batch {
		m.outcome = outcomes[i]
	}
	return nil
}
