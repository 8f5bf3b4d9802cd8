package load

import (
	"context"
	"crypto/rand"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// Run is a load that is under way, or over. Its methods are safe for concurrent use.
type Run struct {
	plan    Plan
	name    string // of this run, in its keys and addresses: no other has it
	market  string // as a part of a query
	wires   []*wire
	history *history
	known   []string // IDs of products
	before  stock
	begun   time.Time
	ended   time.Time
	stop    context.CancelFunc
	over    chan struct{}
}

// Begin looks at the shop and has visitors come. What they do goes on when they have come; ctx ends that too.
func Begin(ctx context.Context, plan Plan) (*Run, error) {
	if err := plan.check(); err != nil {
		return nil, err
	}
	at, err := url.Parse(plan.URL)
	if err != nil {
		return nil, err
	}
	r := &Run{
		plan: plan, name: strings.ToLower(rand.Text()[:10]), market: url.QueryEscape(plan.Market),
		history: newHistory(plan.Told), over: make(chan struct{}),
	}
	for _, c := range plan.Clients {
		r.wires = append(r.wires, newWire(at, c.HTTP2, plan.AnyCertificate))
	}
	if r.before, err = r.look(ctx); err != nil {
		return nil, err
	}
	for p := range r.before.products {
		r.known = append(r.known, p)
	}
	slices.Sort(r.known)
	r.begun = time.Now()
	coming, stop := context.WithCancel(ctx)
	if plan.For > 0 {
		coming, stop = context.WithTimeout(ctx, plan.For)
	}
	r.stop = stop
	go r.come(ctx, coming)
	return r, nil
}

// come has them come until one context ends; what they do ends with the other.
func (r *Run) come(ctx, coming context.Context) {
	defer close(r.over)
	var all sync.WaitGroup
	next := newArrivals(r.plan, r.begun)
	for n := uint64(1); ; n++ {
		due, ok := next.wait(coming)
		if !ok {
			break
		}
		if !r.history.begin(r.plan.Most) {
			continue
		}
		by := int(n) % len(r.wires)
		j := &journey{
			run: r, n: n, chance: chanceOf(r.plan.Seed, n), client: r.plan.Clients[by], wire: r.wires[by],
			due: due,
		}
		all.Go(func() {
			j.goes(ctx)
			r.history.end(j.worst)
		})
	}
	all.Wait()
	r.ended = time.Now()
}

// End has nobody come any more, and waits until those who came have gone.
func (r *Run) End() {
	r.stop()
	<-r.over
}

// Odd are the requests so far that were not served, in the order in which they ended.
func (r *Run) Odd() []Request {
	r.history.mu.Lock()
	defer r.history.mu.Unlock()
	return slices.Clone(r.history.odd)
}

// Acknowledged is how many orders there are so far.
func (r *Run) Acknowledged() (n int) {
	r.history.mu.Lock()
	defer r.history.mu.Unlock()
	for _, s := range r.history.sales {
		if s.State == Acknowledged {
			n++
		}
	}
	return n
}
