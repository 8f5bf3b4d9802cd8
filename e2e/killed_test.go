package e2e

import (
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/load"
	"github.com/artisan-eats/artisan/quick"
	"github.com/artisan-eats/artisan/sqldb"
)

// seen is what visitors were told, and when replicas were killed.
type seen struct {
	mu      sync.Mutex
	all     []load.Request
	killed  []kill
	longest time.Duration // what a request took before the first kill
}

// kill is when a replica was killed: between two moments.
type kill struct {
	victim        string
	before, after time.Time
}

func (s *seen) told(r load.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.killed) == 0 {
		s.longest = max(s.longest, r.Ended.Sub(r.Begun))
	}
	s.all = append(s.all, r)
}

// TestAKilledReplicaFailsOnlyWhatWasInsideIt kills replicas of services by turns under a steady load of
// people who try nothing again. What fails was sent before the kill and not answered yet; what is sent after
// it is answered, and no order is lost. On a quiet machine (./check --long) nobody waits a second longer than
// anybody did before.
func TestAKilledReplicaFailsOnlyWhatWasInsideIt(t *testing.T) {
	t.Parallel()
	haproxy(t)
	s := open(t, twice, sqldb.Postgres)
	s.stock(crashPieces, crashPlaces)
	saw := &seen{}
	visitors, err := load.Begin(t.Context(), load.Plan{
		URL: s.listen, Market: market, Rate: steady, Seed: 12, Buying: 0.6, Alone: true, Told: saw.told,
	})
	if err != nil {
		t.Fatal(err)
	}
	kills := quick.Usually(t, 10*len(names()), len(names()), 3, "kills")
	for n := range kills {
		service := names()[len(names())-1-n%len(names())] // the edge first
		time.Sleep(servedWithin)
		s.killsUnder(t, saw, []string{service, second(service)}[(n+n/len(names()))%2])
		s.start()
	}
	result := visitors.Check(t.Context())
	t.Logf("%d kills in %.0f s: %s", kills, result.Lasted/1000, result)
	for _, wrong := range result.Wrong {
		t.Errorf("wrong: %+v", wrong)
	}
	saw.check(t)
	if result.Orders < 2*kills {
		t.Errorf("this proves too little: %d orders", result.Orders)
	}
}

// killsUnder kills a replica, and leaves the others alone for the time in which they have to have its share.
func (s *shop) killsUnder(t *testing.T, saw *seen, victim string) {
	t.Helper()
	saw.mu.Lock()
	saw.killed = append(saw.killed, kill{victim: victim, before: time.Now()})
	at := &saw.killed[len(saw.killed)-1]
	saw.mu.Unlock()
	s.killOne(victim)
	saw.mu.Lock()
	at.after = time.Now()
	saw.mu.Unlock()
	time.Sleep(servedWithin * 5 / 4)
}

// check wants whatever failed to have been under way at a kill, and tells how long the others took. Who is
// refused because a busy machine has too much to do with one replica less is counted, and has not failed.
func (s *seen) check(t *testing.T) {
	t.Helper()
	inside, shed, slowest := map[string]int{}, 0, map[string]load.Request{}
	for _, r := range s.all {
		at := s.killOf(r)
		switch {
		case r.Outcome == load.Shed:
			shed++
		case r.Outcome == load.Failed && at == nil:
			t.Errorf("nobody was killed under it, and it failed: %+v", r)
		case r.Outcome == load.Failed:
			inside[at.victim]++
		}
		for _, k := range s.killed {
			after := r.Begun.Sub(k.after)
			if after > 0 && after < servedWithin && took(r) > took(slowest[k.victim]) {
				slowest[k.victim] = r
			}
		}
	}
	t.Logf("failed inside a replica that was killed: %v; told to come again: %d", inside, shed)
	t.Run("its share is served elsewhere within a second", func(t *testing.T) {
		for victim, r := range slowest {
			t.Logf("the slowest of those sent in the second after %s was killed is a %s, in %v", victim, r.Kind,
				took(r))
		}
		quick.LeavesToLong(t, "how long anybody waits for another replica")
		for victim, r := range slowest {
			if took(r) > s.longest+servedWithin {
				t.Errorf("what %s had was served elsewhere after %v, and %v is usual", victim, took(r), s.longest)
			}
		}
	})
}

func took(r load.Request) time.Duration { return r.Ended.Sub(r.Begun) }

// killOf is the kill that a request was under way at.
func (s *seen) killOf(r load.Request) *kill {
	for i, k := range s.killed {
		if r.Begun.Before(k.after) && r.Ended.After(k.before) {
			return &s.killed[i]
		}
	}
	return nil
}
