package payments

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/fault"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/host/hosttest"
)

func TestAnOrdersEntriesTellItsLifeOldestFirst(t *testing.T) {
	each(t, func(s *shop) {
		orderID, other := s.paidOrder(), s.paidOrder()
		s.void(other)
		s.clock.Advance(time.Minute)
		s.tell(packed, orderID, sold(900, 0, 900))
		s.settleDue()
		s.clock.Advance(time.Minute)
		if err := s.refund(orderID, "release:void:", 400); err != nil {
			s.Fatal(err)
		}
		response, err := s.ListEntries(s.Context(), &paymentsv1.ListEntriesRequest{OrderId: orderID})
		if err != nil {
			s.Fatal(err)
		}
		var got []string
		var sum, last int64
		for _, e := range response.GetEntries() {
			got = append(got,
				fmt.Sprintf("%s %s %d %s", e.GetWhat(), e.GetAccount(), e.GetAmount().GetAmount(),
					e.GetNote()))
			if sum += e.GetAmount().GetAmount(); e.GetAt() < last || e.GetAmount().GetCurrency() != "USD" {
				s.Errorf("%v comes after one of %d", e, last)
			}
			last = e.GetAt()
		}
		want := []string{
			"authorised authorised -1000 ", "authorised authorised:test 1000 ",
			"released authorised 1000 ", "released authorised:test -1000 ",
			"captured clearing:test 900 ", "captured commission -90 ", "captured payable:a -810 ",
			"refunded commission 40 crushed", "refunded payable:a 360 crushed",
			"refunded refunds -400 crushed",
			"refund_paid clearing:test -400 crushed", "refund_paid refunds 400 crushed",
		}
		if !slices.Equal(got, want) || sum != 0 {
			s.Errorf("entries %q, which sum to %d", got, sum)
		}
	})
}

func TestEntriesAreOfAnOrderOrOfNothing(t *testing.T) {
	each(t, func(s *shop) {
		response, err := s.ListEntries(s.Context(), &paymentsv1.ListEntriesRequest{OrderId: s.order()})
		if err != nil || len(response.GetEntries()) != 0 {
			s.Errorf("of an unknown order: %v, %v", response, err)
		}
		for _, bad := range []string{"", "x", "ord_\x00", "' OR 1=1"} {
			if _, err := s.ListEntries(s.Context(),
				&paymentsv1.ListEntriesRequest{OrderId: bad}); fault.KindOf(err) != fault.NotFound {
				s.Errorf("%q: %v", bad, err)
			}
		}
	})
}

func TestAStepThatFailsAgainAndAgainIsATroubleUntilItIsDone(t *testing.T) {
	each(t, func(s *shop) {
		orderID := s.paidOrder()
		s.tell(packed, orderID, sold(1000, 0, 1000))
		since := s.clock.Now().UnixMilli()
		s.peers.setDown(true)
		for range 5 {
			if found := hosttest.Troubles(s.T, s.process, "payments"); len(found) != 0 {
				s.Fatalf("too early: %v", found)
			}
			s.settleDue()
			s.clock.Advance(longPause)
		}
		s.clock.Advance(-longPause)
		found := hosttest.Troubles(s.T, s.process, "payments")
		if len(found) != 1 || found[0].GetKind() != "money" || found[0].GetAbout() != orderID ||
			found[0].GetAttempts() != 5 ||
			found[0].GetSince() != since ||
			found[0].GetWhat() != "The payment of this order stays capturing: unavailable." {
			s.Fatalf("found %v", found)
		}
		s.peers.setDown(false)
		s.settleDue()
		s.expect(orderID, Capturing, 0, 0)
		if err := hosttest.Retry(s.T, s.process, "payments", found[0].GetId()); err != nil {
			s.Fatal(err)
		}
		s.settleDue()
		s.expect(orderID, Captured, 1000, 0)
		if found := hosttest.Troubles(s.T, s.process, "payments"); len(found) != 0 {
			s.Errorf("left: %v", found)
		}
		for _, strange := range []string{found[0].GetId(), "money:", "money:step/", "money:x"} {
			if err := hosttest.Retry(s.T, s.process, "payments", strange); err != nil {
				s.Errorf("%q: %v", strange, err)
			}
		}
		s.expect(orderID, Captured, 1000, 0)
	})
}

func TestAnOrderWithoutItsMoneyIsATroubleUntilItIsSeenOrCancelled(t *testing.T) {
	each(t, func(s *shop) {
		declined, unknown, paid, empty := s.order(), s.order(), s.paidOrder(), s.paidOrder()
		_, _ = s.authorise(declined, 1000, tokenDeclined)
		for _, orderID := range []string{declined, unknown, paid, empty} {
			if !s.tell(confirmed, orderID, nil) {
				s.Fatal("a confirmation was refused")
			}
		}
		s.tell(packed, empty, sold(0, 0))
		found := hosttest.Troubles(s.T, s.process, "payments")
		if len(found) != 2 {
			s.Fatalf("found %v", found)
		}
		s.tell(cancelled, unknown, nil)
		found = hosttest.Troubles(s.T, s.process, "payments")
		if len(found) != 1 || found[0].GetAbout() != declined ||
			found[0].GetWhat() != "This order goes on without its money: its payment is declined." {
			s.Fatalf("found %v", found)
		}
		if err := hosttest.Retry(s.T, s.process, "payments", found[0].GetId()); err != nil {
			s.Fatal(err)
		}
		if found := hosttest.Troubles(s.T, s.process, "payments"); len(found) != 0 {
			s.Errorf("left: %v", found)
		}
	})
}
