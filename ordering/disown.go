package ordering

import (
	"context"

	"github.com/artisan-eats/artisan/audit"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/share"
)

// sender is a keyed hash of who places an order, for limits of the letters that one sender has written.
func (s *Service) sender(ctx context.Context, v *orderingv1.Viewer) string {
	switch from := audit.ActorOf(ctx).Address; {
	case v.GetCustomerId() != "":
		return s.keyed("sender", v.GetCustomerId())
	case from != "":
		return s.keyed("sender", share.NetworkOf(from))
	}
	return ""
}

// DisownOrder calls an order off that its letter's recipient knows nothing of, unless somebody stands for it;
// see the contract.
func (s *Service) DisownOrder(
	ctx context.Context, r *orderingv1.DisownOrderRequest,
) (*orderingv1.DisownOrderResponse, error) {
	read := func() (book.Leased, error) {
		return s.Reader.Visible(ctx, r.GetId(), &orderingv1.Viewer{Operator: true})
	}
	o, err := read()
	if err == nil && o.Status == order.Awaiting {
		o.Order, err = s.Driver.Send(ctx, o.Order, order.GivenUp{})
	} else if err == nil {
		o.Order, err = s.Driver.Amend(ctx, read,
			func(o *order.Order) ([]string, error) { return order.Disown(o, s.Host.Now()) },
			"")
	}
	if err != nil {
		return nil, err
	}
	return &orderingv1.DisownOrderResponse{Order: order.ToProto(o.Order)}, nil
}
