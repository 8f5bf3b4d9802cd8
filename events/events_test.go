package events_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/artisan-eats/artisan/events"
	eventsv1 "github.com/artisan-eats/artisan/gen/artisan/events/v1"
	"github.com/artisan-eats/artisan/gen/artisan/events/v1/eventsv1connect"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/sqldb"
)

var schema = fstest.MapFS{
	"00001_log.sql": {
		Data: []byte(
			"-- +goose Up\nCREATE TABLE log (n BIGINT PRIMARY KEY, aggregate TEXT NOT NULL, version BIGINT NOT NULL);\n"),
	},
}

// pair is a publisher and a subscriber that writes down what it applied; poison
// makes it refuse one aggregate.
func pair(poison *atomic.Bool) []host.Service {
	return []host.Service{
		{Name: "teller", Migrations: schema, New: func(*host.Host) error { return nil }},
		{Name: "listener", Migrations: schema, Consumes: []string{"teller"}, New: func(h *host.Host) error {
			h.Consume(events.Each(func(ctx context.Context, tx *sqldb.Tx, e events.Event) error {
				if poison.Load() && strings.HasPrefix(e.Aggregate, "poison") {
					if e.Aggregate == "poison that panics" {
						panic("poison")
					}
					return errors.New("poison")
				}
				_, err := tx.ExecContext(ctx, "INSERT INTO log SELECT COUNT(*), $1, $2 FROM log", e.Aggregate,
					e.Version)
				return err
			}))
			return nil
		}},
	}
}

func publish(t *testing.T, p *host.Process, aggregate string, version int64) {
	t.Helper()
	h := p.Host("teller")
	err := h.DB().Tx(t.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
		return h.Publish(ctx, tx, events.Event{
			Type: "told", Aggregate: aggregate, Version: version,
			OccurredAt: h.Now(), Payload: []byte{1},
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func applied(t *testing.T, p *host.Process) (log []string) {
	t.Helper()
	rows, err := p.Host("listener").DB().Read().QueryContext(t.Context(),
		"SELECT aggregate, version FROM log ORDER BY n")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var aggregate string
		var version int64
		if err := rows.Scan(&aggregate, &version); err != nil {
			t.Fatal(err)
		}
		log = append(log, fmt.Sprint(aggregate, version))
	}
	return log
}

func waiting(t *testing.T, p *host.Process) (n int) {
	t.Helper()
	if err := p.Host("teller").DB().Read().QueryRowContext(t.Context(),
		"SELECT COUNT(*) FROM outbox").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatal("never: " + what)
}

func TestEachEventTakesEffectOnceAndInItsOrder(t *testing.T) {
	var poison atomic.Bool
	hosttest.Each(t, pair(&poison), func(t *testing.T, p *host.Process) {
		for version := int64(1); version <= 50; version++ {
			for _, aggregate := range []string{"a", "b", "c"} {
				publish(t, p, aggregate, version)
			}
		}
		eventually(t, "the outbox is empty", func() bool { return waiting(t, p) == 0 })
		last := map[string]int64{}
		for _, entry := range applied(t, p) {
			var version int64
			_, _ = fmt.Sscan(entry[1:], &version)
			if last[entry[:1]]++; last[entry[:1]] != version {
				t.Fatalf("%s was applied as number %d", entry, last[entry[:1]])
			}
		}
		if last["a"] != 50 || last["b"] != 50 || last["c"] != 50 {
			t.Errorf("applied %v", last)
		}
	})
}

func TestAnEventSentAgainHasNoSecondEffect(t *testing.T) {
	var poison atomic.Bool
	hosttest.Each(t, pair(&poison), func(t *testing.T, p *host.Process) {
		client := eventsv1connect.NewEventServiceClient(p.Client("listener"))
		for range 3 {
			response, err := client.Deliver(t.Context(), &eventsv1.DeliverRequest{Events: []*eventsv1.Event{
				{Publisher: "teller", Aggregate: "a", Version: 1},
				{Publisher: "teller", Aggregate: "a", Version: 3},
			}})
			if err != nil || !response.GetReceipts()[0].GetRetire() ||
				response.GetReceipts()[1].GetRetire() || !response.GetReceipts()[1].GetEarly() {
				t.Fatalf("receipts %v, %v; want the first retired, the second early", response, err)
			}
		}
		if log := applied(t, p); len(log) != 1 {
			t.Errorf("applied %v", log)
		}
	})
}

func TestARefusedEventIsKeptAndHoldsUpNoOther(t *testing.T) {
	var poison atomic.Bool
	poison.Store(true)
	hosttest.Each(t, pair(&poison), func(t *testing.T, p *host.Process) {
		poison.Store(true)
		publish(t, p, "a", 1)
		publish(t, p, "poison", 1)
		publish(t, p, "poison that panics", 1)
		publish(t, p, "b", 1)
		eventually(t, "the others are through", func() bool { return waiting(t, p) == 2 })
		poison.Store(false)
		eventually(t, "the refused ones are through", func() bool { return waiting(t, p) == 0 })
		if log := applied(t, p); len(log) != 4 {
			t.Errorf("applied %v", log)
		}
	})
}
