package edge

import (
	"net/http"
	"slices"
	"strings"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/locale"
	"github.com/artisan-eats/artisan/money"
)

// orderPage shows an order to who may see it. By a letter's link the browser keeps its token.
func (e *site) orderPage(v *visit) (*reply, error) {
	if token := v.URL.Query().Get("token"); token != "" {
		return v.followLink(token)
	}
	order, err := v.order(v.PathValue("id"))
	if err != nil {
		return nil, err
	}
	out, err := v.showOrder(http.StatusOK, order, "")
	if err != nil || !v.owns(order) || v.site.jar.read(v.Request, orderCookie) == "" {
		return out, err
	}
	return out.with(v.site.jar.dropAt(orderCookie, orderPath(order.GetId()))), nil // of an earlier version: the session is enough
}

// owns reports whether the visitor's account ordered it.
func (v *visit) owns(o *orderingv1.Order) bool {
	return v.account != nil && v.account.GetId() == o.GetCustomerId()
}

func (v *visit) showOrder(status int, o *orderingv1.Order, alert string) (*reply, error) {
	in, err := v.site.place(v.Context(), o.GetMarket())
	if err != nil {
		return nil, err
	}
	model := page.Receipt{
		Frame: v.site.frame(in.Text("Order {number}", number(o.GetId())), in), Standing: v.standing(in, o), Alert: alert,
		New: v.URL.Query().Has("new"), Changed: v.URL.Query().Has("changed"), Guest: v.account == nil, For: v.contactsAs(in.Locale, o)[0],
		Awaiting: o.GetStatus() == statusAwaiting,
	}
	model.Sheet = v.site.assets.Desk
	if !isOver(o) {
		model.Live, model.Events = true, "/orders/"+o.GetId()+"/events?version="+version(o)
	}
	return render(v.Context(), status, page.ReceiptPage(model))
}

// orderWay says how an order is handed over.
func (p *place) orderWay(o *orderingv1.Order) string {
	if o.GetWindowKind() == kindDelivery {
		return p.Text("Delivery to {place}", o.GetWindowPlace())
	}
	return p.Text("Pickup at {place}", o.GetWindowPlace())
}

// cancelPage asks once more.
func (e *site) cancelPage(v *visit) (*reply, error) {
	order, err := v.order(v.PathValue("id"))
	if err != nil {
		return nil, err
	}
	if !canCancel(order) {
		return v.showOrder(http.StatusConflict, order, locale.Key("This order cannot be cancelled any more."))
	}
	in, err := e.place(v.Context(), order.GetMarket())
	if err != nil {
		return nil, err
	}
	return render(v.Context(), http.StatusOK, page.CancelPage(page.Cancelling{
		Frame: e.frame(in.Text("Cancel an order"), in), ID: order.GetId(), Number: number(order.GetId()), Total: in.money(order.GetTotal()),
		When: in.span(order.GetWindowStartsAt(), order.GetWindowEndsAt()), Told: order.GetStatus() != statusAwaiting,
	}))
}

// cancelFromPage cancels an order, and shows how it stands where that is too late.
func (e *site) cancelFromPage(v *visit) (*reply, error) {
	order, err := v.cancel(v.PathValue("id"))
	if err == nil {
		return redirect("/orders/" + order.GetId()), nil
	}
	f := fault.Of(err)
	if f.Kind != fault.Conflict {
		return nil, err
	}
	if order, err = v.order(v.PathValue("id")); err != nil {
		return nil, err
	}
	return v.showOrder(statusOf(f), order, f.Message)
}

// orderAgain fills the basket with what an order had, beside what is in it already. What cannot
// be had any more is told at once.
func (e *site) orderAgain(v *visit) (*reply, error) {
	before, err := v.ownCart()
	if err != nil {
		return nil, err
	}
	viewer, err := v.viewer()
	if err != nil {
		return nil, err
	}
	answer, err := e.ordering.CreateCart(v.Context(), &orderingv1.CreateCartRequest{FromOrder: v.PathValue("id"), CustomerId: viewer.GetCustomerId(), Viewer: viewer})
	if err != nil {
		return nil, err
	}
	into := answer.GetCart()
	if v.account != nil { // a member has one basket, and what was ordered goes into it
		before = into
		if into, err = v.memberCart(before.GetMarket()); err != nil {
			return nil, err
		}
	}
	cart, err := v.pour(before, into)
	if err != nil {
		return nil, err
	}
	out := redirect("/cart")
	if left := leftOut(answer.GetLeftOut()); len(left) > 0 {
		if out, err = v.showThis(http.StatusOK, cart, page.Cart{LeftOut: left}); err != nil {
			return nil, err
		}
	}
	return out.with(e.jar.make(cartCookie, cart.GetId(), "/", cartLives)), nil
}

func leftOut(lines []*orderingv1.OrderLine) []string {
	var left []string
	for _, l := range lines {
		left = append(left, sized(l.GetProductTitle(), l.GetVariantTitle()))
	}
	return left
}

// pour adds one basket to another of the same market. What does not fit stays out: it is still in the first one.
func (v *visit) pour(from, into *orderingv1.Cart) (*orderingv1.Cart, error) {
	if from.GetMarket() != into.GetMarket() {
		return into, nil
	}
	for _, l := range from.GetLines() {
		fuller, err := v.setLine(into.GetId(), l.GetVariantId(), l.GetQuantity()+inCart(into, l.GetVariantId()))
		switch {
		case err == nil:
			into = fuller
		case fault.KindOf(err) != fault.Invalid && fault.KindOf(err) != fault.NotFound:
			return nil, err
		}
	}
	return into, nil
}

// linesOf are an order's lines of one producer.
func linesOf(o *orderingv1.Order, producerID string) []*orderingv1.OrderLine {
	return slices.DeleteFunc(slices.Clone(o.GetLines()), func(l *orderingv1.OrderLine) bool { return l.GetProducerId() != producerID })
}

// number is the end of an ID, for people to tell orders apart.
func number(orderID string) string { return strings.ToUpper(orderID[max(0, len(orderID)-6):]) }

// paymentName names a way to pay, in English: a key of the catalogue of languages.
func paymentName(method string) string {
	switch method {
	case "test":
		return "Test card"
	case "pickup":
		return "When you get it"
	}
	return method
}

// contacts are whom orders are for, in lines to show. Details that cannot be read
// just now, or were erased, are left out.
func (v *visit) contacts(orders ...*orderingv1.Order) [][]string {
	as := locale.Default
	if len(orders) > 0 {
		if in, err := v.site.place(v.Context(), orders[0].GetMarket()); err == nil {
			as = in.English()
		}
	}
	return v.contactsAs(as, orders...)
}

// contactsAs are the contacts of orders in lines, as somebody reads; nil for who is erased.
func (v *visit) contactsAs(as *locale.Locale, orders ...*orderingv1.Order) [][]string {
	lines := make([][]string, len(orders))
	request := &identityv1.OpenRequest{}
	for _, o := range orders {
		request.Sealed = append(request.Sealed, o.GetSealedContact())
	}
	answer, err := v.site.identity.Open(v.Context(), request)
	if err != nil || len(answer.GetContacts()) != len(orders) {
		v.site.host.Log().WarnContext(v.Context(), "orders are shown without names", "error", err)
		return lines
	}
	for i, opened := range answer.GetContacts() {
		lines[i] = contactLines(as, opened)
	}
	return lines
}

// contactLines are an opened contact in lines, as somebody reads.
func contactLines(as *locale.Locale, o *identityv1.Opened) []string {
	if o.GetErased() {
		return []string{as.Text("Erased on request")}
	}
	c := o.GetContact()
	a := c.GetAddress()
	lines := []string{
		c.GetName(), c.GetPhone(), a.GetLine1(), a.GetLine2(), as.Place(a.GetPostalCode(), a.GetCity(), a.GetRegion()), c.GetNote(),
	}
	return slices.DeleteFunc(lines, func(s string) bool { return s == "" })
}

// sum is an amount that is more than nothing, or "".
func (p *place) sum(a money.Amount) string {
	if a.Minor <= 0 {
		return ""
	}
	return a.Format(p.locale)
}
