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
	for {
		ids, err := s.claimUnconfirmed(ctx)
		if err != nil || len(ids) == 0 {
			return err
		}
		if err := s.judgeAll(ctx, ids); err != nil {
			return err
		}
	}
}

// claimUnconfirmed takes payments that it is time to ask about; what stays open is asked about again later.
func (s *service) claimUnconfirmed(ctx context.Context) (ids []string, err error) {
	err = s.host.DB().Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		now := s.host.Now()
		ids, err = paymentsdb.New(tx).ClaimUnconfirmed(ctx, paymentsdb.ClaimUnconfirmedParams{
			Now: now.UnixMilli(), Until: now.Add(reconcileEvery).UnixMilli(), Most: reconcileBatch,
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for payments without an order: %w", err)
	}
	return ids, nil
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
