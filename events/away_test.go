package events_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/events"
	"github.com/artisan-eats/artisan/fault"
	eventsv1 "github.com/artisan-eats/artisan/gen/artisan/events/v1"
	"github.com/artisan-eats/artisan/gen/artisan/events/v1/eventsv1connect"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

// line is the way to a subscriber, which can be cut.
type line struct {
	eventsv1connect.EventServiceClient
	cut   atomic.Bool
	calls atomic.Int64
	// heavy is an aggregate whose events are never answered.
	heavy string
}

func (l *line) Deliver(ctx context.Context, r *eventsv1.DeliverRequest) (*eventsv1.DeliverResponse, error) {
	l.calls.Add(1)
	heavy := func(e *eventsv1.Event) bool { return l.heavy != "" && e.GetAggregate() == l.heavy }
	if l.cut.Load() || slices.ContainsFunc(r.GetEvents(), heavy) {
		return nil, fault.New(fault.Unavailable, "unavailable", "The line is cut.")
	}
	return l.EventServiceClient.Deliver(ctx, r)
}

// street is a publisher with a clock, and its line to a subscriber.
type street struct {
	*testing.T
	p         *host.Process
	clock     *hosttest.Clock
	line      *line
	publisher *events.Publisher
	log       strings.Builder
}

func eachStreet(t *testing.T, poison *atomic.Bool, test func(s *street)) {
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			s := &street{T: t, clock: hosttest.NewClock(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC))}
			s.p = hosttest.Open(t, engine, pair(poison), func(c *host.Config) { c.Now = s.clock.Now })
			s.line = &line{EventServiceClient: eventsv1connect.NewEventServiceClient(s.p.Client("listener"))}
			s.publisher = events.NewPublisher("teller", s.p.Host("teller").DB(), s.clock.Now,
				slog.New(slog.NewTextHandler(&s.log, nil)),
				map[string]eventsv1connect.EventServiceClient{"listener": s.line})
			test(s)
		})
	}
}

func (s *street) deliver() (int, error) { return s.publisher.DeliverOnce(s.Context(), "listener") }

func (s *street) refused() int64 {
	s.Helper()
	_, refused, err := s.publisher.Pending(s.Context())
	if err != nil {
		s.Fatal(err)
	}
	return refused
}

// TestASubscriberThatWasAwayGetsAllAtOnce cuts the line for an hour in which it is asked every five seconds.
func TestASubscriberThatWasAwayGetsAllAtOnce(t *testing.T) {
	eachStreet(t, new(atomic.Bool), func(s *street) {
		for version := int64(1); version <= 20; version++ {
			publish(s.T, s.p, "a", version)
			publish(s.T, s.p, "b", version)
		}
		s.line.cut.Store(true)
		for range 720 {
			if n, err := s.deliver(); n != 0 || err == nil || errors.Is(err, context.Canceled) {
				s.Fatalf("%d events went over a line that is cut, %v", n, err)
			}
			s.clock.Advance(5 * time.Second)
		}
		if s.line.calls.Load() != 720 || s.refused() != 0 {
			s.Errorf("asked %d times of 720; %d events count as refused", s.line.calls.Load(), s.refused())
		}
		s.line.cut.Store(false)
		if n, err := s.deliver(); n != 40 || err != nil || waiting(s.T, s.p) != 0 {
			s.Errorf("when it is back %d of 40 go at once, %v; %d wait", n, err, waiting(s.T, s.p))
		}
	})
}

// TestWhatComesEarlyWaits refuses an event for hours; those after it are neither sent nor counted meanwhile.
func TestWhatComesEarlyWaits(t *testing.T) {
	var poison atomic.Bool
	eachStreet(t, &poison, func(s *street) {
		poison.Store(true)
		for version := int64(1); version <= 5; version++ {
			publish(s.T, s.p, "poison", version)
		}
		for range 3 {
			if _, err := s.deliver(); err != nil {
				s.Fatal(err)
			}
			if n := s.refused(); n != 1 {
				s.Errorf("%d of five count as refused", n)
			}
			for range 4 { // the first is put off by 100 ms at least
				s.clock.Advance(20 * time.Millisecond)
				if n, err := s.deliver(); n != 0 || err != nil {
					s.Errorf("%d were sent before the first of them, %v", n, err)
				}
			}
			s.clock.Advance(time.Hour)
		}
		poison.Store(false)
		for range 5 {
			if _, err := s.deliver(); err != nil {
				s.Fatal(err)
			}
			s.clock.Advance(50 * time.Millisecond)
		}
		if got := applied(s.T, s.p); len(got) != 5 || got[4] != "poison5" {
			s.Errorf("applied %v", got)
		}
	})
}

// TestAnAbsenceIsLoggedTwice runs a publisher against a line that is cut and mended.
func TestAnAbsenceIsLoggedTwice(t *testing.T) {
	eachStreet(t, new(atomic.Bool), func(s *street) {
		s.line.cut.Store(true)
		publish(s.T, s.p, "a", 1)
		publish(s.T, s.p, "b", 1)
		ctx, stop := context.WithCancel(s.Context())
		ended := make(chan struct{})
		go func() { s.publisher.Run(ctx); close(ended) }()
		eventually(s.T, "it is asked again", func() bool { return s.line.calls.Load() >= 3 })
		s.line.cut.Store(false)
		eventually(s.T, "all went", func() bool {
			s.clock.Advance(time.Second) // what it was asked with is put off by five
			return waiting(s.T, s.p) == 0
		})
		stop()
		<-ended
		if log := s.log.String(); strings.Count(log, "a subscriber is away") != 1 ||
			strings.Count(log, "a subscriber is back") != 1 {
			s.Errorf("logged:\n%s", log)
		}
	})
}

// TestAnEventThatIsNeverAnsweredHoldsUpNoOther sends it first; it counts as refused once others were
// answered.
func TestAnEventThatIsNeverAnsweredHoldsUpNoOther(t *testing.T) {
	eachStreet(t, new(atomic.Bool), func(s *street) {
		s.line.heavy = "heavy"
		publish(s.T, s.p, "heavy", 1)
		s.clock.Advance(time.Second)
		for version := int64(1); version <= 20; version++ {
			publish(s.T, s.p, "light", version)
		}
		ctx, stop := context.WithCancel(s.Context())
		ended := make(chan struct{})
		go func() { s.publisher.Run(ctx); close(ended) }()
		eventually(s.T, "the others went", func() bool { return waiting(s.T, s.p) == 1 })
		stop()
		<-ended
		if n := s.refused(); n != 1 {
			s.Errorf("%d count as refused, want the one that is never answered", n)
		}
		if absent := s.publisher.Absent(); len(absent) != 0 {
			s.Errorf("absent: %v", absent)
		}
	})
}

// TestASubscriberIsBackWhoeverDelivered has one process see a subscriber away, and another deliver all that
// there was to it: nobody says then that it is away, though an event waits that it refuses.
func TestASubscriberIsBackWhoeverDelivered(t *testing.T) {
	var poison atomic.Bool
	poison.Store(true)
	eachStreet(t, &poison, func(s *street) {
		publish(s.T, s.p, "poison", 1)
		for range 12 { // until it is put off for long
			if _, err := s.deliver(); err != nil {
				s.Fatal(err)
			}
			s.clock.Advance(time.Hour)
		}
		if _, err := s.deliver(); err != nil {
			s.Fatal(err)
		}
		publish(s.T, s.p, "poison", 2) // which waits for the first
		s.line.cut.Store(true)
		publish(s.T, s.p, "a", 1)
		ctx, stop := context.WithCancel(s.Context())
		ended := make(chan struct{})
		go func() { s.publisher.Run(ctx); close(ended) }()
		eventually(s.T, "it is away", func() bool { return len(s.publisher.Absent()) == 1 })
		other := events.NewPublisher("teller", s.p.Host("teller").DB(), s.clock.Now,
			slog.New(slog.DiscardHandler),
			map[string]eventsv1connect.EventServiceClient{"listener": s.line.EventServiceClient})
		eventually(s.T, "another process delivers", func() bool {
			s.clock.Advance(time.Second)
			_, err := other.DeliverOnce(s.Context(), "listener")
			return err == nil && len(applied(s.T, s.p)) == 1
		})
		eventually(s.T, "nobody says that it is away", func() bool { return len(s.publisher.Absent()) == 0 })
		stop()
		<-ended
		if log := s.log.String(); strings.Count(log, "a subscriber is away") != 1 ||
			strings.Count(log, "a subscriber is back") != 1 {
			s.Errorf("logged:\n%s", log)
		}
		if waiting(s.T, s.p) != 2 {
			s.Errorf("%d wait", waiting(s.T, s.p))
		}
	})
}

// TestWhatWentMeanwhileIsNotSuspected has another process deliver what a subscriber did not answer while it
// was away.
func TestWhatWentMeanwhileIsNotSuspected(t *testing.T) {
	eachStreet(t, new(atomic.Bool), func(s *street) {
		s.line.cut.Store(true)
		for _, aggregate := range []string{"a", "b", "c"} {
			publish(s.T, s.p, aggregate, 1)
		}
		ctx, stop := context.WithCancel(s.Context())
		ended := make(chan struct{})
		go func() { s.publisher.Run(ctx); close(ended) }()
		eventually(s.T, "it is asked with each",
			func() bool { s.clock.Advance(time.Second); return s.line.calls.Load() >= 4 })
		publish(s.T, s.p, "late", 1)
		other := events.NewPublisher("teller", s.p.Host("teller").DB(), s.clock.Now,
			slog.New(slog.DiscardHandler),
			map[string]eventsv1connect.EventServiceClient{"listener": s.line.EventServiceClient})
		eventually(s.T, "another process delivers those", func() bool {
			s.due(map[string]time.Duration{"a": 0, "b": 0, "c": 0, "late": 9 * time.Second})
			_, _ = other.DeliverOnce(s.Context(), "listener")
			return len(applied(s.T, s.p)) == 3
		})
		s.line.cut.Store(false)
		eventually(s.T, "the last goes",
			func() bool { s.clock.Advance(time.Second); return waiting(s.T, s.p) == 0 })
		eventually(s.T, "it is back", func() bool { return len(s.publisher.Absent()) == 0 })
		stop()
		<-ended
		if log := s.log.String(); strings.Contains(log, "was refused") {
			s.Errorf("what was delivered is logged as refused:\n%s", log)
		}
	})
}

// due sets in how long the events of aggregates are sent.
func (s *street) due(in map[string]time.Duration) {
	s.Helper()
	err := s.p.Host("teller").DB().Tx(s.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
		var failures []error
		for aggregate, pause := range in {
			_, err := tx.ExecContext(ctx, "UPDATE outbox SET next_at = $1 WHERE aggregate = $2",
				s.clock.Now().Add(pause).UnixMilli(), aggregate)
			failures = append(failures, err)
		}
		return errors.Join(failures...)
	})
	if err != nil {
		s.Fatal(err)
	}
}
