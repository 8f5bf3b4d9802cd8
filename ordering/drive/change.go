package drive

import (
	"cmp"
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/ordering/order"
)

// BeginChange writes down that an order is to be changed, and drives the change to its outcome. It answers
// why it came to nothing, if it did.
func (s *Driver) BeginChange(
	ctx context.Context, o order.Order, paymentToken string,
) (order.Order, *order.Failure, error) {
	o, err := s.saveChange(ctx, o, o, order.Nothing)
	if err != nil {
		return o, nil, err
	}
	return s.driveChange(ctx, o, order.Begin{}, paymentToken)
}

// driveChange takes a change from message to message until it is done or undone, and then answers why it was
// undone, if it was. Each state is committed before its effect is asked for. Who changes the order meanwhile
// in another way is let have it: the change goes on from there, to be undone.
func (s *Driver) driveChange(
	ctx context.Context, o order.Order, m order.Message, paymentToken string,
) (order.Order, *order.Failure, error) {
	for {
		next, ask, err := order.NextOfChange(o, m, s.NewPart(o.Market), s.Host.Now())
		if err != nil {
			return o, nil, err
		}
		if next.Change == nil || next.Change.Status != o.Change.Status {
			saved, err := s.saveChange(ctx, o, next, ask)
			if fault.Is(err, book.ErrStale.Code) {
				if o, err = s.stillChanging(ctx, o); err != nil {
					return o, nil, err
				}
				continue
			}
			if err != nil {
				return o, nil, err
			}
			next = saved
		}
		if next.Change == nil {
			return next, o.Change.Failure, nil
		}
		o = next
		if m, err = s.performChange(ctx, o, ask, paymentToken); err != nil {
			return o, nil, err
		}
	}
}

// stillChanging reads an order again that somebody else has saved, and refuses one whose change has been
// taken on by another.
func (s *Driver) stillChanging(ctx context.Context, o order.Order) (order.Order, error) {
	now, err := s.Book.Order(ctx, o.ID)
	switch {
	case err != nil:
		return o, err
	case now.Change == nil || now.Change.ID != o.Change.ID || now.Epoch != o.Epoch:
		return o, order.ErrChanging
	}
	return now.Order, nil
}

// saveChange commits the next state of a change, and with it what becomes of the order.
func (s *Driver) saveChange(
	ctx context.Context, before, next order.Order, ask order.Effect,
) (order.Order, error) {
	if err := s.goesOn(); err != nil {
		return next, err
	}
	w := &book.Saving{Order: next, Lease: book.NewLease, Before: &before}
	if ask == order.Swap {
		by := audit.ActorOf(ctx)
		w.Order.Sign(len(before.Steps), by)
		w.Audit = order.AuditOf(w.Order, []string{string(order.Swap)}, "", by)
		e, err := eventOfChange(w.Order, before.Change)
		if err != nil {
			return next, err
		}
		w.Events = append(w.Events, e)
	}
	err := s.Book.Save(ctx, w)
	if err == nil {
		w.Order.Revision++
	}
	return w.Order, err
}

// performChange asks for an effect and turns the answer into a message.
func (s *Driver) performChange(
	ctx context.Context, o order.Order, ask order.Effect, paymentToken string,
) (order.Message, error) {
	if err := s.goesOn(); err != nil {
		return nil, err
	}
	switch ask {
	case order.Hold:
		return s.holdMore(ctx, o), nil
	case order.Authorise:
		_, err := s.Payments.Authorise(ctx, &paymentsv1.AuthoriseRequest{
			OrderId: o.Change.ID, ChangesOrder: o.ID, Amount: o.Change.Extra.Proto(), Method: o.PaymentMethod,
			Token: paymentToken,
		})
		if err != nil {
			return order.Refused{Failure: order.FailureOf(err)}, nil
		}
		return order.Paid{}, nil
	case order.FindMoney:
		m, err := s.lookForMoney(ctx, order.Order{ID: o.Change.ID})
		return m, waitingFor("payments", err)
	case order.GiveBack:
		return order.Released{}, s.releaseChange(ctx, o)
	case order.Nothing, order.Announce, order.HoldUnconfirmed, order.AskToConfirm, order.CallOff,
		order.Swap:
	}
	return nil, fmt.Errorf("ordering: %q is no effect of a change", ask)
}

// holdMore sets aside what the order has not yet, at once. Of two refusals stock's is told.
func (s *Driver) holdMore(ctx context.Context, o order.Order) order.Message {
	c, ttl := o.Change, order.HoldFor.Milliseconds()
	got := holdings{
		stock: &inventoryv1.HoldResponse{ExpiresAt: s.Host.Now().Add(order.HoldFor).UnixMilli()},
		place: &deliveryv1.HoldResponse{ExpiresAt: s.Host.Now().Add(order.HoldFor).UnixMilli()},
	}
	var both errgroup.Group
	if more := o.Adds(); len(more) > 0 {
		request := &inventoryv1.HoldRequest{OrderId: c.ID, TtlMs: ttl, AddsTo: o.ID}
		if c.IsNew() { // one that is paid for is not refused any more
			request.NewcomerPercent = int32(o.NewcomerShare)
		}
		for _, line := range more {
			request.Lines = append(request.Lines,
				&inventoryv1.HoldLine{VariantId: line.VariantID, Quantity: line.Quantity})
		}
		both.Go(func() error { got.stock, got.stockErr = s.Inventory.Hold(ctx, request); return nil })
	}
	if o.Moves() {
		both.Go(func() error {
			got.place, got.placeErr = s.Delivery.Hold(ctx,
				&deliveryv1.HoldRequest{OrderId: c.ID, WindowId: c.Window.ID, TtlMs: ttl})
			return nil
		})
	}
	_ = both.Wait()
	if err := cmp.Or(got.stockErr, got.placeErr); err != nil {
		return order.Refused{Failure: order.FailureOf(err)}
	}
	m := got.message()
	if !o.Moves() {
		m.Window = c.Window
	}
	return m
}

// releaseChange gives back whatever a change may hold.
func (s *Driver) releaseChange(ctx context.Context, o order.Order) error {
	return s.giveBack(ctx, o.Change.ID, len(o.Adds()) > 0, o.Moves(), o.Change.Paying)
}

// order.GiveBack gives back goods, a place and money that are held under an ID. All of it is idempotent, and
// refuses whatever would come later.
func (s *Driver) giveBack(ctx context.Context, changeID string, goods, place, money bool) error {
	var all errgroup.Group
	if goods {
		all.Go(func() error {
			_, err := s.Inventory.Release(ctx, &inventoryv1.ReleaseRequest{OrderId: changeID})
			return waitingFor("inventory", err)
		})
	}
	if place {
		all.Go(func() error {
			_, err := s.Delivery.Release(ctx, &deliveryv1.ReleaseRequest{OrderId: changeID})
			return waitingFor("delivery", err)
		})
	}
	if money {
		all.Go(func() error {
			_, err := s.Payments.Void(ctx, &paymentsv1.VoidRequest{OrderId: changeID})
			return waitingFor("payments", err)
		})
	}
	return all.Wait()
}

// ResumeChange makes a change that was left behind the caller's own and drives it to its outcome. It answers
// why it came to nothing, if it did.
func (s *Driver) ResumeChange(ctx context.Context, o book.Leased) (order.Order, *order.Failure, error) {
	o, mine, err := s.Book.TakeLease(ctx, o)
	if err != nil {
		return o.Order, nil, err
	}
	if !mine {
		return o.Order, nil, order.ErrChanging
	}
	if o.Change == nil { // a process of an earlier version has saved the order without it
		return o.Order, &order.InterruptedChange, s.Book.DropLostChange(ctx, o.Order)
	}
	s.Host.Log().InfoContext(ctx, "taking on a change that was left behind", "order", o.ID, "change",
		o.Change.ID, "status", o.Change.Status)
	return s.driveChange(ctx, o.Order, order.Resume{}, "")
}

// NewPart makes the IDs of new parts in a market.
func (s *Driver) NewPart(market string) func() string {
	return func() string { return s.Host.NewID(id.Part, market) }
}
