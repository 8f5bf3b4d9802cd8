package trade

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/locale"
	"github.com/artisan-eats/artisan/money"
)

// ChangeOrder changes an order for the visitor, or only looks at what that would make of it.
func ChangeOrder(
	v *web.Visit, request *orderingv1.ChangeOrderRequest,
) (*orderingv1.ChangeOrderResponse, error) {
	viewer, err := v.Viewer()
	if err != nil {
		return nil, err
	}
	request.Viewer = viewer
	answer, err := v.Site.Ordering.ChangeOrder(v.Context(), request)
	return answer, asSent(err)
}

// CheckOut places the order of a cart for the visitor.
func CheckOut(v *web.Visit, request *orderingv1.CheckoutRequest) (*orderingv1.CheckoutResponse, error) {
	viewer, err := v.Viewer()
	if err != nil {
		return nil, err
	}
	request.Viewer = viewer
	if v.Account == nil {
		request.Links = v.Proofs()
	}
	answer, err := v.Site.Ordering.Checkout(v.Context(), request)
	return answer, asSent(err)
}

// asSent names a field as it is called in the request of a checkout.
func asSent(err error) error {
	var f *fault.Error
	if !errors.As(err, &f) ||
		!slices.ContainsFunc(f.Fields, func(field fault.Field) bool { return field.Name == "token" }) {
		return err
	}
	renamed := *f
	renamed.Fields = slices.Clone(f.Fields)
	for i := range renamed.Fields {
		if renamed.Fields[i].Name == "token" {
			renamed.Fields[i].Name = "payment.token"
		}
	}
	return &renamed
}

// Order reads an order that the visitor may see.
func Order(v *web.Visit, orderID string) (*orderingv1.Order, error) {
	viewer, err := v.Viewer()
	if err != nil {
		return nil, err
	}
	answer, err := v.Site.Ordering.GetOrder(v.Context(),
		&orderingv1.GetOrderRequest{Id: orderID, Viewer: viewer})
	if err != nil {
		return nil, err
	}
	return answer.GetOrder(), nil
}

// Cancel cancels an order for the visitor.
func Cancel(v *web.Visit, orderID string) (*orderingv1.Order, error) {
	viewer, err := v.Viewer()
	if err != nil {
		return nil, err
	}
	answer, err := v.Site.Ordering.CancelOrder(v.Context(),
		&orderingv1.CancelOrderRequest{Id: orderID, Viewer: viewer})
	if err != nil {
		return nil, err
	}
	return answer.GetOrder(), nil
}

// Advance takes a part of an order a step on for the visitor.
func Advance(v *web.Visit, request *orderingv1.AdvancePartRequest) (*orderingv1.Order, error) {
	viewer, err := v.Viewer()
	if err != nil {
		return nil, err
	}
	request.Viewer = viewer
	answer, err := v.Site.Ordering.AdvancePart(v.Context(), request)
	if err != nil {
		return nil, err
	}
	return answer.GetOrder(), nil
}

// EveryOrder asks for the orders of a member: those of the account, and what its verified address ordered
// without one. While nobody can tell of the latter, they are left out.
func EveryOrder(v *web.Visit) *orderingv1.ListOrdersRequest {
	request := &orderingv1.ListOrdersRequest{CustomerId: v.Account.GetId()}
	if !v.Account.GetEmailVerified() || v.Recalled { // identity, who knows them, does not answer
		return request
	}
	found, err := v.Site.Identity.FindCustomers(v.Context(),
		&identityv1.FindCustomersRequest{Email: v.Account.GetEmail()})
	if v.Site.Missing(v.Context(), "orders without an account", err) != nil {
		return request
	}
	request.GuestIds = slices.DeleteFunc(found.GetCustomerIds(),
		func(customer string) bool { return customer == request.GetCustomerId() })
	return request
}

// MaxNumberTyped bounds an order's number as it is typed, in characters.
const MaxNumberTyped = 40

// LinesOf are an order's lines of one producer.
func LinesOf(o *orderingv1.Order, producerID string) []*orderingv1.OrderLine {
	return slices.DeleteFunc(slices.Clone(o.GetLines()),
		func(l *orderingv1.OrderLine) bool { return l.GetProducerId() != producerID })
}

// OrderNumber is the end of an ID, for people to tell orders apart.
func OrderNumber(orderID string) string { return strings.ToUpper(orderID[max(0, len(orderID)-6):]) }

// PaymentName names a way to pay, in English: a key of the catalogue of languages.
func PaymentName(method string) string {
	switch method {
	case "test":
		return "Test card"
	case "pickup":
		return "When you get it"
	}
	return method
}

// Contacts are whom orders are for, in lines to show. Details that cannot be read
// just now, or were erased, are left out.
func Contacts(v *web.Visit, orders ...*orderingv1.Order) [][]string {
	as := locale.Default
	if len(orders) > 0 {
		if in, err := v.Site.Market(v.Context(), orders[0].GetMarket()); err == nil {
			as = in.Locale.English()
		}
	}
	return ContactsAs(v, as, orders...)
}

// contactPatience is how long a page waits for whom its orders are for.
const contactPatience = 3 * time.Second

// ContactsAs are the contacts of orders in lines, as somebody reads; nil for who is erased.
func ContactsAs(v *web.Visit, as *locale.Locale, orders ...*orderingv1.Order) [][]string {
	lines := make([][]string, len(orders))
	request := &identityv1.OpenRequest{}
	for _, o := range orders {
		request.Sealed = append(request.Sealed, o.GetSealedContact())
	}
	var answer *identityv1.OpenResponse
	err := v.Site.Part(v.Context(), "identity", contactPatience, func(ctx context.Context) (err error) {
		answer, err = v.Site.Identity.Open(ctx, request)
		return err
	})
	if err != nil || len(answer.GetContacts()) != len(orders) {
		v.Site.Host.Log().WarnContext(v.Context(), "orders are shown without names", "error", err)
		return lines
	}
	for i, opened := range answer.GetContacts() {
		lines[i] = ContactLines(as, opened)
	}
	return lines
}

// ContactLines are an opened contact in lines, as somebody reads.
func ContactLines(as *locale.Locale, o *identityv1.Opened) []string {
	if o.GetErased() {
		return []string{as.Text("Erased on request")}
	}
	c := o.GetContact()
	a := c.GetAddress()
	lines := []string{
		c.GetName(), c.GetPhone(), a.GetLine1(), a.GetLine2(),
		as.Place(a.GetPostalCode(), a.GetCity(), a.GetRegion()), c.GetNote(),
	}
	return slices.DeleteFunc(lines, func(s string) bool { return s == "" })
}

// Sum is an amount that is more than nothing, or "".
func Sum(p *web.Market, a money.Amount) string {
	if a.Minor <= 0 {
		return ""
	}
	return a.Format(p.Tag)
}

// IsOver reports whether nothing more will happen to an order.
func IsOver(o *orderingv1.Order) bool {
	return o.GetStatus() == state.OrderDone || o.GetStatus() == state.OrderFailed ||
		o.GetStatus() == state.OrderCancelled
}

// CanCancel reports whether whoever ordered can still cancel.
func CanCancel(o *orderingv1.Order) bool {
	return o.GetStatus() == state.OrderAwaitingConfirmation || o.GetStatus() == state.OrderConfirmed &&
		!o.GetPartOnly() && !slices.ContainsFunc(o.GetParts(), isPacked)
}

// isPacked reports whether a part is packed. One that its shopper took out is not.
func isPacked(p *orderingv1.Part) bool {
	return p.GetStatus() != state.PartNew && p.GetStatus() != state.PartAccepted &&
		p.GetStatus() != state.PartCancelled
}
