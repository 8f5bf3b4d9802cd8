package goods

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/idempotency"
	"github.com/artisan-eats/artisan/sqldb"
)

// Apply makes a producer that waits for the operator, or answers the one of the account's that does. Whoever
// meets another one of the same account at once has a unique fault, and tries again.
func (s *Store) Apply(
	ctx context.Context, account string, p Producer, form idempotency.Form,
) (Producer, error) {
	if !id.ValidMarket(p.Market) {
		return p, NotFound("market", sql.ErrNoRows)
	}
	p.ID = s.newID(id.Producer, p.Market)
	err := s.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		made, err := idempotency.Do(ctx, tx, form,
			func() (string, error) { return s.applyOnce(ctx, tx, account, p) })
		if err != nil {
			return err
		}
		row, err := catalogdb.New(tx).GetProducer(ctx, made)
		if err != nil {
			return NotFound("producer", err)
		}
		p, err = producerOf(row)
		return err
	})
	return p, err
}

// applyOnce answers the ID of the account's producer that waits, and makes it if there is none.
func (s *Store) applyOnce(ctx context.Context, tx *sqldb.Tx, account string, p Producer) (string, error) {
	q := catalogdb.New(tx)
	last, err := q.LockApplicant(ctx, account)
	note := func() error {
		return q.SetApplicant(ctx, catalogdb.SetApplicantParams{Account: account, ProducerID: p.ID})
	}
	switch {
	case errors.Is(err, sql.ErrNoRows):
		note = func() error {
			return q.InsertApplicant(ctx, catalogdb.InsertApplicantParams{Account: account, ProducerID: p.ID})
		}
	case err != nil:
		return "", fmt.Errorf("read who applies: %w", err)
	default:
		if before, err := q.GetProducer(ctx, last); err != nil || before.Approved == 0 {
			return last, err
		}
	}
	if err := s.writeProducer(ctx, tx, &p, true); err != nil {
		return "", err
	}
	if err := note(); err != nil {
		return "", fmt.Errorf("note who applies: %w", err)
	}
	return p.ID, nil
}
