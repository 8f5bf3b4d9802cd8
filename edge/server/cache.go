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
// cannot give a new one, the old one is given for hours. Replicas make answers for each other where there is
// a second level.
type cache struct {
	answers *otter.Cache[string, *frozen]
	flights singleflight.Group
	now     func() time.Time
	second  *second // nil without one
}

// attempt is the last try to renew an answer.
type attempt struct {
	at     atomic.Int64 // Unix nanoseconds
	flying atomic.Bool
}

func newCache(now func() time.Time) *cache {
	return &cache{now: now, answers: otter.Must(&otter.Options[string, *frozen]{
		MaximumWeight: cacheBytes,
		Weigher:       func(key string, f *frozen) uint32 { return f.weight() + uint32(len(key)) },
		ExpiryCalculator: otter.ExpiryWritingFunc(func(e otter.Entry[string, *frozen]) time.Duration {
			return staleFor - now().Sub(e.Value.made) // which another replica may have made hours ago
		}),
	})}
}

// newer notes that another replica has made an answer anew: the next who asks gets that.
func (c *cache) newer(key string) {
	if have, ok := c.answers.GetIfPresent(key); ok {
		have.superseded.Store(true)
	}
}

// loader makes an answer, and says of when it is. Its context is not the visitor's: others wait for it too.
type loader func(ctx context.Context) (*web.Reply, time.Time, error)

// have is what is kept, and whether it is so fresh that nobody need be asked; nil when there is nothing.
func (c *cache) have(key string) (answer *frozen, fresh bool) {
	answer, ok := c.answers.GetIfPresent(key)
	if !ok {
		return nil, false
	}
	return answer, answer.age(c.now()) < refreshAfter && !answer.superseded.Load()
}

// get answers from memory, or by load. Those who wait for one load are of one tier, so
// that none is refused for another's sake.
func (c *cache) get(ctx context.Context, key string, t web.Tier, k kept, load loader) (*frozen, error) {
	have, ok := c.answers.GetIfPresent(key)
	if !ok {
		return c.waitOrStale(ctx, key, c.fly(key, t, k, nil, load))
	}
	age, newer := have.age(c.now()), have.superseded.Load()
	if age < refreshAfter && !newer {
		return have, nil
	}
	waits := age >= freshFor || newer
	joins := waits && have.attempt.flying.Load()
	if !have.begin(c.now()) && !joins {
		return have, nil
	}
	flight := c.fly(key, t, k, have, load)
	if !waits {
		return have, nil
	}
	return c.waitOrStale(ctx, key, flight)
}

// age is how old an answer is taken to be.
func (f *frozen) age(now time.Time) time.Duration {
	if f.lasting {
		return now.Sub(f.made) / lastingFactor
	}
	return now.Sub(f.made)
}

// begin claims the next try; one a second is enough, also when all fail, but for what another replica has
// made anew.
func (f *frozen) begin(now time.Time) bool {
	if f.superseded.CompareAndSwap(true, false) {
		f.attempt.flying.Store(true)
		return true
	}
	return f.attempt.begin(now)
}

func (a *attempt) begin(now time.Time) bool {
	last := a.at.Load()
	if now.UnixNano()-last < int64(refreshAfter) || !a.at.CompareAndSwap(last, now.UnixNano()) {
		return false
	}
	a.flying.Store(true)
	return true
}

// fly makes an answer, once for all who ask at the same time.
func (c *cache) fly(key string, t web.Tier, k kept, old *frozen, load loader) <-chan singleflight.Result {
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
		return c.renew(ctx, key, k, old, load)
	})
}

// renew takes what another replica has made, or makes an answer.
func (c *cache) renew(ctx context.Context, key string, k kept, old *frozen, load loader) (*frozen, error) {
	atMost := refreshAfter
	if old == nil { // then one that would be given is good enough
		atMost = freshFor
	}
	turn := c.second.turn(ctx, key, k, old, atMost)
	if turn.found != nil {
		c.answers.Set(key, turn.found)
		if turn.young {
			return turn.found, nil
		}
	}
	reply, made, err := load(ctx)
	if err != nil {
		c.forget(key, err)
		turn.failed(err)
		return nil, err
	}
	answer := k.freeze(reply, made)
	c.answers.Set(key, answer)
	turn.made(answer, c.now().Sub(made))
	return answer, nil
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

// waitOrStale gives the old answer, if there is one, when no new one comes soon.
func (c *cache) waitOrStale(
	ctx context.Context, key string, flight <-chan singleflight.Result,
) (*frozen, error) {
	soon, cancel := context.WithTimeout(ctx, stalePatience)
	defer cancel()
	answer, err := c.wait(soon, flight)
	if err == nil {
		return answer, nil
	}
	switch fault.KindOf(err) {
	case fault.NotFound, fault.Invalid, fault.Denied:
		return nil, err
	default:
	}
	if old, ok := c.answers.GetIfPresent(key); ok {
		return old, nil
	}
	if soon.Err() == nil {
		return nil, err
	}
	return c.wait(ctx, flight)
}
