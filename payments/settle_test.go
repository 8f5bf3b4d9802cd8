package payments

import (
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

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
		if err := s.refund(captured, "cancelled", 100); err != nil {
			s.Error(err)
		}
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
		s.expectLedger(map[string]int64{
			"clearing:test": 750, "payable:a": -405, "payable:b": -270,
			commission: -75,
		})
		for code, err := range map[string]error{
			"refund_too_large":       s.refund(orderID, "more", 751),
			"idempotency_key_reused": s.refund(orderID, "crushed", 251), "invalid": s.refund(orderID, "", 1),
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
		s.expectLedger(map[string]int64{
			"clearing:test": 900, "payable:a": -270, "payable:b": -450,
			commission: -80, delivery: -100,
		})
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

func TestTheJobActsOnEventsByItself(t *testing.T) {
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			s := newShop(t, engine, hosttest.Start)
			orderID := s.paidOrder()
			s.tell(packed, orderID, sold(1000, 0, 1000))
			for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(
				10 * time.Millisecond) {
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
