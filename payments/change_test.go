package payments

import (
	"testing"

	"google.golang.org/protobuf/proto"

	eventsv1 "github.com/artisan-eats/artisan/gen/artisan/events/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/money"
)

// tellChange says that an order is another now, which needs so much, of which a change has authorised some.
func (s *shop) tellChange(orderID, change string, extra, most int64) bool {
	s.Helper()
	payload, err := proto.Marshal(&orderingv1.OrderEvent{
		Order:  &orderingv1.Order{Authorised: money.New(most, "USD").Proto()},
		Change: &orderingv1.Change{Id: change, Extra: money.New(extra, "USD").Proto()},
	})
	if err != nil {
		s.Fatal(err)
	}
	response, err := s.events.Deliver(s.Context(), &eventsv1.DeliverRequest{Events: []*eventsv1.Event{
		{
			Publisher: "ordering", Aggregate: orderID, Version: s.version[orderID] + 1, Type: changed,
			Payload: payload,
		},
	}})
	if err != nil {
		s.Fatal(err)
	}
	taken := response.GetReceipts()[0].GetRetire()
	if taken {
		s.version[orderID]++
	}
	return taken
}

// changedOrder is an order with 1000 authorised, and 500 more by a change.
func (s *shop) changedOrder() (orderID, change string) {
	s.Helper()
	orderID, change = s.paidOrder(), s.order()
	s.tell(confirmed, orderID, sold(1000, 0, 1000))
	if _, err := s.authorise(change, 500, tokenOK); err != nil {
		s.Fatal(err)
	}
	if !s.tellChange(orderID, change, 500, 1500) {
		s.Fatal("the change was not taken")
	}
	return orderID, change
}

func TestAChangedOrderIsCapturedAndRefundedFromAllItsCharges(t *testing.T) {
	each(t, func(s *shop) {
		orderID, change := s.changedOrder()
		s.expectLedger(map[string]int64{"authorised:test": 1500, "authorised": -1500})
		s.tell(packed, orderID, sold(1200, 200, 600, 400))
		s.settleDue()
		s.expect(orderID, Captured, 1200, 0)
		s.expectCharge(orderID, ChargeCaptured, 1000, 0)
		s.expectCharge(change, ChargeCaptured, 200, 0)
		for i, minor := range []int64{900, 250} {
			if err := s.refund(orderID, string(rune('a'+i)), minor); err != nil {
				t.Fatal(err)
			}
		}
		s.expectCharge(orderID, ChargeCaptured, 1000, 1000)
		s.expectCharge(change, ChargeCaptured, 200, 150)
		s.expect(orderID, Captured, 1200, 1150)
		s.tell(cancelled, orderID, nil)
		s.settleDue()
		s.expect(orderID, Refunded, 1200, 1200)
		s.expectCharge(change, ChargeCaptured, 200, 200)
		s.expectLedger(nil)
	})
}

func TestWhatAChangedOrderDoesNotNeedIsGivenBack(t *testing.T) {
	each(t, func(s *shop) {
		orderID, change := s.changedOrder()
		s.tellChange(orderID, s.order(), 0, 700)
		s.settleDue()
		s.expect(orderID, Authorised, 0, 0)
		s.expectCharge(change, ChargeVoided, 0, 0)
		if c, err := s.service.providers[MethodTest].Lookup(t.Context(), orderID); err != nil ||
			c.Amount.Minor != 700 {
			t.Errorf("the charge is %+v, %v", c, err)
		}
		s.expectLedger(map[string]int64{"authorised:test": 700, "authorised": -700})

		more := s.order()
		if _, err := s.authorise(more, 100, tokenOK); err != nil {
			t.Fatal(err)
		}
		s.tellChange(orderID, more, 100, 800)
		s.settleDue()
		s.tell(packed, orderID, sold(750, 0, 750))
		s.settleDue()
		s.expectCharge(orderID, ChargeCaptured, 700, 0)
		s.expectCharge(more, ChargeCaptured, 50, 0)
		s.expect(orderID, Captured, 750, 0)
	})
}

// TestACaptureMayComeBeforeWhatIsTooMuchIsGivenBack packs at once, and lets the provider have reduced the
// charges already without our knowing.
func TestACaptureMayComeBeforeWhatIsTooMuchIsGivenBack(t *testing.T) {
	each(t, func(s *shop) {
		orderID, change := s.changedOrder()
		s.tellChange(orderID, s.order(), 0, 700)
		provider := s.service.providers[MethodTest]
		for _, err := range []error{
			provider.Reduce(t.Context(), orderID, 700),
			provider.Reduce(t.Context(), change, 0),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		s.tell(packed, orderID, sold(700, 0, 700))
		s.settleDue()
		s.expect(orderID, Captured, 700, 0)
		s.expectCharge(change, ChargeVoided, 0, 0)
	})
}

// TestLessAndThenMoreIsCapturedInFull has the provider reduce a charge without our knowing, before the order
// becomes more again.
func TestLessAndThenMoreIsCapturedInFull(t *testing.T) {
	each(t, func(s *shop) {
		orderID, change := s.changedOrder()
		s.tellChange(orderID, s.order(), 0, 700)
		provider := s.service.providers[MethodTest]
		if err := provider.Reduce(t.Context(), orderID, 700); err != nil {
			t.Fatal(err)
		}
		more := s.order()
		if _, err := s.authorise(more, 200, tokenOK); err != nil {
			t.Fatal(err)
		}
		s.tellChange(orderID, more, 200, 900)
		s.settleDue()
		s.expectCharge(change, ChargeVoided, 0, 0)
		s.expectLedger(map[string]int64{"authorised:test": 900, "authorised": -900})
		s.tell(packed, orderID, sold(900, 0, 900))
		s.settleDue()
		s.expectCharge(orderID, ChargeCaptured, 700, 0)
		s.expectCharge(more, ChargeCaptured, 200, 0)
		s.expect(orderID, Captured, 900, 0)
	})
}

func TestTheMoneyOfAChangeIsTheOrders(t *testing.T) {
	each(t, func(s *shop) {
		orderID, change := s.changedOrder()
		if _, err := s.authorise(change, 500, tokenOK); err != nil { // asked for again, late
			t.Error(err)
		}
		s.clock.Advance(2 * unconfirmedAfter)
		if err := s.service.reconcile(t.Context()); err != nil { // ordering knows of no such order
			t.Fatal(err)
		}
		s.settleDue()
		s.expectCharge(change, ChargeAuthorised, 0, 0)
		s.expectLedger(map[string]int64{"authorised:test": 1500, "authorised": -1500})
		s.tell(cancelled, orderID, nil)
		s.settleDue()
		s.expectCharge(orderID, ChargeVoided, 0, 0)
		s.expectCharge(change, ChargeVoided, 0, 0)
		s.expectLedger(nil)
	})
}

// TestAChangeThatComesToNothingLosesItsMoney reconciles one whose process was lost for good.
func TestAChangeThatComesToNothingLosesItsMoney(t *testing.T) {
	each(t, func(s *shop) {
		orderID, change := s.paidOrder(), s.order()
		s.tell(confirmed, orderID, sold(1000, 0, 1000))
		if _, err := s.authorise(change, 500, tokenOK); err != nil {
			t.Fatal(err)
		}
		s.peers.states[change] = "failed"
		s.clock.Advance(2 * unconfirmedAfter)
		if err := s.service.reconcile(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.settleDue()
		s.expectCharge(change, ChargeVoided, 0, 0)
		s.expectCharge(orderID, ChargeAuthorised, 0, 0)
	})
}
