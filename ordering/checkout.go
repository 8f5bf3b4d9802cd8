package ordering

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/ordering/basket"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/ordering/drive"
	"github.com/artisan-eats/artisan/ordering/order"
)

// Checkout turns a cart into an order, or answers again what it answered before.
func (s *Service) Checkout(
	ctx context.Context, r *orderingv1.CheckoutRequest,
) (*orderingv1.CheckoutResponse, error) {
	if err := book.CheckKey(r.GetIdempotencyKey()); err != nil {
		return nil, err
	}
	cart, err := s.Baskets.Own(ctx, r.GetCartId(), r.GetViewer())
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), drive.Timeout)
	defer cancel()
	hashes, err := s.hashes(r)
	if err != nil {
		return nil, err
	}
	tried, triedHash, err := s.Book.OrderOfKey(ctx, cart.ID, r.GetIdempotencyKey())
	if err != nil {
		return nil, err
	}
	if tried != "" {
		o, again, err := s.replay(ctx, tried, slices.Contains(hashes, triedHash))
		if !again {
			return s.answer(ctx, o, err)
		}
	}
	if cart.OrderID != "" && cart.OrderID != tried {
		return nil, s.whyClaimed(ctx, cart.OrderID)
	}
	o, err := s.buy(ctx, cart, r, hashes[0], tried)
	return s.answer(ctx, o, err)
}

// hashes identify the body of a checkout, one under each key, the current one's first. It is hashed under a
// key, for it has personal data in it; a checkout from before the key turned is known by an older one.
func (s *Service) hashes(r *orderingv1.CheckoutRequest) ([]string, error) {
	return s.hashesOf(&orderingv1.CheckoutRequest{
		Contact: r.GetContact(), WindowId: r.GetWindowId(),
		PaymentMethod: r.GetPaymentMethod(), PaymentToken: r.GetPaymentToken(),
	})
}

// hashesOf are the keyed hashes of a request, one under each key.
func (s *Service) hashesOf(body proto.Message) ([]string, error) {
	raw, err := proto.MarshalOptions{Deterministic: true}.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("hash a request: %w", err)
	}
	hashes := make([]string, len(s.hashKeys))
	for i, key := range s.hashKeys {
		mac := hmac.New(sha256.New, key)
		mac.Write(raw)
		hashes[i] = hex.EncodeToString(mac.Sum(nil))
	}
	return hashes, nil
}

func (s *Service) answer(
	ctx context.Context, o order.Order, err error,
) (*orderingv1.CheckoutResponse, error) {
	if err != nil {
		return nil, err
	}
	if o.Failure != nil {
		return nil, o.Failure.Fault()
	}
	token, err := s.Reader.AccessToken(ctx, o)
	if err != nil {
		return nil, err
	}
	return &orderingv1.CheckoutResponse{Order: order.ToProto(o), AccessToken: token}, nil
}

// replay answers a checkout whose key was used before: with the order's outcome once it has one, whatever is
// still to be given back. It says to try again where the order failed through nothing that was wrong with it.
func (s *Service) replay(
	ctx context.Context, orderID string, sameBody bool,
) (o order.Order, again bool, err error) {
	if !sameBody {
		return o, false,
			fault.New(fault.Conflict, "idempotency_key_reused",
				"This Idempotency-Key was used for another checkout.")
	}
	tried, err := s.Book.Order(ctx, orderID)
	if err != nil {
		return o, false, err
	}
	o = tried.Order
	if o.InFlight() && !o.ComesToNothing() {
		now, err := s.Book.Now(ctx)
		if err != nil || tried.Until.After(now) {
			return o, false, cmp.Or(err, error(book.ErrInProgress))
		}
		if o, err = s.Driver.TakeOver(ctx, tried); err != nil {
			return o, false, err
		}
	}
	if o.InFlight() && !o.ComesToNothing() {
		return o, false, book.ErrInProgress
	}
	return o, o.Failure != nil && o.Failure.Passing(), nil
}

// whyClaimed says why a cart cannot be ordered under this key.
func (s *Service) whyClaimed(ctx context.Context, orderID string) error {
	o, err := s.Book.Order(ctx, orderID)
	if err != nil && !errors.Is(err, book.ErrNoOrder) {
		return err
	}
	if err != nil || o.InFlight() {
		return book.ErrInProgress
	}
	return book.ErrCartOrdered
}

// buy places an order and drives it to its outcome.
func (s *Service) buy(
	ctx context.Context, cart order.Cart, r *orderingv1.CheckoutRequest, hash, replaces string,
) (order.Order, error) {
	o, err := s.intend(ctx, cart, r)
	if err != nil {
		return o, err
	}
	placing := &book.Placement{
		Order: o, CartRevision: cart.Revision, Key: r.GetIdempotencyKey(), Hash: hash,
		Replaces: replaces,
	}
	if o.PaymentMethod == order.MethodPickup {
		if placing.Payer, err = s.whoPaysLater(ctx, r); err != nil {
			return o, err
		}
	}
	if err = s.Book.Place(ctx, placing); err != nil {
		return o, err
	}
	return s.Driver.Drive(ctx, placing.Order, order.Begin{}, r.GetPaymentToken())
}

// intend makes the order that a checkout asks for, and refuses what cannot be
// before anything is written. It seals the contact, so that no order ever holds it in the clear.
func (s *Service) intend(
	ctx context.Context, cart order.Cart, r *orderingv1.CheckoutRequest,
) (order.Order, error) {
	placedAt := s.Host.Now() // the ID tells it too, to lists
	orderID := id.New(id.Order, cart.Market, placedAt, s.Host.Random())
	if err := checkPayment(r); err != nil {
		return order.Order{}, err
	}
	var window *deliveryv1.Window
	var quotes map[string]*catalogv1.Quote
	var windowErr, priceErr error
	var asked sync.WaitGroup
	asked.Go(func() { window, windowErr = s.window(ctx, cart.Market, r) })
	asked.Go(func() { cart.Lines, quotes, priceErr = s.Baskets.AgreePrices(ctx, cart, r.GetShown()) })
	customer, sealed, sealErr := s.Sealer.Seal(ctx, r.GetViewer().GetCustomerId(), orderID, r.GetContact())
	asked.Wait()
	if err := cmp.Or(priceErr, sealErr, windowErr); err != nil {
		return order.Order{}, err
	}
	o, err := order.New(orderID, cart, money.FromProto(window.GetFee()), placedAt)
	if err != nil {
		return o, err
	}
	if err := cmp.Or(checkMinimum(o, money.FromProto(window.GetMinimum())),
		basket.CheckMakers(o.Lines, quotes, window.GetStartsAt())); err != nil {
		return o, err
	}
	o.Window, o.PlacedFrom, o.KeepPlace, o.InsteadOf = order.WindowFromProto(window),
		s.sender(ctx, r.GetViewer()),
		r.GetKeepPlace(), cart.Kept.OrderID
	o.CustomerID, o.SealedContact, o.PaymentMethod = customer, sealed,
		r.GetPaymentMethod()
	return o, o.SplitParts(func() string { return s.Host.NewID(id.Part, cart.Market) })
}

func checkPayment(r *orderingv1.CheckoutRequest) error {
	if r.GetPaymentMethod() == "" {
		return fault.InvalidAlone("payment.method", "Choose how to pay.")
	}
	if len(r.GetPaymentMethod()) > 32 || len(r.GetPaymentToken()) > 4096 {
		return fault.InvalidAlone("payment", "This payment cannot be read.")
	}
	return nil
}

func checkMinimum(o order.Order, minimum money.Amount) error {
	goods := o.Total.Minor - o.Fee.Minor
	if minimum.Currency == "" || goods >= minimum.Minor {
		return nil
	}
	missing := money.New(minimum.Minor-goods, minimum.Currency)
	return fault.Newf(fault.Invalid, "below_minimum", "This window takes orders from %s %s; %s are missing.",
		minimum.Decimal(), minimum.Currency, missing.Decimal())
}

// window reads the window that a checkout names and refuses one of another market, and
// a delivery to nowhere. Whether it has room is delivery's to say, when it is held.
func (s *Service) window(
	ctx context.Context, market string, r *orderingv1.CheckoutRequest,
) (*deliveryv1.Window, error) {
	of, err := id.Market(id.Window, r.GetWindowId())
	if err != nil || of != market {
		return nil, fault.InvalidAlone("window_id", "Choose a pickup or delivery window of this market.")
	}
	response, err := s.delivery.GetWindow(ctx, &deliveryv1.GetWindowRequest{Id: r.GetWindowId()})
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return nil, fault.InvalidAlone("window_id", "Choose a pickup or delivery window of this market.")
	}
	if err != nil {
		return nil, err
	}
	if response.GetWindow().GetKind() == "delivery" && r.GetContact().GetAddress() == nil {
		return nil, fault.InvalidAlone("address", "A delivery needs an address.")
	}
	return response.GetWindow(), nil
}
