package ordering

import (
	"time"

	"github.com/artisan-eats/artisan/gen/sql/orderingdb"
)

const (
	// keepPlaceFor is how long a place is kept after a payment that was declined: long enough to take another card.
	keepPlaceFor = 5 * time.Minute
	// keepPercent is how many hundredths of what is not taken of a window such places, and those of unconfirmed orders, may have together.
	keepPercent = 10
)

// keptPlace is a place that is kept for a cart's next order, by the one that came to nothing. The zero value: none is.
type keptPlace struct {
	orderID, windowID string
	until             time.Time
}

// keepsPlace reports whether an order that comes to nothing keeps its place: its shopper takes another card.
func (o Order) keepsPlace() bool {
	return o.KeepPlace && o.Failure != nil && o.Failure.Code == "payment_declined"
}

// freedCart frees the cart of an order that failed, with the place that is kept for it.
func freedCart(o Order) orderingdb.FreeCartParams {
	free := orderingdb.FreeCartParams{ID: o.CartID, OrderID: o.ID}
	if !o.KeptUntil.IsZero() {
		free.KeptOrder, free.KeptWindow, free.KeptUntil = o.ID, o.Window.ID, o.KeptUntil.UnixMilli()
	}
	return free
}
