package producer

import (
	"github.com/artisan-eats/artisan/edge/desk"
	"github.com/artisan-eats/artisan/edge/producer/view"
	"github.com/artisan-eats/artisan/edge/trade"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/money"
)

// paidBackOf says what was paid back of the desk's own part of an order; nothing where nothing was.
func (d *Desk) paidBackOf(o *orderingv1.Order, refunds []*paymentsv1.PartRefund) (said view.PaidBack) {
	if len(refunds) == 0 {
		return said
	}
	total := d.part(o).GetTotal()
	sum := money.New(0, total.GetCurrency())
	for _, r := range refunds {
		sum.Minor += r.GetAmount().GetAmount()
		said.Each = append(said.Each, view.PaidBackOne{
			What:   trade.RefundedOf(d.In, o, r),
			Amount: d.In.Money(r.GetAmount()), When: desk.When(d.In, r.GetAt()),
		})
	}
	said.Sum = sum.Format(d.In.Tag) + " of " + d.In.Money(total)
	return said
}
