package api

import (
	"time"

	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/money"
)

// partRefundJSON is what was paid back of a part, as its maker is told.
type partRefundJSON struct {
	Amount money.Amount `json:"amount"`
	At     *time.Time   `json:"at"`
	// VariantID is the line that it is of, and Quantity how much of that; null where it is of the whole part,
	// or only an amount was said.
	VariantID *string         `json:"variant_id"`
	Quantity  *input.Quantity `json:"quantity"`
	// OfOrder: it was of the whole order, and this is the part's share.
	OfOrder bool `json:"of_order"`
}

// tellMakers adds to orders, as their makers read them, what was paid back of their parts.
func tellMakers(v *web.Visit, orders []*orderingv1.Order, out []OrderJSON) {
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
		refunds, known := trade.PartRefunds(v, producer, of...)
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
		one := partRefundJSON{
			Amount: money.FromProto(r.GetAmount()), At: maybeTime(r.GetAt()),
			VariantID: optional(r.GetVariantId()), OfOrder: r.GetOfOrder(),
		}
		if q := input.Quantity(r.GetQuantity()); q > 0 {
			one.Quantity = &q
		}
		out = append(out, one)
	}
	return out
}
