package drive_test

import (
	"testing"
	"time"

	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/ordering/orderingtest"
)

// takesWithoutPayments has the market take orders that are paid at pickup while payments cannot be reached.
func (s *shop) takesWithoutPayments() {
	s.Helper()
	got, err := s.GetPickupLimits(s.Context(),
		&orderingv1.GetPickupLimitsRequest{Market: orderingtest.Market})
	s.Must(err)
	got.GetLimits().WithoutPayments = true
	_, err = s.PutPickupLimits(s.Context(), &orderingv1.PutPickupLimitsRequest{Limits: got.GetLimits()})
	s.Must(err)
}

// atPickup has a checkout's order paid when it is picked up, by a member whose mailbox is known.
func (s *shop) atPickup(r *orderingv1.CheckoutRequest) *orderingv1.CheckoutRequest {
	s.Helper()
	r.IdempotencyKey, r.PaymentMethod, r.PaymentToken = s.NextKey(), order.MethodPickup, ""
	r.Viewer = &orderingv1.Viewer{CustomerId: s.Member("ada"), Verified: true, Email: "ada@example.com"}
	return r
}

// wantPromised waits until payments knows of an order that is to be paid at pickup, once.
func (s *shop) wantPromised(o *orderingv1.Order) {
	s.Helper()
	s.Eventually("payments knows of it", func() bool {
		return s.Count("SELECT COUNT(*) FROM outbox") == 0 &&
			s.Of("payments",
				"SELECT COUNT(*) FROM payments WHERE status = 'authorised' AND method = 'pickup'") == 1
	})
	if n := s.Of("payments",
		"SELECT COALESCE(SUM(amount), 0) FROM entries WHERE account = 'authorised:pickup'"); n != o.GetAuthorised().GetAmount() {
		s.Errorf("the ledger has %d promised, want %d", n, o.GetAuthorised().GetAmount())
	}
	if money := s.Money(o.GetId()); money.GetAuthorised().GetAmount() != o.GetAuthorised().GetAmount() {
		s.Errorf("payments has %v of the order %v", money, o.GetAuthorised())
	}
	if n := s.Of("payments", "SELECT COUNT(*) FROM unpaid"); n != 0 {
		s.Errorf("%d orders are said to go on without their money", n)
	}
}

func TestWithoutPaymentsAMarketThatAllowsItTakesWhatIsPaidAtPickup(t *testing.T) {
	each(t, func(s *shop) {
		gouda, window := s.Product(s.Producer("Dairy"), "Gouda", "each", 1250), s.Window(2).GetId()
		s.takesWithoutPayments()
		for _, how := range []orderingtest.Outage{orderingtest.Down, orderingtest.Lost} {
			s.Fails("payments.Authorise", how)
			got, err := s.Checkout(s.Context(), s.atPickup(s.wishes(gouda, window, "")))
			s.Must(err)
			o := got.GetOrder()
			if o.GetStatus() != state.OrderConfirmed || !o.GetMoneyLater() {
				s.Errorf("while payments is %s the order is %v", how, o)
			}
			s.wantPromised(o)
			s.Mends()
			s.Cancelled(o.GetId())
			s.Eventually("the promise is taken back", func() bool {
				return s.Of("payments",
					"SELECT COUNT(*) FROM payments WHERE status = 'authorised'") == 0
			})
		}
	})
}

func TestAGuestConfirmsWithoutPayments(t *testing.T) {
	each(t, func(s *shop) {
		gouda, window := s.Product(s.Producer("Dairy"), "Gouda", "each", 1250), s.Window(2).GetId()
		s.takesWithoutPayments()
		s.Fails("payments.Authorise", orderingtest.Down)
		wishes := s.wishes(gouda, window, "")
		wishes.PaymentMethod = order.MethodPickup
		got, err := s.Checkout(s.Context(), wishes)
		s.Must(err)
		orderID := got.GetOrder().GetId()
		if got.GetOrder().GetStatus() != state.OrderAwaitingConfirmation {
			s.Errorf("a stranger's order is %v", got.GetOrder())
		}
		confirmed, err := s.ConfirmOrder(s.Context(), &orderingv1.ConfirmOrderRequest{
			Id: orderID, Token: s.Service.Driver.ConfirmToken(orderID),
		})
		s.Must(err)
		if confirmed.GetOrder().GetStatus() != state.OrderConfirmed || !confirmed.GetOrder().GetMoneyLater() {
			s.Errorf("confirmed it is %v", confirmed.GetOrder())
		}
		s.wantPromised(confirmed.GetOrder())
	})
}

// TestWithoutPaymentsNothingElseIsTaken also leaves each basket free, and its stock.
func TestWithoutPaymentsNothingElseIsTaken(t *testing.T) {
	each(t, func(s *shop) {
		gouda, pickup := s.Product(s.Producer("Dairy"), "Gouda", "each", 1250), s.Window(2).GetId()
		starts := time.Now().AddDate(0, 0, 2).Truncate(time.Hour)
		brings := &deliveryv1.Window{
			Market: orderingtest.Market, Kind: "delivery", StartsAt: starts.UnixMilli(),
			EndsAt:  starts.Add(time.Hour).UnixMilli(),
			OrderBy: starts.Add(-time.Hour).UnixMilli(), Capacity: 10,
		}
		made, err := s.Delivery.PutWindow(s.Context(), &deliveryv1.PutWindowRequest{Window: brings})
		s.Must(err)
		s.Fails("payments.Authorise", orderingtest.Down)
		s.Fails("payments.Void", orderingtest.Down)
		for _, c := range []struct {
			allowed bool
			wishes  *orderingv1.CheckoutRequest
		}{
			{false, s.atPickup(s.wishes(gouda, pickup, ""))}, // off by default
			{true, s.atPickup(s.wishes(gouda, made.GetWindow().GetId(), ""))},
			{true, s.wishes(gouda, pickup, "ok")},
		} {
			if c.allowed {
				s.takesWithoutPayments()
			}
			c.wishes.Contact.Address = &identityv1.Address{
				Line1: "1 Mill Lane", PostalCode: "97201", City: "Portland",
			}
			_, err := s.Checkout(s.Context(), c.wishes)
			s.WantCode(err, "payment_unavailable")
			if o := s.newest(); o.GetStatus() != state.OrderFailed {
				s.Errorf("the order is %s", o.GetStatus())
			}
			if n := s.Count("SELECT COUNT(*) FROM carts WHERE order_id <> ''"); n != 0 {
				s.Errorf("%d baskets are not free", n)
			}
			s.WantNothing()
		}
	})
}

// TestACardThatMayBeAuthorisedIsGivenBackAndPaidAtPickupOnce: of the first attempt nobody knows whether it
// has the money; the second is another one.
func TestACardThatMayBeAuthorisedIsGivenBackAndPaidAtPickupOnce(t *testing.T) {
	each(t, func(s *shop) {
		gouda, window := s.Product(s.Producer("Dairy"), "Gouda", "each", 1250), s.Window(2).GetId()
		s.takesWithoutPayments()
		s.Fails("payments.Authorise", orderingtest.Lost)
		s.Fails("payments.Void", orderingtest.Down)
		wishes := s.wishes(gouda, window, "ok")
		_, err := s.Checkout(s.Context(), wishes)
		s.WantCode(err, "payment_unavailable")
		first, key := s.newest().GetId(), wishes.GetIdempotencyKey()
		got, err := s.Checkout(s.Context(), s.pickupAgain(wishes))
		s.Must(err)
		o := got.GetOrder()
		if o.GetId() == first || o.GetStatus() != state.OrderAwaitingConfirmation {
			s.Errorf("paid at pickup it is %v", o)
		}
		confirmed, err := s.ConfirmOrder(s.Context(), &orderingv1.ConfirmOrderRequest{
			Id: o.GetId(), Token: s.Service.Driver.ConfirmToken(o.GetId()),
		})
		s.Must(err)
		s.wantPromised(confirmed.GetOrder())
		s.Eventually("the card has its money back", func() bool {
			return s.Of("payments", "SELECT COUNT(*) FROM test_charges WHERE state = 'authorised'") == 0
		})
		if n := s.Of("payments", "SELECT COUNT(*) FROM test_charges"); n != 1 {
			s.Errorf("the card was asked %d times, want once", n)
		}
		wishes.IdempotencyKey = key
		_, err = s.Checkout(s.Context(), wishes)
		s.WantCode(err, "idempotency_key_reused")
	})
}

// pickupAgain is the same checkout as another attempt, paid at pickup.
func (s *shop) pickupAgain(r *orderingv1.CheckoutRequest) *orderingv1.CheckoutRequest {
	r.IdempotencyKey, r.PaymentMethod, r.PaymentToken = s.NextKey(), order.MethodPickup, ""
	return r
}
