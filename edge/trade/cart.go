package trade

import (
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// Cart reads a basket that the visitor may see.
func Cart(v *web.Visit, cartID string) (*orderingv1.Cart, error) {
	viewer, err := v.Viewer()
	if err != nil {
		return nil, err
	}
	answer, err := v.Site.Ordering.GetCart(v.Context(),
		&orderingv1.GetCartRequest{Id: cartID, Viewer: viewer})
	if err != nil {
		return nil, err
	}
	return answer.GetCart(), nil
}

// SetLine sets how much of a variant is in a basket, in thousandths.
func SetLine(v *web.Visit, cartID, variantID string, milli int64) (*orderingv1.Cart, error) {
	return SetLineOf(v, cartID, variantID, milli, "")
}

// SetLineOf is SetLine of a cart that was seen as it is; seen is empty where that does not matter.
func SetLineOf(v *web.Visit, cartID, variantID string, milli int64, seen string) (*orderingv1.Cart, error) {
	viewer, err := v.Viewer()
	if err != nil {
		return nil, err
	}
	answer, err := v.Site.Ordering.SetLine(v.Context(), &orderingv1.SetLineRequest{
		CartId: cartID, VariantId: variantID, Quantity: milli, Viewer: viewer, Version: seen,
	})
	if err != nil {
		return nil, err
	}
	return answer.GetCart(), nil
}

// LastCart is the basket of the cookie, also when it is ordered already; nil when there is none.
func LastCart(v *web.Visit) (*orderingv1.Cart, error) {
	account, err := v.WhoAmI()
	if err != nil {
		return nil, err
	}
	if account != nil {
		return MemberCart(v, "")
	}
	cartID := v.Site.Cookies.Read(v.Request, web.CartCookie)
	if cartID == "" {
		return nil, nil
	}
	cart, err := Cart(v, cartID)
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	return cart, err
}

// MemberCart is the basket of the visitor's account, on whatever device it was filled; what a guest put into
// this device's becomes part of it. With a market it is made where there is none.
func MemberCart(v *web.Visit, market string) (*orderingv1.Cart, error) {
	answer, err := v.Site.Ordering.MemberCart(v.Context(), &orderingv1.MemberCartRequest{
		CustomerId: v.Account.GetId(), CartId: v.Site.Cookies.Read(v.Request, web.CartCookie), Market: market,
	})
	return answer.GetCart(), err
}

// OwnCart is the basket of the cookie; nil when there is none, or when it is ordered.
func OwnCart(v *web.Visit) (*orderingv1.Cart, error) {
	cart, err := LastCart(v)
	if err != nil || cart.GetOrderId() != "" {
		return nil, err
	}
	return cart, nil
}

// InCart is how much of a variant a basket has, in thousandths.
func InCart(cart *orderingv1.Cart, variant string) int64 {
	for _, line := range cart.GetLines() {
		if line.GetVariantId() == variant {
			return line.GetQuantity()
		}
	}
	return 0
}
