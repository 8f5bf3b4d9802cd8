package server

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/share"
)

// Cap bounds one tier: how many requests are worked on at once, how many may wait
// for a place, and for how long.
type Cap = share.Cap

// Limits are the caps of all tiers. A tier's places are its own, so that none can
// take another's. A Cap of zero refuses everything.
type Limits struct {
	UnderWay, Checkout, Carting, Browsing, Crawling Cap
}

// DefaultLimits suit a small machine. They bound memory and waiting; they are not
// meant to be reached in good health.
var DefaultLimits = Limits{
	UnderWay: Cap{Running: 256, Waiting: 2048, Patience: 10 * time.Second},
	Checkout: Cap{Running: 128, Waiting: 256, Patience: 2 * time.Second},
	Carting:  Cap{Running: 128, Waiting: 256, Patience: time.Second},
	Browsing: Cap{Running: 128, Waiting: 256, Patience: time.Second},
	Crawling: Cap{Running: 8, Waiting: 8, Patience: 100 * time.Millisecond},
}

func (l Limits) caps() [web.Tiers]Cap {
	return [web.Tiers]Cap{l.UnderWay, l.Checkout, l.Carting, l.Browsing, l.Crawling}
}

func (l Limits) gates() (gates [web.Tiers]*share.Gate) {
	for t, c := range l.caps() {
		gates[t] = share.NewGate(c, web.ErrOverloaded)
	}
	return gates
}

// ofOne is the part of a tier that one client may have: a quarter.
const ofOne = 4

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

// admit takes a client's own place in a tier, and then one of everybody's. Whoever was admitted must be
// dismissed.
func (s *Server) admit(ctx context.Context, client *share.Client, t web.Tier) error {
	if err := client.Enter(ctx, kindOf(t), s.caps[t].Part(ofOne)); err != nil {
		return err
	}
	if err := s.gates[t].Enter(ctx); err != nil {
		client.Exit(kindOf(t))
		return err
	}
	return nil
}

func (s *Server) dismiss(client *share.Client, t web.Tier) {
	s.gates[t].Leave()
	client.Exit(kindOf(t))
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
