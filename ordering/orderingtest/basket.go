package orderingtest

import (
	"fmt"
	"strings"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// Basket is a member's, as a device sees it that knows a cart; it may be made in the market.
func (s *Shop) Basket(member, known, in string) *orderingv1.Cart {
	s.Helper()
	got, err := s.MemberCart(s.Context(), &orderingv1.MemberCartRequest{
		CustomerId: member, CartId: known,
		Market: in,
	})
	s.Must(err)
	return got.GetCart()
}

// Puts sets a line of a cart, which may be a member's.
func (s *Shop) Puts(cartID, member string, product *catalogv1.Product, milli int64) {
	s.Helper()
	_, err := s.SetLine(s.Context(), &orderingv1.SetLineRequest{
		CartId: cartID, VariantId: product.GetVariants()[0].GetId(), Quantity: milli,
		Viewer: &orderingv1.Viewer{CustomerId: member},
	})
	s.Must(err)
}

// Declares has a product's maker say what it contains: "none", "" for nothing, or codes with commas between.
func (s *Shop) Declares(p *catalogv1.Product, says string) *catalogv1.Product {
	s.Helper()
	p.Allergens, p.AllergensNone = nil, says == "none"
	if says != "" && says != "none" {
		p.Allergens = strings.Split(says, ",")
	}
	return s.Put(p)
}

type declaring interface {
	GetProductTitle() string
	GetAllergens() []string
	GetAllergensStated() bool
}

// WantDeclared compares what lines say of allergens. Those of which nothing was kept say "before".
func WantDeclared[T declaring](s *Shop, what string, lines []T, kept func(T) bool, want string) {
	s.Helper()
	var all []string
	for _, l := range lines {
		says := fmt.Sprint(l.GetAllergens(), " stated ", l.GetAllergensStated())
		if !kept(l) {
			says = "before"
		}
		all = append(all, l.GetProductTitle()+": "+says)
	}
	if got := strings.Join(all, "; "); got != want {
		s.Errorf("%s: got %s, want %s", what, got, want)
	}
}

// WantOrderDeclares is WantDeclared of an order.
func (s *Shop) WantOrderDeclares(what string, o *orderingv1.Order, want string) {
	s.Helper()
	WantDeclared(s, what, o.GetLines(),
		func(l *orderingv1.OrderLine) bool { return l.AllergensStated != nil }, want)
}

// ChecksOut orders a guest's cart, paid by card.
func (s *Shop) ChecksOut(cartID, key, windowID string) (*orderingv1.CheckoutResponse, error) {
	return s.Checkout(s.Context(), &orderingv1.CheckoutRequest{
		CartId: cartID, IdempotencyKey: key, WindowId: windowID, PaymentMethod: "test", PaymentToken: "ok",
		Contact: &identityv1.Contact{Name: "Ada", Email: "ada@example.com"}, Viewer: &orderingv1.Viewer{},
	})
}

// Number is a pointer to a number.
func Number(n int64) *int64 { return &n }
