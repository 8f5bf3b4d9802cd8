package windows_test

import (
	"sync"
	"testing"

	"github.com/artisan-eats/artisan/fault"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/gen/artisan/payments/v1/paymentsv1connect"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/ordering/orderingtest"
)

// narrow gives a window so many places.
func (s *shop) narrow(w *deliveryv1.Window, places int64) *deliveryv1.Window {
	s.Helper()
	w.Capacity = places
	_, err := s.Delivery.PutWindow(s.Context(), &deliveryv1.PutWindowRequest{Window: w})
	s.Must(err)
	return w
}

func (s *shop) placesOf(windowID string) (taken, held int64) {
	s.Helper()
	s.Must(s.Process.Host("delivery").DB().Read().QueryRowContext(s.Context(),
		"SELECT taken, held FROM windows WHERE id = $1", windowID).Scan(&taken, &held))
	return taken, held
}

func TestACancelledWindowsOrdersMoveToAnother(t *testing.T) {
	each(t, func(s *shop) {
		dairy := s.Producer("Dairy")
		gouda := s.Product(dairy, "Gouda", "each", 1250)
		window, other := s.Window(2), s.Window(3)
		first, second := s.Order(window.GetId(), want{gouda, 1000}),
			s.Order(window.GetId(), want{gouda, 2000})
		packed := s.Order(window.GetId(), want{gouda, 1000}).GetOrder()
		s.Advance(packed, dairy, "packed")
		s.Advance(second.GetOrder(), dairy, "accepted")
		open, err := s.CountOpenOrders(s.Context(),
			&orderingv1.CountOpenOrdersRequest{WindowId: window.GetId()})
		if s.Must(err); open.GetOrders() != 3 || open.GetProducers() != 1 ||
			open.GetTotal().GetAmount() != 5000 {
			s.Errorf("asked first, it is %v", open)
		}
		s.Clear(orderingtest.Flood(window.GetId(), other.GetId(), "form-1"))
		got := s.Cleared(window.GetId())
		if got.GetOrders() != 3 || got.GetGone() != 2 || got.GetStay() != 1 ||
			got.GetStayed()[0].GetOrderId() != packed.GetId() || got.GetStayed()[0].GetCode() != "too_late" {
			s.Errorf("it came to %v", got)
		}
		for _, was := range []*orderingv1.CheckoutResponse{first, second} {
			o := s.Get(was.GetOrder().GetId())
			if o.GetWindowId() != other.GetId() || o.GetStatus() != order.Confirmed ||
				o.GetMovedFrom().GetStartsAt() != window.GetStartsAt() ||
				o.GetMarketSays() != "The hall is flooded." ||
				o.GetVersion() <= was.GetOrder().GetVersion() ||
				o.GetTotal().GetAmount() != was.GetOrder().GetTotal().GetAmount() {
				s.Errorf("the order is %v", o)
			}
			if step := o.GetSteps()[len(o.GetSteps())-1]; step.GetActorId() != "acc_x_op" {
				s.Errorf("its last step is %v", step)
			}
			if !o.GetParts()[0].GetWindowChanged() || o.GetParts()[0].GetStatus() != order.PartNew {
				s.Errorf("its maker is told %v", o.GetParts()[0])
			}
		}
		if taken, held := s.placesOf(window.GetId()); taken != 1 || held != 0 {
			s.Errorf("the old window has %d taken and %d held", taken, held)
		}
		if taken, held := s.placesOf(other.GetId()); taken != 2 || held != 0 {
			s.Errorf("the new window has %d taken and %d held", taken, held)
		}
		// A second click changes nothing, and nobody can order into it or open it again.
		s.Clear(orderingtest.Flood(window.GetId(), other.GetId(), "form-1"))
		if again := s.Cleared(window.GetId()); again.GetStartedAt() != got.GetStartedAt() {
			s.Error("it is done twice")
		}
		_, err = s.Checkout(s.Context(), &orderingv1.CheckoutRequest{
			CartId: s.Cart(gouda), IdempotencyKey: "late", WindowId: window.GetId(), PaymentMethod: "test",
			PaymentToken: "ok", Contact: s.Last.GetContact(),
		})
		s.WantCode(err, "window_closed")
		_, err = s.Delivery.CloseWindow(s.Context(), &deliveryv1.CloseWindowRequest{Id: window.GetId()})
		s.WantCode(err, "window_cancelled")
		_, err = s.Delivery.PutWindow(s.Context(), &deliveryv1.PutWindowRequest{Window: window})
		s.WantCode(err, "window_cancelled")
		// Once it is handed over, nothing stays.
		s.Advance(packed, dairy, "ready")
		s.Advance(packed, dairy, "done")
		if now := s.Cleared(window.GetId()); now.GetStay() != 0 || now.GetGone() != 3 {
			s.Errorf("then it is %v", now)
		}
	})
}

func TestACancelledWindowsOrdersArePaidBack(t *testing.T) {
	each(t, func(s *shop) {
		dairy := s.Producer("Dairy")
		gouda, window := s.Product(dairy, "Gouda", "each", 1250), s.Window(2)
		orders := []*orderingv1.Order{
			s.Order(window.GetId(), want{gouda, 1000}).GetOrder(),
			s.Order(window.GetId(), want{gouda, 2000}).GetOrder(),
		}
		s.Clear(orderingtest.Flood(window.GetId(), "", "form-1"))
		if got := s.Cleared(window.GetId()); got.GetGone() != 2 || got.GetStay() != 0 {
			s.Errorf("it came to %v", got)
		}
		payments := paymentsv1connect.NewPaymentsServiceClient(s.Process.Client("payments"))
		for _, was := range orders {
			if o := s.Get(was.GetId()); o.GetStatus() != order.Cancelled ||
				o.GetMarketSays() != "The hall is flooded." {
				s.Errorf("the order is %v", o)
			}
			s.Eventually("its money is given back", func() bool {
				paid, err := payments.GetPayment(s.Context(),
					&paymentsv1.GetPaymentRequest{OrderId: was.GetId()})
				return err == nil && paid.GetPayment().GetStatus() == state.PaymentVoided
			})
		}
		if taken, held := s.placesOf(window.GetId()); taken+held != 0 {
			s.Errorf("%d are taken and %d held", taken, held)
		}
	})
}

// TestWhatDoesNotFitStaysWhileOthersOrder moves more orders than a window has places, while others order into
// it: it is full and not more, and every order has one place. What stays goes elsewhere by a second decision.
func TestWhatDoesNotFitStaysWhileOthersOrder(t *testing.T) {
	each(t, func(s *shop) {
		gouda := s.Product(s.Producer("Dairy"), "Gouda", "each", 1250)
		window, small, third := s.Window(2), s.narrow(s.Window(3), 4), s.Window(4)
		for range 6 {
			s.Order(window.GetId(), want{gouda, 1000})
		}
		contact := s.Last.GetContact()
		carts := []string{s.Cart(gouda), s.Cart(gouda), s.Cart(gouda)}
		var others sync.WaitGroup
		for _, cart := range carts {
			others.Go(func() {
				_, err := s.Checkout(s.Context(), &orderingv1.CheckoutRequest{
					CartId: cart, IdempotencyKey: "other", WindowId: small.GetId(), PaymentMethod: "test",
					PaymentToken: "ok", Contact: contact,
				})
				if err != nil && !fault.Is(err, "window_full") {
					s.Error(err)
				}
			})
		}
		s.Clear(orderingtest.Flood(window.GetId(), small.GetId(), "form-1"))
		others.Wait()
		got := s.Cleared(window.GetId())
		if got.GetGone()+got.GetStay() != 6 || got.GetStay() < 2 ||
			got.GetStayed()[0].GetCode() != "window_full" {
			s.Errorf("it came to %v", got)
		}
		if taken, held := s.placesOf(small.GetId()); taken != 4 || held != 0 {
			s.Errorf("of 4 places %d are taken and %d held", taken, held)
		}
		s.Clear(orderingtest.Flood(window.GetId(), third.GetId(), "form-2"))
		if got = s.Cleared(window.GetId()); got.GetStay() != 0 || got.GetGone() != 6 {
			s.Errorf("in the end it is %v", got)
		}
		if taken, _ := s.placesOf(window.GetId()); taken != 0 {
			s.Errorf("%d places of the cancelled window are taken", taken)
		}
	})
}

// TestAWindowIsClearedWhereverTheProcessIsKilled leaves the move of an order after each of its steps, and
// after it was made but not written down, and has the next process go on: each order is in the other window,
// once, with its goods, its place and its money.
func TestAWindowIsClearedWhereverTheProcessIsKilled(t *testing.T) {
	each(t, func(s *shop) {
		gouda, other := s.Product(s.Producer("Dairy"), "Gouda", "each", 1250), s.Window(3)
		killed := 0
		for steps, left := 0, 0; left == 0; steps++ {
			window := s.Window(2)
			orderID := s.Order(window.GetId(), want{gouda, 2000}).GetOrder().GetId()
			r := orderingtest.Flood(window.GetId(), other.GetId(), "form")
			left = s.killedWhileMoving(r, steps)
			killed++
			s.Exec("UPDATE orders SET lease_until = 0 WHERE id = $1", orderID)
			s.Must(s.Service.Driver.Sweep(s.Context()))
			s.Clear(r)
			if got := s.Cleared(window.GetId()); got.GetOrders() != 1 || got.GetGone() != 1 {
				s.Errorf("killed after %d steps it came to %v", steps, got)
			}
			o, moves := s.Get(orderID), 0
			for _, step := range o.GetSteps() {
				if step.GetNote() == "moved to another window by the market: The hall is flooded." {
					moves++
				}
			}
			if o.GetWindowId() != other.GetId() || moves != 1 {
				s.Errorf("killed after %d steps the order was moved %d times: %v", steps, moves, o)
			}
			s.WantSound(orderID)
			s.Cancelled(orderID)
		}
		if killed < 4 {
			s.Errorf("it was killed %d times only", killed)
		}
	})
}

// killedWhileMoving clears a window of one order, and ends the process so many steps into its move. It
// answers how many were left over.
func (s *shop) killedWhileMoving(r *orderingv1.ClearWindowRequest, most int) (left int) {
	s.Helper()
	life := s.KilledAfter(1 + most) // first the change is written down
	s.Clear(r)
	s.Eventually("the process is killed, or all is done", func() bool {
		return life.Killed() ||
			s.Count("SELECT COUNT(*) FROM clearings WHERE window_id = $1 AND done = 1", r.GetWindowId()) == 1
	})
	return s.LivesOn(life)
}

func TestWhatCannotBeClearedIsSaid(t *testing.T) {
	each(t, func(s *shop) {
		gouda := s.Product(s.Producer("Dairy"), "Gouda", "each", 1250)
		window, other := s.Window(2), s.Window(3)
		s.Order(window.GetId(), want{gouda, 1000})
		seen := int64(2)
		delivering, err := s.Delivery.PutWindow(s.Context(),
			&deliveryv1.PutWindowRequest{Window: &deliveryv1.Window{
				Market: market, Kind: "delivery", StartsAt: other.GetStartsAt(), EndsAt: other.GetEndsAt(),
				OrderBy: other.GetOrderBy(), Capacity: 9, Place: "The town",
			}})
		s.Must(err)
		for name, tc := range map[string]struct {
			edit func(*orderingv1.ClearWindowRequest)
			code string
		}{
			"nobody's": {func(r *orderingv1.ClearWindowRequest) { r.Viewer = nil }, "not_found"},
			"a shopper's": {
				func(r *orderingv1.ClearWindowRequest) {
					r.Viewer = &orderingv1.Viewer{CustomerId: "acc_x_1"}
				}, "not_found",
			},
			"no reason": {func(r *orderingv1.ClearWindowRequest) { r.Reason = " " }, "invalid"},
			"two lines": {func(r *orderingv1.ClearWindowRequest) { r.Reason = "a\nb" }, "invalid"},
			"no key": {
				func(r *orderingv1.ClearWindowRequest) { r.Key = "" },
				"idempotency_key_required",
			},
			"into itself": {
				func(r *orderingv1.ClearWindowRequest) { r.ToWindowId = window.GetId() },
				"invalid",
			},
			"another kind": {
				func(r *orderingv1.ClearWindowRequest) { r.ToWindowId = delivering.GetWindow().GetId() },
				"invalid",
			},
			"what is not": {
				func(r *orderingv1.ClearWindowRequest) { r.ToWindowId = "win_portland_x" },
				"invalid",
			},
			"an order came":    {func(r *orderingv1.ClearWindowRequest) { r.Open = &seen }, "changed_since"},
			"no window at all": {func(r *orderingv1.ClearWindowRequest) { r.WindowId = "" }, "not_found"},
		} {
			r := orderingtest.Flood(window.GetId(), other.GetId(), "form-"+name[:2])
			tc.edit(r)
			if _, err := s.ClearWindow(s.Context(), r); !fault.Is(err, tc.code) {
				s.Errorf("%s: %v, want %s", name, err, tc.code)
			}
		}
		if n := s.Count("SELECT COUNT(*) FROM clearings"); n != 0 {
			s.Errorf("%d windows are cancelled", n)
		}
		got, err := s.Delivery.GetWindow(s.Context(), &deliveryv1.GetWindowRequest{Id: window.GetId()})
		if s.Must(err); got.GetWindow().GetCancelled() {
			s.Error("the window is cancelled")
		}
	})
}
