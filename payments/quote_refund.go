package payments

import (
	"context"

	"github.com/artisan-eats/artisan/fault"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/money"
)

// QuoteRefund answers what so much of a line comes to; see the contract.
func (s *service) QuoteRefund(
	ctx context.Context, r *paymentsv1.QuoteRefundRequest,
) (*paymentsv1.QuoteRefundResponse, error) {
	if r.GetQuantity() <= 0 {
		return nil, fault.InvalidField("quantity", "A quantity is more than nothing.")
	}
	refund, err := readRefund(&paymentsv1.RefundRequest{
		OrderId: r.GetOrderId(), VariantId: r.GetVariantId(),
		Quantity: r.GetQuantity(), Key: "quote",
	})
	if err != nil {
		return nil, err
	}
	refund, currency, err := s.ofLine(ctx, refund, r.GetOrderId(), "")
	if err != nil {
		return nil, err
	}
	p, err := s.store.get(ctx, r.GetOrderId())
	if err != nil {
		return nil, err
	}
	now := s.host.Now().UnixMilli()
	refund.Key = "" // that of no refund
	if _, _, err = p.promise(refund, now, now); err != nil {
		return nil, err
	}
	return &paymentsv1.QuoteRefundResponse{Amount: money.New(refund.Minor, currency).Proto()}, nil
}
