package ordering

import (
	"sync"
	"testing"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/ordering/order"
)

// basket is a member's, as a device sees it that knows a cart; it may be made in the market.
func (s *shop) basket(member, known, in string) *orderingv1.Cart {
	s.Helper()
	got, err := s.MemberCart(s.Context(), &orderingv1.MemberCartRequest{
		CustomerId: member, CartId: known,
		Market: in,
	})
	s.must(err)
	return got.GetCart()
}

func (s *shop) puts(cartID, member string, product *catalogv1.Product, milli int64) {
	s.Helper()
	_, err := s.SetLine(s.Context(), &orderingv1.SetLineRequest{
		CartId: cartID, VariantId: product.GetVariants()[0].GetId(), Quantity: milli,
		Viewer: &orderingv1.Viewer{CustomerId: member},
	})
	s.must(err)
}

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
		dairy := s.producer("Dairy")
		gouda, brie := s.product(dairy, "Gouda", "each", 1250), s.product(dairy, "Brie", "each", 900)
		ada, bob := s.member("ada"), s.member("bob")
		if s.basket(ada, "", "") != nil || s.basket(ada, "nothing", "") != nil {
			t.Error("there is a basket before anything is in it")
		}
		phone := s.cart(gouda)
		s.wantBasket(s.basket(ada, phone, ""), map[string]int64{"Gouda": 1000})
		if at := s.basket(ada, "", ""); at.GetId() != phone {
			t.Errorf("another device sees %v", at)
		}
		if s.basket(bob, phone, "") != nil {
			t.Error("a member's basket is shown to another")
		}
		_, err := s.GetCart(s.Context(), &orderingv1.GetCartRequest{Id: phone}) // signed out
		s.wantCode(err, "not_found")

		laptop := s.cart(gouda)
		s.puts(laptop, "", brie, 2000)
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
			at := s.basket(ada, known, "")
			s.wantBasket(at, map[string]int64{"Gouda": 2000, "Brie": 2000})
			if at.GetId() != phone {
				t.Errorf("the device that knows %s sees %s", known, at.GetId())
			}
		}
	})
}

func TestAMembersBasketIsBounded(t *testing.T) {
	each(t, func(s *shop) {
		dairy := s.producer("Dairy")
		gouda := s.product(dairy, "Gouda", "each", 1250)
		ada := s.member("ada")
		mine := s.basket(ada, "", market).GetId()
		s.puts(mine, ada, gouda, order.MaxQuantity-1000)
		guest := s.cart(gouda)
		s.puts(guest, "", gouda, 5000)
		s.wantBasket(s.basket(ada, guest, ""), map[string]int64{"Gouda": order.MaxQuantity})
	})
}

// TestAMembersNextBasketIsNew orders the one that there is: then there is another, on each device.
func TestAMembersNextBasketIsNew(t *testing.T) {
	each(t, func(s *shop) {
		gouda, ada := s.product(s.producer("Dairy"), "Gouda", "each", 1250), s.member("ada")
		first := s.basket(ada, "", market).GetId()
		if again := s.basket(ada, "", market).GetId(); again != first {
			t.Errorf("there are two baskets, %s and %s", first, again)
		}
		s.puts(first, ada, gouda, 1000)
		s.last = &orderingv1.CheckoutRequest{
			CartId: first, IdempotencyKey: "one",
			WindowId: s.window(2).GetId(), PaymentMethod: "test", PaymentToken: "ok",
			Viewer:  &orderingv1.Viewer{CustomerId: ada},
			Contact: &identityv1.Contact{Name: "Ada", Email: "ada@example.com"},
		}
		_, err := s.Checkout(s.Context(), s.last)
		s.must(err)
		if at := s.basket(ada, first, ""); at.GetId() != first || at.GetOrderId() == "" {
			t.Errorf("who goes back is led to %v", at)
		}
		next := s.basket(ada, first, market)
		if next.GetId() == first || len(next.GetLines()) != 0 {
			t.Errorf("the next basket is %v", next)
		}
		if at := s.basket(ada, first, ""); at.GetId() != next.GetId() {
			t.Errorf("the device that ordered sees %s, want %s", at.GetId(), next.GetId())
		}
		guest := s.cart(gouda)
		s.wantBasket(s.basket(ada, guest, ""), map[string]int64{"Gouda": 1000})

		// A program's cart is no basket while there is one, and is it where the last is ordered.
		made, err := s.CreateCart(s.Context(), &orderingv1.CreateCartRequest{Market: market, CustomerId: ada})
		s.must(err)
		if at := s.basket(ada, made.GetCart().GetId(), ""); at.GetId() != next.GetId() {
			t.Errorf("a program's cart is taken for the basket: %v", at)
		}
		s.exec("UPDATE carts SET order_id = 'ord' WHERE id = $1", next.GetId())
		if at := s.basket(ada, made.GetCart().GetId(), ""); at.GetId() != made.GetCart().GetId() {
			t.Errorf("what is shown is %v", at)
		}
	})
}

// TestWhatJoinedABasketIsOrderedOnce has a device go on with the guest's cart that was poured into the
// member's.
func TestWhatJoinedABasketIsOrderedOnce(t *testing.T) {
	each(t, func(s *shop) {
		gouda, ada := s.product(s.producer("Dairy"), "Gouda", "each", 1250), s.member("ada")
		mine, guest := s.basket(ada, "", market).GetId(), s.cart(gouda)
		if at := s.basket(ada, guest, ""); at.GetId() != mine || len(at.GetLines()) != 1 {
			t.Fatalf("the basket is %v", at)
		}
		s.last = &orderingv1.CheckoutRequest{
			CartId: mine, IdempotencyKey: "one",
			WindowId: s.window(2).GetId(), PaymentMethod: "test", PaymentToken: "ok",
			Viewer:  &orderingv1.Viewer{CustomerId: ada},
			Contact: &identityv1.Contact{Name: "Ada", Email: "ada@example.com"},
		}
		_, err := s.Checkout(s.Context(), s.last)
		s.must(err)
		if at := s.basket(ada, guest, ""); at.GetId() != mine || at.GetOrderId() == "" {
			t.Errorf("who sends the same again is led to %v, not to the order", at)
		}
		s.last.CartId = guest
		_, err = s.Checkout(s.Context(), s.last)
		s.wantCode(err, "not_found")
	})
}
