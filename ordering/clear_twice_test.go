package ordering

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/ordering/order"
)

func TestAnOrderThatIsConfirmedWhileItsWindowIsCancelledGoesToo(t *testing.T) {
	eachCheeseShop(t, func(s *cheeseShop) {
		window, other := s.window.GetId(), s.shop.window(4)
		o := s.buys(s.basket("ada@example.com", "10.0.0.1"))
		s.before(0, func() { // it is about to be called off
			if _, err := s.confirm(o.GetId()); err != nil {
				s.Error(err)
			}
			// A version that took it for gone has written that down.
			s.exec("UPDATE clearing_orders SET state = 'gone' WHERE order_id = $1", o.GetId())
		})
		s.clear(flood(window, other.GetId(), "form-1"))
		got := s.cleared(window)
		if now := s.get(o.GetId()); now.GetWindowId() != other.GetId() ||
			now.GetStatus() != order.Confirmed ||
			got.GetGone() != 1 {
			s.Errorf("the order is %s in %s; %v", now.GetStatus(), now.GetWindowId(), got)
		}
	})
}

// TestWhatWentIsCountedByItsDecision moves some orders of a window, pays back the rest by a second decision,
// and hands over what was packed.
func TestWhatWentIsCountedByItsDecision(t *testing.T) {
	each(t, func(s *shop) {
		dairy := s.producer("Dairy")
		gouda := s.product(dairy, "Gouda", "each", 1250)
		window, small := s.window(2), s.narrow(s.window(3), 2)
		orders := make([]*orderingv1.Order, 5)
		for i := range orders {
			orders[i] = s.order(window.GetId(), want{gouda, 1000}).GetOrder()
		}
		packed := orders[4]
		s.advance(packed, dairy, "packed")
		s.clear(flood(window.GetId(), small.GetId(), "form-1"))
		went := func() string { return fmt.Sprint(s.cleared(window.GetId()).GetWent()) }
		moved := fmt.Sprintf("to_window_id:%q orders:2", small.GetId())
		if got := spaced(went()); got != "["+moved+"]" {
			s.Errorf("after the first decision they went %s", got)
		}
		s.clear(flood(window.GetId(), "", "form-2"))
		if got := spaced(went()); got != "[orders:2 "+moved+"]" {
			s.Errorf("after the second they went %s", got)
		}
		s.advance(packed, dairy, "ready")
		s.advance(packed, dairy, "done")
		if got := spaced(went()); got != "[orders:2 "+moved+" handed_over:true orders:1]" {
			s.Errorf("in the end they went %s", got)
		}
		// What the version before settled says nothing, and an order that is cancelled later has gone where
		// it went all the same.
		at := slices.IndexFunc(orders,
			func(o *orderingv1.Order) bool { return s.get(o.GetId()).GetWindowId() == small.GetId() })
		_, err := s.CancelOrder(s.Context(),
			&orderingv1.CancelOrderRequest{Id: orders[at].GetId(), Viewer: operator})
		s.must(err)
		s.exec("UPDATE clearing_orders SET went_to = '' WHERE order_id <> $1", orders[at].GetId())
		if got := spaced(went()); got != "[orders:2 "+moved+" handed_over:true orders:1]" {
			s.Errorf("of what is not known they went %s", got)
		}
	})
}

// spaced is the text of a message, which varies on purpose, with single spaces.
func spaced(text string) string { return strings.Join(strings.Fields(text), " ") }

func TestAnotherDecisionUnderTheSameKeyIsRefused(t *testing.T) {
	each(t, func(s *shop) {
		gouda := s.product(s.producer("Dairy"), "Gouda", "each", 1250)
		window, small := s.window(2), s.narrow(s.window(3), 1)
		for range 2 {
			s.order(window.GetId(), want{gouda, 1000})
		}
		s.clear(flood(window.GetId(), small.GetId(), "form-1"))
		s.cleared(window.GetId())
		_, err := s.ClearWindow(s.Context(), flood(window.GetId(), "", "form-1"))
		s.wantCode(err, "idempotency_key_reused")
		otherWords := flood(window.GetId(), small.GetId(), "form-1")
		otherWords.Reason = "It snows."
		_, err = s.ClearWindow(s.Context(), otherWords)
		s.wantCode(err, "idempotency_key_reused")
		if got := s.cleared(window.GetId()); got.GetStay() != 1 || got.GetReason() != "The hall is flooded." {
			s.Errorf("it came to %v", got)
		}
	})
}
