package events

import (
	"context"
	"fmt"
	"time"

	"github.com/artisan-eats/artisan/sqldb"
)

// Stuck is an event that a subscriber has refused several times.
type Stuck struct {
	Event
	Subscriber string
	Attempts   int64
	// Failure is why the last attempt failed; empty while another is under way.
	Failure string
}

// Stuck lists events that were refused five times or more, the oldest first. (Five attempts are some seconds;
// the number is also that of the index outbox_stuck.)
func (p *Publisher) Stuck(ctx context.Context, most int) ([]Stuck, error) {
	var found []Stuck
	err := sqldb.EachRow(ctx, p.db.Read(), `SELECT subscriber, aggregate, version, id, type, occurred_at,
		attempts, failure FROM outbox
		WHERE attempts >= 5 ORDER BY occurred_at, id LIMIT $1`, []any{most}, func(scan sqldb.Scanner) error {
		s, ms := Stuck{Event: Event{Publisher: p.name}}, int64(0)
		err := scan(&s.Subscriber, &s.Aggregate, &s.Version, &s.ID, &s.Type, &ms, &s.Attempts, &s.Failure)
		s.OccurredAt = time.UnixMilli(ms).UTC()
		found = append(found, s)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list stuck events: %w", err)
	}
	return found, nil
}

// RetryNow offers an event, of which the aggregate and the version count, to a subscriber now. One that has
// its receipt is left alone.
func (p *Publisher) RetryNow(ctx context.Context, subscriber string, e Event) error {
	err := p.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		_, err := tx.ExecContext(ctx,
			"UPDATE outbox SET next_at = $4 WHERE subscriber = $1 AND aggregate = $2 AND version = $3 AND next_at > $4",
			subscriber, e.Aggregate, e.Version, p.now().UnixMilli())
		tx.AfterCommit(p.wakeAll)
		return err
	})
	if err != nil {
		return fmt.Errorf("retry an event: %w", err)
	}
	return nil
}
