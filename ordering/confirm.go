package ordering

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"time"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/ordering/order"
)

// keyed is a keyed hash of something, for a purpose.
func (s *Service) keyed(purpose, what string) string { return keyedBy(s.confirmKeys[0], purpose, what) }

func keyedBy(key []byte, purpose, what string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(purpose + "\x00" + what))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// ConfirmToken confirms one order and does nothing else. Only its letter has it.
func (s *Service) confirmToken(orderID string) string { return s.keyed("confirm", orderID) }

// isConfirmToken reports whether a token is an order's, under the current key or an older one.
func (s *Service) isConfirmToken(orderID, token string) bool {
	return slices.ContainsFunc(s.confirmKeys,
		func(key []byte) bool { return hmac.Equal([]byte(token), []byte(keyedBy(key, "confirm", orderID))) })
}

// letterLives is how long the link of a letter leads anywhere after the time to confirm the order.
const letterLives = 24 * time.Hour

// ConfirmOrder confirms an order by the token of its letter; see the contract.
func (s *Service) ConfirmOrder(
	ctx context.Context, r *orderingv1.ConfirmOrderRequest,
) (*orderingv1.ConfirmOrderResponse, error) {
	if _, err := id.Market(id.Order, r.GetId()); err != nil {
		return nil, err
	}
	if !s.isConfirmToken(r.GetId(), r.GetToken()) {
		return nil, book.ErrNoOrder
	}
	o, err := s.Book.Order(ctx, r.GetId())
	if err != nil {
		return nil, err
	}
	if o.Confirmation == nil || s.Host.Now().After(o.Confirmation.ConfirmBy.Add(letterLives)) {
		return nil, book.ErrNoOrder
	}
	already := !o.ConfirmedAt.IsZero()
	switch {
	case r.GetLook():
	case r.GetRefuse():
		if o.Status == order.Awaiting {
			o.Order, err = s.Driver.Send(ctx, o.Order, order.GivenUp{})
		}
	default:
		o.Order, err = s.confirmed(ctx, o.Order)
	}
	if err != nil {
		return nil, err
	}
	token, err := s.Reader.AccessToken(ctx, o.Order)
	if err != nil {
		return nil, err
	}
	return &orderingv1.ConfirmOrderResponse{
		Order: order.ToProto(o.Order), AccessToken: token,
		Already: already,
	}, nil
}

// confirmed is an order after its shopper confirmed it: one that is under way is answered as it is.
func (s *Service) confirmed(ctx context.Context, o order.Order) (order.Order, error) {
	if o.Status == order.Awaiting {
		if !s.Host.Now().Before(o.Confirmation.ConfirmBy) {
			return o, order.NotConfirmed.Fault()
		}
		var err error
		if o, err = s.Driver.Send(ctx, o, order.ConfirmedByShopper{}); err != nil {
			return o, err
		}
	}
	if o.Failure != nil {
		return o, o.Failure.Fault()
	}
	return o, nil
}

// giveUp calls an order of the viewer's off that awaits its confirmation. It answers the zero Order of any
// other.
func (s *Service) giveUp(ctx context.Context, orderID string, v *orderingv1.Viewer) (order.Order, error) {
	o, err := s.Reader.Visible(ctx, orderID, v)
	if err != nil {
		return order.Order{}, err
	}
	if o.Status != order.Awaiting || (!o.ViewerMay.May(order.Cancelling) && !v.GetOperator()) {
		return order.Order{}, nil
	}
	return s.Driver.Send(ctx, o.Order, order.GivenUp{})
}
