package delivery_test

import (
	"testing"
	"time"

	"github.com/artisan-eats/artisan/fault"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	"github.com/artisan-eats/artisan/id"
)

// tentative holds a place for an order that its shopper has not confirmed, within a tenth.
func (d desk) tentative(order, window string) error {
	_, err := d.Hold(d.Context(), &deliveryv1.HoldRequest{
		OrderId: order, WindowId: window, TtlMs: 60_000,
		UnconfirmedPercent: 10,
	})
	return err
}

func TestUnconfirmedHoldsTakeATenthOfAWindow(t *testing.T) {
	each(t, time.Now(), func(d desk) {
		window := d.window(15).GetId()
		first, second, third := newID(id.Order), newID(id.Order), newID(id.Order)
		d.must(d.tentative(first, window))
		d.must(d.tentative(second, window))
		if err := d.tentative(third, window); !fault.Is(err, "unconfirmed_full") {
			d.Errorf("a third of fifteen places: %v", err)
		}
		d.wantRemaining(window, 13)
		d.must(d.tentative(first, window)) // the same again takes nothing more
		_, err := d.hold(newID(id.Order), window)
		d.must(err) // others are not in their way

		_, err = d.hold(first, window) // its shopper confirmed it
		d.must(err)
		d.must(d.tentative(third, window))
		d.expired(third)
		d.must(d.tentative(third, window))
		_, err = d.Release(d.Context(), &deliveryv1.ReleaseRequest{OrderId: third, ForNow: true})
		d.must(err)
		d.wantState(third, "expired")
		_, err = d.hold(third, window)
		d.must(err)
		d.must(d.tentative(newID(id.Order), d.window(1).GetId())) // one place they may
		d.wantRemaining(window, 11)
	})
}
