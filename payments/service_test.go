package payments

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/fault"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

func TestTwentyCallsAtOnceMakeOneAuthorisation(t *testing.T) {
	each(t, func(s *shop) {
		for _, token := range []string{tokenOK, tokenTimeout} {
			orderID := s.order()
			var all sync.WaitGroup
			for range 20 {
				all.Go(func() {
					if p, err := s.authorise(orderID, 1000, token); err != nil || p.GetStatus() != string(Authorised) {
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
			if p, err := s.authorise(orderID, 1000, tokenTimeout); err != nil || p.GetStatus() != string(Authorised) {
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
					_, err := process.Authorise(s.Context(), &paymentsv1.AuthoriseRequest{OrderId: orderID, Amount: money.New(1000, "USD").Proto(), Method: MethodTest, Token: tokenTimeout})
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
				if _, err := s.authorise(orderID, 1000, token); err != nil && !fault.Is(err, "payment_closed") {
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
			if c, err := s.service.providers[MethodTest].Lookup(s.Context(), orderID); err != nil || c.State == ChargeAuthorised {
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
			if _, err := s.authorise(c.orderID, c.minor, c.token); fault.KindOf(err) != c.kind || !fault.Is(err, c.code) {
				s.Errorf("%s: %v", c.name, err)
			}
		}
		if p, err := s.authorise(pending, 1000, tokenOK); err != nil || p.GetStatus() != string(Authorised) {
			s.Errorf("again after unavailable: %v, %v", p, err)
		}
		for _, method := range []string{"", "stripe", MethodPickup} {
			_, err := s.Authorise(s.Context(), &paymentsv1.AuthoriseRequest{OrderId: open, Amount: money.New(1000, "USD").Proto(), Method: method})
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
	if m, err := s.Methods(t.Context(), &paymentsv1.MethodsRequest{}); err != nil || !slices.Equal(m.GetMethods(), []string{MethodPickup}) {
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

func TestPackedOrdersAreCapturedForWhatTheyCameTo(t *testing.T) {
	each(t, func(s *shop) {
		orderID := s.paidOrder()
		if !s.tell(confirmed, orderID, nil) || !s.tell(packed, orderID, sold(900, 100, 300, 500)) {
			s.Fatal("an event was refused")
		}
		s.expect(orderID, Capturing, 0, 0)
		s.settleDue()
		s.expect(orderID, Captured, 900, 0)
		s.expectCharge(orderID, ChargeCaptured, 900, 0)
		s.expectLedger(map[string]int64{"clearing:test": 900, "payable:a": -270, "payable:b": -450, commission: -80, delivery: -100})
	})
}

func TestPayAtPickupNeedsNoToken(t *testing.T) {
	each(t, func(s *shop) {
		orderID := s.order()
		for range 2 {
			response, err := s.Authorise(s.Context(), &paymentsv1.AuthoriseRequest{OrderId: orderID, Amount: money.New(1000, "USD").Proto(), Method: MethodPickup})
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

func TestACaptureWaitsForTheCommission(t *testing.T) {
	each(t, func(s *shop) {
		orderID := s.paidOrder()
		s.tell(confirmed, orderID, nil)
		s.tell(packed, orderID, sold(1000, 0, 1000))
		s.peers.setDown(true)
		s.settleDue()
		s.expect(orderID, Capturing, 0, 0)
		s.expectCharge(orderID, ChargeAuthorised, 0, 0)
		s.peers.setDown(false)
		s.settleDue()
		s.expect(orderID, Capturing, 0, 0)
		s.clock.Advance(firstPause)
		s.settleDue()
		s.expect(orderID, Captured, 1000, 0)
		s.expectLedger(map[string]int64{"clearing:test": 1000, "payable:a": -900, commission: -100})
	})
}

func TestACancelledOrderGetsItsMoneyBack(t *testing.T) {
	each(t, func(s *shop) {
		authorised, captured, unknown := s.paidOrder(), s.paidOrder(), s.order()
		s.tell(packed, captured, sold(1000, 0, 1000))
		if s.tell(cancelled, captured, nil) {
			s.Error("a cancellation was taken in the middle of a capture")
		}
		s.settleDue()
		for _, orderID := range []string{authorised, captured, unknown} {
			if !s.tell(cancelled, orderID, nil) {
				s.Errorf("the cancellation was refused")
			}
		}
		s.settleDue()
		s.expect(authorised, Voided, 0, 0)
		s.expect(captured, Refunded, 1000, 1000)
		s.expectCharge(captured, ChargeCaptured, 1000, 1000)
		s.expectLedger(nil)
		if _, err := s.authorise(unknown, 1000, tokenOK); !fault.Is(err, "payment_closed") {
			s.Errorf("authorise after the cancellation: %v", err)
		}
	})
}

func TestRefundsArePaidOnceAKeyAndNeverTooMuch(t *testing.T) {
	each(t, func(s *shop) {
		orderID := s.paidOrder()
		if err := s.refund(orderID, "early", 1); !fault.Is(err, "not_captured") {
			s.Errorf("a refund before the capture: %v", err)
		}
		s.tell(packed, orderID, sold(1000, 0, 600, 400))
		s.settleDue()
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() {
				if err := s.refund(orderID, "crushed", 250); err != nil {
					s.Error(err)
				}
			})
		}
		all.Wait()
		s.expect(orderID, Captured, 1000, 250)
		s.expectCharge(orderID, ChargeCaptured, 1000, 250)
		s.expectLedger(map[string]int64{"clearing:test": 750, "payable:a": -405, "payable:b": -270, commission: -75})
		for code, err := range map[string]error{
			"refund_too_large": s.refund(orderID, "more", 751), "idempotency_key_reused": s.refund(orderID, "crushed", 251), "invalid": s.refund(orderID, "", 1),
		} {
			if !fault.Is(err, code) {
				s.Errorf("want %s, got %v", code, err)
			}
		}
		if err := s.refund(orderID, "rest", 750); err != nil {
			s.Fatal(err)
		}
		s.expect(orderID, Refunded, 1000, 1000)
		s.expectLedger(nil)
	})
}

// TestMoneyWithoutAnOrderIsGivenBackWithinAMinute plays crashes: before the
// provider was asked, after it answered, and of ordering after that.
func TestMoneyWithoutAnOrderIsGivenBackWithinAMinute(t *testing.T) {
	each(t, func(s *shop) {
		begin := func() string {
			orderID := s.order()
			_, err := s.service.store.change(s.Context(), orderID, func(p Payment, now int64) (Payment, []Entry, error) {
				p, err := p.begin(money.New(1000, "USD"), MethodTest, now)
				return p, nil, err
			})
			if err != nil {
				s.Fatal(err)
			}
			return orderID
		}
		intent, charged, authorised, failed, kept, waiting := begin(), begin(), s.paidOrder(), s.paidOrder(), s.paidOrder(), s.paidOrder()
		if _, err := s.service.providers[MethodTest].Authorise(s.Context(), charged, money.New(1000, "USD"), tokenOK); err != nil {
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

func TestACrashBetweenIntentAndResultIsTakenUpWithoutTheToken(t *testing.T) {
	each(t, func(s *shop) {
		orderID := s.order()
		if _, err := s.authorise(orderID, 1000, tokenUnavailable); err == nil {
			s.Fatal("authorised by a provider that is unavailable")
		}
		if _, err := s.service.providers[MethodTest].Authorise(s.Context(), orderID, money.New(1000, "USD"), tokenOK); err != nil {
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
		if _, err := s.service.providers[MethodTest].Authorise(s.Context(), orderID, money.New(1000, "USD"), tokenOK); err != nil {
			s.Fatal(err)
		}
		_, err := s.service.store.change(s.Context(), orderID, func(p Payment, now int64) (Payment, []Entry, error) {
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

func TestAPaymentIsClaimedByOneProcessAndFoundAgainAfterItsLease(t *testing.T) {
	each(t, func(s *shop) {
		orderID := s.paidOrder()
		s.tell(packed, orderID, sold(1000, 0, 1000))
		for i, want := range []int{1, 0, 1} {
			if i == 2 {
				s.clock.Advance(lease)
			}
			if ids, err := s.service.claim(s.Context()); err != nil || len(ids) != want {
				s.Errorf("claim %d: %v, %v; want %d", i, ids, err, want)
			}
		}
	})
}

func TestAConfirmedPaymentIsNotAskedAboutAgain(t *testing.T) {
	each(t, func(s *shop) {
		open, done := s.paidOrder(), s.paidOrder()
		s.tell(confirmed, done, nil)
		s.clock.Advance(unconfirmedAfter)
		if ids, err := s.service.claimUnconfirmed(s.Context()); err != nil || !slices.Equal(ids, []string{open}) {
			s.Errorf("asks about %v, %v; want %s", ids, err, open)
		}
	})
}

func TestWhatIsDueWakesTheJob(t *testing.T) {
	each(t, func(s *shop) {
		var woken int
		s.service.store.wake = func() { woken++ }
		packedID, cancelledID := s.paidOrder(), s.paidOrder()
		if woken != 0 {
			s.Errorf("authorisations woke the job %d times", woken)
		}
		s.tell(packed, packedID, sold(1000, 0, 1000))
		s.tell(cancelled, cancelledID, nil)
		if woken != 2 {
			s.Errorf("two events woke the job %d times", woken)
		}
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

func TestTheJobActsOnEventsByItself(t *testing.T) {
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			s := newShop(t, engine, hosttest.Start)
			orderID := s.paidOrder()
			s.tell(packed, orderID, sold(1000, 0, 1000))
			for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
				p, err := s.service.store.get(t.Context(), orderID)
				if err != nil {
					t.Fatal(err)
				}
				if p.Status == Captured {
					return
				}
			}
			t.Error("never captured")
		})
	}
}
