package checkout

import (
	"net/http"

	"github.com/artisan-eats/artisan/edge/checkout/view"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/locale"
)

// OrderPage shows an order to who may see it. By a letter's link the browser keeps its token.
func OrderPage(v *web.Visit) (*web.Reply, error) {
	if token := v.Request.URL.Query().Get("token"); token != "" {
		return followLink(v, token)
	}
	order, err := trade.Order(v, v.Request.PathValue("id"))
	if err != nil {
		return nil, err
	}
	out, err := showOrder(v, http.StatusOK, order, "")
	if err != nil || !owns(v, order) || v.Site.Cookies.Read(v.Request, web.OrderCookie) == "" {
		return out, err
	}
	// of an earlier version: the session is enough
	return out.With(v.Site.Cookies.DropAt(web.OrderCookie, web.OrderPath(order.GetId()))), nil
}

// owns reports whether the visitor's account ordered it.
func owns(v *web.Visit, o *orderingv1.Order) bool {
	return v.Account != nil && v.Account.GetId() == o.GetCustomerId()
}

func showOrder(v *web.Visit, status int, o *orderingv1.Order, alert string) (*web.Reply, error) {
	in, err := v.Site.Market(v.Context(), o.GetMarket())
	if err != nil {
		return nil, err
	}
	model := view.Receipt{
		Frame:    v.Site.Frame(in.Text("Order {number}", trade.OrderNumber(o.GetId())), in),
		Standing: standing(v, in, o), Alert: alert,
		New: v.Request.URL.Query().Has("new"), Changed: v.Request.URL.Query().Has("changed"),
		Guest: v.Account == nil, For: trade.ContactsAs(v, in.Locale, o)[0],
		Awaiting: o.GetStatus() == state.OrderAwaitingConfirmation,
	}
	model.Sheet = v.Site.Assets.Desk
	if !trade.IsOver(o) {
		model.Live, model.Events = true, "/orders/"+o.GetId()+"/events?version="+version(o)
	}
	return web.Render(v.Context(), status, view.ReceiptPage(model))
}

// orderWay says how an order is handed over.
func orderWay(p *web.Market, o *orderingv1.Order) string {
	if o.GetWindowKind() == trade.KindDelivery {
		return p.Text("Delivery to {place}", o.GetWindowPlace())
	}
	return p.Text("Pickup at {place}", o.GetWindowPlace())
}

// CancelPage asks once more.
func CancelPage(v *web.Visit) (*web.Reply, error) {
	order, err := trade.Order(v, v.Request.PathValue("id"))
	if err != nil {
		return nil, err
	}
	if !trade.CanCancel(order) {
		return showOrder(v, http.StatusConflict, order,
			locale.Key("This order cannot be cancelled any more."))
	}
	in, err := v.Site.Market(v.Context(), order.GetMarket())
	if err != nil {
		return nil, err
	}
	return web.Render(v.Context(), http.StatusOK, view.CancelPage(view.Cancelling{
		Frame: v.Site.Frame(in.Text("Cancel an order"), in), ID: order.GetId(),
		Number: trade.OrderNumber(order.GetId()), Total: in.Money(order.GetTotal()),
		When: in.Span(order.GetWindowStartsAt(), order.GetWindowEndsAt()),
		Told: order.GetStatus() != state.OrderAwaitingConfirmation,
	}))
}

// CancelFromPage cancels an order, and shows how it stands where that is too late.
func CancelFromPage(v *web.Visit) (*web.Reply, error) {
	order, err := trade.Cancel(v, v.Request.PathValue("id"))
	if err == nil {
		return web.Redirect("/orders/" + order.GetId()), nil
	}
	f := fault.Of(err)
	if f.Kind != fault.Conflict {
		return nil, err
	}
	if order, err = trade.Order(v, v.Request.PathValue("id")); err != nil {
		return nil, err
	}
	return showOrder(v, web.StatusOf(f), order, f.Message)
}

// OrderAgain fills the basket with what an order had, beside what is in it already. What cannot
// be had any more is told at once.
func OrderAgain(v *web.Visit) (*web.Reply, error) {
	before, err := trade.OwnCart(v)
	if err != nil {
		return nil, err
	}
	viewer, err := v.Viewer()
	if err != nil {
		return nil, err
	}
	answer, err := v.Site.Ordering.CreateCart(v.Context(),
		&orderingv1.CreateCartRequest{
			FromOrder:  v.Request.PathValue("id"),
			CustomerId: viewer.GetCustomerId(), Viewer: viewer,
		})
	if err != nil {
		return nil, err
	}
	into := answer.GetCart()
	if v.Account != nil { // a member has one basket, and what was ordered goes into it
		before = into
		if into, err = trade.MemberCart(v, before.GetMarket()); err != nil {
			return nil, err
		}
	}
	cart, err := pour(v, before, into)
	if err != nil {
		return nil, err
	}
	out := web.Redirect("/cart")
	if left := leftOut(answer.GetLeftOut()); len(left) > 0 {
		if out, err = showThis(v, http.StatusOK, cart, view.Cart{LeftOut: left}); err != nil {
			return nil, err
		}
	}
	return out.With(v.Site.Cookies.Make(web.CartCookie, cart.GetId(), "/", web.CartLives)), nil
}

func leftOut(lines []*orderingv1.OrderLine) []string {
	var left []string
	for _, l := range lines {
		left = append(left, trade.Sized(l.GetProductTitle(), l.GetVariantTitle()))
	}
	return left
}

// pour adds one basket to another of the same market. What does not fit stays out: it is still in the first
// one.
func pour(v *web.Visit, from, into *orderingv1.Cart) (*orderingv1.Cart, error) {
	if from.GetMarket() != into.GetMarket() {
		return into, nil
	}
	for _, l := range from.GetLines() {
		fuller, err := trade.SetLine(v, into.GetId(), l.GetVariantId(), l.GetQuantity()+
			trade.InCart(into, l.GetVariantId()))
		switch {
		case err == nil:
			into = fuller
		case fault.KindOf(err) != fault.Invalid && fault.KindOf(err) != fault.NotFound:
			return nil, err
		}
	}
	return into, nil
}
