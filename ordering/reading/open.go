package reading

import (
	"context"
	"fmt"

	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/sql/orderingdb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/sqldb"
)

// CountOpenOrders counts what is concerned where a producer or a window is taken out of the shop; see the
// contract.
func (s *Reader) CountOpenOrders(
	ctx context.Context, r *orderingv1.CountOpenOrdersRequest,
) (*orderingv1.CountOpenOrdersResponse, error) {
	count, err := openOf(r)
	if err != nil {
		return nil, err
	}
	n, err := count(ctx, orderingdb.New(s.book.DB.Read()))
	if err != nil {
		return nil, fmt.Errorf("count open orders: %w", sqldb.Classify(err))
	}
	response := &orderingv1.CountOpenOrdersResponse{Orders: n}
	if r.GetWindowId() != "" && n > 0 {
		err = s.concern(ctx, r.GetWindowId(), response)
	}
	return response, err
}

type counting func(context.Context, *orderingdb.Queries) (int64, error)

func openOf(r *orderingv1.CountOpenOrdersRequest) (counting, error) {
	switch {
	case r.GetProducerId() != "" && r.GetWindowId() == "":
		return func(ctx context.Context, q *orderingdb.Queries) (int64, error) {
			return q.OpenOfProducer(ctx, r.GetProducerId())
		}, CheckProducer(r.GetProducerId())
	case r.GetWindowId() != "" && r.GetProducerId() == "":
		if _, err := id.Market(id.Window, r.GetWindowId()); err != nil {
			return nil, fault.InvalidAlone("window_id", "This is not the ID of a window.")
		}
		return func(ctx context.Context, q *orderingdb.Queries) (int64, error) {
			return q.OpenOfWindow(ctx, r.GetWindowId())
		}, nil
	}
	return nil, fault.InvalidAlone("producer_id", "Open orders are counted of a producer or of a window.")
}

// concern adds whose goods a window's open orders are, and what they come to.
func (s *Reader) concern(
	ctx context.Context, windowID string, to *orderingv1.CountOpenOrdersResponse,
) error {
	q := orderingdb.New(s.book.DB.Read())
	sum, err := q.OpenMoney(ctx, windowID)
	if err == nil {
		to.Total = money.New(sum.Total, sum.Currency).Proto()
		to.Producers, err = q.OpenProducers(ctx, windowID)
	}
	if err != nil {
		return fmt.Errorf("count open orders: %w", sqldb.Classify(err))
	}
	return nil
}
