package basket_test

import (
	"sync"
	"testing"

	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/ordering/order"
)

func (s *shop) wantBasket(cart *orderingv1.Cart, want map[string]int64) {
	s.Helper()
	if len(cart.GetLines()) != len(want) {
		s.Errorf("the basket has %d lines, want %v", len(cart.GetLines()), want)
	}
	for _, line := range cart.GetLines() {
		if line.GetQuantity() != want[line.GetProductTitle()] {
			s.Errorf("%d of %s, want %d", line.GetQuantity(), line.GetProductTitle(),
				want[line.GetProductTitle()])
		}
	}
}

// TestAMembersBasketGoesAlong fills a basket as a guest, signs in, and signs in on another device which has a
// guest's basket of its own.
func TestAMembersBasketGoesAlong(t *testing.T) {
	each(t, func(s *shop) {
		dairy := s.Producer("Dairy")
		gouda, brie := s.Product(dairy, "Gouda", "each", 1250), s.Product(dairy, "Brie", "each", 900)
		ada, bob := s.Member("ada"), s.Member("bob")
		if s.Basket(ada, "", "") != nil || s.Basket(ada, "nothing", "") != nil {
			t.Error("there is a basket before anything is in it")
		}
		phone := s.Cart(gouda)
		s.wantBasket(s.Basket(ada, phone, ""), map[string]int64{"Gouda": 1000})
		if at := s.Basket(ada, "", ""); at.GetId() != phone {
			t.Errorf("another device sees %v", at)
		}
		if s.Basket(bob, phone, "") != nil {
			t.Error("a member's basket is shown to another")
		}
		_, err := s.GetCart(s.Context(), &orderingv1.GetCartRequest{Id: phone}) // signed out
		s.WantCode(err, "not_found")

		laptop := s.Cart(gouda)
		s.Puts(laptop, "", brie, 2000)
		var all sync.WaitGroup
		for range 8 { // a browser asks for several things at once
			all.Go(func() {
				_, err := s.MemberCart(s.Context(),
					&orderingv1.MemberCartRequest{CustomerId: ada, CartId: laptop})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		for _, known := range []string{laptop, phone, ""} {
			at := s.Basket(ada, known, "")
			s.wantBasket(at, map[string]int64{"Gouda": 2000, "Brie": 2000})
			if at.GetId() != phone {
				t.Errorf("the device that knows %s sees %s", known, at.GetId())
			}
		}
	})
}

func TestAMembersBasketIsBounded(t *testing.T) {
	each(t, func(s *shop) {
		dairy := s.Producer("Dairy")
		gouda := s.Product(dairy, "Gouda", "each", 1250)
		ada := s.Member("ada")
		mine := s.Basket(ada, "", market).GetId()
		s.Puts(mine, ada, gouda, order.MaxQuantity-1000)
		guest := s.Cart(gouda)
		s.Puts(guest, "", gouda, 5000)
		s.wantBasket(s.Basket(ada, guest, ""), map[string]int64{"Gouda": order.MaxQuantity})
	})
}

// TestAMembersNextBasketIsNew orders the one that there is: then there is another, on each device.
func TestAMembersNextBasketIsNew(t *testing.T) {
	each(t, func(s *shop) {
		gouda, ada := s.Product(s.Producer("Dairy"), "Gouda", "each", 1250), s.Member("ada")
		first := s.Basket(ada, "", market).GetId()
		if again := s.Basket(ada, "", market).GetId(); again != first {
			t.Errorf("there are two baskets, %s and %s", first, again)
		}
		s.Puts(first, ada, gouda, 1000)
		s.Last = &orderingv1.CheckoutRequest{
			CartId: first, IdempotencyKey: "one",
			WindowId: s.Window(2).GetId(), PaymentMethod: "test", PaymentToken: "ok",
			Viewer:  &orderingv1.Viewer{CustomerId: ada},
			Contact: &identityv1.Contact{Name: "Ada", Email: "ada@example.com"},
		}
		_, err := s.Checkout(s.Context(), s.Last)
		s.Must(err)
		if at := s.Basket(ada, first, ""); at.GetId() != first || at.GetOrderId() == "" {
			t.Errorf("who goes back is led to %v", at)
		}
		next := s.Basket(ada, first, market)
		if next.GetId() == first || len(next.GetLines()) != 0 {
			t.Errorf("the next basket is %v", next)
		}
		if at := s.Basket(ada, first, ""); at.GetId() != next.GetId() {
			t.Errorf("the device that ordered sees %s, want %s", at.GetId(), next.GetId())
		}
		guest := s.Cart(gouda)
		s.wantBasket(s.Basket(ada, guest, ""), map[string]int64{"Gouda": 1000})

		// A program's cart is no basket while there is one, and is it where the last is ordered.
		made, err := s.CreateCart(s.Context(), &orderingv1.CreateCartRequest{Market: market, CustomerId: ada})
		s.Must(err)
		if at := s.Basket(ada, made.GetCart().GetId(), ""); at.GetId() != next.GetId() {
			t.Errorf("a program's cart is taken for the basket: %v", at)
		}
		s.Exec("UPDATE carts SET order_id = 'ord' WHERE id = $1", next.GetId())
		if at := s.Basket(ada, made.GetCart().GetId(), ""); at.GetId() != made.GetCart().GetId() {
			t.Errorf("what is shown is %v", at)
		}
	})
}

// TestWhatJoinedABasketIsOrderedOnce has a device go on with the guest's cart that was poured into the
// Member's.
func TestWhatJoinedABasketIsOrderedOnce(t *testing.T) {
	each(t, func(s *shop) {
		gouda, ada := s.Product(s.Producer("Dairy"), "Gouda", "each", 1250), s.Member("ada")
		mine, guest := s.Basket(ada, "", market).GetId(), s.Cart(gouda)
		if at := s.Basket(ada, guest, ""); at.GetId() != mine || len(at.GetLines()) != 1 {
			t.Fatalf("the basket is %v", at)
		}
		s.Last = &orderingv1.CheckoutRequest{
			CartId: mine, IdempotencyKey: "one",
			WindowId: s.Window(2).GetId(), PaymentMethod: "test", PaymentToken: "ok",
			Viewer:  &orderingv1.Viewer{CustomerId: ada},
			Contact: &identityv1.Contact{Name: "Ada", Email: "ada@example.com"},
		}
		_, err := s.Checkout(s.Context(), s.Last)
		s.Must(err)
		if at := s.Basket(ada, guest, ""); at.GetId() != mine || at.GetOrderId() == "" {
			t.Errorf("who sends the same again is led to %v, not to the order", at)
		}
		s.Last.CartId = guest
		_, err = s.Checkout(s.Context(), s.Last)
		s.WantCode(err, "not_found")
	})
}
