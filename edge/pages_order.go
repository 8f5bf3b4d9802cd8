package edge

import (
	"net/http"
	"slices"
	"strings"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

func (e *edge) orderPage(v *visit) (*reply, error) {
	order, err := v.order(v.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return v.showOrder(http.StatusOK, order, "")
}

func (e *edge) cancelFromPage(v *visit) (*reply, error) {
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

// States of an order that pages have to know.
const (
	statusConfirmed = "confirmed"
	statusPacked    = "packed"
	statusDone      = "done"
)

// headlines say in a sentence how an order stands.
var headlines = map[string]string{
	statusConfirmed: "Thank you, your order is confirmed.",
	statusPacked:    "Your order is packed.",
	statusDone:      "Enjoy your food.",
	"releasing":     "This order is being called off.",
	"failed":        "This order could not be placed.",
	"cancelled":     "This order is cancelled.",
}

func (v *visit) showOrder(status int, o *orderingv1.Order, alert string) (*reply, error) {
	in, err := v.edge.place(v.Context(), o.GetMarket())
	if err != nil {
		return nil, err
	}
	model := orderModel(in, o)
	model.Frame, model.Alert = v.edge.frame("Order "+model.Number, in), alert
	if model.Message = headlines[o.GetStatus()]; model.Message == "" {
		model.Message = "Your order is being placed."
	}
	model.For = v.contacts(o)[0]
	model.CanCancel = canCancel(o)
	return render(v.Context(), status, page.OrderPage(model))
}

func canCancel(o *orderingv1.Order) bool {
	return o.GetStatus() == statusConfirmed && !slices.ContainsFunc(o.GetParts(), isPacked)
}

func isPacked(p *orderingv1.Part) bool { return p.GetStatus() != "new" && p.GetStatus() != "accepted" }

func orderModel(in *place, o *orderingv1.Order) page.Order {
	model := page.Order{
		ID: o.GetId(), Number: number(o.GetId()), Status: o.GetStatus(), Place: o.GetWindowPlace(),
		When: in.span(o.GetWindowStartsAt(), o.GetWindowEndsAt()), Total: in.money(o.GetTotal()), Payment: paymentName(o.GetPaymentMethod()),
	}
	if o.GetFee().GetAmount() > 0 {
		model.Fee = in.money(o.GetFee())
	}
	for _, p := range o.GetParts() {
		model.Parts = append(model.Parts, page.Part{ID: p.GetId(), Producer: p.GetProducerName(), Status: p.GetStatus(), Lines: orderLines(in, o, p.GetProducerId())})
	}
	return model
}

// number is the end of an ID, for people to tell orders apart.
func number(orderID string) string { return strings.ToUpper(orderID[max(0, len(orderID)-6):]) }

func paymentName(method string) string {
	switch method {
	case "test":
		return "Test card"
	case "pickup":
		return "When you get it"
	}
	return method
}

func orderLines(in *place, o *orderingv1.Order, producerID string) []page.Line {
	var lines []page.Line
	for _, l := range o.GetLines() {
		if l.GetProducerId() == producerID {
			lines = append(lines, page.Line{
				VariantID: l.GetVariantId(), Title: l.GetProductTitle(), Variant: l.GetVariantTitle(),
				Quantity: amount(l.GetQuantity(), l.GetSoldBy()), Total: in.money(l.GetTotal()),
			})
		}
	}
	return lines
}

// contacts are whom orders are for, in lines to show. Details that cannot be read
// just now, or were erased, are left out.
func (v *visit) contacts(orders ...*orderingv1.Order) [][]string {
	lines := make([][]string, len(orders))
	request := &identityv1.OpenRequest{}
	for _, o := range orders {
		request.Sealed = append(request.Sealed, o.GetSealedContact())
	}
	answer, err := v.edge.identity.Open(v.Context(), request)
	if err != nil || len(answer.GetContacts()) != len(orders) {
		v.edge.host.Log().WarnContext(v.Context(), "orders are shown without names", "error", err)
		return lines
	}
	for i, opened := range answer.GetContacts() {
		lines[i] = contactLines(opened)
	}
	return lines
}

func contactLines(o *identityv1.Opened) []string {
	if o.GetErased() {
		return []string{"Erased on request"}
	}
	c := o.GetContact()
	a := c.GetAddress()
	var lines []string
	for _, line := range []string{
		c.GetName(), c.GetPhone(), a.GetLine1(), a.GetLine2(), strings.TrimSpace(a.GetPostalCode() + " " + a.GetCity()), c.GetNote(),
	} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}
