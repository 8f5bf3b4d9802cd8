package ordering

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/id"
)

// begun is a window that is cancelled, of whose orders none has gone yet; nobody goes on with it but the
// test.
func (s *shop) begun(r *orderingv1.ClearWindowRequest) clearing {
	s.Helper()
	c, err := s.service.readClearing(s.Context(), r)
	s.must(err)
	s.exec(`INSERT INTO clearings (window_id, to_window, reason, form_key, actor_kind, actor_id, started_at,
		done) VALUES ($1, $2, $3, $4, '', '', 0, 1)`, c.window, c.to, c.says, c.key)
	s.must(s.service.store.listClearing(s.Context(), c))
	return c
}

func TestAnOrderThatIsConfirmedWhileItsWindowIsCancelledGoesToo(t *testing.T) {
	eachStall(t, func(s *stall) {
		other := s.shop.window(4)
		o := s.buys(s.basket("ada@example.com", "10.0.0.1"))
		c := s.begun(flood(s.window.GetId(), other.GetId(), "form-1"))
		read, err := s.service.store.order(s.Context(), o.GetId())
		s.must(err)
		_, err = s.confirm(o.GetId())
		s.must(err)
		if gone, err := s.service.callOff(s.Context(), read.Order); gone || err != nil {
			s.Errorf("of an order that its shopper confirms meanwhile it says gone: %t, %v", gone, err)
		}
		// A version that took it for gone has written that down.
		s.exec("UPDATE clearing_orders SET state = 'gone' WHERE order_id = $1", o.GetId())
		s.exec("UPDATE clearings SET done = 0 WHERE window_id = $1", c.window)
		s.must(s.service.clearWindow(s.Context(), c))
		got := s.cleared(c.window)
		if now := s.get(o.GetId()); now.GetWindowId() != other.GetId() || now.GetStatus() != Confirmed ||
			got.GetGone() != 1 {
			s.Errorf("the order is %s in %s; %v", now.GetStatus(), now.GetWindowId(), got)
		}
	})
}

func TestOfTwoWhoCancelAWindowAtOnceOneDecides(t *testing.T) {
	each(t, func(s *shop) {
		for n := range 12 {
			// Delivery knows no such window, so nothing is ever done with it, and the second comes while the
			// first is under way.
			window, errs := s.service.host.NewID(id.Window, market), make([]error, 2)
			var both sync.WaitGroup
			for i, to := range []string{"win_portland_x", ""} {
				both.Go(func() {
					c, err := s.service.readClearing(s.Context(),
						flood(window, to, fmt.Sprint("form-", n, "-", i)))
					if err == nil {
						_, err = s.service.store.beginClearing(s.Context(), c, nil)
					}
					errs[i] = err
				})
			}
			both.Wait()
			refused := slices.IndexFunc(errs,
				func(err error) bool { return fault.Is(err, errBeingCancelled.Code) })
			if refused < 0 || errs[1-refused] != nil {
				s.Fatalf("they are told %v", errs)
			}
			decided, err := s.service.store.clearing(s.Context(), window)
			if s.must(err); decided.key != fmt.Sprint("form-", n, "-", 1-refused) {
				s.Errorf("who was refused decided: %v", decided)
			}
		}
	})
}

func TestADecisionUnderWayIsNotWrittenOver(t *testing.T) {
	each(t, func(s *shop) {
		gouda := s.product(s.producer("Dairy"), "Gouda", "each", 1250)
		window, other := s.window(2), s.window(3)
		o := s.order(window.GetId(), want{gouda, 1000}).GetOrder()
		c := s.begun(flood(window.GetId(), other.GetId(), "form-1"))
		second, err := s.service.readClearing(s.Context(), flood(window.GetId(), "", "form-2"))
		s.must(err)
		_, err = s.service.store.beginClearing(s.Context(), second, nil)
		s.must(err)
		s.service.clearing.Wake()
		// Who still works on the first decision says nothing of the second.
		s.must(s.service.store.settleClearing(s.Context(), c,
			[]outcome{{orderID: o.GetId(), state: orderGone}}))
		if got := s.cleared(window.GetId()); got.GetToWindowId() != "" ||
			s.get(o.GetId()).GetStatus() != Cancelled {
			s.Errorf("it came to %v, and the order is %s", got, s.get(o.GetId()).GetStatus())
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
