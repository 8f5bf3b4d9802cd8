package drive

import (
	"cmp"
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/artisan-eats/artisan/fault"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/ordering/order"
)

const (
	// holdPatience is how long a peer is waited for that sets something aside, and releasePatience one that
	// gives it back: whoever checks out waits for both. What comes too late is given back by the sweeper.
	holdPatience, releasePatience = 4 * time.Second, 2 * time.Second
	// keepPlaceFor is how long a place is kept after a payment that was declined: long enough to take another
	// card.
	keepPlaceFor = 5 * time.Minute
	// keepPercent is how many hundredths of what is not taken of a window such places, and those of
	// unconfirmed orders, may have together.
	keepPercent = 10
)

// askHolds sets goods and place aside, at once. Of two refusals stock's is told.
func (s *Driver) askHolds(ctx context.Context, o order.Order) order.Message {
	got := s.holds(ctx, o, 0)
	if err := cmp.Or(got.stockErr, got.placeErr); err != nil {
		return order.Refused{Failure: order.FailureOf(err)}
	}
	return got.message()
}

// askUnconfirmedHolds sets aside what unconfirmed orders may have. Where only one of goods and place could be
// had it is given back for now.
func (s *Driver) askUnconfirmedHolds(ctx context.Context, o order.Order) order.Message {
	got := s.holds(ctx, o, o.Confirmation.Share)
	full := fault.Is(got.stockErr, unconfirmedFull) || fault.Is(got.placeErr, unconfirmedFull)
	for _, err := range []error{got.stockErr, got.placeErr} {
		if err != nil && !fault.Is(err, unconfirmedFull) {
			return order.Refused{Failure: order.FailureOf(err)}
		}
	}
	if !full {
		return got.message()
	}
	if err := s.yield(ctx, o); err != nil {
		return order.Refused{Failure: order.FailureOf(err)}
	}
	return order.Unheld{}
}

// unconfirmedFull is the code of a hold that is beyond what unconfirmed orders may have.
const unconfirmedFull = "unconfirmed_full"

// yield gives back what an order holds, which may be held for it again.
func (s *Driver) yield(ctx context.Context, o order.Order) error {
	ctx, cancel := context.WithTimeout(ctx, releasePatience)
	defer cancel()
	var both errgroup.Group
	both.Go(func() error {
		_, err := s.Inventory.Release(ctx, &inventoryv1.ReleaseRequest{OrderId: o.ID, ForNow: true})
		return err
	})
	both.Go(func() error {
		_, err := s.Delivery.Release(ctx, &deliveryv1.ReleaseRequest{OrderId: o.ID, ForNow: true})
		return err
	})
	return both.Wait()
}

// holdings are what was answered to the two holds of an order.
type holdings struct {
	stock              *inventoryv1.HoldResponse
	place              *deliveryv1.HoldResponse
	stockErr, placeErr error
}

// holds asks for both holds at once; with a share, those of an order that is not confirmed.
func (s *Driver) holds(ctx context.Context, o order.Order, share int64) (got holdings) {
	ctx, cancel := context.WithTimeout(ctx, holdPatience)
	defer cancel()
	ttl := order.HoldFor.Milliseconds()
	request := &inventoryv1.HoldRequest{OrderId: o.ID, TtlMs: ttl, UnconfirmedPercent: int32(share)}
	if o.Status == order.Placed { // one that is paid for is not refused any more
		request.NewcomerPercent = int32(o.NewcomerShare)
	}
	for _, line := range o.Lines {
		request.Lines = append(request.Lines,
			&inventoryv1.HoldLine{VariantId: line.VariantID, Quantity: line.Quantity})
	}
	var both errgroup.Group
	both.Go(func() error { got.stock, got.stockErr = s.Inventory.Hold(ctx, request); return nil })
	got.place, got.placeErr = s.Delivery.Hold(ctx, &deliveryv1.HoldRequest{
		OrderId: o.ID, WindowId: o.Window.ID,
		TtlMs: ttl, UnconfirmedPercent: int32(share), InsteadOf: o.InsteadOf,
	})
	_ = both.Wait()
	return got
}

// message tells an order what is set aside for it.
func (h holdings) message() order.HeldAll {
	m := order.HeldAll{
		Until: time.UnixMilli(min(h.stock.GetExpiresAt(), h.place.GetExpiresAt())).UTC(),
		Lots:  map[string][]order.Lot{}, Window: order.WindowFromProto(h.place.GetWindow()),
	}
	for _, a := range h.stock.GetAllocations() {
		m.Lots[a.GetVariantId()] = append(m.Lots[a.GetVariantId()], order.Lot{
			ID: a.GetLotId(), Code: a.GetLotCode(), BestBefore: a.GetBestBefore(), Quantity: a.GetQuantity(),
		})
	}
	return m
}

// release gives back whatever an order may hold, but for a place that is to be kept. All of it is idempotent,
// and refuses whatever of the order would come later. It does not wait for payments, which is told later
// where it cannot be reached: goods, place and cart are free.
func (s *Driver) release(ctx context.Context, o order.Order) (done order.Released, err error) {
	ctx, cancel := context.WithTimeout(ctx, releasePatience)
	defer cancel()
	var all errgroup.Group
	all.Go(func() error {
		_, err := s.Inventory.Release(ctx, &inventoryv1.ReleaseRequest{OrderId: o.ID})
		return err
	})
	all.Go(func() error {
		request := &deliveryv1.ReleaseRequest{OrderId: o.ID}
		if o.KeepsPlace() {
			request.KeepMs, request.KeepPercent = keepPlaceFor.Milliseconds(), keepPercent
		}
		answer, err := s.Delivery.Release(ctx, request)
		if until := answer.GetKeptUntil(); until > 0 {
			done.KeptUntil = time.UnixMilli(until).UTC()
		}
		return err
	})
	if o.Reached(order.Held) {
		all.Go(func() (err error) {
			done.MoneyOpen, err = s.void(ctx, o)
			return err
		})
	}
	err = all.Wait()
	return done, err
}
