package edgetest

import (
	"context"

	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/gen/artisan/payments/v1/paymentsv1connect"
	"github.com/artisan-eats/artisan/gen/state"
)

type fakePayments struct {
	paymentsv1connect.UnimplementedPaymentsServiceHandler
	*Peers
}

func (f fakePayments) GetPayment(
	ctx context.Context, r *paymentsv1.GetPaymentRequest,
) (*paymentsv1.GetPaymentResponse, error) {
	payment := &paymentsv1.Payment{
		OrderId: r.GetOrderId(), Method: "test", Status: state.PaymentCaptured, Authorised: Dollars(5280),
		Captured: Dollars(4800), Refunded: Dollars(300),
	}
	f.Set(func(p *Peers) {
		if p.Payment != nil {
			p.Payment(payment)
		}
	})
	return &paymentsv1.GetPaymentResponse{Payment: payment}, f.called(ctx, "GetPayment", r)
}

func (f fakePayments) PartRefunds(
	ctx context.Context, r *paymentsv1.PartRefundsRequest,
) (*paymentsv1.PartRefundsResponse, error) {
	answer := &paymentsv1.PartRefundsResponse{}
	for _, orderID := range r.GetOrderIds() {
		answer.Refunds = append(answer.Refunds,
			&paymentsv1.PartRefund{
				OrderId: orderID, Amount: Dollars(2400), At: HappenedAt, VariantId: Wheel,
				Quantity: 1000,
			}, &paymentsv1.PartRefund{OrderId: orderID, Amount: Dollars(35), OfOrder: true})
	}
	return answer, f.called(ctx, "PartRefunds", r)
}

func (f fakePayments) ListEntries(
	ctx context.Context, r *paymentsv1.ListEntriesRequest,
) (*paymentsv1.ListEntriesResponse, error) {
	return &paymentsv1.ListEntriesResponse{Entries: []*paymentsv1.Entry{
		{At: 1, What: "captured", Account: "clearing:test", Amount: Dollars(4800)},
		{At: 1, What: "captured", Account: "payable:" + Dairy, Amount: Dollars(-4800), Note: "<b>"},
		{
			At: 2, What: "refunded", Account: "refunds", Amount: Dollars(-300), ProducerId: Dairy,
			VariantId: Wheel,
		},
		{At: 3, What: "refund_paid", Account: "refunds", Amount: Dollars(300)},
	}}, f.called(ctx, "ListEntries", r)
}

func (f fakePayments) Methods(
	ctx context.Context, r *paymentsv1.MethodsRequest,
) (*paymentsv1.MethodsResponse, error) {
	return &paymentsv1.MethodsResponse{Methods: []string{"test", "pickup"}}, f.called(ctx, "Methods", r)
}

func (f fakePayments) Refund(
	ctx context.Context, r *paymentsv1.RefundRequest,
) (*paymentsv1.RefundResponse, error) {
	return &paymentsv1.RefundResponse{Payment: &paymentsv1.Payment{
		OrderId: r.GetOrderId(), Method: "test", Status: state.PaymentRefunded, Authorised: Dollars(4800),
		Captured: Dollars(4800), Refunded: r.GetAmount(),
	}}, f.called(ctx, "Refund", r)
}

func (f fakePayments) QuoteRefund(
	ctx context.Context, r *paymentsv1.QuoteRefundRequest,
) (*paymentsv1.QuoteRefundResponse, error) {
	return &paymentsv1.QuoteRefundResponse{Amount: Dollars(r.GetQuantity() * 24 / 10)},
		f.called(ctx, "QuoteRefund", r)
}
