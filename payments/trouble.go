package payments

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/gen/sql/paymentsdb"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/sqldb"
)

// The beginnings of the IDs of troubles; an order's follows.
const (
	stuckStep   = "step/"
	unpaidOrder = "unpaid/"
)

// troubles are the steps that failed several times, and the orders that go on without their money.
func (s *service) troubles(ctx context.Context) ([]host.Trouble, error) {
	q := paymentsdb.New(s.host.DB().Read())
	unpaid, err := q.Unpaid(ctx, host.MaxTroubles)
	if err != nil {
		return nil, fmt.Errorf("list unpaid orders: %w", sqldb.Classify(err))
	}
	stuck, err := q.StuckPayments(ctx, host.MaxTroubles)
	if err != nil {
		return nil, fmt.Errorf("list stuck payments: %w", sqldb.Classify(err))
	}
	var found []host.Trouble
	for _, row := range unpaid {
		found = append(found, host.Trouble{
			ID: unpaidOrder + row.OrderID, About: row.OrderID, Since: time.UnixMilli(row.NoticedAt).UTC(),
			What: "This order goes on without its money: its payment is " + row.Status + ".",
		})
	}
	for _, row := range stuck {
		t, err := stuckTrouble(row)
		if err != nil {
			return nil, err
		}
		found = append(found, t)
	}
	return found, nil
}

// stuckTrouble is about the order, also where the step is of the money of a change of it.
func stuckTrouble(row paymentsdb.StuckPaymentsRow) (host.Trouble, error) {
	details, err := decode(row.Details)
	if err != nil {
		return host.Trouble{}, fmt.Errorf("list stuck payments: %w", err)
	}
	about, payment := row.OrderID, "The payment of this order"
	if details.Of != "" {
		about, payment = details.Of, "The money of a change of this order"
	}
	return host.Trouble{
		ID: stuckStep + row.OrderID, About: about, Since: time.UnixMilli(row.UpdatedAt).UTC(),
		Attempts: row.Attempts,
		What:     payment + " stays " + row.Status + ": " + row.Failure + ".",
	}, nil
}

// retry does a stuck step now, and marks an unpaid order as seen.
func (s *service) retry(ctx context.Context, troubleID string) error {
	err := s.host.DB().Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		q := paymentsdb.New(tx)
		if orderID, ok := strings.CutPrefix(troubleID, unpaidOrder); ok {
			return q.ForgetUnpaid(ctx, orderID)
		}
		tx.AfterCommit(s.settling.Wake)
		return q.RetryPaymentNow(ctx,
			paymentsdb.RetryPaymentNowParams{
				OrderID: strings.TrimPrefix(troubleID, stuckStep),
				Now:     s.host.Now().UnixMilli(),
			})
	})
	if err != nil {
		return fmt.Errorf("retry a payment: %w", err)
	}
	return nil
}
