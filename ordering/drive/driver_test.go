package drive_test

import (
	"cmp"
	"testing"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/ordering/orderingtest"
)

// wishes is a checkout of a new basket, with one piece of a product.
func (s *shop) wishes(product *catalogv1.Product, windowID, card string) *orderingv1.CheckoutRequest {
	s.Helper()
	return &orderingv1.CheckoutRequest{
		CartId: s.Cart(product), IdempotencyKey: s.NextKey(), WindowId: windowID, PaymentMethod: "test",
		PaymentToken: card, Contact: &identityv1.Contact{Name: "Ada", Email: "ada@example.com"},
	}
}

// newest is the order that was placed last.
func (s *shop) newest() *orderingv1.Order {
	s.Helper()
	var orderID string
	s.Must(s.Service.Host.DB().Read().QueryRowContext(s.Context(),
		"SELECT MAX(id) FROM orders").Scan(&orderID))
	return s.Get(orderID)
}

// takenOn has the sweeper take on an order, as if its process were lost.
func (s *shop) takenOn(orderID string) {
	s.Helper()
	s.Exec("UPDATE orders SET lease_until = 0 WHERE id = $1", orderID)
	s.Must(s.Service.Driver.Sweep(s.Context()))
}

// wantEnd waits until an order has come to its end, with all that belongs to it and nothing else.
func (s *shop) wantEnd(orderID, status string) {
	s.Helper()
	s.Eventually("the order is "+status, func() bool { return s.Get(orderID).GetStatus() == status })
	if status == order.Confirmed {
		s.WantSound(orderID)
	} else {
		s.WantNothing()
	}
}

// TestAnOrderThatIsKilledAnywhereIsBoughtOrNot leaves a checkout after each of its steps and has the sweeper
// take it on: it is confirmed where its money is authorised, and otherwise fails with nothing held. Whoever
// asks again under the same key has the order, or is told why not.
func TestAnOrderThatIsKilledAnywhereIsBoughtOrNot(t *testing.T) {
	each(t, func(s *shop) {
		gouda, window := s.Product(s.Producer("Dairy"), "Gouda", "each", 1250), s.Window(2).GetId()
		for card, ends := range map[string][]string{
			// killed before the holds, before the state is committed, before and after the money; then alive
			"ok": {order.Failed, order.Failed, order.Failed, order.Confirmed, order.Confirmed},
			// and before everything is given back, and after
			"declined": {
				order.Failed, order.Failed, order.Failed, order.Failed, order.Failed, order.Failed,
				order.Failed,
			},
		} {
			for steps, end := range ends {
				wishes := s.wishes(gouda, window, card)
				life := s.KilledAfter(steps)
				_, err := s.Checkout(s.Context(), wishes)
				if alive := steps == len(ends)-1; life.Killed() == alive {
					s.Fatalf("%s: of %d steps it is killed after %d: %v", card, len(ends)-1, steps, err)
				} else if !alive {
					s.WantCode(err, "internal")
				}
				s.LivesOn(life)
				orderID := s.newest().GetId()
				s.takenOn(orderID)
				s.wantEnd(orderID, end)
				s.asksOnce(wishes, map[string]string{order.Confirmed: orderID}[end])
			}
		}
	})
}

// asksOnce sends a checkout again, twice: it has an order already, or has one now; and with a card that is
// declined neither.
func (s *shop) asksOnce(wishes *orderingv1.CheckoutRequest, orderID string) {
	s.Helper()
	for range 2 {
		got, err := s.Checkout(s.Context(), wishes)
		if wishes.GetPaymentToken() == "declined" {
			s.WantCode(err, "payment_declined")
			s.WantNothing()
			continue
		}
		s.Must(err)
		if orderID == "" {
			orderID = got.GetOrder().GetId()
		}
		if got.GetOrder().GetId() != orderID || got.GetOrder().GetStatus() != order.Confirmed {
			s.Errorf("asked again it is %v, want %s", got.GetOrder(), orderID)
		}
	}
	if orderID != "" {
		s.WantSound(orderID)
		s.Cancelled(orderID)
	}
}

// TestAnOrderWaitsForAPeerOrFailsWhole has each call to a peer fail, with and without its effect. What is
// asked of it before the money is authorised fails the order; what has to be done once it goes on waits, and
// is done when the peer is back.
func TestAnOrderWaitsForAPeerOrFailsWhole(t *testing.T) {
	each(t, func(s *shop) {
		const never = -1
		gouda, window := s.Product(s.Producer("Dairy"), "Gouda", "each", 1250), s.Window(2).GetId()
		for _, c := range []struct {
			call, card string
			killed     int // after so many steps, and then taken on
			waits, end string
		}{
			{"inventory.Hold", "ok", never, "", order.Failed},
			{"delivery.Hold", "ok", never, "", order.Failed},
			{"payments.Authorise", "ok", never, "", order.Failed},
			{"payments.Void", "declined", never, "", order.Failed}, // it is told later
			{"inventory.Release", "declined", never, order.Releasing, order.Failed},
			{"delivery.Release", "declined", never, order.Releasing, order.Failed},
			{"payments.GetPayment", "ok", 2, order.Held, order.Failed}, // before the money
			{"payments.GetPayment", "ok", 3, order.Held, order.Confirmed},
		} {
			for _, how := range []orderingtest.Outage{orderingtest.Down, orderingtest.Lost} {
				wishes := s.wishes(gouda, window, c.card)
				s.Fails(c.call, how)
				if c.killed != never {
					life := s.KilledAfter(c.killed)
					_, err := s.Checkout(s.Context(), wishes)
					s.WantCode(err, "internal")
					s.LivesOn(life)
				} else {
					_, err := s.Checkout(s.Context(), wishes)
					s.WantCode(err, cmp.Or(map[string]string{
						"payments.Authorise": "payment_unavailable", "payments.Void": "payment_declined",
					}[c.call], "unavailable"))
				}
				o := s.newest()
				if c.waits != "" {
					s.takenOn(o.GetId())
					if o = s.Get(o.GetId()); o.GetStatus() != c.waits {
						s.Errorf("while %s is %s the order is %s", c.call, how, o.GetStatus())
					}
				}
				s.Mends()
				if c.waits != "" {
					s.takenOn(o.GetId())
				}
				s.wantEnd(o.GetId(), c.end)
				s.asksOnce(wishes, map[string]string{order.Confirmed: o.GetId()}[c.end])
			}
		}
	})
}
