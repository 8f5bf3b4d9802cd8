package checkout

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"

	"github.com/artisan-eats/artisan/edge/checkout/view"
	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/locale"
)

// CartPage shows the visitor's basket.
func CartPage(v *web.Visit) (*web.Reply, error) { return showCart(v, http.StatusOK, view.Cart{}) }

// showCart shows the basket, with what the model says already.
func showCart(v *web.Visit, status int, model view.Cart) (*web.Reply, error) {
	cart, err := trade.LastCart(v)
	if err != nil {
		return nil, err
	}
	return showThis(v, status, cart, model)
}

// showThis shows a basket; the cart may be nil, or ordered.
func showThis(v *web.Visit, status int, cart *orderingv1.Cart, model view.Cart) (*web.Reply, error) {
	model.Frame, model.Shop = v.Frame("Your basket"), "/"
	if cart != nil {
		in, err := v.Site.Market(v.Context(), cart.GetMarket())
		if err != nil {
			return nil, err
		}
		model.Frame, model.Shop = v.Site.Frame(in.Text("Your basket"), in), "/m/"+in.Code+"/products"
		if cart.GetOrderId() != "" {
			model.Ordered = "/orders/" + cart.GetOrderId()
			cart = nil
		}
		fillCart(v, &model, in, cart)
	}
	me, err := mine(v, cart)
	if err != nil {
		return nil, err
	}
	me.Total = "" // the basket itself is open
	model.Me = &me
	return web.Render(v.Context(), status, view.CartPage(model))
}

// showProduct shows the page of a product again, with why what was typed of a variant is not in the basket.
type showProduct func(v *web.Visit, status int, q *web.Query, variant, typed, why string) (*web.Reply, error)

// AddLine puts more of a variant into the basket, which it makes when there is none. What it does not take is
// said on the product's page.
func AddLine(product showProduct) func(*web.Visit) (*web.Reply, error) {
	return func(v *web.Visit) (*web.Reply, error) { return addLine(v, product) }
}

func addLine(v *web.Visit, product showProduct) (*web.Reply, error) {
	form, err := v.Form()
	if err != nil {
		return nil, err
	}
	variant := form.Get("variant_id")
	market, err := id.Market(id.Variant, variant)
	if err != nil {
		return refuse(v, errNotSold, view.Refused{})
	}
	milli, err := formQuantity(form)
	if err != nil {
		return offerAgain(v, product, variant, form, err)
	}
	cart, err := cartIn(v, market)
	if canBeSaid(fault.Of(err)) {
		return refuse(v, errNotSold, view.Refused{})
	}
	if err != nil {
		return nil, err
	}
	less := form.Get("less") != ""
	after, err := changeBy(v, cart, variant, milli, less)
	if err != nil && form.Get("from") == fromCard && v.Partial() && canBeSaid(fault.Of(err)) {
		return showFault(v, cart, fault.Of(err))
	}
	if err != nil {
		return offerAgain(v, product, variant, form, err)
	}
	out := web.Redirect("/cart")
	if v.Partial() {
		if out, err = showAdded(v, after, variant, less); err != nil {
			return nil, err
		}
	}
	return out.With(v.Site.Cookies.Make(web.CartCookie, cart.GetId(), "/", web.CartLives)), nil
}

// fromCard marks the form of a card, whose page stays as it is where the basket does not take it.
const fromCard = "card"

// changeBy puts so much more of a variant into the basket, in thousandths, or so much less.
func changeBy(
	v *web.Visit, cart *orderingv1.Cart, variant string, milli int64, less bool,
) (*orderingv1.Cart, error) {
	have := trade.InCart(cart, variant)
	if less {
		return trade.SetLine(v, cart.GetId(), variant, max(0, have-milli))
	}
	if err := moreThanThereIs(v, cart.GetMarket(), variant, have+milli); err != nil {
		return nil, err
	}
	return trade.SetLine(v, cart.GetId(), variant, have+milli)
}

// formQuantity is how much a form asks for, in thousandths of a piece or a kilogram. The form says what it
// counts in.
func formQuantity(form url.Values) (int64, error) {
	milli, err := input.TypedQuantity(cmp.Or(form.Get("take"), form.Get("quantity")))
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
func refuse(v *web.Visit, err error, typed view.Refused) (*web.Reply, error) {
	f := fault.Of(err)
	if !canBeSaid(f) {
		return nil, err
	}
	typed.Why = f.Message
	return showCart(v, web.StatusOf(f), view.Cart{Alert: f.Message, Refused: typed})
}

// canBeSaid reports whether a fault is about what was sent, and is said on the page that sent it.
func canBeSaid(f *fault.Error) bool {
	return f != nil && (f.Kind == fault.Invalid || f.Kind == fault.Conflict || f.Kind == fault.NotFound)
}

// offerAgain shows a product as it is, with why what was typed is not in the basket. Where there is no such
// product, the basket says it.
func offerAgain(
	v *web.Visit, product showProduct, variant string, form url.Values, why error,
) (*web.Reply, error) {
	f := fault.Of(why)
	if !canBeSaid(f) {
		return nil, why
	}
	quotes, err := v.Site.Catalog.Quote(v.Context(), &catalogv1.QuoteRequest{VariantIds: []string{variant}})
	if err != nil || len(quotes.GetQuotes()) == 0 {
		return refuse(v, why, view.Refused{})
	}
	out, err := product(v, web.StatusOf(f), remembering(v, quotes.GetQuotes()[0].GetProductId()), variant,
		form.Get("quantity"), f.Message)
	if err != nil {
		if fault.KindOf(err) != fault.NotFound {
			v.Site.Host.Log().WarnContext(v.Context(), "a product is not shown again", "error", err)
		}
		return refuse(v, why, view.Refused{})
	}
	return out, nil
}

// cartIn is the visitor's basket in a market. A basket of another market is left for a new one.
func cartIn(v *web.Visit, market string) (*orderingv1.Cart, error) {
	cart, err := trade.OwnCart(v)
	if err != nil || (cart != nil && cart.GetMarket() == market) {
		return cart, err
	}
	if v.Account != nil {
		return trade.MemberCart(v, market)
	}
	answer, err := v.Site.Ordering.CreateCart(v.Context(), &orderingv1.CreateCartRequest{Market: market})
	if err != nil {
		return nil, err
	}
	return answer.GetCart(), nil
}

// ChangeLine sets a line of the basket, or takes it out.
func ChangeLine(v *web.Visit) (*web.Reply, error) {
	form, err := v.Form()
	if err != nil {
		return nil, err
	}
	cart, err := trade.OwnCart(v)
	if err != nil {
		return nil, err
	}
	if cart == nil {
		return web.Redirect("/cart"), nil
	}
	milli, typed := int64(0),
		view.Refused{VariantID: v.Request.PathValue("variant"), Typed: form.Get("quantity")}
	if form.Get("remove") == "" {
		if milli, err = formQuantity(form); err != nil {
			return refuse(v, err, typed)
		}
	}
	variant := v.Request.PathValue("variant")
	if milli > trade.InCart(cart, variant) {
		err = moreThanThereIs(v, cart.GetMarket(), variant, milli)
	}
	if err == nil {
		_, err = trade.SetLine(v, cart.GetId(), variant, milli)
	}
	if err != nil {
		return refuse(v, err, typed)
	}
	return web.Redirect("/cart"), nil
}

// remembering asks for the page of something as the visit has it.
func remembering(v *web.Visit, productID string) *web.Query {
	return &web.Query{Site: v.Site, ID: productID, Values: v.Site.Remembered(v.Request).Values()}
}

// warning is what of a basket's line concerns something that the visitor avoids, or "".
func warning(v *web.Visit, cart *orderingv1.Cart, variant string) (string, error) {
	avoids := trade.Avoids(v)
	at := slices.IndexFunc(cart.GetLines(),
		func(l *orderingv1.CartLine) bool { return l.GetVariantId() == variant })
	if at < 0 || len(avoids) == 0 {
		return "", nil
	}
	in, err := v.Site.Market(v.Context(), cart.GetMarket())
	if err != nil {
		return "", err
	}
	line := cart.GetLines()[at]
	return trade.Declared(in, line.GetAllergens(), line.AllergensStated, avoids).Warns, nil
}

// moreThanThereIs is why a basket cannot have so much of a variant, in thousandths. What cannot be told is no
// reason to refuse.
func moreThanThereIs(v *web.Visit, market, variant string, milli int64) error {
	stock := trade.BalancesOf(v.Context(), v.Site, []string{variant})[variant]
	if stock == nil || milli <= stock.GetAvailable() {
		return nil // the checkout asks again
	}
	quotes, err := v.Site.Catalog.Quote(v.Context(), &catalogv1.QuoteRequest{VariantIds: []string{variant}})
	if err != nil || len(quotes.GetQuotes()) != 1 {
		return nil //nolint:nilerr // whether it is sold at all is said by whoever puts it in
	}
	in, err := v.Site.Market(v.Context(), market)
	if err != nil {
		return err
	}
	left := max(0, stock.GetAvailable())
	return fault.New(fault.Conflict, "out_of_stock", in.Text("Only {amount} left. Please take less.",
		in.Amount(left, quotes.GetQuotes()[0].GetVariant().GetSoldBy())))
}
