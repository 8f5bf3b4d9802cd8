package share

import (
	"context"
	"sync"
	"time"
)

// Tier is a kind of work, as far as a limit knows it.
type Tier struct {
	Cap
	// Weight is its share of the limit, beside the other tiers' weights. A tier without one is apart: it has
	// the places of its cap, whatever the limit is, and counts to nobody's.
	Weight int
	// Within is what its work may take before it takes long; see Limit.
	Within time.Duration
}

// Bounds are what a limit is at the least, at first, and at the most. Without them it is what all tiers
// together have.
type Bounds struct{ Least, First, Most int }

// Limit is one number of places for the work of several tiers, the dearest first: as many as the machine can
// do now, which it finds from how long work takes.
//
// A tier may use what others leave, but for half of the share of each, which is kept for it. A place that
// becomes free goes to the dearest tier that has less than its share, and else to the dearest.
type Limit struct {
	refusal error
	bounds  Bounds
	weights int

	mu    sync.Mutex
	size  float64
	used  int // places of the limit
	tiers []tier
	pace  pace
}

type tier struct {
	Tier
	used int
	line line
	took took
}

// NewLimit makes a limit of tiers, which refuses with an error.
func NewLimit(b Bounds, tiers []Tier, refusal error) *Limit {
	l := &Limit{refusal: refusal, bounds: b}
	all := 0
	for _, t := range tiers {
		l.tiers = append(l.tiers, tier{Tier: t})
		if l.weights += t.Weight; t.Weight > 0 {
			all += t.Running
		}
	}
	if b == (Bounds{}) {
		l.bounds = Bounds{all, all, all}
	}
	l.size = float64(l.bounds.First)
	l.pace.begun = time.Now()
	return l
}

// Enter takes a place for work of a tier, or fails with the limit's refusal or the context's error. Whoever
// entered must Leave.
func (l *Limit) Enter(ctx context.Context, t int) error { return l.EnterWithin(ctx, t, l.tiers[t].Cap) }

// EnterWithin is Enter for who waits as another cap says: that many may wait, for so long.
func (l *Limit) EnterWithin(ctx context.Context, t int, c Cap) error {
	l.mu.Lock()
	if l.free(t) {
		l.take(t)
		l.mu.Unlock()
		return nil
	}
	return l.tiers[t].line.wait(ctx, &l.mu, c, l.refusal)
}

// TryEnter takes a place that is free; false where there is none, or others wait for it. Whoever entered must
// Leave.
func (l *Limit) TryEnter(t int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.free(t) {
		return false
	}
	l.take(t)
	return true
}

// free reports whether there is a place that nobody waits for; that there is none is noted.
func (l *Limit) free(t int) bool {
	if l.tiers[t].line.length() == 0 && l.fits(t) {
		return true
	}
	l.pace.met = true
	return false
}

// Leave gives the place back, and tells how long the work took; zero where that says nothing of the machine.
func (l *Limit) Leave(t int, took time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	own := &l.tiers[t]
	own.used--
	if own.Weight > 0 {
		l.used--
		l.learn(own, took)
	}
	for next := l.next(); next >= 0; next = l.next() {
		l.take(next)
		l.tiers[next].line.give(l.tiers[next].Cap)
	}
}

// Full reports whether work of a tier that came now would be refused.
func (l *Limit) Full(t int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	own := &l.tiers[t]
	return own.line.length() >= own.Waiting && (own.line.length() > 0 || !l.fits(t))
}

// Places is how many there are now.
func (l *Limit) Places() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.places()
}

// Room is how many places a tier could have now if all others left theirs.
func (l *Limit) Room(t int) int {
	own := &l.tiers[t]
	if own.Weight == 0 {
		return own.Running
	}
	return min(l.Places(), own.Running)
}

// Used is how many places a tier has taken, and how many wait for one.
func (l *Limit) Used(t int) (used, waiting int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.tiers[t].used, l.tiers[t].line.length()
}

func (l *Limit) places() int { return int(l.size) }

// take takes a place. Each is counted where it is taken from.
func (l *Limit) take(t int) {
	own := &l.tiers[t]
	own.used++
	if own.Weight > 0 {
		l.used++
		l.pace.most = max(l.pace.most, l.used)
	}
}

// next is the tier whose turn it is; -1 where nobody waits who could go on.
func (l *Limit) next() int {
	least := -1
	for t := range l.tiers {
		own := &l.tiers[t]
		if own.line.length() == 0 || !l.fits(t) {
			continue
		}
		if own.used < l.share(own) {
			return t
		}
		if least < 0 {
			least = t
		}
	}
	return least
}

// fits reports whether there is a place for a tier that is kept for no other. What is kept for it is there
// also while more is under way than the limit allows, because it fell.
func (l *Limit) fits(t int) bool {
	own := &l.tiers[t]
	if own.used >= own.Running {
		return false
	}
	if own.Weight == 0 || own.used < l.kept(own) {
		return true
	}
	free := l.places() - l.used
	for u := range l.tiers {
		if u != t {
			free -= max(l.kept(&l.tiers[u])-l.tiers[u].used, 0)
		}
	}
	return free > 0
}

// share is what a tier has of the limit: something.
func (l *Limit) share(t *tier) int {
	if t.Weight == 0 {
		return t.Running
	}
	return min(max(l.places()*t.Weight/l.weights, 1), t.Running)
}

// kept is how many of its places no other tier uses.
func (l *Limit) kept(t *tier) int {
	if t.Weight == 0 {
		return 0
	}
	return l.share(t) / 2
}
