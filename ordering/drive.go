package ordering

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/money"
)

// comparePrices refuses lines that are not for sale any more, and prices that were
// shown too long ago and have changed.
func comparePrices(lines []Line, quotes map[string]*catalogv1.Quote, now time.Time) error {
	var gone, changed []fault.Field
	for _, line := range lines {
		quote := quotes[line.VariantID]
		switch {
		case quote == nil:
			gone = append(gone,
				fault.Field{Name: line.VariantID, Message: line.name() + " is not for sale any more."})
		case money.FromProto(quote.GetVariant().GetPrice()) != line.Price &&
			line.quotedAt.Add(priceHonoured).Before(now):
			changed = append(changed,
				fault.Field{Name: line.VariantID, Message: "The price of " + line.name() + " has changed."})
		}
	}
	if len(gone) > 0 {
		return fault.New(fault.Conflict, "out_of_stock", "Something in the cart is not for sale any more.",
			gone...)
	}
	if len(changed) > 0 {
		return errPriceChanged(changed...)
	}
	return nil
}

func errPriceChanged(changed ...fault.Field) error {
	return fault.New(fault.Conflict, "price_changed",
		"Prices have changed since you saw them. Please look at the cart again.", changed...)
}

// drive takes an order from message to message until it asks for nothing more.
// Each state is committed before its effect is asked for. An error leaves the order where
// it is, for the sweeper.
func (s *Service) drive(ctx context.Context, o Order, m message, paymentToken string) (Order, error) {
	for {
		before := o.Status
		next, ask, err := step(o, m, s.host.Now())
		if err != nil {
			return o, err
		}
		if next.Status != before || ask.published() {
			if next, err = s.save(ctx, next, ask, deedOf(ctx, m, next)); err != nil {
				return o, err
			}
		}
		o = next
		if ask == nothing || ask.published() {
			return o, nil
		}
		if m, err = s.perform(ctx, o, ask, paymentToken); err != nil {
			return o, err
		}
	}
}

// save commits an order's state, with its event and what the security log has of it, if there are such.
func (s *Service) save(ctx context.Context, o Order, ask effect, deed []audit.Entry) (Order, error) {
	w := &saving{order: o, lease: newLease, confirms: ask == announce, deed: deed}
	if o.Status == Awaiting {
		w.lease = o.Trial.ConfirmBy
	}
	if ask.published() {
		e, err := s.eventFor(o, ask)
		if err != nil {
			return o, err
		}
		w.events = append(w.events, e)
	}
	_, err := s.store.writes.Do(ctx, write{save: w})
	if err == nil {
		o.Revision++
	}
	return o, err
}

// perform asks for an effect and turns the answer into a message.
func (s *Service) perform(ctx context.Context, o Order, ask effect, paymentToken string) (message, error) {
	switch ask {
	case hold:
		return insist(o, s.askHolds(ctx, o))
	case holdOnTrial:
		return s.askHoldsOnTrial(ctx, o), nil
	case authorise:
		return insist(o, s.askMoney(ctx, o, paymentToken))
	case findMoney:
		return s.lookForMoney(ctx, o)
	case giveBack:
		return s.release(ctx, o)
	case nothing, announce, announceTrial, swap:
	}
	return nil, fmt.Errorf("ordering: %q is no effect that is performed", ask)
}

// insist leaves an order that its shopper has confirmed to the sweeper where another would be refused through
// nothing that is wrong with it: who followed a link does not order again.
func insist(o Order, m message) (message, error) {
	if r, ok := m.(refused); ok && o.vouched() && r.failure.passing() {
		return nil, r.failure.fault()
	}
	return m, nil
}

// askHolds sets stock and slot aside, at once. Of two refusals stock's is told.
func (s *Service) askHolds(ctx context.Context, o Order) message {
	got := s.holds(ctx, o, 0)
	if err := cmp.Or(got.stockErr, got.slotErr); err != nil {
		return refused{failureOf(err)}
	}
	return got.message()
}

// askHoldsOnTrial sets aside what unconfirmed orders may have. Where only one of stock and slot could be had
// it is given back for now.
func (s *Service) askHoldsOnTrial(ctx context.Context, o Order) message {
	got := s.holds(ctx, o, o.Trial.Share)
	full := fault.Is(got.stockErr, unconfirmedFull) || fault.Is(got.slotErr, unconfirmedFull)
	for _, err := range []error{got.stockErr, got.slotErr} {
		if err != nil && !fault.Is(err, unconfirmedFull) {
			return refused{failureOf(err)}
		}
	}
	if !full {
		return got.message()
	}
	if err := s.yield(ctx, o); err != nil {
		return refused{failureOf(err)}
	}
	return unheld{}
}

// unconfirmedFull is the code of a hold that is beyond what unconfirmed orders may have.
const unconfirmedFull = "unconfirmed_full"

// yield gives back what an order holds, which may be held for it again.
func (s *Service) yield(ctx context.Context, o Order) error {
	var both errgroup.Group
	both.Go(func() error {
		_, err := s.inventory.Release(ctx, &inventoryv1.ReleaseRequest{OrderId: o.ID, ForNow: true})
		return err
	})
	both.Go(func() error {
		_, err := s.delivery.Release(ctx, &deliveryv1.ReleaseRequest{OrderId: o.ID, ForNow: true})
		return err
	})
	return both.Wait()
}

// holdings are what was answered to the two holds of an order.
type holdings struct {
	stock             *inventoryv1.HoldResponse
	slot              *deliveryv1.HoldResponse
	stockErr, slotErr error
}

// holds asks for both holds at once; with a share, those of an order that is not confirmed.
func (s *Service) holds(ctx context.Context, o Order, share int64) (got holdings) {
	ttl := holdFor.Milliseconds()
	request := &inventoryv1.HoldRequest{OrderId: o.ID, TtlMs: ttl, UnconfirmedPercent: int32(share)}
	if o.Status == Placed { // one that is paid for is not refused any more
		request.NewcomerPercent = int32(o.NewcomerShare)
	}
	for _, line := range o.Lines {
		request.Lines = append(request.Lines,
			&inventoryv1.HoldLine{VariantId: line.VariantID, Quantity: line.Quantity})
	}
	var both errgroup.Group
	both.Go(func() error { got.stock, got.stockErr = s.inventory.Hold(ctx, request); return nil })
	got.slot, got.slotErr = s.delivery.Hold(ctx, &deliveryv1.HoldRequest{
		OrderId: o.ID, WindowId: o.Window.ID,
		TtlMs: ttl, UnconfirmedPercent: int32(share), InsteadOf: o.InsteadOf,
	})
	_ = both.Wait()
	return got
}

// message tells an order what is set aside for it.
func (h holdings) message() heldAll {
	m := heldAll{
		until: time.UnixMilli(min(h.stock.GetExpiresAt(), h.slot.GetExpiresAt())).UTC(),
		lots:  map[string][]Lot{}, window: windowFromProto(h.slot.GetWindow()),
	}
	for _, a := range h.stock.GetAllocations() {
		m.lots[a.GetVariantId()] = append(m.lots[a.GetVariantId()], Lot{
			ID: a.GetLotId(), Code: a.GetLotCode(), BestBefore: a.GetBestBefore(), Quantity: a.GetQuantity(),
		})
	}
	return m
}

// askMoney reserves the most that may be captured.
func (s *Service) askMoney(ctx context.Context, o Order, token string) message {
	_, err := s.payments.Authorise(ctx, &paymentsv1.AuthoriseRequest{
		OrderId: o.ID, Amount: o.Authorised.Proto(), Method: o.PaymentMethod, Token: token,
	})
	if err != nil {
		return refused{failureOf(err)}
	}
	return paid{}
}

// lookForMoney asks what became of an authorisation that nobody waited for.
func (s *Service) lookForMoney(ctx context.Context, o Order) (message, error) {
	response, err := s.payments.GetPayment(ctx, &paymentsv1.GetPaymentRequest{OrderId: o.ID})
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return nil, err
	}
	if response.GetPayment().GetStatus() == state.PaymentAuthorised {
		return paid{}, nil
	}
	return unpaid{}, nil
}

// release gives back whatever an order may hold, but for a place that is to be kept. All of it is idempotent,
// and refuses whatever of the order would come later.
func (s *Service) release(ctx context.Context, o Order) (done released, err error) {
	var all errgroup.Group
	all.Go(func() error {
		_, err := s.inventory.Release(ctx, &inventoryv1.ReleaseRequest{OrderId: o.ID})
		return err
	})
	all.Go(func() error {
		request := &deliveryv1.ReleaseRequest{OrderId: o.ID}
		if o.keepsPlace() {
			request.KeepMs, request.KeepPercent = keepPlaceFor.Milliseconds(), keepPercent
		}
		answer, err := s.delivery.Release(ctx, request)
		if until := answer.GetKeptUntil(); until > 0 {
			done.keptUntil = time.UnixMilli(until).UTC()
		}
		return err
	})
	if o.reached(Held) {
		all.Go(func() error {
			_, err := s.payments.Void(ctx, &paymentsv1.VoidRequest{OrderId: o.ID})
			return err
		})
	}
	err = all.Wait()
	return done, err
}

// reached reports whether an order has ever been in a state.
func (o Order) reached(status string) bool {
	for _, step := range o.Steps {
		if step.Status == status {
			return true
		}
	}
	return false
}

// sweep takes on orders in flight whose process was lost, and changes of orders.
func (s *Service) sweep(ctx context.Context) error {
	now, err := s.store.db.Now(ctx)
	if err != nil {
		return err
	}
	ids, err := s.store.leasesOver(ctx, now, 50)
	if err != nil {
		return err
	}
	lapsed, err := s.store.confirmationsOver(ctx, now, 100)
	if err != nil {
		return err
	}
	s.takeAll(ctx, append(ids, lapsed...), s.takeOver)
	return s.sweepChanges(ctx, now)
}

// takeAll takes orders on, some at the same time.
func (s *Service) takeAll(
	ctx context.Context, ids []string, on func(context.Context, leased) (Order, error),
) {
	var all errgroup.Group
	all.SetLimit(8)
	for _, orderID := range ids {
		all.Go(func() error {
			err := fault.Guard(func() error {
				o, err := s.store.order(ctx, orderID)
				if err == nil {
					_, err = on(ctx, o)
				}
				return err
			})()
			if err != nil {
				s.host.Log().WarnContext(ctx, "an order could not be taken on yet", "order", orderID, "error",
					err)
			}
			return nil
		})
	}
	_ = all.Wait()
}

// takeOver makes an order that was left behind the caller's own and drives it to
// its outcome. It answers the order as it then is.
func (s *Service) takeOver(ctx context.Context, o leased) (Order, error) {
	o, mine, err := s.store.takeLease(ctx, o)
	if err != nil {
		return o.Order, err
	}
	if !mine {
		return o.Order, errInProgress
	}
	if o.Status != Awaiting {
		s.host.Log().InfoContext(ctx, "taking on an order that was left behind", "order", o.ID, "status",
			o.Status)
	}
	return s.drive(ctx, o.Order, resume{}, "")
}
