package edge

import (
	"context"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/artisan/ordering/v1/orderingv1connect"
)

// WatchOrder answers the order as it stands, and once more for each ring of the bell.
func (f fakeOrdering) WatchOrder(ctx context.Context, r *orderingv1.WatchOrderRequest, stream orderingv1connect.OrderingServiceWatchOrderServerStream) error {
	if r.GetId() != placedOrder || !maySee(r.GetViewer()) {
		return noOrder()
	}
	if err := f.called(ctx, "WatchOrder", r); err != nil {
		return err
	}
	for {
		if err := stream.Send(&orderingv1.WatchOrderResponse{Order: f.orderNow()}); err != nil {
			return err
		}
		select {
		case <-f.bell:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
