package valkey

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/redis/rueidis"
)

const (
	// soonest and latest bound how long the keeper waits before it looks again after a server that is gone.
	soonest = 100 * time.Millisecond
	latest  = 2 * time.Second
	// settled is how long a server has to be there before its next absence is looked after as soon again.
	settled = 10 * time.Second
)

// writes is what the keeper asks of a server: one that does not take it is of no use.
var writes = NewScript(`return redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])`)

// Keep connects, and keeps the server usable while it answers, until the context ends. While it does not,
// only this asks it, ever more seldom.
func (c *Client) Keep(ctx context.Context) {
	// A client of a single server is there whether the server is or not; it connects anew when it is asked.
	server, err := rueidis.NewClient(c.option)
	if server == nil {
		c.log.Error("Valkey cannot be used", "error", err)
		return
	}
	defer server.Close()
	c.server = server
	defer c.usable.Store(false)
	k := keeper{client: c, pause: soonest}
	for ctx.Err() == nil {
		k.turn(ctx)
	}
}

// keeper looks after a server.
type keeper struct {
	client *Client
	pause  time.Duration
	since  time.Time // of the server's presence
	told   bool      // that it is gone, or that it is there
}

// turn looks once, and waits until it is time to look again.
func (k *keeper) turn(ctx context.Context) {
	c := k.client
	err := c.probe(ctx)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		if c.usable.Swap(false) || !k.told {
			c.log.WarnContext(ctx, "Valkey does not answer: the shop goes on without it", "error", err)
			k.told = true
		}
		k.wait(ctx)
		return
	}
	if !c.usable.Load() {
		c.missed.Store(0)
		c.usable.Store(true)
		c.log.InfoContext(ctx, "Valkey answers")
		k.told, k.since = true, time.Now()
	}
	select {
	case <-ctx.Done():
	case <-c.look:
	}
	if time.Since(k.since) > settled {
		k.pause = soonest
	}
	if !c.usable.Load() {
		k.wait(ctx)
	}
}

// wait waits, each time longer, and never as long as another replica does.
func (k *keeper) wait(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(k.pause/2 + rand.N(k.pause)): //nolint:gosec // jitter
	}
	k.pause = min(2*k.pause, latest)
}

// probe asks the server for something of use.
func (c *Client) probe(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	return c.run(ctx, writes, false, c.own([]string{"probe"}), []string{"1000"}).Error()
}
