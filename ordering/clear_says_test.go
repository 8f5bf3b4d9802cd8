package ordering

import (
	"testing"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/ordering/order"
)

func TestTheMarketsWordsAreOfWhatItDidLast(t *testing.T) {
	each(t, func(s *shop) {
		gouda := s.product(s.producer("Dairy"), "Gouda", "each", 1250)
		window, other := s.window(2), s.window(3)
		given, rescheduled := s.order(window.GetId(), want{gouda, 1000}),
			s.order(window.GetId(), want{gouda, 1000})
		s.clear(flood(window.GetId(), other.GetId(), "form-1"))
		s.cleared(window.GetId())
		got, err := s.CancelOrder(s.Context(), &orderingv1.CancelOrderRequest{
			Id:     given.GetOrder().GetId(),
			Viewer: &orderingv1.Viewer{AccessToken: given.GetAccessToken()},
		})
		if s.must(err); got.GetOrder().GetStatus() != order.Cancelled ||
			got.GetOrder().GetMarketSays() != "" {
			s.Errorf("what its shopper cancels is %s, and the market says %q", got.GetOrder().GetStatus(),
				got.GetOrder().GetMarketSays())
		}
		s.later(other)
		s.moved()
		orderID := rescheduled.GetOrder().GetId()
		if now := s.get(orderID); now.GetWindowStartsAt() != other.GetStartsAt() ||
			now.GetMarketSays() != "" {
			s.Errorf("of a window at %d that begins at another time it says %q", now.GetWindowStartsAt(),
				now.GetMarketSays())
		}
		// What the market cancels afterwards has the words of that.
		snow := flood(other.GetId(), "", "form-2")
		snow.Reason = "It snows."
		s.clear(snow)
		s.cleared(other.GetId())
		if now := s.get(orderID); now.GetStatus() != order.Cancelled || now.GetMarketSays() != "It snows." {
			s.Errorf("the order is %s, and the market says %q", now.GetStatus(), now.GetMarketSays())
		}
	})
}
