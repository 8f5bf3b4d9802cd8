package payments

import (
	"testing"

	"pgregory.net/rapid"

	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
)

// agreed are the states in which a provider's charge and a payment mean the same, once nothing is under way.
var agreed = map[Status]ChargeState{
	None: ChargeUnknown, Authorising: ChargeUnknown, Authorised: ChargeAuthorised, Declined: ChargeDeclined,
	Captured: ChargeCaptured, Refunded: ChargeCaptured,
}

// TestOurBooksAndTheProvidersAgreeAfterAnyCalls: whatever is asked in whatever
// order, the ledger sums to zero and the provider holds and paid what our books say.
func TestOurBooksAndTheProvidersAgreeAfterAnyCalls(t *testing.T) {
	each(t, func(s *shop) {
		rapid.Check(s.T, func(t *rapid.T) {
			orderID := s.order()
			for _, call := range rapid.SliceOfN(rapid.SampledFrom([]func(*rapid.T, string){
				s.anyAuthorise, s.anyEvent, s.anyEvent, s.anyRefund, s.anyVoid,
				func(*rapid.T, string) { s.settleDue() },
			}), 1, 10).Draw(t, "calls") {
				call(t, orderID)
			}
			s.settleDue()
			p, err := s.service.store.get(s.Context(), orderID)
			if err != nil {
				t.Fatal(err)
			}
			charge, err := s.service.providers[MethodTest].Lookup(s.Context(), orderID)
			if err != nil || charge.Captured != p.Captured || charge.Refunded != p.Refunded {
				t.Fatalf("the provider has %+v, %v; our books %+v", charge, err, p)
			}
			if want, known := agreed[p.Status]; charge.State != want &&
				(known || charge.State == ChargeAuthorised) {
				t.Fatalf("the provider's charge is %q, our payment %s", charge.State, p.Status)
			}
		})
		response, err := s.TrialBalance(s.Context(), &paymentsv1.TrialBalanceRequest{})
		if err != nil || len(response.GetOutOfBalance()) > 0 || len(response.GetBalances()) == 0 {
			s.Errorf("out of balance by %v of %d accounts, %v", response.GetOutOfBalance(),
				len(response.GetBalances()), err)
		}
	})
}

func (s *shop) anyAuthorise(t *rapid.T, orderID string) {
	token := rapid.SampledFrom([]string{
		tokenOK, tokenOK, tokenTimeout, tokenDeclined,
		tokenUnavailable,
	}).Draw(t, "token")
	_, _ = s.authorise(orderID, 1000, token)
}

func (s *shop) anyEvent(t *rapid.T, orderID string) {
	total := rapid.Int64Range(0, 1100).Draw(t, "total")
	s.tell(rapid.SampledFrom([]string{confirmed, packed, packed, cancelled}).Draw(t, "event"), orderID,
		sold(total, total/10, total-total/10))
}

func (s *shop) anyRefund(t *rapid.T, orderID string) {
	_ = s.refund(orderID, rapid.SampledFrom([]string{"a", "b"}).Draw(t, "key"),
		rapid.Int64Range(1, 700).Draw(t, "amount"))
}

func (s *shop) anyVoid(_ *rapid.T, orderID string) {
	_, _ = s.Void(s.Context(), &paymentsv1.VoidRequest{OrderId: orderID})
}
