package drive

import (
	"context"

	"github.com/artisan-eats/artisan/fault"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/ordering/order"
)

// askMoney reserves the most that may be captured.
func (s *Driver) askMoney(ctx context.Context, o order.Order, token string) order.Message {
	_, err := s.Payments.Authorise(ctx, &paymentsv1.AuthoriseRequest{
		OrderId: o.ID, Amount: o.Authorised.Proto(), Method: o.PaymentMethod, Token: token,
	})
	if err != nil {
		return order.Refused{Failure: order.FailureOf(err)}
	}
	return order.Paid{}
}

// lookForMoney asks what became of an authorisation that nobody waited for.
func (s *Driver) lookForMoney(ctx context.Context, o order.Order) (order.Message, error) {
	response, err := s.Payments.GetPayment(ctx, &paymentsv1.GetPaymentRequest{OrderId: o.ID})
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return nil, err
	}
	if response.GetPayment().GetStatus() == state.PaymentAuthorised {
		return order.Paid{}, nil
	}
	return order.Unpaid{}, nil
}
