package payments

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/artisan-eats/artisan/fault"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/sqldb"
)

func TestTwentyCallsAtOnceMakeOneAuthorisation(t *testing.T) {
	each(t, func(s *shop) {
		for _, token := range []string{tokenOK, tokenTimeout} {
			orderID := s.order()
			var all sync.WaitGroup
			for range 20 {
				all.Go(func() {
					if p, err := s.authorise(orderID, 1000, token); err != nil ||
						p.GetStatus() != string(Authorised) {
						s.Errorf("%s: %v, %v", token, p, err)
					}
				})
			}
			all.Wait()
			s.expectCharge(orderID, ChargeAuthorised, 0, 0)
		}
		s.expectCharges(2)
		s.expectLedger(map[string]int64{"authorised:test": 2000, memo: -2000})
	})
}

func TestAProviderThatDoesNotAnswerIsNeverChargedTwice(t *testing.T) {
	each(t, func(s *shop) {
		orderID := s.order()
		for range 3 {
			if p, err := s.authorise(orderID, 1000, tokenTimeout); err != nil ||
				p.GetStatus() != string(Authorised) {
				s.Fatalf("%v, %v", p, err)
			}
		}
		s.expectCharge(orderID, ChargeAuthorised, 0, 0)
		s.expectCharges(1)
		s.expectLedger(map[string]int64{"authorised:test": 1000, memo: -1000})
	})
}

func TestTwoProcessesMakeOneAuthorisation(t *testing.T) {
	each(t, func(s *shop) {
		other := newService(s.service.host)
		other.settling = s.service.settling
		for range 10 {
			orderID := s.order()
			var all sync.WaitGroup
			for _, process := range []*service{s.service, other, s.service, other} {
				all.Go(func() {
					_, err := process.Authorise(s.Context(), &paymentsv1.AuthoriseRequest{
						OrderId: orderID,
						Amount:  money.New(1000, "USD").Proto(), Method: MethodTest, Token: tokenTimeout,
					})
					if err != nil {
						s.Error(err)
					}
				})
			}
			all.Wait()
		}
		s.expectCharges(10)
		s.expectLedger(map[string]int64{"authorised:test": 10_000, memo: -10_000})
	})
}

func TestAVoidInTheMiddleOfAnAuthorisationLeavesNothing(t *testing.T) {
	each(t, func(s *shop) {
		var orders []string
		var all sync.WaitGroup
		for i := range 30 {
			orderID := s.order()
			orders = append(orders, orderID)
			all.Go(func() {
				token := []string{tokenOK, tokenTimeout}[i%2]
				if _, err := s.authorise(orderID, 1000, token); err != nil &&
					!fault.Is(err, "payment_closed") {
					s.Errorf("authorise: %v", err)
				}
			})
			all.Go(func() {
				if _, err := s.Void(s.Context(), &paymentsv1.VoidRequest{OrderId: orderID}); err != nil {
					s.Errorf("void: %v", err)
				}
			})
		}
		all.Wait()
		s.settleDue()
		for _, orderID := range orders {
			s.expect(orderID, Voided, 0, 0)
			if c, err := s.service.providers[MethodTest].Lookup(s.Context(), orderID); err != nil ||
				c.State == ChargeAuthorised {
				s.Errorf("the provider still holds %+v, %v", c, err)
			}
		}
		s.expectLedger(nil)
	})
}

func TestAuthoriseAnswers(t *testing.T) {
	each(t, func(s *shop) {
		open, declined, voided, pending := s.paidOrder(), s.order(), s.order(), s.order()
		_, _ = s.authorise(declined, 1000, tokenDeclined)
		_, _ = s.authorise(pending, 1000, tokenUnavailable)
		s.void(voided)
		for _, c := range []struct {
			name, orderID, token string
			minor                int64
			kind                 fault.Kind
			code                 string
		}{
			{"declined", s.order(), tokenDeclined, 1000, fault.Declined, "payment_declined"},
			{"declined is final", declined, tokenOK, 1000, fault.Declined, "payment_declined"},
			{"unavailable", s.order(), tokenUnavailable, 1000, fault.Unavailable, "payment_unavailable"},
			{"still unavailable", pending, tokenUnavailable, 1000, fault.Unavailable, "payment_unavailable"},
			{"another amount", open, tokenOK, 1001, fault.Invalid, "invalid"},
			{"voided before", voided, tokenOK, 1000, fault.Conflict, "payment_closed"},
			{"no token", s.order(), "", 1000, fault.Invalid, "invalid"},
			{"a token that is none", s.order(), "no such token", 1000, fault.Invalid, "invalid"},
			{"a token with a line break", s.order(), "ok\n", 1000, fault.Invalid, "invalid"},
			{"less than nothing", s.order(), tokenOK, -1, fault.Invalid, "invalid"},
			{"too much", s.order(), tokenOK, money.Max + 1, fault.Invalid, "invalid"},
			{"no order", "", tokenOK, 1000, fault.NotFound, "not_found"},
			{"another kind of ID", "crt" + s.order()[3:], tokenOK, 1000, fault.NotFound, "not_found"},
		} {
			if _, err := s.authorise(c.orderID, c.minor, c.token); fault.KindOf(err) != c.kind ||
				!fault.Is(err, c.code) {
				s.Errorf("%s: %v", c.name, err)
			}
		}
		if p, err := s.authorise(pending, 1000, tokenOK); err != nil || p.GetStatus() != string(Authorised) {
			s.Errorf("again after unavailable: %v, %v", p, err)
		}
		for _, method := range []string{"", "stripe", MethodPickup} {
			_, err := s.Authorise(s.Context(),
				&paymentsv1.AuthoriseRequest{
					OrderId: open, Amount: money.New(1000, "USD").Proto(),
					Method: method,
				})
			if fault.KindOf(err) != fault.Invalid {
				s.Errorf("method %q for an order that is paid otherwise: %v", method, err)
			}
		}
		s.expectLedger(map[string]int64{"authorised:test": 2000, memo: -2000})
	})
}

func TestTheTestProviderIsThereOnlyWhereItIsSwitchedOn(t *testing.T) {
	s := newShop(t, sqldb.SQLite, hosttest.Open, func(c *host.Config) { c.TestPayments = false })
	if _, err := s.authorise(s.order(), 1000, tokenOK); fault.KindOf(err) != fault.Invalid {
		t.Errorf("authorise: %v", err)
	}
	if m, err := s.Methods(t.Context(), &paymentsv1.MethodsRequest{}); err != nil ||
		!slices.Equal(m.GetMethods(), []string{MethodPickup}) {
		t.Errorf("methods: %v, %v", m, err)
	}
}

func TestVoidGivesBackOnceAndIsFinal(t *testing.T) {
	each(t, func(s *shop) {
		orderID := s.paidOrder()
		s.void(orderID)
		s.void(orderID)
		s.expect(orderID, Voided, 0, 0)
		s.expectCharge(orderID, ChargeVoided, 0, 0)
		s.expectLedger(nil)
		if _, err := s.authorise(orderID, 1000, tokenOK); !fault.Is(err, "payment_closed") {
			s.Errorf("authorise after void: %v", err)
		}
	})
}

func TestPayAtPickupNeedsNoToken(t *testing.T) {
	each(t, func(s *shop) {
		orderID := s.order()
		for range 2 {
			response, err := s.Authorise(s.Context(), &paymentsv1.AuthoriseRequest{
				OrderId: orderID,
				Amount:  money.New(1000, "USD").Proto(), Method: MethodPickup,
			})
			if err != nil || response.GetPayment().GetStatus() != string(Authorised) {
				s.Fatalf("%v, %v", response, err)
			}
		}
		s.tell(confirmed, orderID, nil)
		s.tell(packed, orderID, sold(1000, 0, 1000))
		s.settleDue()
		s.expectLedger(map[string]int64{"clearing:pickup": 1000, "payable:a": -900, commission: -100})
	})
}

func TestACrashBetweenIntentAndResultIsTakenUpWithoutTheToken(t *testing.T) {
	each(t, func(s *shop) {
		orderID := s.order()
		if _, err := s.authorise(orderID, 1000, tokenUnavailable); err == nil {
			s.Fatal("authorised by a provider that is unavailable")
		}
		if _, err := s.service.providers[MethodTest].Authorise(s.Context(), orderID, money.New(1000, "USD"),
			tokenOK); err != nil {
			s.Fatal(err)
		}
		if p, err := s.authorise(orderID, 1000, ""); err != nil || p.GetStatus() != string(Authorised) {
			s.Errorf("taken up: %v, %v", p, err)
		}
		s.expectLedger(map[string]int64{"authorised:test": 1000, memo: -1000})
	})
}

func TestAnAuthorisationThatComesAfterTheVoidIsVoidedToo(t *testing.T) {
	each(t, func(s *shop) {
		orderID := s.order()
		s.void(orderID) // while the provider was asked: it has not heard of the void
		if _, err := s.service.providers[MethodTest].Authorise(s.Context(), orderID, money.New(1000, "USD"),
			tokenOK); err != nil {
			s.Fatal(err)
		}
		_, err := s.service.store.change(s.Context(), orderID,
			func(p Payment, now int64) (Payment, []Entry, error) {
				p.Method = MethodTest
				p, entries := p.answered(ChargeAuthorised, now)
				return p, entries, nil
			})
		if err != nil {
			s.Fatal(err)
		}
		s.settleDue()
		s.expect(orderID, Voided, 0, 0)
		s.expectCharge(orderID, ChargeVoided, 0, 0)
		s.expectLedger(nil)
	})
}

func TestAChangeOverAnOlderVersionIsRefused(t *testing.T) {
	each(t, func(s *shop) {
		orderID := s.paidOrder()
		stale, err := s.service.store.get(s.Context(), orderID)
		if err != nil {
			s.Fatal(err)
		}
		s.void(orderID)
		err = s.service.host.DB().Tx(s.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
			return s.service.store.save(ctx, tx, map[string]Payment{orderID: stale.confirm(1)}, 1)
		})
		if !errors.Is(err, errRaced) {
			s.Errorf("saving over a newer version: %v", err)
		}
		s.expect(orderID, Voided, 0, 0)
	})
}
