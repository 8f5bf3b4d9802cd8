package share

import (
	"context"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/artisan-eats/artisan/fault"
)

// ErrShare is told to a client that has its share already.
var ErrShare = fault.New(fault.Exhausted, "too_many_requests",
	"A lot is being asked for from where you are at once. Please try again in a moment.")

// Key is what makes two requests those of one client.
type Key struct {
	network netip.Addr
	name    string
}

// String is the key's alone.
func (k Key) String() string {
	if k.name != "" {
		return k.name
	}
	return k.network.String()
}

// Network is the client behind an address.
func Network(addr netip.Addr) Key {
	addr = addr.Unmap().WithZone("")
	if addr.Is6() {
		prefix, _ := addr.Prefix(64) // an IPv6 address has 128 bits
		addr = prefix.Addr()
	}
	return Key{network: addr}
}

// NetworkOf is the client behind an address as text: an address of IPv4, or the 64 bits of IPv6 that somebody
// is given. What is no address stays what it is.
func NetworkOf(address string) string {
	parsed, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if parsed = parsed.Unmap(); parsed.Is6() {
		if prefix, err := parsed.WithZone("").Prefix(64); err == nil {
			return prefix.String()
		}
	}
	return parsed.String()
}

// Named is what has a name of its own: Named("account", id).
func Named(kind, name string) Key { return Key{name: kind + " " + name} }

// Kind is something that is shared.
type Kind int

// What a client's share is counted of.
const (
	Connections Kind = iota
	Pacing           // requests that wait until they are due
	Bodies
	DearBodies // of checkouts and orders under way
	LargeBodies
	Uploads
	Live
	Passwords
	UnderWay
	Checkout
	Carting
	Browsing
	Crawling
	kinds
)

// Client is what one client has of everything. Its methods are safe for concurrent use, and hold a nil Client
// to nothing.
type Client struct {
	home *shard
	key  Key
	refs int // guarded by home.mu
	held [kinds]atomic.Int32
	gate [kinds]atomic.Pointer[Gate]
	due  atomic.Int64 // nanoseconds on the clients' clock
	// lined is when the client has no more places in a line than it may have at once, on the same clock.
	lined atomic.Int64
}

// Take takes one of a kind, if the client has fewer than most. Whoever took it must Leave it.
func (c *Client) Take(k Kind, most int) bool {
	if c == nil {
		return true
	}
	if int(c.held[k].Add(1)) > most {
		c.held[k].Add(-1)
		return false
	}
	return true
}

// Leave gives one of a kind back.
func (c *Client) Leave(k Kind) {
	if c != nil {
		c.held[k].Add(-1)
	}
}

// Enter takes one of the client's own places of a kind, of which there are as many as the cap says, another
// time maybe more or fewer, or waits for one; see Gate.Enter. It fails with ErrShare. Whoever entered must
// Exit.
func (c *Client) Enter(ctx context.Context, k Kind, most Cap) error {
	if c == nil {
		return nil
	}
	g := c.gate[k].Load()
	if g == nil {
		c.gate[k].CompareAndSwap(nil, NewGate(most, ErrShare))
		g = c.gate[k].Load()
	}
	g.Resize(most)
	return g.Enter(ctx)
}

// Exit gives the place back.
func (c *Client) Exit(k Kind) {
	if c != nil {
		c.gate[k].Load().Leave()
	}
}

// A client's work is counted in units: as many as perUnit allows for good, and burst at once.
const (
	perUnit = time.Second / 1024
	burst   = 8192
	// paceFor is how long a request waits at the most until it is due, and maxPacing how many of a client do.
	paceFor   = 2 * time.Second
	maxPacing = 128
)

// Pace counts work of so many units, and waits where the client is ahead of what it may. It fails with
// ErrShare where that would take long, or many wait already, and with the context's error.
func (c *Client) Pace(ctx context.Context, units int) error {
	if c == nil {
		return nil
	}
	return c.await(ctx, c.reserve(units, paceFor))
}

// await waits until a request is due, unless many of the client's do; below zero is too late.
func (c *Client) await(ctx context.Context, wait time.Duration) error {
	if wait == 0 {
		return nil
	}
	if wait < 0 || !c.Take(Pacing, maxPacing) {
		return ErrShare
	}
	defer c.Leave(Pacing)
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Allows is Pace for what cannot wait: it counts the work and reports true where it is due now.
func (c *Client) Allows(units int) bool { return c == nil || c.reserve(units, 0) == 0 }

// Spread is how a client's places in a line are spread: so many are where they come, each further one is so
// much behind the one before, and none is further behind than Most.
type Spread struct {
	AtOnce     int
	Each, Most time.Duration
}

// Apart counts a place in a line, and answers how far behind where it comes it is to be. It is false, and
// nothing is counted, for one that would be too far behind.
func (c *Client) Apart(s Spread) (behind time.Duration, ok bool) {
	if c == nil {
		return 0, true
	}
	now := c.home.now()
	for {
		lined := c.lined.Load()
		next := max(lined, now) + int64(s.Each)
		behind = time.Duration(next-now) - time.Duration(s.AtOnce)*s.Each
		if behind > s.Most {
			return 0, false
		}
		if c.lined.CompareAndSwap(lined, next) {
			return max(behind, 0), true
		}
	}
}

// reserve counts work and answers when it is due; -1, and nothing is counted, where that is later than
// patience.
func (c *Client) reserve(units int, patience time.Duration) time.Duration {
	now := c.home.now()
	for {
		due := c.due.Load()
		next := max(due, now) + int64(units)*int64(perUnit)
		wait := time.Duration(next-now) - burst*perUnit
		if wait > patience {
			return -1
		}
		if c.due.CompareAndSwap(due, next) {
			return max(wait, 0)
		}
	}
}
