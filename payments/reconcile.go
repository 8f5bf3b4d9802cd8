package payments

import (
	"context"
	"fmt"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/sql/paymentsdb"
	"github.com/artisan-eats/artisan/sqldb"
)

// reconcileBatch is how many orders ordering is asked about at once.
const reconcileBatch = 200

// reconcile asks ordering about money that was authorised a while ago and whose order
// is not known to be confirmed. While ordering does not answer, nothing is decided.
func (s *service) reconcile(ctx context.Context) error {
	page := paymentsdb.UnconfirmedParams{Before: s.host.Now().Add(-unconfirmedAfter).UnixMilli(), Most: reconcileBatch}
	for {
		rows, err := paymentsdb.New(s.host.DB().Read()).Unconfirmed(ctx, page)
		if err != nil {
			return fmt.Errorf("look for payments without an order: %w", sqldb.Classify(err))
		}
		if len(rows) == 0 {
			return nil
		}
		ids := make([]string, len(rows))
		for i, row := range rows {
			ids[i] = row.OrderID
		}
		if err := s.judgeAll(ctx, ids); err != nil {
			return err
		}
		page.AfterAt, page.AfterID = rows[len(rows)-1].CreatedAt, rows[len(rows)-1].OrderID
	}
}

func (s *service) judgeAll(ctx context.Context, ids []string) error {
	response, err := s.orders.OrderStates(ctx, &orderingv1.OrderStatesRequest{Ids: ids})
	if err != nil {
		return fmt.Errorf("ask for the states of orders: %w", err)
	}
	if len(response.GetStates()) != len(ids) {
		return fmt.Errorf("ordering told the states of %d orders of %d", len(response.GetStates()), len(ids))
	}
	for i, orderID := range ids {
		if err := s.conclude(ctx, orderID, judge(response.GetStates()[i])); err != nil {
			return fmt.Errorf("reconcile %s: %w", orderID, err)
		}
	}
	return nil
}

// conclude does what was decided, unless the payment has moved on meanwhile.
func (s *service) conclude(ctx context.Context, orderID string, v verdict) error {
	if v == wait {
		return nil
	}
	_, err := s.store.change(ctx, orderID, func(p Payment, now int64) (Payment, []Entry, error) {
		if p.Confirmed || (p.Status != Authorising && p.Status != Authorised) {
			return p, nil, nil
		}
		if v == keep {
			return p.confirm(now), nil, nil
		}
		p, err := p.close(now, now)
		return p, nil, err
	})
	return err
}
