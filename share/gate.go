package share

import (
	"context"
	"sync/atomic"
	"time"
)

// Cap bounds a gate: how many are worked on at once, how many may wait
// for a place, and for how long.
type Cap struct {
	Running  int
	Waiting  int
	Patience time.Duration
}

// Part is the cap of one client of n that would fill it; at least one place.
func (c Cap) Part(n int) Cap {
	return Cap{max(c.Running/n, 1), max(c.Waiting/n, 1), c.Patience}
}

// Gate lets requests in, makes a few wait, and refuses the others at once. A gate without places refuses
// everything.
type Gate struct {
	cap     Cap
	refusal error
	places  chan struct{}
	waiting atomic.Int64
}

// NewGate makes a gate that refuses with an error.
func NewGate(c Cap, refusal error) *Gate {
	return &Gate{cap: c, refusal: refusal, places: make(chan struct{}, c.Running)}
}

// Full reports whether a request that came now would be refused.
func (g *Gate) Full() bool {
	return len(g.places) == cap(g.places) && g.waiting.Load() >= int64(g.cap.Waiting)
}

// Running is how many are in.
func (g *Gate) Running() int { return len(g.places) }

// Waiting is how many wait for a place.
func (g *Gate) Waiting() int { return int(g.waiting.Load()) }

// Enter takes a place, or fails with the gate's refusal, or the context's error. Whoever entered must leave.
func (g *Gate) Enter(ctx context.Context) error {
	select {
	case g.places <- struct{}{}:
		return nil
	default:
	}
	if g.waiting.Add(1) > int64(g.cap.Waiting) {
		g.waiting.Add(-1)
		return g.refusal
	}
	defer g.waiting.Add(-1)
	patience := time.NewTimer(g.cap.Patience)
	defer patience.Stop()
	select {
	case g.places <- struct{}{}:
		return nil
	case <-patience.C:
		return g.refusal
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Leave gives the place back.
func (g *Gate) Leave() { <-g.places }
