package server

import (
	"context"
	"net/http"
	"runtime"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/share"
)

// Cap bounds one tier: how many requests are worked on at once at the most, how many may wait
// for a place, and for how long.
type Cap = share.Cap

// Limits are the caps of all tiers, and the bounds of what all but UnderWay have together: as much as the
// machine can do, see share.Limit. A Cap of zero refuses everything.
type Limits struct {
	Bounds                                          share.Bounds
	UnderWay, Checkout, Carting, Browsing, Crawling Cap
	// CheckoutsASecond bounds how many are let in, where something behind the shop takes no more; zero does
	// not.
	CheckoutsASecond float64
}

// atMost is how many are worked on at once on a machine that has never too much to do. It bounds memory, and
// suits a small one.
var atMost = 128 * max(runtime.GOMAXPROCS(0), 2)

// DefaultLimits suit a small machine.
var DefaultLimits = Limits{
	Bounds:   share.Bounds{Least: 64, First: atMost / 2, Most: atMost},
	UnderWay: Cap{Running: 256, Waiting: 2048, Patience: 10 * time.Second},
	Checkout: Cap{Running: atMost, Waiting: 256, Patience: time.Second},
	Carting:  Cap{Running: atMost, Waiting: 256, Patience: time.Second, Hurried: 500 * time.Millisecond},
	Browsing: Cap{Running: atMost, Waiting: 256, Patience: time.Second, Hurried: 500 * time.Millisecond},
	Crawling: Cap{Running: 8, Waiting: 8, Patience: 100 * time.Millisecond, Hurried: 10 * time.Millisecond},
}

// limit makes the one limit. Orders under way are apart: they are never refused because of what others do.
// What work may take is far more than it takes on a machine with nothing else to do: writes share commits.
func (l Limits) limit() *share.Limit {
	return share.NewLimit(l.Bounds, []share.Tier{
		web.UnderWay: {Cap: l.UnderWay},
		web.Checkout: {Cap: l.Checkout, Weight: 8, Within: 500 * time.Millisecond},
		web.Carting:  {Cap: l.Carting, Weight: 4, Within: 250 * time.Millisecond},
		web.Browsing: {Cap: l.Browsing, Weight: 3, Within: 250 * time.Millisecond},
		web.Crawling: {Cap: l.Crawling, Weight: 1, Within: 250 * time.Millisecond},
	}, web.ErrOverloaded)
}

func (l Limits) caps() [web.Tiers]Cap {
	return [web.Tiers]Cap{l.UnderWay, l.Checkout, l.Carting, l.Browsing, l.Crawling}
}

// overloadedIn is how long work is taken to last that a service has refused because it has too much to do.
const overloadedIn = time.Second

// ofOne is the part of a tier that one client may have: a quarter.
const ofOne = 4

// part is what one client may have of a tier now.
func (s *Server) part(t web.Tier) Cap {
	whole := s.caps[t]
	whole.Running = s.limit.Room(int(t))
	return whole.Part(ofOne)
}

// kindOf is what a client's requests in a tier are counted as.
func kindOf(t web.Tier) share.Kind { return share.UnderWay + share.Kind(t) }

// passwords is how many of one client's passwords are looked at at once: to hash one takes more than a
// checkout.
var passwords = Cap{Running: 2, Waiting: 16, Patience: 5 * time.Second}

// What a request costs of a client's work; see share.Client.Pace. What is answered from memory is nearly
// free.
const (
	memoryUnits   = 1
	workUnits     = 31
	checkoutUnits = 63
	passwordUnits = 511
)

func units(rt *web.Route) int {
	switch {
	case rt.Password:
		return passwordUnits
	case rt.Tier == web.Checkout:
		return checkoutUnits
	}
	return workUnits
}

// dear reports whether a route's work is counted at all replicas of the front door together: passwords, what
// may hold goods and places, and files.
func dear(rt *web.Route) bool { return rt.Password || rt.Tier == web.Checkout || rt.Upload != nil }

// place is what a request has while it is worked on.
type place struct {
	server *Server
	client *share.Client // nil where it has none of its own in the tier
	tier   web.Tier
	// begun is when the work was; zero where how long it takes says nothing of the machine.
	begun time.Time
}

// admit takes a client's own place in a tier, and then one of everybody's. Whoever was admitted must leave.
func (s *Server) admit(ctx context.Context, client *share.Client, t web.Tier) (*place, error) {
	if err := client.Enter(ctx, kindOf(t), s.part(t)); err != nil {
		return nil, err
	}
	p, err := s.enter(ctx, t)
	if err != nil {
		client.Exit(kindOf(t))
		return nil, err
	}
	p.client = client
	return p, nil
}

// enter takes a place of everybody's.
func (s *Server) enter(ctx context.Context, t web.Tier) (*place, error) {
	if err := s.limit.Enter(ctx, int(t)); err != nil {
		return nil, s.shed(t, err)
	}
	return &place{server: s, tier: t, begun: time.Now()}, nil
}

// leave gives the place back, and tells what came of the work: from how long it took the limit learns.
func (p *place) leave(err error) {
	p.server.limit.Leave(int(p.tier), p.lasted(err))
	if p.client != nil {
		p.client.Exit(kindOf(p.tier))
	}
}

// lasted is how long the work took, as far as that says how busy the machine is; zero where it does not. What
// a service refuses because it has too much to do took too long.
func (p *place) lasted(err error) time.Duration {
	switch {
	case p.begun.IsZero():
		return 0
	case err == nil:
		return time.Since(p.begun)
	case fault.Is(err, web.ErrOverloaded.Code):
		return max(time.Since(p.begun), overloadedIn)
	default: // to refuse is quick, and to wait in vain for a service says nothing of this machine
		return 0
	}
}

// shed counts what was refused of a tier because the machine has too much to do.
func (s *Server) shed(t web.Tier, err error) error {
	if fault.Is(err, web.ErrOverloaded.Code) {
		s.metrics.shed[t].Inc()
	}
	return err
}

// tierOf is the route's tier, or the robots' when a robot browses.
func tierOf(rt *web.Route, r *http.Request) web.Tier {
	if rt.Tier == web.Browsing && isRobot(r.UserAgent()) {
		return web.Crawling
	}
	return rt.Tier
}

func isRobot(agent string) bool {
	for _, word := range []string{"bot", "Bot", "crawl", "Crawl", "spider", "Spider"} {
		if strings.Contains(agent, word) {
			return true
		}
	}
	return false
}
