package events

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	eventsv1 "github.com/artisan-eats/artisan/gen/artisan/events/v1"
	"github.com/artisan-eats/artisan/gen/artisan/events/v1/eventsv1connect"
	"github.com/artisan-eats/artisan/sqldb"
)

const (
	batchSize = 128
	// claimFor is how long a batch that was sent is not sent again by another process.
	claimFor = 10 * time.Second
	// earlyPause is less than any wait of a refused event, so that what came early waits for that.
	earlyPause = 50 * time.Millisecond
	maxPause   = time.Hour
)

// Publisher owns a service's outbox.
type Publisher struct {
	name        string
	db          *sqldb.DB
	now         func() time.Time
	log         *slog.Logger
	subscribers []subscriber
	names       string   // of the subscribers, as rows of a VALUES list
	absent      sync.Map // since when, by name
}

type subscriber struct {
	name   string
	client eventsv1connect.EventServiceClient
	wake   chan struct{}
}

// NewPublisher makes the publisher of a service to its subscribers, by name.
func NewPublisher(
	name string, db *sqldb.DB, now func() time.Time, log *slog.Logger,
	subscribers map[string]eventsv1connect.EventServiceClient,
) *Publisher {
	p := &Publisher{name: name, db: db, now: now, log: log}
	var names []string
	for name, client := range subscribers {
		p.subscribers = append(p.subscribers, subscriber{name, client, make(chan struct{}, 1)})
		names = append(names, "(CAST('"+name+"' AS TEXT))")
	}
	p.names = strings.Join(names, ",")
	return p
}

// Publish writes events in the transaction that makes the change. Delivery begins
// once it is committed.
func (p *Publisher) Publish(ctx context.Context, tx *sqldb.Tx, events ...Event) error {
	if len(p.subscribers) == 0 {
		return nil
	}
	var rows [][]any
	for _, e := range events {
		rows = append(rows, []any{e.Aggregate, e.Version, e.ID, e.Type, e.OccurredAt.UnixMilli(), e.Payload})
	}
	_, err := sqldb.ExecRows(ctx, tx, rows,
		[]string{"TEXT", "BIGINT", "TEXT", "TEXT", "BIGINT", tx.Engine.Blob()}, p.insertion)
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	tx.AfterCommit(p.wakeAll) // sooner they would look for rows that nobody sees yet
	return nil
}

// insertion writes events for each subscriber. The database copies them, for a payload is most of what an
// event weighs.
func (p *Publisher) insertion(events string) string {
	return `INSERT INTO outbox (subscriber, aggregate, version, id, type, occurred_at, payload, next_at)
		SELECT s.column1, e.column1, e.column2, e.column3, e.column4, e.column5, e.column6, e.column5
		FROM (` + events + `) AS e CROSS JOIN (VALUES ` + p.names + `) AS s`
}

func (p *Publisher) wakeAll() {
	for _, s := range p.subscribers {
		select {
		case s.wake <- struct{}{}:
		default: // it is told already, and looks once for all
		}
	}
}

// row is an event in the outbox.
type row struct {
	Event
	attempts int64
	nextAt   int64 // when it was due
}

// claim takes a batch of at most most due rows, oldest first. On PostgreSQL it pushes their next time ahead,
// so that no other replica sends them meanwhile; a SQLite file has no other.
func (p *Publisher) claim(ctx context.Context, name string, most int) (batch []row, err error) {
	if p.db.Engine == sqldb.SQLite {
		batch, err = p.due(ctx, p.db.Read(), name, most)
	} else {
		batch, err = p.claimRows(ctx, name, most)
	}
	if err != nil {
		return nil, fmt.Errorf("claim events for %s: %w", name, sqldb.Classify(err))
	}
	return batch, nil
}

// claimRows commits its claim before anything is sent: no transaction is open while a subscriber is waited
// for. A replica that dies with a batch leaves it to the others after claimFor.
func (p *Publisher) claimRows(ctx context.Context, name string, most int) (batch []row, err error) {
	if due, err := p.anyDue(ctx, name); err != nil || !due {
		return nil, err
	}
	err = p.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		if err := tx.Relax(ctx); err != nil {
			return err
		}
		if batch, err = p.due(ctx, tx.Querier, name, most); err != nil {
			return err
		}
		return postpone(ctx, tx, name, batch, func(row) int64 { return p.now().Add(claimFor).UnixMilli() },
			nil)
	})
	return batch, err
}

// due reads a batch of due rows. One whose predecessor is put off, or is with another replica, waits for it:
// the inbox would refuse it as early. Of each it reads whether any of its aggregate is before it, by which an
// inbox that has forgotten the aggregate knows that it misses none.
func (p *Publisher) due(
	ctx context.Context, q sqldb.Querier, name string, most int,
) (batch []row, err error) {
	err = sqldb.EachRow(ctx, q, `SELECT aggregate, version, id, type, occurred_at, payload, attempts, next_at,
		(
			SELECT COUNT(*) FROM (SELECT 1 FROM outbox AS earlier
				WHERE earlier.subscriber = $1 AND earlier.aggregate = o.aggregate
				AND earlier.version < o.version LIMIT 1) AS wait) FROM outbox AS o
		WHERE subscriber = $1 AND next_at <= $2 AND NOT EXISTS (
			SELECT 1 FROM outbox AS before WHERE before.subscriber = $1 AND before.aggregate = o.aggregate
				AND before.version < o.version AND before.next_at > o.next_at)
		ORDER BY next_at, aggregate, version LIMIT $3 FOR UPDATE SKIP LOCKED`,
		[]any{name, p.now().UnixMilli(), most}, func(scan sqldb.Scanner) error {
			var r row
			var ms, before int64
			err := scan(&r.Aggregate, &r.Version, &r.ID, &r.Type, &ms, &r.Payload, &r.attempts, &r.nextAt,
				&before)
			r.OccurredAt, r.foremost = time.UnixMilli(ms), before == 0
			batch = append(batch, r)
			return err
		})
	return batch, err
}

// anyDue spares an idle outbox the write transaction.
func (p *Publisher) anyDue(ctx context.Context, name string) (bool, error) {
	var n int
	err := p.db.Read().QueryRowContext(ctx,
		"SELECT COUNT(*) FROM (SELECT 1 FROM outbox WHERE subscriber = $1 AND next_at <= $2 LIMIT 1) AS due",
		name, p.now().UnixMilli()).Scan(&n)
	if err != nil {
		return false, err
	}
	return n > 0, nil
}

// waits reports whether a subscriber has something to answer until some time: due by then, with another
// process, or put off for as long at the most. What it refused is due later, and what comes after that waits
// for it.
func (p *Publisher) waits(ctx context.Context, name string, until time.Time) (bool, error) {
	var n int
	err := p.db.Read().QueryRowContext(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM outbox AS o
		WHERE subscriber = $1 AND next_at <= $2 AND NOT EXISTS (
			SELECT 1 FROM outbox AS before WHERE before.subscriber = $1 AND before.aggregate = o.aggregate
				AND before.version < o.version AND before.next_at > o.next_at)
				LIMIT 1) AS due`, name, until.UnixMilli()).Scan(&n)
	return n > 0, sqldb.Classify(err)
}

// unanswered are those of some rows that are still there, and were not answered since they were read.
func (p *Publisher) unanswered(ctx context.Context, name string, rows []row) (still []row, err error) {
	for _, r := range rows {
		var n int
		err := p.db.Read().QueryRowContext(ctx,
			"SELECT COUNT(*) FROM outbox WHERE subscriber = $1 AND aggregate = $2 AND version = $3 AND attempts = $4",
			name, r.Aggregate, r.Version, r.attempts).Scan(&n)
		if err != nil {
			return nil, fmt.Errorf("look for events of %s: %w", name, sqldb.Classify(err))
		}
		if n > 0 && !slices.ContainsFunc(still, func(have row) bool { return have.ID == r.ID }) {
			still = append(still, r)
		}
	}
	return still, nil
}

// settle deletes what has its receipt and puts the rest off.
func (p *Publisher) settle(
	ctx context.Context, name string, batch []row, receipts []*eventsv1.Receipt,
) error {
	var done, later []row
	reasons := map[string]*eventsv1.Receipt{}
	for i, r := range batch {
		if receipts[i].GetRetire() {
			done = append(done, r)
		} else {
			later = append(later, r)
			reasons[r.ID] = receipts[i]
		}
	}
	forgiveEarly(later, reasons)
	err := p.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		// Where a power cut takes this back the events go again, and the inbox knows them.
		if err := tx.Relax(ctx); err != nil {
			return err
		}
		if err := retire(ctx, tx, name, done); err != nil {
			return err
		}
		next := func(r row) int64 { return p.now().Add(pause(r, reasons[r.ID])).UnixMilli() }
		return postpone(ctx, tx, name, later, next, reasons)
	})
	if err != nil {
		return fmt.Errorf("settle events for %s: %w", name, err)
	}
	for _, r := range later {
		if reason := reasons[r.ID]; reason != nil {
			p.log.WarnContext(ctx, "an event was refused; it is kept and tried again", "subscriber", name,
				"type", r.Type, "aggregate", r.Aggregate, "attempts", r.attempts+1, "reason",
				reason.GetReason())
		}
	}
	return nil
}

// forgiveEarly takes from the reasons those of events that came early because the one before them was refused
// with them. An event that is early though none before it waits counts as refused: what its subscriber misses
// does not come by itself.
func forgiveEarly(later []row, reasons map[string]*eventsv1.Receipt) {
	first := map[string]int64{}
	for _, r := range later {
		if version, some := first[r.Aggregate]; !some || r.Version < version {
			first[r.Aggregate] = r.Version
		}
	}
	for _, r := range later {
		if reasons[r.ID].GetEarly() && first[r.Aggregate] < r.Version {
			delete(reasons, r.ID)
		}
	}
}

// pause is how long an event is put off for a reason; without one hardly, for it waits for another.
func pause(r row, reason *eventsv1.Receipt) time.Duration {
	if reason == nil {
		return earlyPause
	}
	longest := min(maxPause, 200*time.Millisecond<<min(r.attempts, 20))
	return longest/2 + rand.N(longest/2) //nolint:gosec // jitter
}

// release gives back a batch that was not answered. It counts no attempt.
func (p *Publisher) release(ctx context.Context, name string, batch []row, next func(row) int64) error {
	return p.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		if err := tx.Relax(ctx); err != nil {
			return err
		}
		return postpone(ctx, tx, name, batch, next, nil)
	})
}

func retire(ctx context.Context, tx *sqldb.Tx, name string, rows []row) error {
	var keys [][]any
	for _, r := range rows {
		keys = append(keys, []any{name, r.Aggregate, r.Version})
	}
	_, err := sqldb.ExecRows(ctx, tx, keys, []string{"TEXT", "TEXT", "BIGINT"}, func(rows string) string {
		return "DELETE FROM outbox WHERE (subscriber, aggregate, version) IN (" + rows + ")"
	})
	return err
}

// postpone sets when rows are due again; with a reason it counts an attempt too.
func postpone(
	ctx context.Context, tx *sqldb.Tx, name string, rows []row, next func(row) int64,
	reasons map[string]*eventsv1.Receipt,
) error {
	var values [][]any
	for _, r := range rows {
		attempts, failure := r.attempts, ""
		if reason := reasons[r.ID]; reason != nil {
			attempts, failure = attempts+1, reason.GetReason()
		}
		values = append(values, []any{name, r.Aggregate, r.Version, next(r), attempts, failure})
	}
	_, err := sqldb.ExecRows(ctx, tx, values, []string{"TEXT", "TEXT", "BIGINT", "BIGINT", "BIGINT", "TEXT"},
		func(rows string) string {
			return "UPDATE outbox SET next_at = v.column4, attempts = v.column5, failure = v.column6 FROM (" +
				rows + `) AS v
			WHERE outbox.subscriber = v.column1 AND outbox.aggregate = v.column2
			AND outbox.version = v.column3`
		})
	return err
}

// Pending counts the events that wait for a receipt, and among them those that were refused at least once.
func (p *Publisher) Pending(ctx context.Context) (waiting, refused int64, err error) {
	w, err := Look(ctx, p.db)
	return w.Events, w.Refused, err
}

// Waiting are the events of a publisher that wait for a receipt: how many, how many of them were refused at
// least once, and when the oldest came to be, where there is one.
type Waiting struct {
	Events, Refused int64
	Since           time.Time
}

// Look counts what waits in a publisher's database.
func Look(ctx context.Context, db *sqldb.DB) (w Waiting, err error) {
	var since int64
	err = db.Read().QueryRowContext(ctx,
		"SELECT COUNT(*), COUNT(CASE WHEN attempts > 0 THEN 1 END), COALESCE(MIN(occurred_at), 0) FROM outbox").Scan(
		&w.Events, &w.Refused, &since)
	w.Since = time.UnixMilli(since)
	return w, sqldb.Classify(err)
}
