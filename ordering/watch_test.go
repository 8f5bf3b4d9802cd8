package ordering

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/artisan/ordering/v1/orderingv1connect"
	"github.com/artisan-eats/artisan/ordering/order"
)

func (s *shop) watch(
	ctx context.Context, orderID string, v *orderingv1.Viewer,
) orderingv1connect.OrderingServiceWatchOrderClientStream {
	s.Helper()
	stream, err := s.WatchOrder(ctx, &orderingv1.WatchOrderRequest{Id: orderID, Viewer: v})
	s.must(err)
	return stream
}

func (s *shop) wantNext(stream orderingv1connect.OrderingServiceWatchOrderClientStream, part string) {
	s.Helper()
	got, err := stream.Receive()
	s.must(err)
	if status := got.GetOrder().GetParts()[0].GetStatus(); status != part {
		s.Errorf("the part is %s, want %s", status, part)
	}
}

func TestWhoWatchesAnOrderSeesEachChange(t *testing.T) {
	each(t, func(s *shop) {
		dairy := s.producer("Dairy")
		bought := s.order(s.window(2).GetId(), want{s.product(dairy, "Gouda", "each", 1250), 1000})
		token := &orderingv1.Viewer{AccessToken: bought.GetAccessToken()}
		ctx, leave := context.WithCancel(s.Context())
		stream := s.watch(ctx, bought.GetOrder().GetId(), token)
		s.wantNext(stream, "new")
		for _, to := range []string{order.PartAccepted, order.PartPacked, order.PartReady} {
			s.advance(bought.GetOrder(), dairy, to)
			s.wantNext(stream, to)
		}
		leave()
		s.eventually("nobody listens", func() bool { return s.service.book.Changed.Heard() == 0 })
	})
}

// TestEachChangeIsToldWithoutALook watches as if nobody ever looked again: what is seen was notified.
func TestEachChangeIsToldWithoutALook(t *testing.T) {
	each(t, func(s *shop) {
		s.service.reader.LookAgain = func() <-chan time.Time { return nil }
		dairy := s.producer("Dairy")
		bought := s.order(s.window(2).GetId(), want{s.product(dairy, "Gouda", "each", 1250), 1000})
		changed, stop := s.service.book.Changed.Listen(bought.GetOrder().GetId())
		defer stop()
		stream := s.watch(s.Context(), bought.GetOrder().GetId(), operator)
		s.wantNext(stream, "new")
		for _, to := range []string{order.PartAccepted, order.PartPacked, order.PartReady} {
			s.advance(bought.GetOrder(), dairy, to)
			select {
			case <-changed: // before the change was answered
			default:
				s.Fatalf("nobody is notified when a part is %s", to)
			}
			s.wantNext(stream, to)
		}
		s.must(stream.Close())
	})
}

func TestAWatchSeesWhatAnotherReplicaWrote(t *testing.T) {
	each(t, func(s *shop) {
		bought := s.order(s.window(2).GetId(),
			want{s.product(s.producer("Dairy"), "Gouda", "each", 1250), 1000})
		stream := s.watch(s.Context(), bought.GetOrder().GetId(), operator)
		s.wantNext(stream, "new")
		s.exec(`UPDATE orders SET revision = revision + 1, document = REPLACE(document, '"new"',
			'"accepted"')`)
		s.wantNext(stream, "accepted")
		s.must(stream.Close())
	})
}

func TestOnlyWhoMaySeeAnOrderMayWatchIt(t *testing.T) {
	each(t, func(s *shop) {
		dairy, bakery := s.producer("Dairy"), s.producer("Bakery")
		bought := s.order(s.window(2).GetId(), want{s.product(dairy, "Gouda", "each", 1250), 1000},
			want{s.product(bakery, "Rye", "each", 700), 1000})
		for _, v := range []*orderingv1.Viewer{
			{},
			{CustomerId: "cus_x_01k8y6v0xq7d3mz1n5r2t9w4bc"},
			{AccessToken: "x"},
			{ProducerIds: []string{s.producer("Other")}},
		} {
			_, err := s.watch(s.Context(), bought.GetOrder().GetId(), v).Receive()
			s.wantCode(err, "not_found")
		}
		got, err := s.watch(s.Context(), bought.GetOrder().GetId(),
			&orderingv1.Viewer{ProducerIds: []string{bakery}}).Receive()
		s.must(err)
		if lines := got.GetOrder().GetLines(); len(lines) != 1 || lines[0].GetProducerId() != bakery {
			s.Errorf("a producer sees %v", lines)
		}
	})
}

func TestAProcessThatStopsEndsItsWatches(t *testing.T) {
	each(t, func(s *shop) {
		bought := s.order(s.window(2).GetId(),
			want{s.product(s.producer("Dairy"), "Gouda", "each", 1250), 1000})
		stream := s.watch(s.Context(), bought.GetOrder().GetId(), operator)
		s.wantNext(stream, "new")
		s.must(s.p.Stop())
		if _, err := stream.Receive(); !errors.Is(err, io.EOF) {
			s.Errorf("the watch ended with %v", err)
		}
	})
}
