package ordering

import (
	"context"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/ordering/order"
)

const (
	// maxSettled is how many orders are let through or called off at once.
	maxSettled = 200
	// maxRounds is how often that is done for all that wait.
	maxRounds = 10
)

// SettleUnconfirmed lets orders through or calls them off; see the contract.
func (s *Service) SettleUnconfirmed(
	ctx context.Context, r *orderingv1.SettleUnconfirmedRequest,
) (*orderingv1.SettleUnconfirmedResponse, error) {
	if len(r.GetIds()) > maxSettled {
		return nil, fault.InvalidAlone("ids", "At most 200 orders at a time.")
	}
	for _, orderID := range r.GetIds() {
		if market, err := id.Market(id.Order, orderID); err != nil || market != r.GetMarket() {
			return nil, fault.InvalidAlone("ids", "These are not orders of this market.")
		}
	}
	response := &orderingv1.SettleUnconfirmedResponse{}
	if !r.GetAllQueued() {
		n, err := s.settle(ctx, r.GetIds(), r.GetLetThrough())
		response.Settled = n
		return response, err
	}
	for range maxRounds {
		ids, err := s.Book.OldestQueued(ctx, r.GetMarket(), maxSettled)
		if err != nil {
			return nil, err
		}
		n, err := s.settle(ctx, ids, r.GetLetThrough())
		response.Settled += n
		if err != nil || n == 0 {
			return response, err
		}
	}
	return response, nil
}

func (s *Service) settle(ctx context.Context, ids []string, through bool) (int64, error) {
	var settled atomic.Int64
	var all errgroup.Group
	all.SetLimit(book.MaxBatch) // so that they share commits
	for _, orderID := range slices.Compact(slices.Sorted(slices.Values(ids))) {
		all.Go(fault.Guard(func() error {
			o, err := s.Book.Order(ctx, orderID)
			if err != nil && !fault.Is(err, book.ErrNoOrder.Code) {
				return err
			}
			if o.Status != order.Awaiting || (through && !o.Confirmation.Queued) {
				return nil
			}
			m := order.Message(order.GivenUp{})
			if through {
				m = order.LetThrough{}
			}
			if _, err := s.Driver.Send(ctx, o.Order, m); err != nil {
				return err
			}
			settled.Add(1)
			return nil
		}))
	}
	err := all.Wait()
	return settled.Load(), err
}
