package edge

import (
	"time"

	"github.com/artisan-eats/artisan/edge/page"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/money"
)

// partRefunds is what was paid back of a producer's part of each of some orders. What cannot be had is left out; known says that all could be.
func (v *visit) partRefunds(producer string, orders ...*orderingv1.Order) (of map[string][]*paymentsv1.PartRefund, known bool) {
	request := &paymentsv1.PartRefundsRequest{ProducerId: producer}
	for _, o := range orders {
		if o.GetStatus() == statusPacked || o.GetStatus() == statusDone { // before that nothing is collected
			request.OrderIds = append(request.OrderIds, o.GetId())
		}
	}
	if len(request.GetOrderIds()) == 0 {
		return nil, true
	}
	answer, err := v.site.payments.PartRefunds(v.Context(), request)
	if v.site.missing(v.Context(), "what was paid back", err) != nil {
		return nil, false
	}
	of = map[string][]*paymentsv1.PartRefund{}
	for _, r := range answer.GetRefunds() {
		of[r.GetOrderId()] = append(of[r.GetOrderId()], r)
	}
	return of, true
}

// paidBackOf says what was paid back of the desk's own part of an order; nothing where nothing was.
func (d *desk) paidBackOf(o *orderingv1.Order, refunds []*paymentsv1.PartRefund) (said page.PaidBack) {
	if len(refunds) == 0 {
		return said
	}
	total := d.part(o).GetTotal()
	sum := money.New(0, total.GetCurrency())
	for _, r := range refunds {
		sum.Minor += r.GetAmount().GetAmount()
		said.Each = append(said.Each, page.PaidBackOne{What: refundedOf(d.in, o, r), Amount: d.in.money(r.GetAmount()), When: d.in.when(r.GetAt())})
	}
	said.Sum = sum.Format(d.in.locale) + " of " + d.in.money(total)
	return said
}

// refundedOf says to its maker what money was paid back for.
func refundedOf(in *place, o *orderingv1.Order, r *paymentsv1.PartRefund) string {
	if r.GetOfOrder() {
		return "Your share of what was paid back of the whole order"
	}
	for _, l := range o.GetLines() {
		if r.GetVariantId() == "" || l.GetVariantId() != r.GetVariantId() {
			continue
		}
		name := sized(l.GetProductTitle(), l.GetVariantTitle())
		if r.GetQuantity() > 0 {
			return in.kept(r.GetQuantity(), l.GetSoldBy()) + " × " + name
		}
		return name
	}
	return "Your part"
}

// partRefundJSON is what was paid back of a part, as its maker is told.
type partRefundJSON struct {
	Amount money.Amount `json:"amount"`
	At     *time.Time   `json:"at"`
	// VariantID is the line that it is of, and Quantity how much of that; null where it is of the whole part, or only an amount was said.
	VariantID *string   `json:"variant_id"`
	Quantity  *quantity `json:"quantity"`
	// OfOrder: it was of the whole order, and this is the part's share.
	OfOrder bool `json:"of_order"`
}

// tellMakers adds to orders, as their makers read them, what was paid back of their parts.
func (v *visit) tellMakers(orders []*orderingv1.Order, out []orderJSON) {
	hers := map[string][]*orderingv1.Order{} // by producer
	for _, o := range orders {
		for _, p := range o.GetParts() {
			if o.GetPartOnly() {
				hers[p.GetProducerId()] = append(hers[p.GetProducerId()], o)
			}
		}
	}
	told := map[string][]partRefundJSON{} // by order and producer
	for producer, of := range hers {
		refunds, known := v.partRefunds(producer, of...)
		for _, o := range of {
			if known {
				told[o.GetId()+producer] = partRefundsToJSON(refunds[o.GetId()])
			}
		}
	}
	for _, o := range out {
		for i, p := range o.Parts {
			o.Parts[i].Refunds = told[o.ID+p.Producer.ID]
		}
	}
}

func partRefundsToJSON(refunds []*paymentsv1.PartRefund) []partRefundJSON {
	out := []partRefundJSON{}
	for _, r := range refunds {
		one := partRefundJSON{Amount: money.FromProto(r.GetAmount()), At: maybeTime(r.GetAt()), VariantID: optional(r.GetVariantId()), OfOrder: r.GetOfOrder()}
		if q := quantity(r.GetQuantity()); q > 0 {
			one.Quantity = &q
		}
		out = append(out, one)
	}
	return out
}
