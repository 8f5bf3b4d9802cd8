package ordering

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/ordering/order"
)

// cheeseShop is what orders that are to be confirmed are of: a cheese of which there is plenty, in a window
// of a thousand places.
type cheeseShop struct {
	*shop
	producer string
	cheese   *catalogv1.Product
	window   *deliveryv1.Window
}

func eachCheeseShop(t *testing.T, test func(s *cheeseShop)) {
	each(t, func(s *shop) {
		producer := s.producer("Hill Dairy")
		test(&cheeseShop{s, producer, s.product(producer, "Hill Tomme", "each", 1000), s.window(3)})
	})
}

// pickup is a checkout that is paid when it is picked up.
type pickup struct {
	cart, key, email, address string
	viewer                    *orderingv1.Viewer
}

// basket is a cart with one cheese, for a checkout of somebody at a network address.
func (s *cheeseShop) basket(email, address string) pickup {
	s.Helper()
	return s.basketOf(&orderingv1.Viewer{}, email, address)
}

func (s *cheeseShop) basketOf(v *orderingv1.Viewer, email, address string) pickup {
	s.Helper()
	made, err := s.CreateCart(s.Context(),
		&orderingv1.CreateCartRequest{Market: market, CustomerId: v.GetCustomerId()})
	s.must(err)
	_, err = s.SetLine(s.Context(), &orderingv1.SetLineRequest{
		CartId:    made.GetCart().GetId(),
		VariantId: s.cheese.GetVariants()[0].GetId(), Quantity: 1000, Viewer: v,
	})
	s.must(err)
	return pickup{made.GetCart().GetId(), fmt.Sprint("key-", s.keys.Add(1)), email, address, v}
}

func (s *cheeseShop) try(p pickup) (*orderingv1.CheckoutResponse, error) {
	return s.Checkout(audit.With(s.Context(), audit.Actor{Kind: "guest", Address: p.address}), s.request(p))
}

func (s *cheeseShop) request(p pickup) *orderingv1.CheckoutRequest {
	return &orderingv1.CheckoutRequest{
		CartId: p.cart, IdempotencyKey: p.key, WindowId: s.window.GetId(), PaymentMethod: order.MethodPickup,
		Contact: &identityv1.Contact{Name: "Ada", Email: p.email}, Viewer: p.viewer,
	}
}

func (s *cheeseShop) buys(p pickup) *orderingv1.Order {
	s.Helper()
	got, err := s.try(p)
	s.must(err)
	return got.GetOrder()
}

func (s *cheeseShop) confirm(orderID string) (*orderingv1.ConfirmOrderResponse, error) {
	return s.ConfirmOrder(s.Context(),
		&orderingv1.ConfirmOrderRequest{Id: orderID, Token: s.service.confirmToken(orderID)})
}

// wantHeld compares how the holds of an order stand, in inventory and in delivery.
func (s *cheeseShop) wantHeld(orderID, stock, place string) {
	s.Helper()
	s.eventually("the holds are "+stock+" and "+place, func() bool {
		goods, err := s.inventory.GetHold(s.Context(), &inventoryv1.GetHoldRequest{OrderId: orderID})
		s.must(err)
		placed, err := s.delivery.GetHold(s.Context(), &deliveryv1.GetHoldRequest{OrderId: orderID})
		s.must(err)
		return goods.GetState() == stock && placed.GetState() == place
	})
}

func (s *cheeseShop) wantStatus(o *orderingv1.Order, status string) {
	s.Helper()
	if o.GetStatus() != status {
		s.Errorf("the order is %s (%s), want %s", o.GetStatus(), o.GetFailure(), status)
	}
}

func TestAnUnknownGuestFollowsALink(t *testing.T) {
	eachCheeseShop(t, func(s *cheeseShop) {
		ada := s.basket("ada@example.com", "192.0.2.1")
		o := s.buys(ada)
		s.wantStatus(o, order.Awaiting)
		if o.GetConfirmBy() == 0 || o.GetHoldsUntil() == 0 || o.GetConfirmedAt() != 0 ||
			o.GetConfirmToken() != "" {
			s.Errorf("it is answered as %v", o)
		}
		s.wantHeld(o.GetId(), "held", "held")
		if again := s.buys(ada); again.GetId() != o.GetId() || again.GetStatus() != order.Awaiting {
			s.Errorf("the same key is answered %v", again)
		}
		s.isHiddenFromProducers(o.GetId())
		_, err := s.ConfirmOrder(s.Context(),
			&orderingv1.ConfirmOrderRequest{Id: o.GetId(), Token: s.service.confirmToken(another(o.GetId()))})
		s.wantCode(err, "not_found")
		_, err = s.ConfirmOrder(s.Context(),
			&orderingv1.ConfirmOrderRequest{
				Id: o.GetId(), Token: s.service.confirmToken(o.GetId()),
				Look: true,
			})
		s.must(err)
		s.wantStatus(s.get(o.GetId()), order.Awaiting) // to look confirms nothing
		first, err := s.confirm(o.GetId())
		s.must(err)
		second, err := s.confirm(o.GetId())
		s.must(err)
		if s.wantStatus(first.GetOrder(), order.Confirmed); first.GetAlready() || !second.GetAlready() {
			s.Errorf("of two clicks the first is told %v, the second %v", first.GetAlready(),
				second.GetAlready())
		}
		s.wantStatus(s.buys(ada), order.Confirmed)
		s.wantHeld(o.GetId(), "sold", "taken")
		// long ago
		s.exec(`UPDATE orders SET document = REPLACE(document, '"confirm_by":"2', '"confirm_by":"1')
			WHERE id = $1`, o.GetId())
		_, err = s.confirm(o.GetId())
		s.wantCode(err, "not_found")
	})
}

// another is a well-formed ID of nothing.
func another(id string) string {
	return id[:len(id)-1] + map[bool]string{true: "1", false: "0"}[id[len(id)-1] == '0']
}

// isHiddenFromProducers: who makes the goods sees nothing of an order before it is confirmed.
func (s *cheeseShop) isHiddenFromProducers(orderID string) {
	s.Helper()
	_, err := s.GetOrder(s.Context(),
		&orderingv1.GetOrderRequest{
			Id:     orderID,
			Viewer: &orderingv1.Viewer{ProducerIds: []string{s.producer}},
		})
	s.wantCode(err, "not_found")
	for _, status := range []string{"", order.Awaiting} {
		r := &orderingv1.ListOrdersRequest{ProducerId: s.producer}
		if status != "" {
			r.Statuses = []string{status}
		}
		if list, err := s.ListOrders(s.Context(), r); err != nil || len(list.GetOrders()) != 0 {
			s.Errorf("the producer is told of %v, %v", list.GetOrders(), err)
		}
	}
}

// late lets the time of an order to be confirmed be over.
func (s *cheeseShop) late(orderID string) {
	s.Helper()
	s.exec("UPDATE orders SET lease_until = 1 WHERE id = $1 AND status = 'awaiting_confirmation'", orderID)
}

func TestWhatNobodyConfirmsIsGivenBackOnce(t *testing.T) {
	eachCheeseShop(t, func(s *cheeseShop) {
		ada := s.basket("ada@example.com", "192.0.2.1")
		o := s.buys(ada)
		s.late(o.GetId())
		var sweeps sync.WaitGroup // of several replicas
		for range 4 {
			sweeps.Go(func() { s.must(s.service.driver.Sweep(s.Context())) })
		}
		sweeps.Wait()
		s.eventually("the order fails", func() bool { return s.get(o.GetId()).GetStatus() == order.Failed })
		if failed := s.get(o.GetId()); failed.GetFailure() != "not_confirmed" || len(failed.GetSteps()) != 4 {
			s.Errorf("it failed as %v", failed)
		}
		s.wantHeld(o.GetId(), "released", "released")
		_, err := s.confirm(o.GetId())
		s.wantCode(err, "not_confirmed")
		_, err = s.try(ada)
		s.wantCode(err, "not_confirmed")
		if n := s.count("SELECT COUNT(*) FROM unpaid"); n != 0 {
			s.Errorf("%d orders still count as unconfirmed", n)
		}
		ada.key += "-anew"
		if again := s.buys(ada); again.GetId() == o.GetId() || again.GetStatus() != order.Awaiting {
			s.Errorf("the cart is ordered again as %v", again)
		}
	})
}

// TestALinkAndTheSweeperMeet lets both go for the same orders at once: each is confirmed with all it needs,
// or fails with nothing.
func TestALinkAndTheSweeperMeet(t *testing.T) {
	eachCheeseShop(t, func(s *cheeseShop) {
		var orders []string
		for i := range 12 {
			o := s.buys(s.basket(fmt.Sprintf("person%d@example.com", i), fmt.Sprintf("192.0.2.%d", i)))
			orders = append(orders, o.GetId())
			s.late(o.GetId())
		}
		var all sync.WaitGroup
		all.Go(func() { s.must(s.service.driver.Sweep(s.Context())) })
		for _, orderID := range orders {
			all.Go(func() {
				if _, err := s.confirm(orderID); err != nil && !fault.Is(err, "not_confirmed") {
					s.Error(err)
				}
			})
		}
		all.Wait()
		for _, orderID := range orders {
			s.eventually("the order has an outcome",
				func() bool {
					return slices.Contains([]string{order.Confirmed, order.Failed},
						s.get(orderID).GetStatus())
				})
			if s.get(orderID).GetStatus() == order.Confirmed {
				s.wantHeld(orderID, "sold", "taken")
			} else {
				s.wantHeld(orderID, "released", "released")
			}
		}
	})
}

// TestAConfirmedOrderSurvivesItsProcess leaves orders where a process died right after their link was
// followed.
func TestAConfirmedOrderSurvivesItsProcess(t *testing.T) {
	eachCheeseShop(t, func(s *cheeseShop) {
		for i, after := range []int{1, 2} { // states that were committed
			o := s.buys(s.basket(fmt.Sprintf("ada%d@example.com", i), "192.0.2.1"))
			life := s.killedAfter(2 * after) // each commit asks something of peers
			_, err := s.confirm(o.GetId())
			s.must(err)
			s.livesOn(life)
			s.exec("UPDATE orders SET lease_until = 0 WHERE id = $1", o.GetId())
			s.must(s.service.driver.Sweep(s.Context()))
			s.eventually("the order is confirmed",
				func() bool { return s.get(o.GetId()).GetStatus() == order.Confirmed })
			s.wantHeld(o.GetId(), "sold", "taken")
		}
	})
}

func TestWhoseAddressIsVerifiedIsConfirmedAtOnce(t *testing.T) {
	eachCheeseShop(t, func(s *cheeseShop) {
		grace := s.member("grace")
		s.wantStatus(s.buys(s.basketOf(&orderingv1.Viewer{CustomerId: grace}, "grace@example.com",
			"192.0.2.1")), order.Awaiting)
		s.wantStatus(s.buys(s.basketOf(&orderingv1.Viewer{CustomerId: grace, Verified: true},
			"grace@example.com", "192.0.2.1")), order.Confirmed)
	})
}

func TestHoldsOfStrangersAreBounded(t *testing.T) {
	eachCheeseShop(t, func(s *cheeseShop) {
		held := 0
		for i := range 12 {
			// one network
			o := s.buys(s.basket(fmt.Sprintf("invented%d@example.com", i), fmt.Sprintf("2001:db8::%d", i)))
			s.wantStatus(o, order.Awaiting)
			if o.GetHoldsUntil() != 0 {
				held++
			}
		}
		if held != int(book.DefaultLimits.ClientHolds) {
			s.Errorf("%d orders of one network hold something, want %d", held, book.DefaultLimits.ClientHolds)
		}
		first, second := s.buys(s.basket("ada@example.com", "192.0.2.1")),
			s.buys(s.basket("ada@example.com", "192.0.2.2"))
		if first.GetHoldsUntil() == 0 || second.GetHoldsUntil() != 0 {
			s.Errorf("of two orders of one address the first holds until %d, the second until %d",
				first.GetHoldsUntil(), second.GetHoldsUntil())
		}
		got, err := s.confirm(second.GetId()) // it holds once it is confirmed
		s.must(err)
		s.wantStatus(got.GetOrder(), order.Confirmed)
		s.wantHeld(second.GetId(), "sold", "taken")
	})
}

// TestReplicasCountTogether has a crowd of one network check out at two processes at once.
func TestReplicasCountTogether(t *testing.T) {
	eachCheeseShop(t, func(s *cheeseShop) {
		second, err := newService(s.service.host)
		s.must(err)
		var all sync.WaitGroup
		var held atomic.Int64
		for i := range 24 {
			p := s.basket(fmt.Sprintf("invented%d@example.com", i), "192.0.2.66")
			all.Go(func() {
				at := s.service
				if i%2 == 1 {
					at = second
				}
				got, err := at.Checkout(audit.With(s.Context(),
					audit.Actor{Kind: "guest", Address: p.address}), s.request(p))
				if err != nil {
					s.Error(err)
				} else if got.GetOrder().GetHoldsUntil() != 0 {
					held.Add(1)
				}
			})
		}
		all.Wait()
		if held.Load() != book.DefaultLimits.ClientHolds {
			s.Errorf("%d orders of one network hold something, want %d", held.Load(),
				book.DefaultLimits.ClientHolds)
		}
	})
}

// TestStrangersTakeATenthTogether has few pieces in stock: what goes beyond the share waits without a hold,
// and is served or told that there is none once it is confirmed.
func TestStrangersTakeATenthTogether(t *testing.T) {
	eachCheeseShop(t, func(s *cheeseShop) {
		_, err := s.inventory.SetStock(s.Context(),
			&inventoryv1.SetStockRequest{
				Levels: []*inventoryv1.StockLevel{{
					VariantId: s.cheese.GetVariants()[0].GetId(),
					Available: 2000,
				}},
			})
		s.must(err)
		var orders []*orderingv1.Order
		for i := range 3 {
			orders = append(orders,
				s.buys(s.basket(fmt.Sprintf("person%d@example.com", i), fmt.Sprintf("192.0.2.%d", i))))
		}
		if orders[0].GetHoldsUntil() == 0 || orders[1].GetHoldsUntil() != 0 ||
			orders[2].GetHoldsUntil() != 0 {
			s.Errorf("they hold until %d, %d, %d; want the first only", orders[0].GetHoldsUntil(),
				orders[1].GetHoldsUntil(), orders[2].GetHoldsUntil())
		}
		s.wantHeld(orders[1].GetId(), "none", "expired") // its place is not kept without its goods
		_, err = s.confirm(orders[2].GetId())
		s.must(err)
		_, err = s.confirm(orders[1].GetId())
		s.wantCode(err, "out_of_stock")
		_, err = s.confirm(orders[0].GetId())
		s.must(err)
		s.wantHeld(orders[0].GetId(), "sold", "taken")
		s.wantHeld(orders[1].GetId(), "released", "released")
	})
}

func TestABurstWaitsForTheOperator(t *testing.T) {
	eachCheeseShop(t, func(s *cheeseShop) {
		_, err := s.PutPickupLimits(s.Context(),
			&orderingv1.PutPickupLimitsRequest{Limits: &orderingv1.PickupLimits{
				Market: market, ContactHolds: 1, ClientHolds: 1, Percent: 10, ClientBurst: 2,
				MarketBurst: 100,
				OpenOrders:  3,
			}})
		s.must(err)
		var queued []string
		for i := range 5 {
			if o := s.buys(s.basket(fmt.Sprintf("invented%d@example.com", i), "192.0.2.9")); o.GetQueued() {
				queued = append(queued, o.GetId())
				if o.GetVersion() != 0 || o.GetHoldsUntil() != 0 {
					s.Errorf("an order that waits is told to others, or holds something: %v", o)
				}
			}
		}
		list := s.unconfirmed(true)
		if len(queued) != 3 || len(list.GetOrders()) != 3 || list.GetAll() != 5 || list.GetQueued() != 3 ||
			list.GetOrders()[0].GetOrder().GetId() != queued[2] {
			s.Fatalf("%d orders wait, and the desk sees %v", len(queued), list)
		}
		s.settle(1, queued[:1], true)
		s.settle(0, queued[:1], true) // it waits no more
		if through := s.get(queued[0]); through.GetQueued() || through.GetVersion() != 1 ||
			through.GetStatus() != order.Awaiting {
			s.Errorf("what was let through is %v", through)
		}
		got, err := s.confirm(queued[0])
		s.must(err)
		s.wantStatus(got.GetOrder(), order.Confirmed)
		s.settle(0, queued[:1], false) // what is confirmed is not called off here
		by := audit.With(s.Context(), audit.Actor{Kind: "operator", ID: "acc_x_1"})
		answer, err := s.SettleUnconfirmed(by,
			&orderingv1.SettleUnconfirmedRequest{Market: market, AllQueued: true})
		if err != nil || answer.GetSettled() != 2 {
			s.Errorf("%d are cancelled at once (%v), want 2", answer.GetSettled(), err)
		}
		if n := s.count(
			"SELECT COUNT(*) FROM audit WHERE action = 'order.called_off' AND actor_id = 'acc_x_1'"); n != 2 {
			s.Errorf("the security log has %d of the two that the operator cancelled", n)
		}
		if failed := s.get(queued[1]); failed.GetStatus() != order.Failed ||
			failed.GetFailure() != "called_off" {
			s.Errorf("what was cancelled is %v", failed)
		}
		if list = s.unconfirmed(false); len(list.GetOrders()) != 2 || list.GetQueued() != 0 {
			s.Errorf("the desk still sees %v", list)
		}
	})
}

func (s *cheeseShop) unconfirmed(queued bool) *orderingv1.ListUnconfirmedResponse {
	s.Helper()
	list, err := s.ListUnconfirmed(s.Context(),
		&orderingv1.ListUnconfirmedRequest{Market: market, Queued: queued})
	s.must(err)
	return list
}

func (s *cheeseShop) settle(want int64, ids []string, through bool) {
	s.Helper()
	answer, err := s.SettleUnconfirmed(s.Context(),
		&orderingv1.SettleUnconfirmedRequest{Market: market, Ids: ids, LetThrough: through})
	if err != nil || answer.GetSettled() != want {
		s.Errorf("%d are settled (%v), want %d", answer.GetSettled(), err, want)
	}
}

func TestOpenOrdersOfOneCustomerAreBounded(t *testing.T) {
	eachCheeseShop(t, func(s *cheeseShop) {
		_, err := s.PutPickupLimits(s.Context(),
			&orderingv1.PutPickupLimitsRequest{Limits: &orderingv1.PickupLimits{
				Market: market, Percent: 10,
				ClientBurst: 50, OpenOrders: 2,
			}})
		s.must(err)
		grace := s.verified("grace", "grace@example.com")
		s.collects(s.buys(s.basketOf(grace, "grace@example.com", "192.0.2.1")).GetId())
		var first *orderingv1.Order
		for range 2 {
			first = s.buys(s.basketOf(grace, "grace@example.com", "192.0.2.1"))
			s.wantStatus(first, order.Confirmed)
		}
		third := s.basketOf(grace, "grace@example.com", "192.0.2.1")
		_, err = s.try(third)
		s.wantCode(err, "too_many_open")
		_, err = s.CancelOrder(s.Context(), &orderingv1.CancelOrderRequest{Id: first.GetId(), Viewer: grace})
		s.must(err)
		s.wantStatus(s.buys(third), order.Confirmed) // the cart was left free
	})
}

func TestAnUnconfirmedOrderIsCalledOffByItsShopper(t *testing.T) {
	eachCheeseShop(t, func(s *cheeseShop) {
		ada := s.basket("ada@example.com", "192.0.2.1")
		placed, err := s.try(ada)
		s.must(err)
		id := placed.GetOrder().GetId()
		_, err = s.CancelOrder(s.Context(),
			&orderingv1.CancelOrderRequest{Id: id, Viewer: &orderingv1.Viewer{AccessToken: "wrong"}})
		s.wantCode(err, "not_found")
		off, err := s.CancelOrder(s.Context(),
			&orderingv1.CancelOrderRequest{
				Id:     id,
				Viewer: &orderingv1.Viewer{AccessToken: placed.GetAccessToken()},
			})
		s.must(err)
		s.wantStatus(off.GetOrder(), order.Failed)
		s.wantHeld(id, "released", "released")
		if n := s.count("SELECT COUNT(*) FROM carts WHERE id = $1 AND order_id = ''", ada.cart); n != 1 {
			s.Error("its cart cannot be ordered again")
		}
		o := s.buys(s.basket("bob@example.com", "192.0.2.2"))
		_, err = s.ConfirmOrder(s.Context(),
			&orderingv1.ConfirmOrderRequest{
				Id: o.GetId(), Token: s.service.confirmToken(o.GetId()),
				Refuse: true,
			})
		s.must(err)
		s.wantStatus(s.get(o.GetId()), order.Failed) // "it was not me"
	})
}

func TestCartsThatNobodyTouchesAreForgotten(t *testing.T) {
	eachCheeseShop(t, func(s *cheeseShop) {
		kept, idle, ordered, awaiting := s.basket("a@example.com", "192.0.2.1"),
			s.basket("b@example.com", "192.0.2.1"), s.basket("c@example.com", "192.0.2.1"),
			s.basket("d@example.com", "192.0.2.1")
		done := s.buys(ordered)
		_, err := s.confirm(done.GetId())
		s.must(err)
		s.buys(awaiting)
		for _, p := range []pickup{idle, ordered, awaiting} {
			s.exec(
				"UPDATE carts SET touched_day = touched_day - 40, created_at = created_at - $2 WHERE id = $1",
				p.cart, (40 * 24 * time.Hour).Milliseconds())
		}
		s.must(s.service.book.ForgetCarts(s.Context()))
		for what, want := range map[string]int64{
			kept.cart: 1, idle.cart: 0, ordered.cart: 0,
			awaiting.cart: 1,
		} {
			if n := s.count("SELECT COUNT(*) FROM carts WHERE id = $1", what); n != want {
				s.Errorf("cart %s is there %d times, want %d", what, n, want)
			}
			if n := s.count("SELECT COUNT(*) FROM cart_lines WHERE cart_id = $1", what); n != want {
				s.Errorf("cart %s has %d lines, want %d", what, n, want)
			}
		}
		_, err = s.try(ordered) // not a second order
		s.wantCode(err, "not_found")
	})
}
