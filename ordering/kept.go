package ordering

import "time"

const (
	// keepPlaceFor is how long a place is kept after a payment that was declined: long enough to take another
	// card.
	keepPlaceFor = 5 * time.Minute
	// keepPercent is how many hundredths of what is not taken of a window such places, and those of
	// unconfirmed orders, may have together.
	keepPercent = 10
)

// keptPlace is a place that is kept for a cart's next order, by the one that came to nothing. The zero value:
// none is.
type keptPlace struct {
	orderID, windowID string
	until             time.Time
}

// keepsPlace reports whether an order that comes to nothing keeps its place: its shopper takes another card.
func (o Order) keepsPlace() bool {
	return o.KeepPlace && o.Failure != nil && o.Failure.Code == "payment_declined"
}

// freedCart frees the cart of an order that failed, with the place that is kept for it.
func freedCart(o Order) []any {
	var kept, window string
	var until int64
	if !o.KeptUntil.IsZero() {
		kept, window, until = o.ID, o.Window.ID, o.KeptUntil.UnixMilli()
	}
	return []any{o.CartID, o.ID, kept, window, until}
}

// freeCarts frees carts whose orders came to nothing.
func (b batchWriter) freeCarts(rows [][]any) error {
	return b.exec(`UPDATE carts SET order_id = '', revision = carts.revision + 1, kept_order = v.column3,
		kept_window = v.column4, kept_until = v.column5
		FROM (%s) AS v WHERE carts.id = v.column1 AND carts.order_id =
		v.column2`, rows, "TEXT", "TEXT", "TEXT", "TEXT", "BIGINT")
}
