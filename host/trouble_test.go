package host_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/artisan-eats/artisan/events"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/artisan/events/v1/eventsv1connect"
	troublev1 "github.com/artisan-eats/artisan/gen/artisan/trouble/v1"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

func TestAnEventThatIsRefusedAgainAndAgainIsATroubleUntilItIsTaken(t *testing.T) {
	var poison atomic.Bool
	poison.Store(true)
	table := fstest.MapFS{"00001_none.sql": {Data: []byte("-- +goose Up\nSELECT 1;\n")}}
	services := []host.Service{
		{Name: "teller", Migrations: table, New: func(*host.Host) error { return nil }},
		{Name: "listener", Migrations: table, Consumes: []string{"teller"}, New: func(h *host.Host) error {
			h.Consume(events.Each(func(context.Context, *sqldb.Tx, events.Event) error {
				if poison.Load() {
					return errors.New("poison")
				}
				return nil
			}))
			return nil
		}},
	}
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			poison.Store(true)
			clock := hosttest.NewClock(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC))
			p := hosttest.Open(t, engine, services, func(c *host.Config) { c.Now = clock.Now })
			h := p.Host("teller")
			err := h.DB().Tx(t.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
				return h.Publish(ctx, tx, events.Event{
					Type: "told", Aggregate: "story", Version: 1,
					OccurredAt: h.Now(), Payload: []byte{1},
				})
			})
			if err != nil {
				t.Fatal(err)
			}
			publisher := events.NewPublisher("teller", h.DB(), h.Now, slog.New(slog.DiscardHandler),
				map[string]eventsv1connect.EventServiceClient{
					"listener": eventsv1connect.NewEventServiceClient(p.Client("listener")),
				})
			deliver := func() {
				t.Helper()
				if _, err := publisher.DeliverOnce(t.Context(), "listener"); err != nil {
					t.Fatal(err)
				}
			}
			for range 5 {
				if found := hosttest.Troubles(t, p, "teller"); len(found) != 0 {
					t.Fatalf("too early: %v", found)
				}
				deliver()
				clock.Advance(time.Hour)
			}
			clock.Advance(-time.Hour)

			found := hosttest.Troubles(t, p, "teller")
			if len(found) != 1 || found[0].GetService() != "teller" || found[0].GetKind() != "event" ||
				found[0].GetAbout() != "story" || found[0].GetAttempts() != 5 ||
				!found[0].GetRetryable() || !strings.Contains(found[0].GetWhat(),
				"listener has not taken told: ") ||
				found[0].GetSince() != clock.Now().Add(-4*time.Hour).UnixMilli() {
				t.Fatalf("found %v", found)
			}
			poison.Store(false)
			deliver()
			if found := hosttest.Troubles(t, p, "teller"); len(found) != 1 {
				t.Fatalf("it was taken before its time: %v", found)
			}
			for range 2 {
				if err := hosttest.Retry(t, p, "teller", found[0].GetId()); err != nil {
					t.Fatal(err)
				}
				deliver()
				if found := hosttest.Troubles(t, p, "teller"); len(found) != 0 {
					t.Errorf("left: %v", found)
				}
			}
			for _, bad := range []string{"event:", "event:a/b", "event:a/b/c", "event:a/b/1/2"} {
				if err := hosttest.Retry(t, p, "teller", bad); fault.KindOf(err) != fault.NotFound {
					t.Errorf("%q: %v", bad, err)
				}
			}
		})
	}
}

// TestASubscriberThatIsAwayIsATrouble runs a publisher whose subscriber does not take events yet.
func TestASubscriberThatIsAwayIsATrouble(t *testing.T) {
	table := fstest.MapFS{"00001_none.sql": {Data: []byte("-- +goose Up\nSELECT 1;\n")}}
	clock := hosttest.NewClock(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC))
	p := hosttest.Open(t, sqldb.SQLite, []host.Service{
		{Name: "teller", Migrations: table, New: func(*host.Host) error { return nil }},
		{
			Name: "listener", Migrations: table, Consumes: []string{"teller"},
			New: func(*host.Host) error { return nil },
		},
	}, func(c *host.Config) { c.Now = clock.Now })
	h := p.Host("teller")
	err := h.DB().Tx(t.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
		return h.Publish(ctx, tx,
			events.Event{
				Type: "told", Aggregate: "story", Version: 1, OccurredAt: h.Now(),
				Payload: []byte{1},
			})
	})
	if err != nil {
		t.Fatal(err)
	}
	p.Work(t.Context())
	var found []*troublev1.Trouble
	for end := time.Now().Add(20 * time.Second); len(found) == 0 &&
		time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		clock.Advance(time.Minute)
		found = hosttest.Troubles(t, p, "teller")
	}
	if len(found) != 1 || found[0].GetKind() != "subscriber" || found[0].GetAbout() != "listener" ||
		found[0].GetRetryable() || found[0].GetAttempts() != 0 {
		t.Errorf("found %v", found)
	}
}

func TestAServiceTellsItsTroublesOldestFirstAndIsAskedToRetry(t *testing.T) {
	at := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	retried := ""
	services := []host.Service{{Name: "kitchen", New: func(h *host.Host) error {
		many := func(context.Context) (found []host.Trouble, _ error) {
			for n := range host.MaxTroubles + 20 {
				found = append(found, host.Trouble{
					ID: fmt.Sprint("pot:", n), What: "burnt\xff",
					Since: at.Add(time.Duration(n) * time.Minute),
				})
			}
			return found, nil
		}
		h.Troubles("pot", many, func(_ context.Context, id string) error { retried = id; return nil })
		h.Troubles("weather", func(context.Context) ([]host.Trouble, error) {
			return []host.Trouble{{
				ID: "1", About: "sky", What: "It rains.", Since: at.Add(90 * time.Second),
				Attempts: 3,
			}}, nil
		}, nil)
		return nil
	}}}
	p := hosttest.Open(t, sqldb.SQLite, services)
	found := hosttest.Troubles(t, p, "kitchen")
	if len(found) != host.MaxTroubles+1 || found[1].GetId() != "pot:pot:1" ||
		found[1].GetWhat() != "burnt?" || !found[1].GetRetryable() {
		t.Fatalf("%d found, the second %v", len(found), found[1])
	}
	if rain := found[2]; rain.GetId() != "weather:1" || rain.GetAbout() != "sky" || rain.GetAttempts() != 3 ||
		rain.GetRetryable() {
		t.Errorf("the third is %v", rain)
	}
	if err := hosttest.Retry(t, p, "kitchen", found[1].GetId()); err != nil || retried != "pot:1" {
		t.Errorf("retried %q, %v", retried, err)
	}
	for _, bad := range []string{"", "pot", "pan:1", "weather:1", "event:a/b/1", "pot:\x00", "pot:" +
		strings.Repeat("x", 500)} {
		if err := hosttest.Retry(t, p, "kitchen", bad); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
