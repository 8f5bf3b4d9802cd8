package payments

import (
	"slices"
	"testing"

	"github.com/artisan-eats/artisan/money"
)

// TestMoneyWithoutAnOrderIsGivenBackWithinAMinute plays crashes: before the
// provider was asked, after it answered, and of ordering after that.
func TestMoneyWithoutAnOrderIsGivenBackWithinAMinute(t *testing.T) {
	each(t, func(s *shop) {
		begin := func() string {
			orderID := s.order()
			_, err := s.service.store.change(s.Context(), orderID,
				func(p Payment, now int64) (Payment, []Entry, error) {
					p, err := p.begin(money.New(1000, "USD"), MethodTest, now)
					return p, nil, err
				})
			if err != nil {
				s.Fatal(err)
			}
			return orderID
		}
		intent, charged, authorised, failed, kept, waiting := begin(), begin(), s.paidOrder(), s.paidOrder(),
			s.paidOrder(), s.paidOrder()
		if _, err := s.service.providers[MethodTest].Authorise(s.Context(), charged, money.New(1000, "USD"),
			tokenOK); err != nil {
			s.Fatal(err)
		}
		s.peers.states = map[string]string{failed: "failed", kept: "confirmed", waiting: "held"}
		reconcile := func() error {
			defer s.settleDue()
			return s.service.reconcile(s.Context())
		}
		if err := reconcile(); err != nil {
			s.Fatal(err)
		}
		s.expect(authorised, Authorised, 0, 0)
		s.clock.Advance(unconfirmedAfter + reconcileEvery)
		s.peers.setDown(true)
		if err := reconcile(); err == nil {
			s.Error("reconciled without an answer from ordering")
		}
		s.expect(authorised, Authorised, 0, 0)
		s.peers.setDown(false)
		s.clock.Advance(reconcileEvery)
		if err := reconcile(); err != nil {
			s.Fatal(err)
		}
		for _, orderID := range []string{intent, charged, authorised, failed} {
			s.expect(orderID, Voided, 0, 0)
			s.expectCharge(orderID, ChargeVoided, 0, 0)
		}
		s.expect(kept, Authorised, 0, 0)
		s.expect(waiting, Authorised, 0, 0)
		s.expectLedger(map[string]int64{"authorised:test": 2000, memo: -2000})
	})
}

func TestAConfirmedPaymentIsNotAskedAboutAgain(t *testing.T) {
	each(t, func(s *shop) {
		open, done := s.paidOrder(), s.paidOrder()
		s.tell(confirmed, done, nil)
		s.clock.Advance(unconfirmedAfter)
		if ids, err := s.service.claimUnconfirmed(s.Context()); err != nil ||
			!slices.Equal(ids, []string{open}) {
			s.Errorf("asks about %v, %v; want %s", ids, err, open)
		}
	})
}
