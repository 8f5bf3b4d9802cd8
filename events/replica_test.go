package events_test

import (
	"context"
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/events"
	eventsv1 "github.com/artisan-eats/artisan/gen/artisan/events/v1"
	"github.com/artisan-eats/artisan/gen/artisan/events/v1/eventsv1connect"
	"github.com/artisan-eats/artisan/sqldb"
)

// dying is a way to a subscriber on which the publisher is lost once the subscriber has applied what it was
// sent.
type dying struct {
	eventsv1connect.EventServiceClient
	lost func()
}

func (d dying) Deliver(ctx context.Context, r *eventsv1.DeliverRequest) (*eventsv1.DeliverResponse, error) {
	_, err := d.EventServiceClient.Deliver(ctx, r)
	d.lost()
	panic(lostError{err})
}

type lostError struct{ error }

func (s *street) exec(statement string) {
	s.Helper()
	err := s.p.Host("listener").DB().Tx(s.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
		_, err := tx.ExecContext(ctx, statement)
		return err
	})
	if err != nil {
		s.Fatal(err)
	}
}

// another is a second replica of the publisher.
func (s *street) another(over eventsv1connect.EventServiceClient) *events.Publisher {
	return events.NewPublisher("teller", s.p.Host("teller").DB(), s.clock.Now, slog.New(slog.DiscardHandler),
		map[string]eventsv1connect.EventServiceClient{"listener": over})
}

// TestAReplicaThatDiesBetweenSendAndReceiptDoesNothingTwice loses it there; another sends again what it had,
// and what came after.
func TestAReplicaThatDiesBetweenSendAndReceiptDoesNothingTwice(t *testing.T) {
	eachStreet(t, new(atomic.Bool), func(s *street) {
		publish(s.T, s.p, "a", 1)
		publish(s.T, s.p, "b", 1)
		died := false
		func() {
			defer func() {
				if _, ok := recover().(lostError); !ok {
					s.Error("it lives")
				}
			}()
			_, _ = s.another(dying{s.line, func() { died = true }}).DeliverOnce(s.Context(), "listener")
		}()
		publish(s.T, s.p, "a", 2)
		if n := len(applied(s.T, s.p)); !died || n != 2 || waiting(s.T, s.p) != 3 {
			s.Fatalf("%d were applied, %d wait", n, waiting(s.T, s.p))
		}
		s.clock.Advance(time.Minute) // past its claim
		for range 2 {
			if _, err := s.deliver(); err != nil {
				s.Fatal(err)
			}
			s.clock.Advance(time.Second)
		}
		if got := applied(s.T, s.p); waiting(s.T, s.p) != 0 || len(got) != 3 || got[2] != "a2" {
			s.Errorf("applied %v, %d wait", got, waiting(s.T, s.p))
		}
	})
}

// TestTwoReplicasApplyEachEventOnceAndInItsOrder has both deliver at once. On PostgreSQL each event is sent
// once, too; a SQLite file has one process.
func TestTwoReplicasApplyEachEventOnceAndInItsOrder(t *testing.T) {
	eachStreet(t, new(atomic.Bool), func(s *street) {
		counted := &counting{EventServiceClient: s.line, sent: map[string]int{}}
		for version := int64(1); version <= 20; version++ {
			for _, aggregate := range []string{"a", "b", "c", "d"} {
				publish(s.T, s.p, aggregate, version)
			}
		}
		other := s.another(counted)
		counted.meanwhile = func() { // while the first batch is on its way
			if _, err := other.DeliverOnce(s.Context(), "listener"); err != nil {
				s.Error(err)
			}
		}
		var both sync.WaitGroup
		for range 2 {
			replica := s.another(counted)
			both.Go(func() {
				for range 50 {
					if _, err := replica.DeliverOnce(s.Context(), "listener"); err != nil {
						s.Error(err)
					}
				}
			})
		}
		both.Wait()
		got, last := applied(s.T, s.p), map[string]int{}
		for _, entry := range got {
			if last[entry[:1]]++; entry[1:] != strconv.Itoa(last[entry[:1]]) {
				s.Fatalf("%s was applied as number %d", entry, last[entry[:1]])
			}
		}
		if len(got) != 80 || waiting(s.T, s.p) != 0 {
			s.Errorf("%d were applied, %d wait", len(got), waiting(s.T, s.p))
		}
		for event, times := range counted.sent {
			if times != 1 && s.p.Host("teller").DB().Engine == sqldb.Postgres {
				s.Errorf("%s was sent %d times", event, times)
			}
		}
		if len(counted.sent) != 80 {
			s.Errorf("%d were sent", len(counted.sent))
		}
	})
}

// counting counts how often each event is sent.
type counting struct {
	eventsv1connect.EventServiceClient
	mu        sync.Mutex
	sent      map[string]int
	meanwhile func()
}

func (c *counting) Deliver(
	ctx context.Context, r *eventsv1.DeliverRequest,
) (*eventsv1.DeliverResponse, error) {
	c.mu.Lock()
	for _, e := range r.GetEvents() {
		c.sent[e.GetId()]++
	}
	meanwhile := c.meanwhile
	c.meanwhile = nil
	c.mu.Unlock()
	if meanwhile != nil {
		meanwhile()
	}
	return c.EventServiceClient.Deliver(ctx, r)
}

// TestAPoisonedEventHoldsUpItsSuccessorsOnly refuses the second of five for an hour; its successors go in
// order once it is taken.
func TestAPoisonedEventHoldsUpItsSuccessorsOnly(t *testing.T) {
	var poison atomic.Bool
	eachStreet(t, &poison, func(s *street) {
		poison.Store(false)
		s.tells("poison", 1)
		poison.Store(true)
		for version := int64(2); version <= 5; version++ {
			publish(s.T, s.p, "poison", version)
			publish(s.T, s.p, "sound", version-1)
		}
		for range 60 {
			if _, err := s.deliver(); err != nil {
				s.Fatal(err)
			}
			s.clock.Advance(time.Minute)
		}
		if got := applied(s.T, s.p); len(got) != 5 || s.refused() != 1 || waiting(s.T, s.p) != 4 {
			s.Errorf("applied %v, %d count as refused, %d wait", got, s.refused(), waiting(s.T, s.p))
		}
		poison.Store(false)
		for range 5 {
			s.clock.Advance(2 * time.Hour)
			if _, err := s.deliver(); err != nil {
				s.Fatal(err)
			}
		}
		if got := applied(s.T, s.p); len(got) != 9 ||
			!slices.Equal(got[5:], []string{"poison2", "poison3", "poison4", "poison5"}) {
			s.Errorf("applied %v", got)
		}
	})
}
