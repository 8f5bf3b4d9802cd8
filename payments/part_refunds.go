package payments

import (
	"context"

	"github.com/artisan-eats/artisan/fault"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/rights"
	"github.com/artisan-eats/artisan/sqldb"
)

// maxPartOrders is how many orders are looked at in one call.
const maxPartOrders = 1_000

// PartRefunds answers what was paid back of a producer's part of some orders; see the contract.
func (s *service) PartRefunds(
	ctx context.Context, r *paymentsv1.PartRefundsRequest,
) (*paymentsv1.PartRefundsResponse, error) {
	if _, err := id.Market(id.Producer, r.GetProducerId()); err != nil {
		return nil, errNoPart
	}
	if err := rights.Check(ctx, r.GetProducerId(), rights.Orders); err != nil {
		return nil, err
	}
	if len(r.GetOrderIds()) > maxPartOrders {
		return nil, fault.InvalidField("order_ids", "At most %d orders at a time.", maxPartOrders)
	}
	for _, orderID := range r.GetOrderIds() {
		if err := validOrder(orderID); err != nil {
			return nil, err
		}
	}
	payments, err := s.store.several(ctx, r.GetOrderIds())
	response := &paymentsv1.PartRefundsResponse{}
	for _, p := range payments {
		response.Refunds = append(response.Refunds, p.refundsOf(r.GetProducerId())...)
	}
	return response, err
}

// refundsOf is what was paid back of a producer's part.
func (p Payment) refundsOf(producer string) (told []*paymentsv1.PartRefund) {
	at := p.partAt(producer)
	if at < 0 {
		return nil
	}
	p.shareRefunds(func(r Refund, shares []int64) {
		if shares[at] == 0 {
			return
		}
		told = append(told, &paymentsv1.PartRefund{
			OrderId: p.OrderID, Amount: money.New(shares[at], p.Currency).Proto(), At: r.At,
			VariantId: r.Variant, Quantity: r.Quantity, OfOrder: r.Producer == "",
		})
	})
	return told
}

// several reads the payments that there are of some orders.
func (s *store) several(ctx context.Context, orderIDs []string) (found []Payment, err error) {
	ofOrders, ids := sqldb.In(s.db.Read(), "order_id", 1, orderIDs)
	err = eachPayment(ctx, s.db.Read(), ofOrders+" ORDER BY order_id", ids,
		func(p Payment) { found = append(found, p) })
	return found, err
}
