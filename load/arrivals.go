package load

import (
	"context"
	"math/rand/v2"
	"time"
)

// arrivals are the moments at which visitors come, by chance: how long after the one before has nothing to do
// with it (a Poisson process).
type arrivals struct {
	chance *rand.Rand
	rate   float64
	next   time.Time
}

func newArrivals(p Plan, begun time.Time) *arrivals {
	return &arrivals{chanceOf(p.Seed, 0), p.Rate, begun}
}

// chanceOf is the chance of one journey, which has nothing to do with when others are answered.
func chanceOf(seed, journey uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, journey)) //nolint:gosec // no secret: it has to be the same again
}

// wait waits for the next arrival and answers when it was meant to be. It reports false once ctx ends.
func (a *arrivals) wait(ctx context.Context) (time.Time, bool) {
	a.next = a.next.Add(time.Duration(a.chance.ExpFloat64() / a.rate * float64(time.Second)))
	wait := time.Until(a.next)
	if wait <= 0 { // who is late comes at once
		return a.next, ctx.Err() == nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return a.next, true
	case <-ctx.Done():
		return a.next, false
	}
}
