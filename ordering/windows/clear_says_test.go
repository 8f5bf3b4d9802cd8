package windows_test

import (
	"testing"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/ordering/orderingtest"
)

func TestTheMarketsWordsAreOfWhatItDidLast(t *testing.T) {
	each(t, func(s *shop) {
		gouda := s.Product(s.Producer("Dairy"), "Gouda", "each", 1250)
		window, other := s.Window(2), s.Window(3)
		given, rescheduled := s.Order(window.GetId(), want{gouda, 1000}),
			s.Order(window.GetId(), want{gouda, 1000})
		s.Clear(orderingtest.Flood(window.GetId(), other.GetId(), "form-1"))
		s.Cleared(window.GetId())
		got, err := s.CancelOrder(s.Context(), &orderingv1.CancelOrderRequest{
			Id:     given.GetOrder().GetId(),
			Viewer: &orderingv1.Viewer{AccessToken: given.GetAccessToken()},
		})
		if s.Must(err); got.GetOrder().GetStatus() != order.Cancelled ||
			got.GetOrder().GetMarketSays() != "" {
			s.Errorf("what its shopper cancels is %s, and the market says %q", got.GetOrder().GetStatus(),
				got.GetOrder().GetMarketSays())
		}
		s.Later(other)
		s.Moved()
		orderID := rescheduled.GetOrder().GetId()
		if now := s.Get(orderID); now.GetWindowStartsAt() != other.GetStartsAt() ||
			now.GetMarketSays() != "" {
			s.Errorf("of a window at %d that begins at another time it says %q", now.GetWindowStartsAt(),
				now.GetMarketSays())
		}
		// What the market cancels afterwards has the words of that.
		snow := orderingtest.Flood(other.GetId(), "", "form-2")
		snow.Reason = "It snows."
		s.Clear(snow)
		s.Cleared(other.GetId())
		if now := s.Get(orderID); now.GetStatus() != order.Cancelled || now.GetMarketSays() != "It snows." {
			s.Errorf("the order is %s, and the market says %q", now.GetStatus(), now.GetMarketSays())
		}
	})
}
