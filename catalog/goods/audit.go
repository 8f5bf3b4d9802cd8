package goods

import (
	"context"
	"fmt"
	"strconv"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/sqldb"
)

// Audit writes to the security log that something was done.
func (s *Store) Audit(
	ctx context.Context, tx *sqldb.Tx, action, subject string, detail map[string]string,
) error {
	return s.audit(ctx, tx,
		audit.Entry{Action: action, Subject: subject, Outcome: audit.Done, Detail: detail})
}

// decided notes who lets a producer sell, or does not any more, in its row and in the log.
func (s *Store) decided(ctx context.Context, tx *sqldb.Tx, p Producer) error {
	by := audit.ActorOf(ctx)
	err := catalogdb.New(tx).NoteDecision(ctx, catalogdb.NoteDecisionParams{
		ID: p.ID, DecidedByKind: by.Kind, DecidedByID: by.ID, DecidedAt: s.Now().UnixMilli(),
	})
	if err != nil {
		return fmt.Errorf("note who decided: %w", err)
	}
	action := "producer.suspend"
	if p.Approved {
		action = "producer.approve"
	}
	return s.Audit(ctx, tx, action, p.ID, nil)
}

// auditProducer tells of a producer that is new, whose name is another, or that sells from now on or no
// more.
func (s *Store) auditProducer(
	ctx context.Context, tx *sqldb.Tx, p Producer, before catalogdb.Producer, fresh bool,
) error {
	switch {
	case fresh && p.Approved:
		return s.Audit(ctx, tx, "producer.make", p.ID, nil)
	case fresh:
		return s.Audit(ctx, tx, "producer.apply", p.ID, nil)
	case before.Approved != sqldb.Flag(p.Approved):
		return s.decided(ctx, tx, p)
	case before.Name != p.Name:
		return s.Audit(ctx, tx, "producer.rename", p.ID, nil)
	}
	return nil
}

// auditPrices tells of prices that were set, of the one if there is one.
func (s *Store) auditPrices(ctx context.Context, tx *sqldb.Tx, producerID string, prices []Price) error {
	detail := map[string]string{"variants": strconv.Itoa(len(prices))}
	if len(prices) == 1 {
		detail["variant"], detail["amount"] = prices[0].VariantID, strconv.FormatInt(prices[0].Amount, 10)
	}
	return s.Audit(ctx, tx, "prices.change", producerID, detail)
}

// auditProduct tells of a product that was saved by hand, with the prices that it has now.
func (s *Store) auditProduct(ctx context.Context, tx *sqldb.Tx, p Product) error {
	detail := map[string]string{"producer": p.ProducerID, "variants": strconv.Itoa(len(p.Variants))}
	if len(p.Variants) == 1 {
		detail["amount"] = strconv.FormatInt(p.Variants[0].Price, 10)
	}
	return s.Audit(ctx, tx, "product.save", p.ID, detail)
}
