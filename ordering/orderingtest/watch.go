package orderingtest

import (
	"context"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/artisan/ordering/v1/orderingv1connect"
)

// Watch begins to watch an order.
func (s *Shop) Watch(
	ctx context.Context, orderID string, v *orderingv1.Viewer,
) orderingv1connect.OrderingServiceWatchOrderClientStream {
	s.Helper()
	stream, err := s.WatchOrder(ctx, &orderingv1.WatchOrderRequest{Id: orderID, Viewer: v})
	s.Must(err)
	return stream
}

// WantNext wants the next answer of a watch, with the order's first part in a state.
func (s *Shop) WantNext(stream orderingv1connect.OrderingServiceWatchOrderClientStream, part string) {
	s.Helper()
	got, err := stream.Receive()
	s.Must(err)
	if status := got.GetOrder().GetParts()[0].GetStatus(); status != part {
		s.Errorf("the part is %s, want %s", status, part)
	}
}

// IDs are those of a list's orders, over all its pages of two.
func (s *Shop) IDs(r *orderingv1.ListOrdersRequest) (ids []string) {
	s.Helper()
	for r.Limit = 2; ; {
		got, err := s.ListOrders(s.Context(), r)
		s.Must(err)
		for _, o := range got.GetOrders() {
			ids = append(ids, o.GetId())
		}
		if r.Cursor = got.GetNextCursor(); r.Cursor == "" {
			return ids
		}
	}
}

// Work is what a producer has to do, window by window.
func (s *Shop) Work(producerID string) []*orderingv1.Work {
	s.Helper()
	got, err := s.ListWork(s.Context(), &orderingv1.ListWorkRequest{ProducerId: producerID})
	s.Must(err)
	return got.GetWork()
}
