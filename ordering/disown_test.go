package ordering_test

import (
	"testing"

	"github.com/artisan-eats/artisan/audit"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/ordering/order"
)

func TestADisownedOrderIsCalledOff(t *testing.T) {
	each(t, func(s *shop) {
		gouda, window := s.Product(s.Producer("Dairy"), "Gouda", "each", 1250), s.Window(2).GetId()
		paid := s.Order(window, want{gouda, 1000}).GetOrder()
		for _, orderID := range []string{paid.GetId(), paid.GetId()} {
			got, err := s.DisownOrder(s.Context(), &orderingv1.DisownOrderRequest{Id: orderID})
			s.Must(err)
			if got.GetOrder().GetStatus() != order.Confirmed {
				s.Errorf("an order that is paid is %s", got.GetOrder().GetStatus())
			}
		}
		s.Last.CartId, s.Last.IdempotencyKey, s.Last.PaymentMethod, s.Last.PaymentToken = s.Cart(gouda),
			"at-the-door", "pickup", ""
		waits, err := s.Checkout(s.Context(), s.Last)
		s.Must(err)
		if status := waits.GetOrder().GetStatus(); status != order.Awaiting {
			s.Fatalf("an unknown guest's order is %s", status)
		}
		got, err := s.DisownOrder(s.Context(), &orderingv1.DisownOrderRequest{Id: waits.GetOrder().GetId()})
		s.Must(err)
		if status := got.GetOrder().GetStatus(); status != order.Failed && status != order.Releasing {
			s.Errorf("once it is disowned it is %s", status)
		}
		_, err = s.DisownOrder(s.Context(),
			&orderingv1.DisownOrderRequest{Id: "ord_portland_01k8y6v0xq7d3mz1n5r2t9w4bc"})
		s.WantCode(err, "not_found")
	})
}

// TestAnOrderTellsWhoHadItWritten names senders without saying who they are.
func TestAnOrderTellsWhoHadItWritten(t *testing.T) {
	each(t, func(s *shop) {
		from := func(address string, v *orderingv1.Viewer) string {
			return s.Service.Sender(audit.With(s.Context(), audit.Actor{Kind: "guest", Address: address}), v)
		}
		if a, b := from("2001:db8::1", nil), from("2001:db8::ffff:2", nil); a == "" || a != b {
			s.Error("one network is two senders, or none")
		}
		member := &orderingv1.Viewer{CustomerId: "cus_x_1"}
		if from("192.0.2.1", member) != from("192.0.2.9", member) ||
			from("192.0.2.1", nil) == from("192.0.2.9", nil) || from("", nil) != "" {
			s.Error("a member is not told from a network, or nobody is somebody")
		}
	})
}
