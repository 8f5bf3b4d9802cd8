package trade

import (
	"fmt"

	"github.com/artisan-eats/artisan/edge/web"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/money"
)

// Refund is what is to be paid back: of a whole order, of a producer's part, or of a line, of which quantity
// says how much in place of an amount.
type Refund struct {
	Amount         money.Amount
	Producer, Line string
	Quantity       int64
	Reason         string
}

// PayBack pays back a part of an order that is there.
func PayBack(v *web.Visit, orderID string, r Refund, key string) (*paymentsv1.Payment, error) {
	if _, err := Order(v, orderID); err != nil {
		return nil, err
	}
	request := &paymentsv1.RefundRequest{
		OrderId: orderID, Key: orderID + ":" + key, Reason: r.Reason, ProducerId: r.Producer,
		VariantId: r.Line, Quantity: r.Quantity,
	}
	if r.Amount.Currency != "" || r.Quantity == 0 {
		request.Amount = r.Amount.Proto()
	}
	if request.Amount != nil && r.Amount.Minor <= 0 {
		return nil, web.Invalid("amount", "A refund is more than nothing.")
	}
	answer, err := v.Site.Payments.Refund(v.Context(), request)
	if err != nil {
		return nil, fmt.Errorf("refund: %w", err)
	}
	return answer.GetPayment(), nil
}

// PartRefunds is what was paid back of a producer's part of each of some orders. What cannot be had is left
// out; known says that all could be.
func PartRefunds(
	v *web.Visit, producer string, orders ...*orderingv1.Order,
) (of map[string][]*paymentsv1.PartRefund, known bool) {
	request := &paymentsv1.PartRefundsRequest{ProducerId: producer}
	for _, o := range orders {
		// before that nothing is collected
		if o.GetStatus() == state.OrderPacked || o.GetStatus() == state.OrderDone {
			request.OrderIds = append(request.OrderIds, o.GetId())
		}
	}
	if len(request.GetOrderIds()) == 0 {
		return nil, true
	}
	answer, err := v.Site.Payments.PartRefunds(v.Context(), request)
	if v.Site.Missing(v.Context(), "what was paid back", err) != nil {
		return nil, false
	}
	of = map[string][]*paymentsv1.PartRefund{}
	for _, r := range answer.GetRefunds() {
		of[r.GetOrderId()] = append(of[r.GetOrderId()], r)
	}
	return of, true
}

// RefundedOf says to its maker what money was paid back for.
func RefundedOf(in *web.Market, o *orderingv1.Order, r *paymentsv1.PartRefund) string {
	if r.GetOfOrder() {
		return "Your share of what was paid back of the whole order"
	}
	for _, l := range o.GetLines() {
		if r.GetVariantId() == "" || l.GetVariantId() != r.GetVariantId() {
			continue
		}
		name := Sized(l.GetProductTitle(), l.GetVariantTitle())
		if r.GetQuantity() > 0 {
			return in.Kept(r.GetQuantity(), l.GetSoldBy()) + " × " + name
		}
		return name
	}
	return "Your part"
}
