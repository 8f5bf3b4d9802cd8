package edge

import (
	"cmp"
	"context"
	"net/http"
	"net/url"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/locale"
)

// cartPage shows the visitor's basket.
func (e *site) cartPage(v *visit) (*reply, error) { return v.showCart(http.StatusOK, page.Cart{}) }

// showCart shows the basket, with what the model says already.
func (v *visit) showCart(status int, model page.Cart) (*reply, error) {
	cart, err := v.lastCart()
	if err != nil {
		return nil, err
	}
	return v.showThis(status, cart, model)
}

// showThis shows a basket; the cart may be nil, or ordered.
func (v *visit) showThis(status int, cart *orderingv1.Cart, model page.Cart) (*reply, error) {
	model.Frame, model.Shop = v.frame("Your basket"), "/"
	if cart != nil {
		in, err := v.site.place(v.Context(), cart.GetMarket())
		if err != nil {
			return nil, err
		}
		model.Frame, model.Shop = v.site.frame(in.Text("Your basket"), in), "/m/"+in.code+"/products"
		if cart.GetOrderId() != "" {
			model.Ordered = "/orders/" + cart.GetOrderId()
			cart = nil
		}
		v.fillCart(&model, in, cart)
	}
	me, err := v.mine(cart)
	if err != nil {
		return nil, err
	}
	me.Total = "" // the basket itself is open
	model.Me = &me
	return render(v.Context(), status, page.CartPage(model))
}

// lastCart is the basket of the cookie, also when it is ordered already; nil when there is none.
func (v *visit) lastCart() (*orderingv1.Cart, error) {
	account, err := v.whoami()
	if err != nil {
		return nil, err
	}
	if account != nil {
		return v.memberCart("")
	}
	cartID := v.site.jar.read(v.Request, cartCookie)
	if cartID == "" {
		return nil, nil
	}
	cart, err := v.cart(cartID)
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	return cart, err
}

// memberCart is the basket of the visitor's account, on whatever device it was filled; what a guest put into this device's becomes part of it. With a
// market it is made where there is none.
func (v *visit) memberCart(market string) (*orderingv1.Cart, error) {
	answer, err := v.site.ordering.MemberCart(v.Context(), &orderingv1.MemberCartRequest{
		CustomerId: v.account.GetId(), CartId: v.site.jar.read(v.Request, cartCookie), Market: market,
	})
	return answer.GetCart(), err
}

// ownCart is the basket of the cookie; nil when there is none, or when it is ordered.
func (v *visit) ownCart() (*orderingv1.Cart, error) {
	cart, err := v.lastCart()
	if err != nil || cart.GetOrderId() != "" {
		return nil, err
	}
	return cart, nil
}

// showProduct is the page of a product as somebody sees it.
type showProduct func(ctx context.Context, q *query) (page.Product, error)

// addLine puts more of a variant into the basket, which it makes when there is none. What it does not take is said on the product's page.
func addLine(product showProduct) func(*visit) (*reply, error) {
	return func(v *visit) (*reply, error) { return v.addLine(product) }
}

func (v *visit) addLine(product showProduct) (*reply, error) {
	form, err := v.form()
	if err != nil {
		return nil, err
	}
	variant := form.Get("variant_id")
	market, err := id.Market(id.Variant, variant)
	if err != nil {
		return v.refuse(errNotSold, page.Refused{})
	}
	milli, err := formQuantity(form)
	if err != nil {
		return v.offerAgain(product, variant, form, err)
	}
	cart, err := v.cartIn(market)
	if canBeSaid(fault.Of(err)) {
		return v.refuse(errNotSold, page.Refused{})
	}
	if err != nil {
		return nil, err
	}
	less := form.Get("less") != ""
	after, err := v.changeBy(cart, variant, milli, less)
	if err != nil && form.Get("from") == fromCard && v.partial() && canBeSaid(fault.Of(err)) {
		return v.showFault(cart, fault.Of(err))
	}
	if err != nil {
		return v.offerAgain(product, variant, form, err)
	}
	out := redirect("/cart")
	if v.partial() {
		if out, err = v.showAdded(after, variant, less); err != nil {
			return nil, err
		}
	}
	return out.with(v.site.jar.make(cartCookie, cart.GetId(), "/", cartLives)), nil
}

// fromCard marks the form of a card, whose page stays as it is where the basket does not take it.
const fromCard = "card"

// changeBy puts so much more of a variant into the basket, in thousandths, or so much less.
func (v *visit) changeBy(cart *orderingv1.Cart, variant string, milli int64, less bool) (*orderingv1.Cart, error) {
	have := inCart(cart, variant)
	if less {
		return v.setLine(cart.GetId(), variant, max(0, have-milli))
	}
	if err := v.moreThanThereIs(cart.GetMarket(), variant, have+milli); err != nil {
		return nil, err
	}
	return v.setLine(cart.GetId(), variant, have+milli)
}

// inCart is how much of a variant a basket has, in thousandths.
func inCart(cart *orderingv1.Cart, variant string) int64 {
	for _, line := range cart.GetLines() {
		if line.GetVariantId() == variant {
			return line.GetQuantity()
		}
	}
	return 0
}

// formQuantity is how much a form asks for, in thousandths of a piece or a kilogram. The form says what it counts in.
func formQuantity(form url.Values) (int64, error) {
	milli, err := typedQuantity(cmp.Or(form.Get("take"), form.Get("quantity")))
	if err != nil {
		return 0, fault.New(fault.Invalid, "invalid", err.Error())
	}
	if form.Get("unit") == locale.Pound {
		return locale.OfPounds(milli), nil
	}
	return milli, nil
}

var errNotSold = fault.New(fault.NotFound, "not_found", "This is not for sale any more.")

// refuse shows the basket as it is, with why it was not changed, and what was typed.
func (v *visit) refuse(err error, typed page.Refused) (*reply, error) {
	f := fault.Of(err)
	if !canBeSaid(f) {
		return nil, err
	}
	typed.Why = f.Message
	return v.showCart(statusOf(f), page.Cart{Alert: f.Message, Refused: typed})
}

// canBeSaid reports whether a fault is about what was sent, and is said on the page that sent it.
func canBeSaid(f *fault.Error) bool {
	return f != nil && (f.Kind == fault.Invalid || f.Kind == fault.Conflict || f.Kind == fault.NotFound)
}

// offerAgain shows a product as it is, with why what was typed is not in the basket. Where there is no such product,
// the basket says it.
func (v *visit) offerAgain(product showProduct, variant string, form url.Values, why error) (*reply, error) {
	f := fault.Of(why)
	if !canBeSaid(f) {
		return nil, why
	}
	quotes, err := v.site.catalog.Quote(v.Context(), &catalogv1.QuoteRequest{VariantIds: []string{variant}})
	if err != nil || len(quotes.GetQuotes()) == 0 {
		return v.refuse(why, page.Refused{})
	}
	model, err := product(v.Context(), v.remembering(quotes.GetQuotes()[0].GetProductId()))
	if err != nil {
		return v.refuse(why, page.Refused{})
	}
	model.Alert = f.Message
	for i := range model.Offers {
		if model.Offers[i].VariantID == variant {
			model.Offers[i].Start, model.Offers[i].Wrong = form.Get("quantity"), f.Message
		}
	}
	return render(v.Context(), statusOf(f), page.ProductPage(model))
}

// cartIn is the visitor's basket in a market. A basket of another market is left for a new one.
func (v *visit) cartIn(market string) (*orderingv1.Cart, error) {
	cart, err := v.ownCart()
	if err != nil || (cart != nil && cart.GetMarket() == market) {
		return cart, err
	}
	if v.account != nil {
		return v.memberCart(market)
	}
	answer, err := v.site.ordering.CreateCart(v.Context(), &orderingv1.CreateCartRequest{Market: market})
	if err != nil {
		return nil, err
	}
	return answer.GetCart(), nil
}

// changeLine sets a line of the basket, or takes it out.
func (e *site) changeLine(v *visit) (*reply, error) {
	form, err := v.form()
	if err != nil {
		return nil, err
	}
	cart, err := v.ownCart()
	if err != nil {
		return nil, err
	}
	if cart == nil {
		return redirect("/cart"), nil
	}
	milli, typed := int64(0), page.Refused{VariantID: v.PathValue("variant"), Typed: form.Get("quantity")}
	if form.Get("remove") == "" {
		if milli, err = formQuantity(form); err != nil {
			return v.refuse(err, typed)
		}
	}
	variant := v.PathValue("variant")
	if milli > inCart(cart, variant) {
		err = v.moreThanThereIs(cart.GetMarket(), variant, milli)
	}
	if err == nil {
		_, err = v.setLine(cart.GetId(), variant, milli)
	}
	if err != nil {
		return v.refuse(err, typed)
	}
	return redirect("/cart"), nil
}
