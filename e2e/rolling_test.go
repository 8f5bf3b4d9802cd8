package e2e

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/load"
	"github.com/artisan-eats/artisan/quick"
	"github.com/artisan-eats/artisan/sqldb"
)

const (
	// noticedWithin is how long an edge serves on after it was told to stop: HAProxy looks every second.
	noticedWithin = 4 * time.Second
	// steady is how many come in a second: it is about what fails, and not about how much there may be.
	steady = 15
	// rollings is how often everything is started again.
	rollings = 5
)

// comes has visitors come to a shop that nobody else buys from, until a test ends the load.
func (s *shop) comes(t *testing.T, rate float64) *load.Run {
	t.Helper()
	visitors, err := load.Begin(t.Context(), load.Plan{
		URL: s.listen, Market: market, Rate: rate, Seed: 11, Buying: 0.4, Alone: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return visitors
}

// TestARollingRestartFailsNobody starts every replica again, one after the other, under a steady load of
// people who look and buy, by HTTP/1.1 and HTTP/2, and try nothing again. Not one request fails or is
// refused, and not one order is lost.
func TestARollingRestartFailsNobody(t *testing.T) {
	t.Parallel()
	haproxy(t)
	s := addressed(t, twice, sqldb.Postgres)
	s.drain = noticedWithin
	s.migrates(sqldb.Postgres)
	s.start()
	s.stock(crashPieces, crashPlaces)
	visitors := s.comes(t, steady)
	rounds := quick.Usually(t, rollings, 1, 1, "rounds of restarts")
	for range rounds {
		for _, service := range names() {
			for _, replica := range []string{service, second(service)} {
				s.startsAgain(t, replica)
			}
		}
	}
	s.wellServed(t, visitors, fmt.Sprintf("%d restarts", rounds*2*len(names())))
}

// startsAgain asks a replica to end, and starts it again once it has.
func (s *shop) startsAgain(t *testing.T, replica string) {
	t.Helper()
	s.ends(t, replica)
	s.start()
}

// ends asks a replica to end, and waits until it has.
func (s *shop) ends(t *testing.T, replica string) {
	t.Helper()
	p := s.procs[replica]
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.exited:
	case <-time.After(time.Minute):
		t.Fatalf("%s does not end", replica)
	}
	if p.err != nil {
		t.Errorf("%s ended with %v: %s", replica, p.err, p.last)
	}
}

// wellServed ends a load, and wants everybody to have been served and nothing to be wrong.
func (s *shop) wellServed(t *testing.T, visitors *load.Run, under string) {
	t.Helper()
	result := visitors.Check(t.Context())
	t.Logf("%s in %.0f s: %s", under, result.Lasted/1000, result)
	for i, odd := range visitors.Odd() {
		if i < 20 {
			t.Errorf("not served: %+v", odd)
		}
	}
	for _, wrong := range result.Wrong {
		t.Errorf("wrong: %+v", wrong)
	}
	if result.NotOffered > 0 || result.Orders < 10 {
		t.Errorf("this proves too little: %d orders, and for %d there was no room", result.Orders,
			result.NotOffered)
	}
}
