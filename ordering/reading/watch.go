package reading

import (
	"context"
	"math/rand/v2"
	"time"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/artisan/ordering/v1/orderingv1connect"
	"github.com/artisan-eats/artisan/ordering/order"
)

// lookEvery finds what nobody was notified of: changes that another replica made.
const lookEvery = 2 * time.Second

// soon is when a watch looks again without having been notified.
func soon() <-chan time.Time { return time.After(lookEvery/2 + rand.N(lookEvery)) } //nolint:gosec // jitter

// WatchOrder answers an order now and whenever it changes, until the caller goes away or the
// process begins to stop. Changes that follow each other closely may be one answer.
func (s *Reader) WatchOrder(
	ctx context.Context, r *orderingv1.WatchOrderRequest,
	stream orderingv1connect.OrderingServiceWatchOrderServerStream,
) error {
	changed, stop := s.book.Changed.Listen(r.GetId())
	defer stop()
	for sent := int64(-1); ; {
		o, err := s.Visible(ctx, r.GetId(), r.GetViewer())
		if err != nil {
			return err
		}
		if o.Revision != sent {
			sent = o.Revision
			if err := stream.Send(&orderingv1.WatchOrderResponse{
				Order: order.ToProto(o.SeenBy(r.GetViewer())),
			}); err != nil {
				return err
			}
		}
		if !s.waits(ctx, changed) {
			return nil
		}
	}
}

// waits until it is time to look at an order again. It reports false when the watch is over.
func (s *Reader) waits(ctx context.Context, changed <-chan struct{}) bool {
	select {
	case <-ctx.Done():
		return false
	case <-s.host.Draining():
		return false
	case <-changed:
	case <-s.LookAgain():
	}
	return true
}
