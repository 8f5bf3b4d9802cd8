package payments

import (
	"context"
	"slices"
	"testing"
	"time"

	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/money"
)

// balky is a provider that does not do everything that it is asked for, but for authorising and looking up.
type balky struct {
	Provider
	fails     map[string]error // by the charge's key
	asked     []string
	deadlines []time.Time
}

func (b *balky) ask(ctx context.Context, key string) error {
	deadline, _ := ctx.Deadline()
	b.asked, b.deadlines = append(b.asked, key), append(b.deadlines, deadline)
	return b.fails[key]
}

func (b *balky) Capture(ctx context.Context, key string, minor int64) error {
	if err := b.ask(ctx, key); err != nil {
		return err
	}
	return b.Provider.Capture(ctx, key, minor)
}

func (b *balky) Reduce(ctx context.Context, key string, minor int64) error {
	if err := b.ask(ctx, key); err != nil {
		return err
	}
	return b.Provider.Reduce(ctx, key, minor)
}

func (b *balky) Void(ctx context.Context, key string) error {
	if err := b.ask(ctx, key); err != nil {
		return err
	}
	return b.Provider.Void(ctx, key)
}

func (b *balky) Refund(ctx context.Context, key, refundKey string, minor int64) error {
	if err := b.ask(ctx, key); err != nil {
		return err
	}
	return b.Provider.Refund(ctx, key, refundKey, minor)
}

func (s *shop) balk() *balky {
	b := &balky{Provider: s.service.providers[MethodTest], fails: map[string]error{}}
	s.service.providers[MethodTest] = b
	return b
}

// inThree is an order that is paid with three charges of 1000, 500 and 300.
func (s *shop) inThree() (charges []string) {
	s.Helper()
	orderID, change := s.changedOrder()
	more := s.order()
	if _, err := s.authorise(more, 300, tokenOK); err != nil {
		s.Fatal(err)
	}
	if !s.tellChange(orderID, more, 300, 1800) {
		s.Fatal("the change was not taken")
	}
	return []string{orderID, change, more}
}

// TestASettlementGoesOnBehindWhatIsDone has the provider go away in the middle of an order's charges: later
// it is asked for what is left, and each charge has a time of its own.
func TestASettlementGoesOnBehindWhatIsDone(t *testing.T) {
	for name, c := range map[string]struct {
		before, step func(s *shop, orderID string)
		status       Status
		captured     int64
	}{
		"captured": {
			nil, func(s *shop, orderID string) { s.tell(packed, orderID, sold(1700, 0, 1700)) },
			Captured, 1700,
		},
		"given back": {nil, func(s *shop, orderID string) { s.tell(cancelled, orderID, nil) }, Voided, 0},
		"reduced": {
			nil, func(s *shop, orderID string) { s.tellChange(orderID, s.order(), 0, 700) },
			Authorised, 0,
		},
		"refunded": {
			func(s *shop, orderID string) { s.tell(packed, orderID, sold(1800, 0, 1800)); s.settleDue() },
			func(s *shop, orderID string) { s.tell(cancelled, orderID, nil) }, Refunded, 1800,
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(s *shop) {
				charges := s.inThree()
				if c.before != nil {
					c.before(s, charges[0])
				}
				b := s.balk()
				b.fails[charges[1]] = errUnavailable
				c.step(s, charges[0])
				s.settleDue()
				if !slices.Equal(b.asked, charges[:2]) {
					s.Fatalf("asked about %v, want the first two of %v", b.asked, charges)
				}
				delete(b.fails, charges[1])
				s.clock.Advance(firstPause)
				s.settleDue()
				if want := slices.Concat(charges[:2], charges[1:]); !slices.Equal(b.asked, want) {
					s.Errorf("asked about %v, want %v", b.asked, want)
				}
				for i := 1; i < len(b.deadlines); i++ {
					if !b.deadlines[i].After(b.deadlines[i-1]) {
						s.Errorf("charge %d has the time of the one before", i)
					}
				}
				refunded := int64(0)
				if c.status == Refunded {
					refunded = c.captured
				}
				s.expect(charges[0], c.status, c.captured, refunded)
				if p, err := s.service.store.get(s.Context(), charges[0]); err != nil ||
					len(p.Details.Done) != 0 {
					s.Errorf("after the step it is %+v, %v", p, err)
				}
			})
		})
	}
}

// TestWhatIsDoneHasAnotherLease counts from the last charge that was done.
func TestWhatIsDoneHasAnotherLease(t *testing.T) {
	step := Payment{Status: Voiding, UpdatedAt: 7}
	p := step.progress(step, "a", 1000)
	if p.NextAt != 1000+lease.Milliseconds() || !slices.Equal(p.Details.Done, []string{"a"}) || !p.changed {
		t.Errorf("it is %+v", p)
	}
	for _, other := range []Payment{
		{Status: Voided, UpdatedAt: 7},
		{Status: Voiding, UpdatedAt: 8},
		{Status: Voiding, UpdatedAt: 7, Details: Details{Trim: &Trim{ID: "x"}}},
	} {
		if after := other.progress(step, "b", 1000); after.changed {
			t.Errorf("a payment that went on is %+v", after)
		}
	}
}

func TestAChargeThatIsRefusedKeepsNoneOfTheOthers(t *testing.T) {
	each(t, func(s *shop) {
		charges, b := s.inThree(), s.balk()
		b.fails[charges[0]] = errBadVoid
		s.tell(cancelled, charges[0], nil)
		s.settleDue()
		s.expect(charges[0], Voiding, 0, 0)
		for _, charge := range charges[1:] {
			s.expectCharge(charge, ChargeVoided, 0, 0)
		}
		delete(b.fails, charges[0])
		s.clock.Advance(firstPause)
		s.settleDue()
		s.expect(charges[0], Voided, 0, 0)
		s.expectLedger(nil)
	})
}

// TestTheTroubleOfAChangesMoneyIsItsOrders leads the operator to an order that there is.
func TestTheTroubleOfAChangesMoneyIsItsOrders(t *testing.T) {
	each(t, func(s *shop) {
		orderID, change, b := s.paidOrder(), s.order(), s.balk()
		_, err := s.Authorise(s.Context(), &paymentsv1.AuthoriseRequest{
			OrderId:      change,
			ChangesOrder: orderID, Amount: money.New(500, "USD").Proto(), Method: MethodTest, Token: tokenOK,
		})
		if err != nil {
			s.Fatal(err)
		}
		b.fails[change] = errBadVoid
		s.void(change)
		for range 5 {
			s.clock.Advance(longPause)
			s.settleDue()
		}
		found := hosttest.Troubles(s.T, s.process, "payments")
		if len(found) != 1 || found[0].GetAbout() != orderID ||
			found[0].GetWhat() != "The money of a change of this order stays voiding: provider_refused." {
			s.Fatalf("found %v", found)
		}
		delete(b.fails, change)
		if err := hosttest.Retry(s.T, s.process, "payments", found[0].GetId()); err != nil {
			s.Fatal(err)
		}
		s.settleDue()
		s.expect(change, Voided, 0, 0)
		if found := hosttest.Troubles(s.T, s.process, "payments"); len(found) != 0 {
			s.Errorf("left: %v", found)
		}
	})
}

// poison is a provider that panics when it is to capture one charge.
type poison struct {
	Provider
	key string
}

func (p poison) Capture(ctx context.Context, key string, minor int64) error {
	if key == p.key {
		panic("poison")
	}
	return p.Provider.Capture(ctx, key, minor)
}

// TestAProviderThatPanicsFailsThatStepAlone has a bug in one of its calls; the job and the other payments go
// on.
func TestAProviderThatPanicsFailsThatStepAlone(t *testing.T) {
	each(t, func(s *shop) {
		poisoned, other := s.inThree(), s.inThree()
		whole := s.service.providers[MethodTest]
		s.service.providers[MethodTest] = poison{whole, poisoned[0]}
		s.tell(packed, poisoned[0], sold(1800, 0, 1800))
		s.tell(packed, other[0], sold(1800, 0, 1800))
		s.settleDue()
		s.expect(other[0], Captured, 1800, 0)
		if p, err := s.service.store.get(s.Context(), poisoned[0]); err != nil || p.Status != Capturing ||
			p.Attempts != 1 || p.Failure != "internal" {
			s.Errorf("the poisoned one is %+v, %v", p, err)
		}
		s.service.providers[MethodTest] = whole
		s.clock.Advance(firstPause)
		s.settleDue()
		s.expect(poisoned[0], Captured, 1800, 0)
	})
}
