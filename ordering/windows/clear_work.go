package windows

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/ordering/order"
)

// clearEvery takes up again what a lost process began, and orders that were in flight.
const clearEvery = 2 * time.Second

// clearsAtOnce is how many orders of a window are taken on at the same time: what meets is one commit.
const clearsAtOnce = 16

// What became of an order of a cancelled window.
const (
	orderWaits = "waiting"
	orderGone  = "gone"
	orderStays = "stays"
)

// outcome is how it went with one order: where it is gone to (a window's ID, Cancelled or Done), or why it
// stays.
type outcome struct{ orderID, state, to, code, message string }

// clearWindows takes the orders of cancelled windows on.
func (s *Mover) clearWindows(ctx context.Context) error {
	under, err := s.clearingsUnderWay(ctx)
	if err != nil {
		return err
	}
	var failures []error
	for _, c := range under {
		if err := s.clearWindow(audit.With(ctx, c.by), c); err != nil {
			failures = append(failures, fmt.Errorf("clear %s: %w", c.window, err))
		}
	}
	return errors.Join(failures...)
}

// clearWindow takes each order of a cancelled window on once, and ends the clearing where none is left that
// will go. What is to be done is written down before it is begun, and how it stands is read from the order
// itself: so whoever comes after a lost process does nothing twice.
func (s *Mover) clearWindow(ctx context.Context, c clearing) error {
	// First, so that what is placed after the orders are listed finds no place.
	if _, err := s.Delivery.CancelWindow(ctx, &deliveryv1.CancelWindowRequest{Id: c.window}); err != nil {
		return err
	}
	coming, err := s.Book.ChangesInto(ctx, c.window)
	if err != nil {
		return err
	}
	if err := s.listClearing(ctx, c); err != nil {
		return err
	}
	to, err := s.targetOf(ctx, c)
	if err != nil {
		return err
	}
	waits := coming > 0
	for after := ""; ; {
		orders, err := s.waitingToGo(ctx, c, after)
		if err != nil {
			return err
		}
		if len(orders) == 0 {
			break
		}
		after = orders[len(orders)-1]
		went := s.clearOrders(ctx, c, to, orders)
		waits = waits || slices.ContainsFunc(went, func(o outcome) bool { return o.state == orderWaits })
		if err := s.settleClearing(ctx, c, went); err != nil {
			return err
		}
	}
	if waits {
		return nil
	}
	return s.endClearing(ctx, c)
}

func (s *Mover) clearOrders(ctx context.Context, c clearing, to *target, orders []string) []outcome {
	went := make([]outcome, len(orders))
	var all errgroup.Group
	all.SetLimit(clearsAtOnce)
	for i, orderID := range orders {
		all.Go(func() error {
			went[i] = s.clearOrder(ctx, c, to, orderID)
			return nil
		})
	}
	_ = all.Wait()
	return went
}

// clearOrder takes one order on, and answers how it stands then.
func (s *Mover) clearOrder(ctx context.Context, c clearing, to *target, orderID string) outcome {
	where, err := s.letGo(ctx, c, to, orderID)
	switch f := fault.Of(err); {
	case err == nil && where != "":
		return outcome{orderID: orderID, state: orderGone, to: where}
	case err == nil, order.Failure{Kind: f.Kind}.Passing(), f.Code == book.ErrInProgress.Code,
		f.Code == order.ErrOrderChanged.Code:
		if err != nil {
			s.Host.Log().InfoContext(ctx, "an order of a cancelled window waits", "order", orderID, "error",
				err)
		}
		return outcome{orderID: orderID, state: orderWaits}
	default:
		return outcome{orderID: orderID, state: orderStays, code: f.Code, message: f.Message}
	}
}

// letGo moves or cancels an order that is still in the window, and answers where it is gone to; empty where
// it is not.
func (s *Mover) letGo(
	ctx context.Context, c clearing, to *target, orderID string,
) (where string, err error) {
	defer fault.Recover(&err)
	o, err := s.Book.Order(ctx, orderID)
	switch {
	case err != nil:
		return "", err
	case o.Window.ID != c.window:
		return o.Window.ID, nil
	case o.Status == order.Failed, o.Status == order.Cancelled:
		return order.Cancelled, nil
	case o.Status == order.Done:
		return order.Done, nil
	case o.Status == order.Awaiting: // nothing was promised yet
		gone, err := s.callOff(ctx, o.Order)
		return goneTo(order.Cancelled, gone), err
	case o.InFlight():
		return "", nil
	case c.to == "":
		read := func() (book.Leased, error) { return s.Book.Order(ctx, orderID) }
		_, err = s.Driver.Amend(ctx, read,
			func(o *order.Order) ([]string, error) { return order.CancelFor(o, c.says, s.Host.Now()) }, "")
		return goneTo(order.Cancelled, err == nil), err
	case o.Change != nil:
		return "", nil // whoever drives it, or the sweeper, ends it first
	}
	moved, err := s.moveTo(ctx, o.Order, c, to)
	return goneTo(c.to, moved), err
}

func goneTo(where string, gone bool) string {
	if !gone {
		return ""
	}
	return where
}

// callOff gives an order up that awaits its confirmation. Its shopper may be faster: then it goes like any
// other, once it is confirmed.
func (s *Mover) callOff(ctx context.Context, o order.Order) (gone bool, err error) {
	o, err = s.Driver.Send(ctx, o, order.GivenUp{})
	return err == nil && (o.Status == order.Failed || o.Status == order.Cancelled), err
}

// moveTo drives the change by which the market moves an order.
func (s *Mover) moveTo(ctx context.Context, o order.Order, c clearing, to *target) (moved bool, err error) {
	o.Change = o.MovedBy(id.New(id.Order, o.Market, s.Host.Now(), s.Host.Random()), to.Window, c.says)
	if err := o.MayChange(); err != nil {
		return false, err
	}
	if err := to.onHoliday(ctx, o); err != nil {
		return false, err
	}
	_, failure, err := s.Driver.BeginChange(ctx, o, "")
	if err == nil && failure != nil {
		err = failure.Fault()
	}
	return err == nil, err
}
