package server

import (
	"context"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/sync/singleflight"

	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
)

const (
	// refreshAfter is the age at which an answer that is asked for is renewed in the background.
	refreshAfter = time.Second
	// freshFor is the age up to which an answer is given without a question.
	freshFor = 2 * time.Second
	// lastingFactor is how many times longer both are for what never changes: it may cease to be for
	// everybody.
	lastingFactor = 30
	// stalePatience is how long a visitor waits for a fresh answer where there is an old one.
	stalePatience = 400 * time.Millisecond
	// staleFor is how long an answer is kept for when the services are down.
	staleFor = 6 * time.Hour
	// loadTimeout bounds making an answer.
	loadTimeout = 5 * time.Second
	// cacheBytes bounds all answers together.
	cacheBytes = 32 << 20
)

// cache keeps answers that are the same for everybody. An answer that is asked for
// often is renewed before it is old, by one request at a time; where the services
// cannot give a new one, the old one is given for hours.
type cache struct {
	answers *otter.Cache[string, *frozen]
	flights singleflight.Group
	now     func() time.Time
}

// attempt is the last try to renew an answer.
type attempt struct {
	at     atomic.Int64 // Unix nanoseconds
	flying atomic.Bool
}

func newCache(now func() time.Time) *cache {
	return &cache{now: now, answers: otter.Must(&otter.Options[string, *frozen]{
		MaximumWeight:    cacheBytes,
		Weigher:          func(key string, f *frozen) uint32 { return f.weight() + uint32(len(key)) },
		ExpiryCalculator: otter.ExpiryWriting[string, *frozen](staleFor),
	})}
}

// loader makes an answer. Its context is not the visitor's: others wait for it too.
type loader func(ctx context.Context) (*frozen, error)

// have is what is kept, and whether it is so fresh that nobody need be asked; nil when there is nothing.
func (c *cache) have(key string) (answer *frozen, fresh bool) {
	answer, ok := c.answers.GetIfPresent(key)
	if !ok {
		return nil, false
	}
	return answer, answer.age(c.now()) < refreshAfter
}

// get answers from memory, or by load. Those who wait for one load are of one tier, so
// that none is refused for another's sake.
func (c *cache) get(ctx context.Context, key string, t web.Tier, load loader) (*frozen, error) {
	have, ok := c.answers.GetIfPresent(key)
	if !ok {
		return c.wait(ctx, c.fly(key, t, nil, load))
	}
	age := have.age(c.now())
	if age < refreshAfter {
		return have, nil
	}
	joins := age >= freshFor && have.attempt.flying.Load()
	if !have.attempt.begin(c.now()) && !joins {
		return have, nil
	}
	flight := c.fly(key, t, have, load)
	if age < freshFor {
		return have, nil
	}
	return c.waitOrStale(ctx, have, flight)
}

// age is how old an answer is taken to be.
func (f *frozen) age(now time.Time) time.Duration {
	if f.lasting {
		return now.Sub(f.made) / lastingFactor
	}
	return now.Sub(f.made)
}

// begin claims the next try; one a second is enough, also when all fail.
func (a *attempt) begin(now time.Time) bool {
	last := a.at.Load()
	if now.UnixNano()-last < int64(refreshAfter) || !a.at.CompareAndSwap(last, now.UnixNano()) {
		return false
	}
	a.flying.Store(true)
	return true
}

// fly makes an answer, once for all who ask at the same time.
func (c *cache) fly(key string, t web.Tier, old *frozen, load loader) <-chan singleflight.Result {
	return c.flights.DoChan(strconv.Itoa(int(t))+key, func() (made any, err error) {
		ctx, cancel := context.WithTimeout(context.Background(), loadTimeout)
		defer cancel()
		defer func() {
			if r := recover(); r != nil {
				err = fault.Newf(fault.Internal, "internal", "panic: %v", r)
			}
			if old != nil {
				old.attempt.flying.Store(false)
			}
		}()
		// who looked right before the flight before this one landed need not begin another
		if have, fresh := c.have(key); fresh && have != old {
			return have, nil
		}
		answer, err := load(ctx)
		if err != nil {
			c.forget(key, err)
			return nil, err
		}
		c.answers.Set(key, answer)
		return answer, nil
	})
}

// forget drops what is gone; what could not be asked for stays.
func (c *cache) forget(key string, err error) {
	switch fault.KindOf(err) {
	case fault.NotFound, fault.Invalid, fault.Denied:
		c.answers.Invalidate(key)
	default:
	}
}

func (c *cache) wait(ctx context.Context, flight <-chan singleflight.Result) (*frozen, error) {
	select {
	case result := <-flight:
		if result.Err != nil {
			return nil, result.Err
		}
		return result.Val.(*frozen), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// waitOrStale gives the old answer when no new one comes soon.
func (c *cache) waitOrStale(
	ctx context.Context, old *frozen, flight <-chan singleflight.Result,
) (*frozen, error) {
	ctx, cancel := context.WithTimeout(ctx, stalePatience)
	defer cancel()
	answer, err := c.wait(ctx, flight)
	if err == nil {
		return answer, nil
	}
	switch fault.KindOf(err) {
	case fault.NotFound, fault.Invalid, fault.Denied:
		return nil, err
	default:
		return old, nil
	}
}
