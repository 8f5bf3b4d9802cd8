package ordering_test

import (
	"context"
	"testing"
	"time"

	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/sqldb"
)

// pays tries the checkout of a cart with a card, as a page does that keeps the place, or as a program.
func (s *shop) pays(cartID, windowID, card string, keep bool) (*orderingv1.CheckoutResponse, error) {
	s.Helper()
	return s.Checkout(s.Context(), &orderingv1.CheckoutRequest{
		CartId: cartID, IdempotencyKey: s.NextKey(), WindowId: windowID,
		PaymentMethod: "test", PaymentToken: card, KeepPlace: keep,
		Contact: &identityv1.Contact{Name: "Ada", Email: "ada@example.com"},
	})
}

// lastPlace is a window with one place, so many days ahead.
func (s *shop) lastPlace(days int) string {
	s.Helper()
	w := s.Window(days)
	w.Capacity = 1
	got, err := s.Delivery.PutWindow(s.Context(), &deliveryv1.PutWindowRequest{Window: w})
	s.Must(err)
	return got.GetWindow().GetId()
}

func (s *shop) wantLeft(windowID string, left int64) {
	s.Helper()
	got, err := s.Delivery.GetWindow(s.Context(), &deliveryv1.GetWindowRequest{Id: windowID})
	s.Must(err)
	if got.GetWindow().GetRemaining() != left {
		s.Errorf("%d places are left, want %d", got.GetWindow().GetRemaining(), left)
	}
}

func TestADeclinedCardKeepsThePlace(t *testing.T) {
	each(t, func(s *shop) {
		gouda, window := s.Product(s.Producer("Dairy"), "Gouda", "each", 1250), s.lastPlace(2)
		ada, bob := s.Cart(gouda), s.Cart(gouda)
		for range 2 { // the second card is no better
			_, err := s.pays(ada, window, "declined", true)
			s.WantCode(err, "payment_declined")
			s.wantLeft(window, 0)
		}
		got, err := s.GetCart(s.Context(), &orderingv1.GetCartRequest{Id: ada})
		s.Must(err)
		if c := got.GetCart(); c.GetKeptWindowId() != window || c.GetKeptUntil() <= time.Now().UnixMilli() ||
			c.GetKeptUntil() > time.Now().Add(5*time.Minute).UnixMilli() || c.GetOrderId() != "" {
			s.Errorf("the basket is %v", c)
		}
		_, err = s.pays(bob, window, "ok", true)
		s.WantCode(err, "window_full")
		bought, err := s.pays(ada, window, "ok", true)
		s.Must(err)
		if bought.GetOrder().GetStatus() != order.Confirmed {
			s.Errorf("with a third card the order is %s", bought.GetOrder().GetStatus())
		}
		s.wantLeft(window, 0)
		s.Eventually("the place is taken", func() bool {
			hold, err := s.Delivery.GetHold(s.Context(),
				&deliveryv1.GetHoldRequest{OrderId: bought.GetOrder().GetId()})
			return err == nil && hold.GetState() == state.PlaceTaken
		})
		if n := s.places("SELECT COUNT(*) FROM holds WHERE state = 'held'"); n != 0 {
			s.Errorf("%d places are still held", n)
		}
		if n := s.places("SELECT taken + held FROM windows WHERE id = '" + window + "'"); n != 1 {
			s.Errorf("one place is counted %d times", n)
		}
	})
}

// places asks delivery's database.
func (s *shop) places(query string) (n int64) {
	s.Helper()
	s.Must(s.Process.Host("delivery").DB().Read().QueryRowContext(s.Context(), query).Scan(&n))
	return n
}

// TestAPlaceIsNotKeptForEver lets the time run out, takes another window, and orders by a program.
func TestAPlaceIsNotKeptForEver(t *testing.T) {
	each(t, func(s *shop) {
		gouda, window, other := s.Product(s.Producer("Dairy"), "Gouda", "each", 1250), s.lastPlace(2),
			s.lastPlace(3)
		program := s.Cart(gouda)
		_, err := s.pays(program, window, "declined", false)
		s.WantCode(err, "payment_declined")
		s.wantLeft(window, 1)

		ada := s.Cart(gouda)
		_, err = s.pays(ada, window, "declined", true)
		s.WantCode(err, "payment_declined")
		_, err = s.pays(ada, other, "ok", true)
		s.Must(err)
		s.wantLeft(window, 1) // she has chosen another
		s.wantLeft(other, 0)

		bob := s.Cart(gouda)
		_, err = s.pays(bob, window, "declined", true)
		s.WantCode(err, "payment_declined")
		s.wantLeft(window, 0)
		s.Must(s.Process.Host("delivery").DB().Tx(s.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
			_, err := tx.ExecContext(ctx, "UPDATE holds SET expires_at = 1 WHERE state = 'held'")
			return err
		}))
		s.Eventually("the place is given back",
			func() bool { return s.places("SELECT held FROM windows WHERE id = '"+window+"'") == 0 })
		_, err = s.pays(program, window, "ok", false)
		s.Must(err)
		_, err = s.pays(bob, window, "ok", true)
		s.WantCode(err, "window_full")
	})
}

// TestWhoIsDeclinedDoesNotFillAWindow has many cards declined: the places that are kept are a tenth.
func TestWhoIsDeclinedDoesNotFillAWindow(t *testing.T) {
	each(t, func(s *shop) {
		gouda, w := s.Product(s.Producer("Dairy"), "Gouda", "each", 1250), s.Window(2)
		w.Capacity = 20
		_, err := s.Delivery.PutWindow(s.Context(), &deliveryv1.PutWindowRequest{Window: w})
		s.Must(err)
		for range 6 {
			_, err := s.pays(s.Cart(gouda), w.GetId(), "declined", true)
			s.WantCode(err, "payment_declined")
		}
		s.wantLeft(w.GetId(), 18)
	})
}

// TestADeclinedOrderSurvivesItsProcess has the sweeper give back what a lost process had begun to: the place
// is kept all the same, once.
func TestADeclinedOrderSurvivesItsProcess(t *testing.T) {
	each(t, func(s *shop) {
		gouda, window := s.Product(s.Producer("Dairy"), "Gouda", "each", 1250), s.lastPlace(2)
		ada := s.Cart(gouda)
		_, err := s.pays(ada, window, "declined", true)
		s.WantCode(err, "payment_declined")
		var orderID string
		s.Must(s.Service.Host.DB().Read().QueryRowContext(s.Context(),
			"SELECT id FROM orders").Scan(&orderID))
		o, err := s.Service.Book.Order(s.Context(), orderID)
		s.Must(err)
		for range 2 {
			if until := s.givenBackAgain(orderID); !until.Equal(o.KeptUntil) {
				s.Errorf("given back again it is kept until %s, not %s", until, o.KeptUntil)
			}
		}
		s.wantLeft(window, 0)
		_, err = s.pays(ada, window, "ok", true)
		s.Must(err)
		if !s.givenBackAgain(orderID).IsZero() {
			s.Error("what was taken over is kept again")
		}
		s.wantLeft(window, 0)
	})
}

// givenBackAgain has the sweeper take on an order that failed, as if its process were lost before that was
// written, and answers until when its place is kept.
func (s *shop) givenBackAgain(orderID string) time.Time {
	s.Helper()
	s.Exec(`UPDATE orders SET status = 'releasing', lease_until = 0,
		document = REPLACE(document, '"status":"failed","total"', '"status":"releasing","total"')
		WHERE id = $1`,
		orderID)
	s.Must(s.Service.Driver.Sweep(s.Context()))
	s.Eventually("all is given back", func() bool { return s.Get(orderID).GetStatus() == order.Failed })
	o, err := s.Service.Book.Order(s.Context(), orderID)
	s.Must(err)
	return o.KeptUntil
}
