package trade

import (
	"github.com/artisan-eats/artisan/edge/web"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// NoPayments is the code of an order that was not taken because payments, or its provider, could not be
// reached.
const NoPayments = "payment_unavailable"

// MethodPickup is to pay for an order when it is picked up.
const MethodPickup = "pickup"

// TakesWithoutPayments reports whether a market takes orders that are to be paid when they are picked up
// while payments cannot be reached. Where nobody can tell, it does not.
func TakesWithoutPayments(v *web.Visit, market string) bool {
	answer, err := v.Site.Ordering.GetPickupLimits(v.Context(),
		&orderingv1.GetPickupLimitsRequest{Market: market})
	return err == nil && answer.GetLimits().GetWithoutPayments()
}
