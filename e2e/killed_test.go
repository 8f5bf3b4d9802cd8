package e2e

import (
	"encoding/csv"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/load"
	"github.com/artisan-eats/artisan/quick"
	"github.com/artisan-eats/artisan/sqldb"
)

// seen is what visitors were told, and when replicas were killed.
type seen struct {
	mu     sync.Mutex
	all    []load.Request
	killed []kill
}

// kill is when a replica was killed: between two moments.
type kill struct {
	victim        string
	before, after time.Time
}

func (s *seen) told(r load.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, r)
}

// since counts what was begun after a moment and has been answered.
func (s *seen) since(begun time.Time) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.all {
		if r.Begun.After(begun) && r.Outcome != load.Failed {
			n++
		}
	}
	return n
}

// answered is how many requests have to be answered before something is said of them.
const answered = 20

// waits waits until so many are that were begun after a moment.
func (s *seen) waits(t *testing.T, begun time.Time) {
	t.Helper()
	eventually(t, time.Minute, "people who came later are answered",
		func() bool { return s.since(begun) >= answered })
}

// TestAKilledReplicaFailsOnlyWhatWasInsideIt kills replicas of services by turns under a steady load of
// people who try nothing again. What fails was sent before the kill and not answered yet; what is sent after
// it is answered, and no order is lost. A second after it nothing is sent to who is dead any more; and on a
// quiet machine (./check --long) nobody waits a second longer than anybody else.
func TestAKilledReplicaFailsOnlyWhatWasInsideIt(t *testing.T) {
	t.Parallel()
	haproxy(t)
	s := addressed(t, twice, sqldb.Postgres)
	s.frontTells = fmt.Sprint("127.0.0.1:", hosttest.FreePorts(t, 1)[0])
	s.migrates(sqldb.Postgres)
	s.start()
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
		saw.waits(t, time.Now())
		s.killsUnder(t, saw, service, []string{service, second(service)}[(n+n/len(names()))%2])
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
// Then people go on to come, and nothing may be sent to it.
func (s *shop) killsUnder(t *testing.T, saw *seen, service, victim string) {
	t.Helper()
	k := kill{victim: victim, before: time.Now()}
	s.killOne(victim)
	k.after = time.Now()
	saw.mu.Lock()
	saw.killed = append(saw.killed, k)
	saw.mu.Unlock()
	time.Sleep(time.Until(k.after.Add(servedWithin)))
	was := s.inVain(t, service, victim)
	saw.waits(t, time.Now())
	// now and then a connection between others is made anew; who is still asked has half of all calls
	if now := s.inVain(t, service, victim); now-was > answered/10 {
		t.Errorf("a second after %s was killed it was still asked, %d times", victim, now-was)
	}
}

// inVain is how often those who call a service, and live, got no answer because a connection was refused or
// lost; of a front door, how often HAProxy did. That one goes on to try it until it has looked after it.
func (s *shop) inVain(t *testing.T, service, victim string) (n int) {
	t.Helper()
	if service == "edge" {
		of := map[string]string{service: "edge1", second(service): "edge2"}[victim]
		eventually(t, time.Minute, "HAProxy knows that "+victim+" is gone",
			func() bool { return s.frontFigure(t, of, "status") == "DOWN" })
		n, err := strconv.Atoi(s.frontFigure(t, of, "econ"))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	var calls []string
	for _, outcome := range []string{"lost", "unsent", "out"} {
		calls = append(calls, fmt.Sprintf(`artisan_peer_calls_total{outcome=%q,peer=%q}`, outcome, service))
	}
	for _, name := range names() {
		for _, caller := range []string{name, second(name)} {
			if caller != victim {
				n += s.figure(t, caller, calls...)
			}
		}
	}
	return n
}

// frontFigure is what HAProxy tells of one of the servers behind it.
func (s *shop) frontFigure(t *testing.T, server, figure string) string {
	t.Helper()
	conn, err := net.Dial("tcp", s.frontTells)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err = io.WriteString(conn, "show stat\n"); err != nil {
		t.Fatal(err)
	}
	table := csv.NewReader(conn)
	head, err := table.Read()
	for err == nil {
		var row []string
		if row, err = table.Read(); err == nil && row[slices.Index(head, "svname")] == server {
			return row[slices.Index(head, figure)]
		}
	}
	t.Fatalf("HAProxy does not tell %s of %s: %v", figure, server, err)
	return ""
}

// check wants whatever failed to have been under way at a kill, and tells how long the others took. Who is
// refused because a busy machine has too much to do with one replica less is counted, and has not failed.
func (s *seen) check(t *testing.T) {
	t.Helper()
	inside, shed, slowest, usual := map[string]int{}, 0, map[string]load.Request{}, time.Duration(0)
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
		victim := s.justKilled(r)
		if victim == "" {
			usual = max(usual, took(r))
		} else if took(r) > took(slowest[victim]) {
			slowest[victim] = r
		}
	}
	t.Logf("failed inside a replica that was killed: %v; told to come again: %d", inside, shed)
	t.Run("its share is served elsewhere within a second", func(t *testing.T) {
		for victim, r := range slowest {
			t.Logf("the slowest of those sent in the second after %s was killed is a %s, in %v; of all others %v",
				victim, r.Kind, took(r), usual)
		}
		quick.LeavesToLong(t, "how long anybody waits for another replica")
		for victim, r := range slowest {
			if took(r) > usual+servedWithin {
				t.Errorf("what %s had was served elsewhere after %v, and %v is usual", victim, took(r), usual)
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

// justKilled is who was killed in the second before a request was sent.
func (s *seen) justKilled(r load.Request) string {
	for _, k := range s.killed {
		if after := r.Begun.Sub(k.after); after > 0 && after < servedWithin {
			return k.victim
		}
	}
	return ""
}
