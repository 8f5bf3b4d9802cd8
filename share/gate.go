package share

import (
	"context"
	"sync"
	"time"
)

// Cap bounds a gate: how many are worked on at once, how many may wait for a place, and for how long.
type Cap struct {
	Running  int
	Waiting  int
	Patience time.Duration
	// Hurried is the patience of who comes while more comes than can be done; the newest go first then. Where
	// it is zero, it is first come, first served at all times.
	Hurried time.Duration
}

// Part is the cap of one client of n that would fill it; at least one place.
func (c Cap) Part(n int) Cap {
	c.Running, c.Waiting = max(c.Running/n, 1), max(c.Waiting/n, 1)
	return c
}

// Gate lets requests in, makes a few wait, and refuses the others at once. A gate without places refuses
// everything.
type Gate struct {
	refusal error
	mu      sync.Mutex
	cap     Cap
	running int
	line    line
}

// NewGate makes a gate that refuses with an error.
func NewGate(c Cap, refusal error) *Gate { return &Gate{cap: c, refusal: refusal} }

// Running is how many are in.
func (g *Gate) Running() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.running
}

// Waiting is how many wait for a place.
func (g *Gate) Waiting() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.line.length()
}

// Enter takes a place, or fails with the gate's refusal, or the context's error. Whoever entered must leave.
func (g *Gate) Enter(ctx context.Context) error {
	g.mu.Lock()
	if g.running < g.cap.Running {
		g.running++
		g.mu.Unlock()
		return nil
	}
	return g.line.wait(ctx, &g.mu, g.cap, g.refusal)
}

// Leave gives the place back.
func (g *Gate) Leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.running--
	g.admit()
}

// Resize gives the gate another cap. Who is in stays.
func (g *Gate) Resize(c Cap) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.cap = c
	g.admit()
}

// admit lets in who waits, as far as there are places.
func (g *Gate) admit() {
	for g.running < g.cap.Running && g.line.length() > 0 {
		g.running++
		g.line.give(g.cap)
	}
}
