package events

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
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
	// earlyPause is the wait for an event whose predecessor has not arrived.
	earlyPause = 50 * time.Millisecond
	maxPause   = time.Hour
	// gatherFor is how long events gather after a batch was sent, so that many share the cost of one.
	// The first after a quiet time is sent at once.
	gatherFor = 50 * time.Millisecond
	// pollEvery finds what a wake-up did not: rows of another process, and retries that fell due.
	pollEvery = time.Second
)

// Publisher owns a service's outbox.
type Publisher struct {
	name        string
	db          *sqldb.DB
	now         func() time.Time
	log         *slog.Logger
	subscribers []subscriber
}

type subscriber struct {
	name   string
	client eventsv1connect.EventServiceClient
	wake   chan struct{}
}

// NewPublisher makes the publisher of a service to its subscribers, by name.
func NewPublisher(name string, db *sqldb.DB, now func() time.Time, log *slog.Logger, subscribers map[string]eventsv1connect.EventServiceClient) *Publisher {
	p := &Publisher{name: name, db: db, now: now, log: log}
	for name, client := range subscribers {
		p.subscribers = append(p.subscribers, subscriber{name, client, make(chan struct{}, 1)})
	}
	return p
}

// Publish writes events in the transaction that makes the change. Delivery begins
// once it is committed.
func (p *Publisher) Publish(ctx context.Context, tx *sqldb.Tx, events ...Event) error {
	var rows [][]any
	for _, e := range events {
		for _, s := range p.subscribers {
			at := e.OccurredAt.UnixMilli()
			rows = append(rows, []any{s.name, e.Aggregate, e.Version, e.ID, e.Type, at, e.Payload, at})
		}
	}
	_, err := sqldb.ExecRows(ctx, tx, rows, []string{"TEXT", "TEXT", "BIGINT", "TEXT", "TEXT", "BIGINT", tx.Engine.Blob(), "BIGINT"}, func(rows string) string {
		return "INSERT INTO outbox (subscriber, aggregate, version, id, type, occurred_at, payload, next_at) " + rows
	})
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	tx.AfterCommit(p.wakeAll)
	return nil
}

func (p *Publisher) wakeAll() {
	for _, s := range p.subscribers {
		select {
		case s.wake <- struct{}{}:
		default:
		}
	}
}

// Run delivers until ctx ends.
func (p *Publisher) Run(ctx context.Context) {
	var all sync.WaitGroup
	for _, s := range p.subscribers {
		all.Go(func() { p.runSubscriber(ctx, s) })
	}
	all.Wait()
}

func (p *Publisher) runSubscriber(ctx context.Context, s subscriber) {
	for {
		sent, err := p.DeliverOnce(ctx, s.name)
		if err != nil && ctx.Err() == nil {
			p.log.WarnContext(ctx, "events are not delivered; they are kept", "subscriber", s.name, "error", err)
		}
		if err == nil && sent == batchSize {
			continue
		}
		if sent > 0 && !sleep(ctx, gatherFor) {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		case <-time.After(pollEvery/2 + rand.N(pollEvery)): //nolint:gosec // jitter
		}
	}
}

// sleep reports whether the time passed before ctx ended.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// DeliverOnce sends a subscriber one batch of what is due, and reports how many
// events were in it.
func (p *Publisher) DeliverOnce(ctx context.Context, name string) (int, error) {
	client := p.client(name)
	if client == nil {
		return 0, fmt.Errorf("%s does not subscribe to %s", name, p.name)
	}
	batch, err := p.claim(ctx, name)
	if err != nil || len(batch) == 0 {
		return 0, err
	}
	request := &eventsv1.DeliverRequest{}
	for _, row := range batch {
		request.Events = append(request.Events, toProto(p.name, row.Event))
	}
	sending, cancel := context.WithTimeout(ctx, claimFor/2)
	defer cancel()
	response, err := client.Deliver(sending, request)
	if err == nil && len(response.GetReceipts()) != len(batch) {
		err = fmt.Errorf("%s gave %d receipts for %d events", name, len(response.GetReceipts()), len(batch))
	}
	if err != nil {
		return 0, p.settle(context.WithoutCancel(ctx), name, batch, refusals(batch, err))
	}
	return len(batch), p.settle(context.WithoutCancel(ctx), name, batch, response.GetReceipts())
}

func (p *Publisher) client(name string) eventsv1connect.EventServiceClient {
	for _, s := range p.subscribers {
		if s.name == name {
			return s.client
		}
	}
	return nil
}

// refusals are the receipts of a batch that could not be sent at all.
func refusals(batch []row, err error) []*eventsv1.Receipt {
	receipts := make([]*eventsv1.Receipt, len(batch))
	for i := range receipts {
		receipts[i] = &eventsv1.Receipt{Reason: err.Error()}
	}
	return receipts
}

// row is an event in the outbox.
type row struct {
	Event
	attempts int64
}

// claim takes a batch of due rows, oldest first. On PostgreSQL it pushes their next time ahead, so that no
// other replica sends them meanwhile; a SQLite file has no other.
func (p *Publisher) claim(ctx context.Context, name string) ([]row, error) {
	var batch []row
	due, err := p.anyDue(ctx, name)
	if err != nil || !due {
		return nil, err
	}
	if p.db.Engine == sqldb.SQLite {
		batch, err = p.due(ctx, p.db.Read(), name)
	} else {
		err = p.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
			if batch, err = p.due(ctx, tx.Querier, name); err != nil {
				return err
			}
			if err := tx.Relax(ctx); err != nil {
				return err
			}
			return postpone(ctx, tx, name, batch, func(row) int64 { return p.now().Add(claimFor).UnixMilli() }, nil)
		})
	}
	if err != nil {
		return nil, fmt.Errorf("claim events for %s: %w", name, sqldb.Classify(err))
	}
	return batch, nil
}

// due reads a batch of due rows.
func (p *Publisher) due(ctx context.Context, q sqldb.Querier, name string) (batch []row, err error) {
	rows, err := q.QueryContext(ctx, `SELECT aggregate, version, id, type, occurred_at, payload, attempts FROM outbox
		WHERE subscriber = $1 AND next_at <= $2 ORDER BY next_at, aggregate, version LIMIT $3 FOR UPDATE SKIP LOCKED`,
		name, p.now().UnixMilli(), batchSize)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var r row
		var ms int64
		if err := rows.Scan(&r.Aggregate, &r.Version, &r.ID, &r.Type, &ms, &r.Payload, &r.attempts); err != nil {
			return nil, err
		}
		r.OccurredAt = time.UnixMilli(ms)
		batch = append(batch, r)
	}
	return batch, rows.Err()
}

// anyDue spares an idle outbox the write transaction.
func (p *Publisher) anyDue(ctx context.Context, name string) (bool, error) {
	var n int
	err := p.db.Read().QueryRowContext(ctx, "SELECT COUNT(*) FROM (SELECT 1 FROM outbox WHERE subscriber = $1 AND next_at <= $2 LIMIT 1) AS due",
		name, p.now().UnixMilli()).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("look for events for %s: %w", name, sqldb.Classify(err))
	}
	return n > 0, nil
}

// settle deletes what has its receipt and puts the rest off.
func (p *Publisher) settle(ctx context.Context, name string, batch []row, receipts []*eventsv1.Receipt) error {
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
	err := p.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
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
		if reason := reasons[r.ID]; !reason.GetEarly() {
			p.log.WarnContext(ctx, "an event was refused; it is kept and tried again", "subscriber", name,
				"type", r.Type, "aggregate", r.Aggregate, "attempts", r.attempts+1, "reason", reason.GetReason())
		}
	}
	return nil
}

func pause(r row, receipt *eventsv1.Receipt) time.Duration {
	if receipt.GetEarly() {
		return earlyPause
	}
	longest := min(maxPause, 200*time.Millisecond<<min(r.attempts, 20))
	return longest/2 + rand.N(longest/2) //nolint:gosec // jitter
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

// postpone sets when rows are due again; with receipts it counts an attempt too.
func postpone(ctx context.Context, tx *sqldb.Tx, name string, rows []row, next func(row) int64, receipts map[string]*eventsv1.Receipt) error {
	var values [][]any
	for _, r := range rows {
		attempts, failure := r.attempts, ""
		if receipt := receipts[r.ID]; receipt != nil && !receipt.GetEarly() {
			attempts, failure = attempts+1, receipt.GetReason()
		}
		values = append(values, []any{name, r.Aggregate, r.Version, next(r), attempts, failure})
	}
	_, err := sqldb.ExecRows(ctx, tx, values, []string{"TEXT", "TEXT", "BIGINT", "BIGINT", "BIGINT", "TEXT"}, func(rows string) string {
		return "UPDATE outbox SET next_at = v.column4, attempts = v.column5, failure = v.column6 FROM (" + rows + `) AS v
			WHERE outbox.subscriber = v.column1 AND outbox.aggregate = v.column2 AND outbox.version = v.column3`
	})
	return err
}

// Pending counts the events that wait for a receipt, and among them those that were refused at least once.
func (p *Publisher) Pending(ctx context.Context) (waiting, refused int64, err error) {
	err = p.db.Read().QueryRowContext(ctx, "SELECT COUNT(*), COUNT(CASE WHEN attempts > 0 THEN 1 END) FROM outbox").Scan(&waiting, &refused)
	return waiting, refused, sqldb.Classify(err)
}
