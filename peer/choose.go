package peer

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"
)

// acquire finds a replica, with a place on its connection. Who calls waits for a first connection, and for
// the last try of all of them; once that failed, nobody does.
func (p *Peer) acquire(ctx context.Context, tried []*address) (*address, *http.ClientConn, error) {
	prober := false
	for {
		a, conn, wait := p.reserve(tried, &prober)
		switch {
		case conn != nil:
			return a, conn, nil
		case wait == nil:
			p.figures.calls.WithLabelValues(outcomeOut).Inc()
			return nil, nil, fmt.Errorf("none of the replicas of %s can be called (%v)", p.config.Service,
				p.config.At)
		}
		select {
		case <-wait:
		case <-ctx.Done():
			p.figures.calls.WithLabelValues(outcomeEnded).Inc()
			return nil, nil, ctx.Err()
		}
	}
}

// reserve takes a place on a connection, or tells what to wait for; nil where nothing is to be waited for.
func (p *Peer) reserve(tried []*address, prober *bool) (*address, *http.ClientConn, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.config.Now()
	for {
		a, rank := p.choose(now, tried)
		switch worth := p.keepUp(now, prober); {
		case worth && rank >= triedAgain: // another may be there in a moment
			return nil, nil, p.changed
		case a == nil:
			return nil, nil, nil
		}
		if conn := a.conn; conn.Reserve() == nil {
			a.load++
			return a, conn, nil
		}
		p.drop(a) // it is closed, its process drains, or it is full
	}
}

// choose takes the one with fewer calls under way of two of the best.
func (p *Peer) choose(now time.Time, tried []*address) (one *address, rank int) {
	best := worst
	p.best = p.best[:0]
	for _, a := range p.addresses {
		if a.conn == nil {
			continue
		}
		rank := a.rank(now, tried)
		if rank < best {
			best, p.best = rank, p.best[:0]
		}
		if rank == best {
			p.best = append(p.best, a)
		}
	}
	n := len(p.best)
	if n == 0 {
		return nil, worst
	}
	first := rand.IntN(n) //nolint:gosec // no secret
	one = p.best[first]
	if n > 1 {
		other := p.best[(first+1+rand.IntN(n-1))%n] //nolint:gosec // no secret
		if other.load < one.load {
			return other, best
		}
	}
	return one, best
}

// keepUp begins what is due: to ask DNS, to connect who is not, to make an old connection anew. It reports
// whether a call without a connection does well to wait for that. A prober is one that began to connect a
// replica: it waits for the outcome.
func (p *Peer) keepUp(now time.Time, prober *bool) (worth bool) {
	alone := !p.connected()
	if p.mayAsk(now, alone) {
		p.asking = true
		go p.ask()
	}
	worth = p.asking && !p.asked
	for _, a := range p.addresses {
		if a.mayDial(now, alone) {
			a.dialling, *prober = true, true
			go p.dial(a)
		}
		worth = worth || a.dialling && a.conn == nil && (*prober || !a.tried)
	}
	return worth
}
