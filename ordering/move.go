package ordering

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/id"
)

const (
	// moveEvery takes up again what a lost process began, and orders that were in flight.
	moveEvery = 2 * time.Second
	// moveBatch is how many orders are read at once when their window was moved.
	moveBatch = 2 * maxBatch
)

// movedWindow is a window that was moved, of which some orders may not know yet.
type movedWindow struct {
	id      string
	version int64
	to      Window // without its kind
}

// moveOrders tells the orders of windows that were moved.
func (s *Service) moveOrders(ctx context.Context) error {
	moved, err := s.store.movedWindows(ctx)
	if err != nil {
		return err
	}
	var failures []error
	for _, w := range moved {
		done, err := s.moveWindow(ctx, w)
		if err == nil && done {
			err = s.store.forgetMoved(ctx, w)
		}
		if err != nil {
			failures = append(failures, fmt.Errorf("move the orders of %s: %w", w.id, err))
		}
	}
	return errors.Join(failures...)
}

// moveWindow moves the orders of a window that are open, and reports whether all are. One in flight
// is left to whoever drives it; once it is confirmed it is moved too. What is placed from now on holds its
// place in the window as it is. So is one that a change is about to bring into the window.
func (s *Service) moveWindow(ctx context.Context, w movedWindow) (done bool, err error) {
	zone, err := s.zoneOf(ctx, w.id)
	if err != nil {
		return false, err
	}
	// Before the orders are looked through: a change that ends meanwhile is counted here or found there.
	coming, err := s.store.changingTo(ctx, w.id)
	if err != nil {
		return false, err
	}
	done = coming == 0
	for after, more := "", true; more; {
		orders, err := s.store.openOrders(ctx, w.id, after, moveBatch)
		if err != nil {
			return false, err
		}
		var all errgroup.Group
		all.SetLimit(maxBatch) // so that they share commits
		for _, o := range orders {
			after = id.Unique(o.ID)
			done = done && !o.InFlight()
			if !o.InFlight() && o.Window.differs(w.to) {
				all.Go(fault.Guard(func() error { return s.moveOrder(ctx, o.ID, w.to, zone) }))
			}
		}
		if err := all.Wait(); err != nil {
			return false, err
		}
		more = len(orders) == moveBatch
	}
	return done, nil
}

func (s *Service) zoneOf(ctx context.Context, windowID string) (*time.Location, error) {
	market, err := id.Market(id.Window, windowID)
	if err != nil {
		return nil, err
	}
	response, err := s.catalog.GetMarket(ctx, &catalogv1.GetMarketRequest{Code: market})
	if err != nil {
		return nil, err
	}
	return time.LoadLocation(response.GetMarket().GetTimeZone())
}

func (s *Service) moveOrder(ctx context.Context, orderID string, to Window, zone *time.Location) error {
	read := func() (leased, error) { return s.store.order(ctx, orderID) }
	_, err := s.amend(ctx, read, func(o *Order) ([]string, error) {
		return o.move(to, zone, s.host.Now()),
			nil
	}, "")
	return err
}

// differs reports whether a window is at another time or place than it was.
func (w Window) differs(to Window) bool {
	return !w.StartsAt.Equal(to.StartsAt) || !w.EndsAt.Equal(to.EndsAt) || w.Place != to.Place
}

// move is the rule of an order whose window is moved while it is open.
func (o *Order) move(to Window, zone *time.Location, now time.Time) []string {
	if (o.Status != Confirmed && o.Status != Packed) || !o.Window.differs(to) {
		return nil
	}
	from := o.Window
	o.MovedFrom, o.MarketSays = &from, ""
	o.Window.StartsAt, o.Window.EndsAt, o.Window.Place = to.StartsAt, to.EndsAt, to.Place
	note := "moved to " + to.StartsAt.In(zone).Format("Monday 2 January, 15:04") + " to " +
		to.EndsAt.In(zone).Format("15:04 MST")
	if to.Place != from.Place && to.Place != "" {
		note += ", " + to.Place
	}
	o.enter(o.Status, now, note)
	return []string{"order.rescheduled"}
}
