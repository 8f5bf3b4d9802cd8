package events_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/events"
	eventsv1 "github.com/artisan-eats/artisan/gen/artisan/events/v1"
	"github.com/artisan-eats/artisan/gen/artisan/events/v1/eventsv1connect"
	"github.com/artisan-eats/artisan/id"
)

const day = 24 * time.Hour

// forget runs the listener's job.
func (s *street) forget() {
	s.Helper()
	h := s.p.Host("listener")
	if err := events.NewSubscriber(h.DB(), s.clock.Now, h.Log(), nil).Forget(s.Context()); err != nil {
		s.Fatal(err)
	}
}

func (s *street) remembered() string {
	s.Helper()
	var all strings.Builder
	rows, err := s.p.Host("listener").DB().Read().QueryContext(s.Context(),
		"SELECT aggregate, version FROM inbox ORDER BY aggregate")
	if err != nil {
		s.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var aggregate string
		var version int64
		if err := rows.Scan(&aggregate, &version); err != nil {
			s.Fatal(err)
		}
		kind, _, _ := strings.Cut(aggregate, "_")
		_, _ = fmt.Fprint(&all, kind, version, " ")
	}
	return all.String()
}

// tells publishes an event and has it delivered.
func (s *street) tells(aggregate string, version int64) {
	s.Helper()
	publish(s.T, s.p, aggregate, version)
	if _, err := s.deliver(); err != nil {
		s.Fatal(err)
	}
}

// TestAnInboxForgetsWhatNobodySends lets half a year pass; a window that moves once more goes on where it
// was.
func TestAnInboxForgetsWhatNobodySends(t *testing.T) {
	eachStreet(t, new(atomic.Bool), func(s *street) {
		order, window := s.p.Host("teller").NewID(id.Order, "portland"),
			s.p.Host("teller").NewID(id.Window, "portland")
		s.tells(order, 1)
		s.tells(window, 1)
		s.clock.Advance(100 * day)
		s.tells(window, 2)
		s.clock.Advance(100 * day)
		if s.forget(); s.remembered() != "win2 " {
			s.Errorf("it knows %s", s.remembered())
		}
		s.clock.Advance(100 * day)
		if s.forget(); s.remembered() != "" {
			s.Errorf("it knows %s", s.remembered())
		}
		publish(s.T, s.p, window, 3)
		publish(s.T, s.p, window, 4)
		if n, err := s.deliver(); n != 2 || err != nil || waiting(s.T, s.p) != 0 {
			s.Errorf("%d went, %v, %d wait", n, err, waiting(s.T, s.p))
		}
		if got := applied(s.T, s.p); len(got) != 5 || got[4] != window+"4" {
			s.Errorf("applied %v", got)
		}
	})
}

// TestWhatIsForgottenHasNoSecondEffect sends again what was applied half a year ago, what never came, and
// what comes after a gap.
func TestWhatIsForgottenHasNoSecondEffect(t *testing.T) {
	eachStreet(t, new(atomic.Bool), func(s *street) {
		old := s.p.Host("teller").NewID(id.Window, "portland")
		occurred := s.clock.Now().UnixMilli()
		s.tells(old, 1)
		s.clock.Advance(200 * day)
		s.forget()
		young := s.p.Host("teller").NewID(id.Window, "portland")
		now := s.clock.Now().UnixMilli()
		for name, c := range map[string]struct {
			event       *eventsv1.Event
			early, told bool
		}{
			"sent again": {&eventsv1.Event{
				Aggregate: old, Version: 1, OccurredAt: occurred,
				Foremost: true,
			}, false, true},
			"after one that is on its way": {
				&eventsv1.Event{Aggregate: old, Version: 3, OccurredAt: now},
				true, true,
			},
			"after one that is lost": {&eventsv1.Event{
				Aggregate: young, Version: 2, OccurredAt: now,
				Foremost: true,
			}, true, true},
		} {
			c.event.Publisher = "teller"
			answer, err := eventsv1connect.NewEventServiceClient(s.p.Client("listener")).Deliver(s.Context(),
				&eventsv1.DeliverRequest{Events: []*eventsv1.Event{c.event}})
			if err != nil {
				s.Fatal(err)
			}
			if r := answer.GetReceipts()[0]; r.GetRetire() || r.GetEarly() != c.early ||
				(r.GetReason() != "") != c.told {
				s.Errorf("%s: %v", name, r)
			}
		}
		if got := applied(s.T, s.p); len(got) != 1 {
			s.Errorf("applied %v", got)
		}
	})
}

// TestWhatAnOlderProcessReceivedIsKeptFromThenOn has one write to the inbox that knows nothing of days.
func TestWhatAnOlderProcessReceivedIsKeptFromThenOn(t *testing.T) {
	eachStreet(t, new(atomic.Bool), func(s *street) {
		window := s.p.Host("teller").NewID(id.Window, "portland")
		s.tells(window, 1)
		s.exec("INSERT INTO inbox (publisher, aggregate, version) VALUES ('teller', 'ord_portland_x', 1)")
		s.clock.Advance(179 * day)
		s.exec("UPDATE inbox SET version = 2 WHERE aggregate = '" + window + "'")
		for _, days := range []int{2, 179} {
			s.clock.Advance(time.Duration(days) * day)
			if s.forget(); s.remembered() != "ord1 win2 " && days == 2 {
				s.Errorf("it knows %s", s.remembered())
			}
		}
		s.clock.Advance(2 * day)
		if s.forget(); s.remembered() != "" {
			s.Errorf("it knows %s", s.remembered())
		}
	})
}
