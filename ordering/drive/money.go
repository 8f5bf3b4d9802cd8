package drive

import (
	"context"
	"time"

	"github.com/artisan-eats/artisan/fault"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/ordering/order"
)

const (
	// moneyWithin is how long payments is waited for, so that there is time to tell the shopper, and
	// withoutWithin how long for an order that is taken without it too.
	moneyWithin   = 6 * time.Second
	withoutWithin = 2 * time.Second
	// voidWithin is how long it is waited for once nothing comes of an order any more.
	voidWithin = 2 * time.Second
)

// paymentsAway is why an order fails whose money could not be asked for. Whether anything was reserved is not
// known: it is given back, and another attempt is another order.
var paymentsAway = order.Failure{
	Kind: fault.Unavailable, Code: "payment_unavailable",
	Message: "Payments cannot be reached just now. Nothing is ordered, and nothing is charged.",
}

// askMoney reserves the most that may be captured.
func (s *Driver) askMoney(ctx context.Context, o order.Order, token string) (order.Message, error) {
	without, within := false, moneyWithin
	if o.MayBePaidLater() {
		limits, err := s.Book.Limits(ctx, o.Market)
		if err != nil {
			return nil, err
		}
		if without = limits.WithoutPayments; without {
			within = withoutWithin
		}
	}
	asking, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	_, err := s.Payments.Authorise(asking, &paymentsv1.AuthoriseRequest{
		OrderId: o.ID, Amount: o.Authorised.Proto(), Method: o.PaymentMethod, Token: token,
	})
	switch {
	case err == nil:
		return order.Paid{}, nil
	case !fault.Away(err):
		return order.Refused{Failure: order.FailureOf(err)}, nil
	case without:
		s.Host.Log().WarnContext(ctx, "an order is taken without payments", "order", o.ID, "error", err)
		return order.PaidLater{}, nil
	}
	s.Host.Log().WarnContext(ctx, "payments cannot be asked for an order's money", "order", o.ID,
		"error", err)
	return order.Refused{Failure: paymentsAway}, nil
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

// void has the money of an order given back. It stays open where payments cannot be reached; where it just
// could not be, it is not waited for once more.
func (s *Driver) void(ctx context.Context, o order.Order) (open bool, err error) {
	if o.Failure != nil && o.Failure.Code == paymentsAway.Code {
		return true, nil
	}
	asking, cancel := context.WithTimeout(ctx, voidWithin)
	defer cancel()
	_, err = s.Payments.Void(asking, &paymentsv1.VoidRequest{OrderId: o.ID})
	if fault.Away(err) {
		return true, nil
	}
	return false, err
}
