package ordering

import (
	"context"
	"math/rand/v2"
	"time"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/artisan/ordering/v1/orderingv1connect"
)

// lookEvery finds what no bell told of: changes that another replica made.
const lookEvery = 2 * time.Second

// soon is when a watch looks again without having heard its bell.
func soon() <-chan time.Time { return time.After(lookEvery/2 + rand.N(lookEvery)) } //nolint:gosec // jitter

// WatchOrder answers an order now and whenever it changes, until the caller goes away or the
// process begins to stop. Changes that follow each other closely may be one answer.
func (s *Service) WatchOrder(ctx context.Context, r *orderingv1.WatchOrderRequest, stream orderingv1connect.OrderingServiceWatchOrderServerStream) error {
	rung, stop := s.store.bells.listen(r.GetId())
	defer stop()
	for sent := int64(-1); ; {
		o, err := s.visible(ctx, r.GetId(), r.GetViewer())
		if err != nil {
			return err
		}
		if o.Revision != sent {
			sent = o.Revision
			if err := stream.Send(&orderingv1.WatchOrderResponse{Order: orderToProto(o.seenBy(r.GetViewer()))}); err != nil {
				return err
			}
		}
		if !s.changed(ctx, rung) {
			return nil
		}
	}
}

// changed waits until it is time to look at an order again. It reports false when the watch is over.
func (s *Service) changed(ctx context.Context, rung <-chan struct{}) bool {
	select {
	case <-ctx.Done():
		return false
	case <-s.host.Draining():
		return false
	case <-rung:
	case <-s.lookAgain():
	}
	return true
}
