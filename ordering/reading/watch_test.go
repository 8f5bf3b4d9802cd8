package reading_test

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/ordering/order"
)

func TestWhoWatchesAnOrderSeesEachChange(t *testing.T) {
	each(t, func(s *shop) {
		dairy := s.Producer("Dairy")
		bought := s.Order(s.Window(2).GetId(), want{s.Product(dairy, "Gouda", "each", 1250), 1000})
		token := &orderingv1.Viewer{AccessToken: bought.GetAccessToken()}
		ctx, leave := context.WithCancel(s.Context())
		stream := s.Watch(ctx, bought.GetOrder().GetId(), token)
		s.WantNext(stream, "new")
		for _, to := range []string{order.PartAccepted, order.PartPacked, order.PartReady} {
			s.Advance(bought.GetOrder(), dairy, to)
			s.WantNext(stream, to)
		}
		leave()
		s.Eventually("nobody listens", func() bool { return s.Service.Book.Changed.Heard() == 0 })
	})
}

// TestEachChangeIsToldWithoutALook watches as if nobody ever looked again: what is seen was notified.
func TestEachChangeIsToldWithoutALook(t *testing.T) {
	each(t, func(s *shop) {
		s.Service.Reader.LookAgain = func() <-chan time.Time { return nil }
		dairy := s.Producer("Dairy")
		bought := s.Order(s.Window(2).GetId(), want{s.Product(dairy, "Gouda", "each", 1250), 1000})
		changed, stop := s.Service.Book.Changed.Listen(bought.GetOrder().GetId())
		defer stop()
		stream := s.Watch(s.Context(), bought.GetOrder().GetId(), operator)
		s.WantNext(stream, "new")
		for _, to := range []string{order.PartAccepted, order.PartPacked, order.PartReady} {
			s.Advance(bought.GetOrder(), dairy, to)
			select {
			case <-changed: // before the change was answered
			default:
				s.Fatalf("nobody is notified when a part is %s", to)
			}
			s.WantNext(stream, to)
		}
		s.Must(stream.Close())
	})
}

func TestAWatchSeesWhatAnotherReplicaWrote(t *testing.T) {
	each(t, func(s *shop) {
		bought := s.Order(s.Window(2).GetId(),
			want{s.Product(s.Producer("Dairy"), "Gouda", "each", 1250), 1000})
		stream := s.Watch(s.Context(), bought.GetOrder().GetId(), operator)
		s.WantNext(stream, "new")
		s.Exec(`UPDATE orders SET revision = revision + 1, document = REPLACE(document, '"new"',
			'"accepted"')`)
		s.WantNext(stream, "accepted")
		s.Must(stream.Close())
	})
}

func TestOnlyWhoMaySeeAnOrderMayWatchIt(t *testing.T) {
	each(t, func(s *shop) {
		dairy, bakery := s.Producer("Dairy"), s.Producer("Bakery")
		bought := s.Order(s.Window(2).GetId(), want{s.Product(dairy, "Gouda", "each", 1250), 1000},
			want{s.Product(bakery, "Rye", "each", 700), 1000})
		for _, v := range []*orderingv1.Viewer{
			{},
			{CustomerId: "cus_x_01k8y6v0xq7d3mz1n5r2t9w4bc"},
			{AccessToken: "x"},
			{ProducerIds: []string{s.Producer("Other")}},
		} {
			_, err := s.Watch(s.Context(), bought.GetOrder().GetId(), v).Receive()
			s.WantCode(err, "not_found")
		}
		got, err := s.Watch(s.Context(), bought.GetOrder().GetId(),
			&orderingv1.Viewer{ProducerIds: []string{bakery}}).Receive()
		s.Must(err)
		if lines := got.GetOrder().GetLines(); len(lines) != 1 || lines[0].GetProducerId() != bakery {
			s.Errorf("a producer sees %v", lines)
		}
	})
}

func TestAProcessThatStopsEndsItsWatches(t *testing.T) {
	each(t, func(s *shop) {
		bought := s.Order(s.Window(2).GetId(),
			want{s.Product(s.Producer("Dairy"), "Gouda", "each", 1250), 1000})
		stream := s.Watch(s.Context(), bought.GetOrder().GetId(), operator)
		s.WantNext(stream, "new")
		s.Must(s.Process.Stop())
		if _, err := stream.Receive(); !errors.Is(err, io.EOF) {
			s.Errorf("the watch ended with %v", err)
		}
	})
}
