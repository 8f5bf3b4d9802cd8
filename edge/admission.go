package edge

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/artisan-eats/artisan/fault"
)

// tier is how much a request matters when not everything can be done. The lower, the dearer.
type tier int

const (
	underWay tier = iota // orders that exist: looking at one, cancelling it, packing it
	checkout
	carting
	browsing
	crawling // browsing by what says that it is a robot
	tiers
)

// Cap bounds one tier: how many requests are worked on at once, how many may wait
// for a place, and for how long.
type Cap struct {
	Running  int
	Waiting  int
	Patience time.Duration
}

// Limits are the caps of all tiers. A tier's places are its own, so that none can
// take another's. A Cap of zero refuses everything.
type Limits struct {
	UnderWay, Checkout, Carting, Browsing, Crawling Cap
}

// DefaultLimits suit a small machine. They bound memory and waiting; they are not
// meant to be reached in good health.
var DefaultLimits = Limits{
	UnderWay: Cap{256, 2048, 10 * time.Second},
	Checkout: Cap{128, 256, 2 * time.Second},
	Carting:  Cap{128, 256, time.Second},
	Browsing: Cap{128, 256, time.Second},
	Crawling: Cap{8, 8, 100 * time.Millisecond},
}

func (l Limits) gates() [tiers]*gate {
	return [tiers]*gate{newGate(l.UnderWay), newGate(l.Checkout), newGate(l.Carting), newGate(l.Browsing), newGate(l.Crawling)}
}

// gate lets a tier's requests in, makes a few wait, and refuses the others at once.
type gate struct {
	cap     Cap
	places  chan struct{}
	waiting atomic.Int64
}

func newGate(c Cap) *gate {
	return &gate{cap: c, places: make(chan struct{}, c.Running)}
}

// full reports whether a request that came now would be refused.
func (g *gate) full() bool {
	return len(g.places) == cap(g.places) && g.waiting.Load() >= int64(g.cap.Waiting)
}

// enter takes a place, or fails with "overloaded". Whoever entered must leave.
func (g *gate) enter(ctx context.Context) error {
	select {
	case g.places <- struct{}{}:
		return nil
	default:
	}
	if g.waiting.Add(1) > int64(g.cap.Waiting) {
		g.waiting.Add(-1)
		return errOverloaded
	}
	defer g.waiting.Add(-1)
	patience := time.NewTimer(g.cap.Patience)
	defer patience.Stop()
	select {
	case g.places <- struct{}{}:
		return nil
	case <-patience.C:
		return errOverloaded
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (g *gate) leave() { <-g.places }

var errOverloaded = fault.New(fault.Unavailable, "overloaded", "The shop is very busy. Please try again in a moment.")

// retryAfter is when to come back, in seconds: spread, so that those who were sent
// away together do not come back together.
func retryAfter() int { return 1 + rand.N(4) } //nolint:gosec // jitter

// tierOf is the route's tier, or the robots' when a robot browses.
func tierOf(rt *route, r *http.Request) tier {
	if rt.tier == browsing && isRobot(r.UserAgent()) {
		return crawling
	}
	return rt.tier
}

func isRobot(agent string) bool {
	for _, word := range []string{"bot", "Bot", "crawl", "Crawl", "spider", "Spider"} {
		if strings.Contains(agent, word) {
			return true
		}
	}
	return false
}
