package drive

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/payments/v1/paymentsv1connect"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/ordering/order"
)

// Driver takes orders, and changes of orders, from state to state. It needs each of its fields, but Between.
type Driver struct {
	Host *host.Host
	Book *book.Book

	Inventory inventoryv1connect.InventoryServiceClient
	Delivery  deliveryv1connect.DeliveryServiceClient
	Payments  paymentsv1connect.PaymentsServiceClient
	// ConfirmToken is what confirms an order, for its letter only.
	ConfirmToken func(orderID string) string
	// Between is asked before each commit and each call to a peer. Where it fails all is left as it is, as
	// when the process ends. Nil, but in tests.
	Between func() error

	sweeping *host.Job
}

// Timeout bounds one checkout. It goes on without a shopper who went away.
const Timeout = 30 * time.Second

// Start takes on what lost processes left, from now on, and tells the operator what cannot go on.
func (s *Driver) Start(ctx context.Context) error {
	if err := s.Book.EndDeadLeases(ctx); err != nil {
		return err
	}
	s.sweeping = s.Host.Every("sweep", sweepEvery, s.Sweep)
	s.Host.Troubles("order", s.stuckOrders, s.takeOnNow)
	s.Host.Troubles("change", s.stuckChanges, s.takeChangeOnNow)
	return nil
}

// sweepEvery is how often orders are looked for whose process was lost.
const sweepEvery = time.Second

// Drive takes an order from message to message until it asks for nothing more.
// Each state is committed before its effect is asked for. An error leaves the order where
// it is, for the sweeper.
func (s *Driver) Drive(
	ctx context.Context, o order.Order, m order.Message, paymentToken string,
) (order.Order, error) {
	for {
		before := o.Status
		next, ask, err := order.Next(o, m, s.Host.Now())
		if err != nil {
			return o, err
		}
		if next.Status != before || ask.Published() {
			if next, err = s.save(ctx, next, ask, auditOf(ctx, m, next)); err != nil {
				return o, err
			}
		}
		o = next
		if ask == order.Nothing || ask.Published() {
			return o, nil
		}
		if m, err = s.perform(ctx, o, ask, paymentToken); err != nil {
			return o, err
		}
	}
}

// save commits an order's state, with its event and what the security log has of it, if there are such.
func (s *Driver) save(
	ctx context.Context, o order.Order, ask order.Effect, deed []audit.Entry,
) (order.Order, error) {
	if err := s.goesOn(); err != nil {
		return o, err
	}
	w := &book.Saving{Order: o, Lease: book.NewLease, Confirms: ask == order.Announce, Audit: deed}
	if o.Status == order.Awaiting {
		w.Lease = o.Confirmation.ConfirmBy
	}
	if ask.Published() {
		e, err := s.eventFor(o, ask)
		if err != nil {
			return o, err
		}
		w.Events = append(w.Events, e)
	}
	err := s.Book.Save(ctx, w)
	if err == nil {
		o.Revision++
	}
	return o, err
}

// perform asks for an effect and turns the answer into a message.
func (s *Driver) perform(
	ctx context.Context, o order.Order, ask order.Effect, paymentToken string,
) (order.Message, error) {
	if err := s.goesOn(); err != nil {
		return nil, err
	}
	switch ask {
	case order.Hold:
		return insist(o, s.askHolds(ctx, o))
	case order.HoldUnconfirmed:
		return s.askUnconfirmedHolds(ctx, o), nil
	case order.Authorise:
		m, err := s.askMoney(ctx, o, paymentToken)
		if err != nil {
			return nil, err
		}
		return insist(o, m)
	case order.FindMoney:
		return s.lookForMoney(ctx, o)
	case order.GiveBack:
		return s.release(ctx, o)
	case order.Nothing, order.Announce, order.AskToConfirm, order.CallOff, order.Swap:
	}
	return nil, fmt.Errorf("ordering: %q is no effect that is performed", ask)
}

// goesOn asks what is between two steps.
func (s *Driver) goesOn() error {
	if s.Between == nil {
		return nil
	}
	return s.Between()
}

// insist leaves an order that its shopper has confirmed to the sweeper where another would be refused through
// nothing that is wrong with it: who followed a link does not order again.
func insist(o order.Order, m order.Message) (order.Message, error) {
	if r, ok := m.(order.Refused); ok && o.Vouched() && r.Failure.Passing() {
		return nil, r.Failure.Fault()
	}
	return m, nil
}

// TakeOver makes an order that was left behind the caller's own and drives it to
// its outcome. It answers the order as it then is.
func (s *Driver) TakeOver(ctx context.Context, o book.Leased) (order.Order, error) {
	o, mine, err := s.Book.TakeLease(ctx, o)
	if err != nil {
		return o.Order, err
	}
	if !mine {
		return o.Order, book.ErrInProgress
	}
	if o.Status != order.Awaiting {
		s.Host.Log().InfoContext(ctx, "taking on an order that was left behind", "order", o.ID, "status",
			o.Status)
	}
	return s.Drive(ctx, o.Order, order.Resume{}, "")
}

// Sweep takes on orders in flight whose process was lost, and changes of orders.
func (s *Driver) Sweep(ctx context.Context) error {
	now, err := s.Book.Now(ctx)
	if err != nil {
		return err
	}
	ids, err := s.Book.LeasesOver(ctx, now, 50)
	if err != nil {
		return err
	}
	lapsed, err := s.Book.ConfirmationsOver(ctx, now, 100)
	if err != nil {
		return err
	}
	s.takeAll(ctx, append(ids, lapsed...), s.TakeOver)
	return s.sweepChanges(ctx, now)
}

// takeAll takes orders on, some at the same time.
func (s *Driver) takeAll(
	ctx context.Context, ids []string, on func(context.Context, book.Leased) (order.Order, error),
) {
	var all errgroup.Group
	all.SetLimit(8)
	for _, orderID := range ids {
		all.Go(func() error {
			err := fault.Guard(func() error {
				o, err := s.Book.Order(ctx, orderID)
				if err == nil {
					_, err = on(ctx, o)
				}
				return err
			})()
			if err != nil && !fault.Is(err, book.ErrInProgress.Code) { // that is another replica's by now
				s.Host.Log().WarnContext(ctx, "an order could not be taken on yet", "order", orderID, "error",
					err)
			}
			return nil
		})
	}
	_ = all.Wait()
}
