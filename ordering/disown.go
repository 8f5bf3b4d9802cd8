package ordering

import (
	"context"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/audit"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/share"
)

// paidAtPickup is the method of payment that takes no money beforehand.
const paidAtPickup = "pickup"

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

// isGuests reports whether an order's customer has no account: a guest is a customer of one order.
func (o Order) isGuests() bool {
	return strings.TrimPrefix(o.CustomerID, id.Customer) == strings.TrimPrefix(o.ID, id.Order)
}

// DisownOrder calls an order off that its letter's recipient knows nothing of, unless somebody stands for it;
// see the contract.
func (s *Service) DisownOrder(
	ctx context.Context, r *orderingv1.DisownOrderRequest,
) (*orderingv1.DisownOrderResponse, error) {
	read := func() (leased, error) { return s.visible(ctx, r.GetId(), &orderingv1.Viewer{Operator: true}) }
	o, err := read()
	if err == nil && o.Status == Awaiting {
		o.Order, err = s.tell(ctx, o.Order, givenUp{})
	} else if err == nil {
		o.Order, err = s.amend(ctx, read, func(o *Order) ([]string, error) { return disown(o, s.host.Now()) },
			"")
	}
	if err != nil {
		return nil, err
	}
	return &orderingv1.DisownOrderResponse{Order: orderToProto(o.Order)}, nil
}

// disown is the rule of an order that nobody knows of. What is paid is left to the operator: more likely the
// shopper has mistyped the address than that a stranger has paid.
func disown(o *Order, now time.Time) ([]string, error) {
	if o.Status != Confirmed || o.PaymentMethod != paidAtPickup || !o.isGuests() || o.vouched() {
		return nil, nil
	}
	events, err := cancel(o, now)
	if err != nil {
		return nil, nil //nolint:nilerr // it is being packed
	}
	return events, nil
}
