package basket

import (
	"context"
	"fmt"

	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/ordering/order"
)

// MemberCart answers the basket of a member; see the contract.
func (s *Baskets) MemberCart(
	ctx context.Context, r *orderingv1.MemberCartRequest,
) (*orderingv1.MemberCartResponse, error) {
	if n := len(r.GetCustomerId()); n == 0 || n > 128 {
		return nil, fault.InvalidAlone("customer_id", "This is not the ID of an account.")
	}
	if r.GetMarket() != "" && !id.ValidMarket(r.GetMarket()) {
		return nil, fault.InvalidAlone("market", "There is no such market.")
	}
	shown, err := s.shownCart(ctx, r)
	if err != nil {
		return nil, err
	}
	if shown.ID != "" {
		if err := s.keepForMember(ctx, r.GetCustomerId(), shown); err != nil {
			return nil, fmt.Errorf("keep a cart for a member: %w", err)
		}
	}
	cartID, err := s.Book.MemberCart(ctx, r.GetCustomerId(), shown.Market)
	if err == nil && r.GetMarket() != "" {
		cartID, err = s.openMemberCart(ctx, r.GetCustomerId(), r.GetMarket())
	}
	if err != nil || cartID == "" {
		return &orderingv1.MemberCartResponse{}, err
	}
	cart, err := s.GetCart(ctx,
		&orderingv1.GetCartRequest{Id: cartID, Viewer: &orderingv1.Viewer{CustomerId: r.GetCustomerId()}})
	if fault.KindOf(err) == fault.NotFound && err != nil { // it was forgotten meanwhile
		return &orderingv1.MemberCartResponse{}, nil //nolint:nilerr // as if there had been none
	}
	return &orderingv1.MemberCartResponse{Cart: cart.GetCart()}, err
}

// shownCart is the cart that a device knows, where it is the member's or a guest's that is not ordered; the
// zero Cart otherwise.
func (s *Baskets) shownCart(ctx context.Context, r *orderingv1.MemberCartRequest) (order.Cart, error) {
	if _, err := id.Market(id.Cart, r.GetCartId()); err != nil {
		return order.Cart{}, nil //nolint:nilerr // a cookie may say anything
	}
	cart, err := s.Book.Cart(ctx, r.GetCartId())
	switch {
	case fault.Is(err, book.ErrNoCart.Code):
		return order.Cart{}, nil
	case err != nil:
		return order.Cart{}, err
	case cart.CustomerID == r.GetCustomerId(), cart.CustomerID == "" && cart.OrderID == "":
		return cart, nil
	}
	return order.Cart{}, nil
}

// keepForMember makes a cart the member's basket of its market, or adds what a guest's has to the one that
// there is.
func (s *Baskets) keepForMember(ctx context.Context, customerID string, shown order.Cart) error {
	if shown.CustomerID == customerID {
		has, err := s.hasBasket(ctx, customerID, shown)
		if err != nil || has {
			return err
		}
	}
	return s.Book.Adopt(ctx, customerID, shown)
}

// hasBasket reports whether a member has a basket that a cart of theirs does not replace: an open one, or any
// where that cart is ordered.
func (s *Baskets) hasBasket(ctx context.Context, customerID string, shown order.Cart) (bool, error) {
	current, err := s.Book.MemberCart(ctx, customerID, shown.Market)
	if err != nil || current == "" {
		return false, err
	}
	if current == shown.ID || shown.OrderID != "" {
		return true, nil
	}
	cart, err := s.Book.Cart(ctx, current)
	if fault.Is(err, book.ErrNoCart.Code) {
		return false, nil
	}
	return cart.OrderID == "", err
}

// openMemberCart is a member's basket in a market, a new one where there is none that is open.
func (s *Baskets) openMemberCart(ctx context.Context, customerID, market string) (string, error) {
	current, err := s.Book.MemberCart(ctx, customerID, market)
	if err != nil {
		return "", err
	}
	if cart, err := s.Book.Cart(ctx, current); err == nil && cart.OrderID == "" {
		return current, nil
	} else if err != nil && !fault.Is(err, book.ErrNoCart.Code) {
		return "", err
	}
	made, err := s.CreateCart(ctx, &orderingv1.CreateCartRequest{Market: market, CustomerId: customerID})
	if err != nil {
		return "", err
	}
	return s.Book.BeginMemberCart(ctx, customerID, market, current, made.GetCart().GetId())
}
