package payments

import (
	"testing"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/money"
)

// TestAnOrderThatWasTakenWithoutPaymentsIsInTheBooksOnce whether its authorisation was heard of before,
// after, or never.
func TestAnOrderThatWasTakenWithoutPaymentsIsInTheBooksOnce(t *testing.T) {
	each(t, func(s *shop) {
		for name, asked := range map[string]struct{ before, after bool }{
			"never": {}, "before": {before: true}, "after": {after: true},
			"twice": {before: true, after: true},
		} {
			orderID := s.order()
			authorise := func(really bool) {
				if !really {
					return
				}
				if _, err := s.Authorise(s.Context(), &paymentsv1.AuthoriseRequest{
					OrderId: orderID, Amount: money.New(1000, "USD").Proto(), Method: MethodPickup,
				}); err != nil {
					s.Errorf("%s: %v", name, err)
				}
			}
			authorise(asked.before)
			if !s.tell(confirmed, orderID, &orderingv1.Order{
				MoneyLater: true, Authorised: money.New(1000, "USD").Proto(), PaymentMethod: MethodPickup,
			}) {
				s.Fatalf("%s: its confirmation is not taken", name)
			}
			authorise(asked.after)
			s.expect(orderID, Authorised, 0, 0)
			s.expectLedger(map[string]int64{"authorised:pickup": 1000, "authorised": -1000})
			s.peers.states[orderID] = ""
			s.clock.Advance(unconfirmedAfter * 2)
			if err := s.service.reconcile(s.Context()); err != nil {
				s.Fatal(err)
			}
			s.settleDue()
			s.expect(orderID, Authorised, 0, 0) // it is an order's
			if !s.tell(cancelled, orderID, &orderingv1.Order{}) {
				s.Fatalf("%s: its cancellation is not taken", name)
			}
			s.settleDue()
			s.expectLedger(nil)
		}
		if troubles, err := s.service.troubles(s.Context()); err != nil || len(troubles) != 0 {
			s.Errorf("the operator is told of %v (%v)", troubles, err)
		}
	})
}

func TestWhatWasReservedForAnOrderThatFailedIsGivenBackWheneverItIsHeardOf(t *testing.T) {
	each(t, func(s *shop) {
		card, never := s.paidOrder(), s.order()
		for _, orderID := range []string{card, never} {
			if !s.tell(failed, orderID, &orderingv1.Order{}) {
				s.Fatal("the failure is not taken")
			}
			s.settleDue()
			s.expect(orderID, Voided, 0, 0)
		}
		s.expectCharge(card, ChargeVoided, 0, 0)
		_, err := s.authorise(never, 1000, tokenOK) // it comes late
		if err == nil {
			s.Error("money is reserved for an order that has failed")
		}
		s.expectLedger(nil)
	})
}
