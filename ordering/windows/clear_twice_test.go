package windows_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/ordering/orderingtest"
)

// TestWhatWentIsCountedByItsDecision moves some orders of a window, pays back the rest by a second decision,
// and hands over what was packed.
func TestWhatWentIsCountedByItsDecision(t *testing.T) {
	each(t, func(s *shop) {
		dairy := s.Producer("Dairy")
		gouda := s.Product(dairy, "Gouda", "each", 1250)
		window, small := s.Window(2), s.narrow(s.Window(3), 2)
		orders := make([]*orderingv1.Order, 5)
		for i := range orders {
			orders[i] = s.Order(window.GetId(), want{gouda, 1000}).GetOrder()
		}
		packed := orders[4]
		s.Advance(packed, dairy, "packed")
		s.Clear(orderingtest.Flood(window.GetId(), small.GetId(), "form-1"))
		went := func() string { return fmt.Sprint(s.Cleared(window.GetId()).GetWent()) }
		moved := fmt.Sprintf("to_window_id:%q orders:2", small.GetId())
		if got := spaced(went()); got != "["+moved+"]" {
			s.Errorf("after the first decision they went %s", got)
		}
		s.Clear(orderingtest.Flood(window.GetId(), "", "form-2"))
		if got := spaced(went()); got != "[orders:2 "+moved+"]" {
			s.Errorf("after the second they went %s", got)
		}
		s.Advance(packed, dairy, "ready")
		s.Advance(packed, dairy, "done")
		if got := spaced(went()); got != "[orders:2 "+moved+" handed_over:true orders:1]" {
			s.Errorf("in the end they went %s", got)
		}
		// What the version before settled says nothing, and an order that is cancelled later has gone where
		// it went all the same.
		at := slices.IndexFunc(orders,
			func(o *orderingv1.Order) bool { return s.Get(o.GetId()).GetWindowId() == small.GetId() })
		_, err := s.CancelOrder(s.Context(),
			&orderingv1.CancelOrderRequest{Id: orders[at].GetId(), Viewer: operator})
		s.Must(err)
		s.Exec("UPDATE clearing_orders SET went_to = '' WHERE order_id <> $1", orders[at].GetId())
		if got := spaced(went()); got != "[orders:2 "+moved+" handed_over:true orders:1]" {
			s.Errorf("of what is not known they went %s", got)
		}
	})
}

// spaced is the text of a message, which varies on purpose, with single spaces.
func spaced(text string) string { return strings.Join(strings.Fields(text), " ") }

func TestAnotherDecisionUnderTheSameKeyIsRefused(t *testing.T) {
	each(t, func(s *shop) {
		gouda := s.Product(s.Producer("Dairy"), "Gouda", "each", 1250)
		window, small := s.Window(2), s.narrow(s.Window(3), 1)
		for range 2 {
			s.Order(window.GetId(), want{gouda, 1000})
		}
		s.Clear(orderingtest.Flood(window.GetId(), small.GetId(), "form-1"))
		s.Cleared(window.GetId())
		_, err := s.ClearWindow(s.Context(), orderingtest.Flood(window.GetId(), "", "form-1"))
		s.WantCode(err, "idempotency_key_reused")
		otherWords := orderingtest.Flood(window.GetId(), small.GetId(), "form-1")
		otherWords.Reason = "It snows."
		_, err = s.ClearWindow(s.Context(), otherWords)
		s.WantCode(err, "idempotency_key_reused")
		if got := s.Cleared(window.GetId()); got.GetStay() != 1 || got.GetReason() != "The hall is flooded." {
			s.Errorf("it came to %v", got)
		}
	})
}
