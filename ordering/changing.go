package ordering

import (
	"cmp"
	"context"
	"slices"

	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/ordering/drive"
	"github.com/artisan-eats/artisan/ordering/order"
)

// ChangeOrder gives an order other lines or another window; see the contract.
func (s *Service) ChangeOrder(
	ctx context.Context, r *orderingv1.ChangeOrderRequest,
) (*orderingv1.ChangeOrderResponse, error) {
	if !r.GetLook() {
		if err := book.CheckKey(r.GetIdempotencyKey()); err != nil {
			return nil, err
		}
	}
	o, err := s.Reader.Visible(ctx, r.GetId(), r.GetViewer())
	switch {
	case err != nil:
		return nil, err
	case !o.ViewerMay.May(order.Cancelling) && o.ViewerMay.May(order.Reading):
		return nil, errReadOnly
	case !o.ViewerMay.May(order.Cancelling):
		return nil, book.ErrNoOrder
	case r.GetLook():
		return s.lookAtChange(ctx, o.Order, r)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), drive.Timeout)
	defer cancel()
	hashes, err := s.changeHashes(r)
	if err != nil {
		return nil, err
	}
	return s.changeOnce(ctx, o, r, hashes)
}

// lookAtChange answers what a change would make of an order, and changes nothing.
func (s *Service) lookAtChange(
	ctx context.Context, o order.Order, r *orderingv1.ChangeOrderRequest,
) (*orderingv1.ChangeOrderResponse, error) {
	o, err := s.intendChange(ctx, o, r)
	if err != nil {
		return nil, err
	}
	next, err := o.Changed(s.Driver.NewPart(o.Market), s.Host.Now())
	if err != nil {
		return nil, err
	}
	return &orderingv1.ChangeOrderResponse{Order: order.ToProto(next), Extra: o.Change.Extra.Proto()}, nil
}

// changeOnce changes an order, or answers again what it answered before. The order was read before the key,
// so that whoever used the key in between has moved the order too.
func (s *Service) changeOnce(
	ctx context.Context, o book.Leased, r *orderingv1.ChangeOrderRequest, hashes []string,
) (*orderingv1.ChangeOrderResponse, error) {
	tried, err := s.Book.ChangeOfKey(ctx, o.ID, r.GetIdempotencyKey())
	if err != nil {
		return nil, err
	}
	if tried.ID != "" && !slices.Contains(hashes, tried.Hash) {
		return nil,
			fault.New(fault.Conflict, "idempotency_key_reused",
				"This Idempotency-Key was used for another change.")
	}
	var failure *order.Failure
	if o.Change != nil {
		dbNow, err := s.Book.Now(ctx)
		if err != nil || o.Until.After(dbNow) {
			return nil, cmp.Or(err, error(order.ErrChanging))
		}
		mine := o.Change.ID == tried.ID
		now, why, err := s.Driver.ResumeChange(ctx, o)
		if err != nil {
			return nil, err
		}
		if mine {
			tried.State, tried.Failure = book.StateOfChange(why), why
		}
		o = book.Leased{Order: now, Until: o.Until}
		o.ViewerMay = order.Reading | order.Cancelling
	}
	if tried.State == book.ChangeUnderWay { // and in no order
		if err := s.Driver.WhenLost(ctx, tried.ID); err != nil {
			return nil, err
		}
	}
	switch failure = tried.Failure; {
	case tried.State == book.ChangeDone:
		now, err := s.Book.Order(ctx, o.ID) // it may have become so since it was read
		if err != nil {
			return nil, err
		}
		now.ViewerMay = o.ViewerMay
		return &orderingv1.ChangeOrderResponse{Order: order.ToProto(now.Order)}, nil
	case tried.State == book.ChangeFailed && failure != nil && !failure.Passing():
		return nil, failure.Fault()
	}
	return s.changeAnew(ctx, o.Order, r, hashes[0])
}

// changeAnew writes down that an order is to be changed, and drives the change to its outcome.
func (s *Service) changeAnew(
	ctx context.Context, o order.Order, r *orderingv1.ChangeOrderRequest, hash string,
) (*orderingv1.ChangeOrderResponse, error) {
	o, err := s.intendChange(ctx, o, r)
	if err != nil {
		return nil, err
	}
	if !o.Differs() {
		o.Change = nil
		return &orderingv1.ChangeOrderResponse{Order: order.ToProto(o)}, nil
	}
	o.Change.Key, o.Change.Hash = r.GetIdempotencyKey(), hash
	extra := o.Change.Extra
	o, failure, err := s.Driver.BeginChange(ctx, o, r.GetPaymentToken())
	if err == nil && failure != nil {
		err = failure.Fault()
	}
	if err != nil {
		return nil, err
	}
	return &orderingv1.ChangeOrderResponse{Order: order.ToProto(o), Extra: extra.Proto()}, nil
}
