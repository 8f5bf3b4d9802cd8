package events

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/artisan-eats/artisan/fault"
	eventsv1 "github.com/artisan-eats/artisan/gen/artisan/events/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

// Handler makes the effect of a batch of events, in order, in the transaction that
// records them as received. It must have no effect beside the transaction; what has to happen
// outside is written down there and done by a job. Types it does not know it ignores.
// When it fails nothing stays, and the events are offered again, one at a time.
type Handler func(ctx context.Context, tx *sqldb.Tx, batch []Event) error

// Each makes a Handler of one that takes events singly.
func Each(handle func(ctx context.Context, tx *sqldb.Tx, e Event) error) Handler {
	return func(ctx context.Context, tx *sqldb.Tx, batch []Event) error {
		for _, e := range batch {
			if err := handle(ctx, tx, e); err != nil {
				return fmt.Errorf("%s of %s: %w", e.Type, e.Aggregate, err)
			}
		}
		return nil
	}
}

// Subscriber is a service's inbox: it implements EventService.
type Subscriber struct {
	db     *sqldb.DB
	now    func() time.Time
	log    *slog.Logger
	handle Handler
}

// NewSubscriber makes the inbox of a service.
func NewSubscriber(db *sqldb.DB, now func() time.Time, log *slog.Logger, handle Handler) *Subscriber {
	return &Subscriber{db, now, log, handle}
}

// Deliver takes a batch. It answers with a receipt for each event; only a broken
// database is an error.
func (s *Subscriber) Deliver(
	ctx context.Context, request *eventsv1.DeliverRequest,
) (*eventsv1.DeliverResponse, error) {
	batch := make([]Event, len(request.GetEvents()))
	for i, e := range request.GetEvents() {
		batch[i] = fromProto(e)
	}
	receipts, err := s.apply(ctx, batch)
	if err == nil {
		return &eventsv1.DeliverResponse{Receipts: receipts}, nil
	}
	if away := s.reach(ctx); away != nil {
		return nil, away
	}
	// One event must not hold up the others.
	receipts = nil
	for _, e := range batch {
		receipt, err := s.apply(ctx, []Event{e})
		if err != nil {
			s.log.ErrorContext(ctx, "an event cannot be applied", "type", e.Type, "aggregate", e.Aggregate,
				"error", err)
			receipt = []*eventsv1.Receipt{{Reason: err.Error()}}
		}
		receipts = append(receipts, receipt...)
	}
	return &eventsv1.DeliverResponse{Receipts: receipts}, nil
}

// reach answers an error when the database cannot be reached, which is no event's fault.
func (s *Subscriber) reach(ctx context.Context) error {
	var n int
	return sqldb.Classify(s.db.Read().QueryRowContext(ctx, "SELECT COUNT(*) FROM inbox WHERE 1 = 0").Scan(&n))
}

// apply handles those events of a batch whose turn it is, all or none, and gives
// a receipt for each of the batch.
func (s *Subscriber) apply(ctx context.Context, batch []Event) (receipts []*eventsv1.Receipt, err error) {
	defer fault.Recover(&err)
	receipts = make([]*eventsv1.Receipt, len(batch))
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		// Locked, so that of two who bring the same event one waits, and then finds it applied; see record
		// for the first.
		seen, err := versions(ctx, tx, batch)
		if err != nil {
			return err
		}
		var fresh []Event
		for i, e := range batch {
			key := [2]string{e.Publisher, e.Aggregate}
			switch last, known := seen[key]; {
			case e.Version <= last: // applied, but the receipt was lost
				receipts[i] = &eventsv1.Receipt{Retire: true}
			case !known && s.mayBeForgotten(e.OccurredAt):
				receipts[i] = &eventsv1.Receipt{
					Reason: "it is older than what is remembered, so it may have been applied already",
				}
			case e.Version > last+1 && (known || !e.foremost || !s.mayBeForgotten(id.MadeAt(e.Aggregate))):
				receipts[i] = &eventsv1.Receipt{Early: true, Reason: "an earlier event has not arrived"}
			default:
				receipts[i] = &eventsv1.Receipt{Retire: true}
				seen[key] = e.Version // the next of the batch may be its successor
				fresh = append(fresh, e)
			}
		}
		if len(fresh) == 0 {
			return nil
		}
		if err := record(ctx, tx, dayOf(s.now()), seen, fresh); err != nil {
			return err
		}
		return s.handle(ctx, tx, fresh)
	})
	return receipts, err
}

// versions reads the last version applied of each aggregate in a batch.
func versions(ctx context.Context, tx *sqldb.Tx, batch []Event) (map[[2]string]int64, error) {
	seen := map[[2]string]int64{}
	var keys [][]any
	for _, e := range batch {
		keys = append(keys, []any{e.Publisher, e.Aggregate})
	}
	query, args := sqldb.Rows(tx.Engine, keys, "TEXT", "TEXT")
	err := sqldb.EachRow(ctx, tx, `SELECT publisher, aggregate, version FROM inbox
		WHERE (publisher, aggregate) IN (`+
		query+`) ORDER BY publisher, aggregate FOR UPDATE`, args, func(scan sqldb.Scanner) error {
		var key [2]string
		var version int64
		err := scan(&key[0], &key[1], &version)
		seen[key] = version
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read inbox: %w", err)
	}
	return seen, nil
}

// record writes the versions that a batch brings. Of two processes that apply the same
// event at once, the second finds the row ahead of it and fails, and is told so when it tries again.
func record(ctx context.Context, tx *sqldb.Tx, today int64, seen map[[2]string]int64, fresh []Event) error {
	keys := map[[2]string]bool{}
	for _, e := range fresh {
		keys[[2]string{e.Publisher, e.Aggregate}] = true
	}
	var rows [][]any
	for key := range keys {
		rows = append(rows, []any{key[0], key[1], seen[key], today, seen[key]})
	}
	n, err := sqldb.ExecRows(ctx, tx, rows, []string{"TEXT", "TEXT", "BIGINT", "BIGINT", "BIGINT"},
		func(rows string) string {
			return "INSERT INTO inbox (publisher, aggregate, version, touched_day, touched_version) " + rows +
				`
			ON CONFLICT (publisher, aggregate)
			DO UPDATE SET version = excluded.version, touched_day = excluded.touched_day,
			touched_version = excluded.version
			WHERE inbox.version < excluded.version`
		})
	if err != nil {
		return fmt.Errorf("write inbox: %w", err)
	}
	if n != int64(len(keys)) {
		return fmt.Errorf("write inbox: only %d of %d aggregates were still behind", n, len(keys))
	}
	return nil
}
