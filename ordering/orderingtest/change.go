package orderingtest

import (
	"fmt"
	"slices"

	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/gen/artisan/payments/v1/paymentsv1connect"
	"github.com/artisan-eats/artisan/gen/state"
)

// Wants asks for an order to have these lines, in this window, under a new key.
func (s *Shop) Wants(
	bought *orderingv1.CheckoutResponse, windowID string, wants ...Want,
) *orderingv1.ChangeOrderRequest {
	r := &orderingv1.ChangeOrderRequest{
		Id: bought.GetOrder().GetId(), IdempotencyKey: fmt.Sprint("change-", s.keys.Add(1)),
		Version:  s.Get(bought.GetOrder().GetId()).GetVersion(),
		WindowId: windowID, PaymentToken: "ok",
		Viewer: &orderingv1.Viewer{AccessToken: bought.GetAccessToken()},
	}
	for _, w := range wants {
		r.Lines = append(r.Lines, &orderingv1.WantedLine{
			VariantId: w.Product.GetVariants()[0].GetId(),
			Quantity:  w.Milli,
		})
	}
	return r
}

// Change changes an order, and answers what it is then.
func (s *Shop) Change(r *orderingv1.ChangeOrderRequest) *orderingv1.Order {
	s.Helper()
	got, err := s.ChangeOrder(s.Context(), r)
	s.Must(err)
	return got.GetOrder()
}

// WantSound waits until everything is told, and looks at what the peers have: the order its goods by lot, its
// place and its money, and nobody anything else.
func (s *Shop) WantSound(orderID string) {
	s.Helper()
	payments := paymentsv1connect.NewPaymentsServiceClient(s.Process.Client("payments"))
	var o *orderingv1.Order
	s.Eventually("the order has its money and no more", func() bool {
		o = s.Get(orderID)
		paid, err := payments.GetPayment(s.Context(), &paymentsv1.GetPaymentRequest{OrderId: orderID})
		return err == nil && s.Count("SELECT COUNT(*) FROM outbox") == 0 &&
			paid.GetPayment().GetAuthorised().GetAmount() == o.GetAuthorised().GetAmount() &&
			s.Of("payments",
				"SELECT COALESCE(SUM(amount), 0) FROM test_charges WHERE state = 'authorised'") == o.GetAuthorised().GetAmount()
	})
	if n := s.Count(
		"SELECT COUNT(*) FROM orders WHERE changing_to <> '' OR document LIKE '%\"change\":%'"); n != 0 {
		s.Errorf("%d changes are still under way", n)
	}
	goods, err := s.Inventory.GetHold(s.Context(), &inventoryv1.GetHoldRequest{OrderId: orderID})
	s.Must(err)
	var sold, ordered []string
	for _, a := range goods.GetAllocations() {
		sold = append(sold, fmt.Sprint(a.GetLotId(), a.GetQuantity()))
	}
	for _, line := range o.GetLines() {
		for _, lot := range line.GetLots() {
			ordered = append(ordered, fmt.Sprint(lot.GetId(), lot.GetQuantity()))
			if n := s.Count("SELECT quantity FROM order_lots WHERE order_id = $1 AND lot_id = $2", orderID,
				lot.GetId()); n != lot.GetQuantity() {
				s.Errorf("a recall finds %d of a lot, want %d", n, lot.GetQuantity())
			}
		}
	}
	slices.Sort(sold)
	slices.Sort(ordered)
	if goods.GetState() != state.GoodsSold || !slices.Equal(sold, ordered) {
		s.Errorf("what is %s is %v, what was ordered %v", goods.GetState(), sold, ordered)
	}
	if n := s.Of("inventory", "SELECT COUNT(*) FROM stock WHERE held <> 0"); n != 0 {
		s.Errorf("%d variants are still held", n)
	}
	place, err := s.Delivery.GetHold(s.Context(), &deliveryv1.GetHoldRequest{OrderId: orderID})
	s.Must(err)
	taken := s.Of("delivery", "SELECT SUM(taken) FROM windows")
	held := s.Of("delivery", "SELECT SUM(held) FROM windows")
	if place.GetState() != state.PlaceTaken || place.GetWindowId() != o.GetWindowId() || taken != 1 ||
		held != 0 {
		s.Errorf("the place is %s in %s of %s; %d are taken and %d held", place.GetState(),
			place.GetWindowId(), o.GetWindowId(), taken, held)
	}
	if n := s.Of("payments",
		"SELECT COALESCE(SUM(amount), 0) FROM entries WHERE account = 'authorised:test'"); n != o.GetAuthorised().GetAmount() {
		s.Errorf("the ledger has %d reserved, want %d", n, o.GetAuthorised().GetAmount())
	}
}

// Of asks a peer's database.
func (s *Shop) Of(service, query string) (n int64) {
	s.Helper()
	s.Must(s.Process.Host(service).DB().Read().QueryRowContext(s.Context(), query).Scan(&n))
	return n
}

// Quantities are how much an order has of each product, by title.
func Quantities(o *orderingv1.Order) map[string]int64 {
	found := map[string]int64{}
	for _, line := range o.GetLines() {
		found[line.GetProductTitle()] = line.GetQuantity()
	}
	return found
}

// Cancelled makes room for the next order.
func (s *Shop) Cancelled(orderID string) {
	s.Helper()
	_, err := s.CancelOrder(s.Context(), &orderingv1.CancelOrderRequest{Id: orderID, Viewer: Operator})
	s.Must(err)
	s.WantNothing()
}

// WantNothing waits until no order has anything of the peers.
func (s *Shop) WantNothing() {
	s.Helper()
	s.Eventually("everything is given back", func() bool {
		return s.Of("delivery", "SELECT SUM(taken + held) FROM windows") == 0 &&
			s.Of("inventory", "SELECT SUM(held + sold) FROM stock") == 0 &&
			s.Of("payments", "SELECT COUNT(*) FROM test_charges WHERE state = 'authorised'") == 0
	})
}

// Money is what payments knows of an order's.
func (s *Shop) Money(orderID string) *paymentsv1.Payment {
	s.Helper()
	got, err := paymentsv1connect.NewPaymentsServiceClient(s.Process.Client("payments")).GetPayment(
		s.Context(),
		&paymentsv1.GetPaymentRequest{OrderId: orderID})
	s.Must(err)
	return got.GetPayment()
}
