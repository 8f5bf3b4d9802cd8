package ordering_test

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
	"github.com/artisan-eats/artisan/ordering"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/ordering/orderingtest"
)

// cheeseShop is what orders that are to be confirmed are of: a cheese of which there is plenty, in a window
// Of a thousand places.
type cheeseShop struct {
	*shop
	producer string
	cheese   *catalogv1.Product
	window   *deliveryv1.Window
}

func eachCheeseShop(t *testing.T, test func(s *cheeseShop)) {
	each(t, func(s *shop) {
		producer := s.Producer("Hill Dairy")
		test(&cheeseShop{s, producer, s.Product(producer, "Hill Tomme", "each", 1000), s.Window(3)})
	})
}

// pickup is a checkout that is paid when it is picked up.
type pickup struct {
	cart, key, email, address string
	viewer                    *orderingv1.Viewer
}

// Basket is a cart with one cheese, for a checkout of somebody at a network address.
func (s *cheeseShop) Basket(email, address string) pickup {
	s.Helper()
	return s.basketOf(&orderingv1.Viewer{}, email, address)
}

func (s *cheeseShop) basketOf(v *orderingv1.Viewer, email, address string) pickup {
	s.Helper()
	made, err := s.CreateCart(s.Context(),
		&orderingv1.CreateCartRequest{Market: market, CustomerId: v.GetCustomerId()})
	s.Must(err)
	_, err = s.SetLine(s.Context(), &orderingv1.SetLineRequest{
		CartId:    made.GetCart().GetId(),
		VariantId: s.cheese.GetVariants()[0].GetId(), Quantity: 1000, Viewer: v,
	})
	s.Must(err)
	return pickup{made.GetCart().GetId(), s.NextKey(), email, address, v}
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
	s.Must(err)
	return got.GetOrder()
}

func (s *cheeseShop) confirm(orderID string) (*orderingv1.ConfirmOrderResponse, error) {
	return s.ConfirmOrder(s.Context(),
		&orderingv1.ConfirmOrderRequest{Id: orderID, Token: s.Service.Driver.ConfirmToken(orderID)})
}

// wantHeld compares how the holds of an order stand, in inventory and in delivery.
func (s *cheeseShop) wantHeld(orderID, stock, place string) {
	s.Helper()
	s.Eventually("the holds are "+stock+" and "+place, func() bool {
		goods, err := s.Inventory.GetHold(s.Context(), &inventoryv1.GetHoldRequest{OrderId: orderID})
		s.Must(err)
		placed, err := s.Delivery.GetHold(s.Context(), &deliveryv1.GetHoldRequest{OrderId: orderID})
		s.Must(err)
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
		ada := s.Basket("ada@example.com", "192.0.2.1")
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
			&orderingv1.ConfirmOrderRequest{
				Id: o.GetId(), Token: s.Service.Driver.ConfirmToken(another(o.GetId())),
			})
		s.WantCode(err, "not_found")
		_, err = s.ConfirmOrder(s.Context(),
			&orderingv1.ConfirmOrderRequest{
				Id: o.GetId(), Token: s.Service.Driver.ConfirmToken(o.GetId()),
				Look: true,
			})
		s.Must(err)
		s.wantStatus(s.Get(o.GetId()), order.Awaiting) // to look confirms nothing
		first, err := s.confirm(o.GetId())
		s.Must(err)
		second, err := s.confirm(o.GetId())
		s.Must(err)
		if s.wantStatus(first.GetOrder(), order.Confirmed); first.GetAlready() || !second.GetAlready() {
			s.Errorf("of two clicks the first is told %v, the second %v", first.GetAlready(),
				second.GetAlready())
		}
		s.wantStatus(s.buys(ada), order.Confirmed)
		s.wantHeld(o.GetId(), "sold", "taken")
		// long ago
		s.Exec(`UPDATE orders SET document = REPLACE(document, '"confirm_by":"2', '"confirm_by":"1')
			WHERE id = $1`, o.GetId())
		_, err = s.confirm(o.GetId())
		s.WantCode(err, "not_found")
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
	s.WantCode(err, "not_found")
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
	s.Exec("UPDATE orders SET lease_until = 1 WHERE id = $1 AND status = 'awaiting_confirmation'", orderID)
}

func TestWhatNobodyConfirmsIsGivenBackOnce(t *testing.T) {
	eachCheeseShop(t, func(s *cheeseShop) {
		ada := s.Basket("ada@example.com", "192.0.2.1")
		o := s.buys(ada)
		s.late(o.GetId())
		var sweeps sync.WaitGroup // of several replicas
		for range 4 {
			sweeps.Go(func() { s.Must(s.Service.Driver.Sweep(s.Context())) })
		}
		sweeps.Wait()
		s.Eventually("the order fails", func() bool { return s.Get(o.GetId()).GetStatus() == order.Failed })
		if failed := s.Get(o.GetId()); failed.GetFailure() != "not_confirmed" || len(failed.GetSteps()) != 4 {
			s.Errorf("it failed as %v", failed)
		}
		s.wantHeld(o.GetId(), "released", "released")
		_, err := s.confirm(o.GetId())
		s.WantCode(err, "not_confirmed")
		_, err = s.try(ada)
		s.WantCode(err, "not_confirmed")
		if n := s.Count("SELECT COUNT(*) FROM unpaid"); n != 0 {
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
			o := s.buys(s.Basket(fmt.Sprintf("person%d@example.com", i), fmt.Sprintf("192.0.2.%d", i)))
			orders = append(orders, o.GetId())
			s.late(o.GetId())
		}
		var all sync.WaitGroup
		all.Go(func() { s.Must(s.Service.Driver.Sweep(s.Context())) })
		for _, orderID := range orders {
			all.Go(func() {
				if _, err := s.confirm(orderID); err != nil && !fault.Is(err, "not_confirmed") {
					s.Error(err)
				}
			})
		}
		all.Wait()
		for _, orderID := range orders {
			s.Eventually("the order has an outcome",
				func() bool {
					return slices.Contains([]string{order.Confirmed, order.Failed},
						s.Get(orderID).GetStatus())
				})
			if s.Get(orderID).GetStatus() == order.Confirmed {
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
			o := s.buys(s.Basket(fmt.Sprintf("ada%d@example.com", i), "192.0.2.1"))
			life := s.KilledAfter(2 * after) // each commit asks something of peers
			_, err := s.confirm(o.GetId())
			s.Must(err)
			s.LivesOn(life)
			s.Exec("UPDATE orders SET lease_until = 0 WHERE id = $1", o.GetId())
			s.Must(s.Service.Driver.Sweep(s.Context()))
			s.Eventually("the order is confirmed",
				func() bool { return s.Get(o.GetId()).GetStatus() == order.Confirmed })
			s.wantHeld(o.GetId(), "sold", "taken")
		}
	})
}

func TestWhoseAddressIsVerifiedIsConfirmedAtOnce(t *testing.T) {
	eachCheeseShop(t, func(s *cheeseShop) {
		grace := s.Member("grace")
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
			o := s.buys(s.Basket(fmt.Sprintf("invented%d@example.com", i), fmt.Sprintf("2001:db8::%d", i)))
			s.wantStatus(o, order.Awaiting)
			if o.GetHoldsUntil() != 0 {
				held++
			}
		}
		if held != int(book.DefaultLimits.ClientHolds) {
			s.Errorf("%d orders of one network hold something, want %d", held, book.DefaultLimits.ClientHolds)
		}
		first, second := s.buys(s.Basket("ada@example.com", "192.0.2.1")),
			s.buys(s.Basket("ada@example.com", "192.0.2.2"))
		if first.GetHoldsUntil() == 0 || second.GetHoldsUntil() != 0 {
			s.Errorf("of two orders of one address the first holds until %d, the second until %d",
				first.GetHoldsUntil(), second.GetHoldsUntil())
		}
		got, err := s.confirm(second.GetId()) // it holds once it is confirmed
		s.Must(err)
		s.wantStatus(got.GetOrder(), order.Confirmed)
		s.wantHeld(second.GetId(), "sold", "taken")
	})
}

// TestReplicasCountTogether has a crowd of one network check out at two processes at once.
func TestReplicasCountTogether(t *testing.T) {
	eachCheeseShop(t, func(s *cheeseShop) {
		second, err := ordering.Open(s.Service.Host)
		s.Must(err)
		var all sync.WaitGroup
		var held atomic.Int64
		for i := range 24 {
			p := s.Basket(fmt.Sprintf("invented%d@example.com", i), "192.0.2.66")
			all.Go(func() {
				at := s.Service
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
		_, err := s.Inventory.SetStock(s.Context(),
			&inventoryv1.SetStockRequest{
				Levels: []*inventoryv1.StockLevel{{
					VariantId: s.cheese.GetVariants()[0].GetId(),
					Available: 2000,
				}},
			})
		s.Must(err)
		var orders []*orderingv1.Order
		for i := range 3 {
			orders = append(orders,
				s.buys(s.Basket(fmt.Sprintf("person%d@example.com", i), fmt.Sprintf("192.0.2.%d", i))))
		}
		if orders[0].GetHoldsUntil() == 0 || orders[1].GetHoldsUntil() != 0 ||
			orders[2].GetHoldsUntil() != 0 {
			s.Errorf("they hold until %d, %d, %d; want the first only", orders[0].GetHoldsUntil(),
				orders[1].GetHoldsUntil(), orders[2].GetHoldsUntil())
		}
		s.wantHeld(orders[1].GetId(), "none", "expired") // its place is not kept without its goods
		_, err = s.confirm(orders[2].GetId())
		s.Must(err)
		_, err = s.confirm(orders[1].GetId())
		s.WantCode(err, "out_of_stock")
		_, err = s.confirm(orders[0].GetId())
		s.Must(err)
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
		s.Must(err)
		var queued []string
		for i := range 5 {
			if o := s.buys(s.Basket(fmt.Sprintf("invented%d@example.com", i), "192.0.2.9")); o.GetQueued() {
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
		if through := s.Get(queued[0]); through.GetQueued() || through.GetVersion() != 1 ||
			through.GetStatus() != order.Awaiting {
			s.Errorf("what was let through is %v", through)
		}
		got, err := s.confirm(queued[0])
		s.Must(err)
		s.wantStatus(got.GetOrder(), order.Confirmed)
		s.settle(0, queued[:1], false) // what is confirmed is not called off here
		by := audit.With(s.Context(), audit.Actor{Kind: "operator", ID: "acc_x_1"})
		answer, err := s.SettleUnconfirmed(by,
			&orderingv1.SettleUnconfirmedRequest{Market: market, AllQueued: true})
		if err != nil || answer.GetSettled() != 2 {
			s.Errorf("%d are cancelled at once (%v), want 2", answer.GetSettled(), err)
		}
		if n := s.Count(
			"SELECT COUNT(*) FROM audit WHERE action = 'order.called_off' AND actor_id = 'acc_x_1'"); n != 2 {
			s.Errorf("the security log has %d of the two that the operator cancelled", n)
		}
		if failed := s.Get(queued[1]); failed.GetStatus() != order.Failed ||
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
	s.Must(err)
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
		s.Must(err)
		grace := s.verified("grace", "grace@example.com")
		s.collects(s.buys(s.basketOf(grace, "grace@example.com", "192.0.2.1")).GetId())
		var first *orderingv1.Order
		for range 2 {
			first = s.buys(s.basketOf(grace, "grace@example.com", "192.0.2.1"))
			s.wantStatus(first, order.Confirmed)
		}
		third := s.basketOf(grace, "grace@example.com", "192.0.2.1")
		_, err = s.try(third)
		s.WantCode(err, "too_many_open")
		_, err = s.CancelOrder(s.Context(), &orderingv1.CancelOrderRequest{Id: first.GetId(), Viewer: grace})
		s.Must(err)
		s.wantStatus(s.buys(third), order.Confirmed) // the cart was left free
	})
}

func TestAnUnconfirmedOrderIsCalledOffByItsShopper(t *testing.T) {
	eachCheeseShop(t, func(s *cheeseShop) {
		ada := s.Basket("ada@example.com", "192.0.2.1")
		placed, err := s.try(ada)
		s.Must(err)
		id := placed.GetOrder().GetId()
		_, err = s.CancelOrder(s.Context(),
			&orderingv1.CancelOrderRequest{Id: id, Viewer: &orderingv1.Viewer{AccessToken: "wrong"}})
		s.WantCode(err, "not_found")
		off, err := s.CancelOrder(s.Context(),
			&orderingv1.CancelOrderRequest{
				Id:     id,
				Viewer: &orderingv1.Viewer{AccessToken: placed.GetAccessToken()},
			})
		s.Must(err)
		s.wantStatus(off.GetOrder(), order.Failed)
		s.wantHeld(id, "released", "released")
		if n := s.Count("SELECT COUNT(*) FROM carts WHERE id = $1 AND order_id = ''", ada.cart); n != 1 {
			s.Error("its cart cannot be ordered again")
		}
		o := s.buys(s.Basket("bob@example.com", "192.0.2.2"))
		_, err = s.ConfirmOrder(s.Context(),
			&orderingv1.ConfirmOrderRequest{
				Id: o.GetId(), Token: s.Service.Driver.ConfirmToken(o.GetId()),
				Refuse: true,
			})
		s.Must(err)
		s.wantStatus(s.Get(o.GetId()), order.Failed) // "it was not me"
	})
}

func TestAnOrderThatIsConfirmedWhileItsWindowIsCancelledGoesToo(t *testing.T) {
	eachCheeseShop(t, func(s *cheeseShop) {
		window, other := s.window.GetId(), s.Window(4)
		o := s.buys(s.Basket("ada@example.com", "10.0.0.1"))
		s.Before(0, func() { // it is about to be called off
			if _, err := s.confirm(o.GetId()); err != nil {
				s.Error(err)
			}
			// A version that took it for gone has written that down.
			s.Exec("UPDATE clearing_orders SET state = 'gone' WHERE order_id = $1", o.GetId())
		})
		s.Clear(orderingtest.Flood(window, other.GetId(), "form-1"))
		got := s.Cleared(window)
		if now := s.Get(o.GetId()); now.GetWindowId() != other.GetId() ||
			now.GetStatus() != order.Confirmed ||
			got.GetGone() != 1 {
			s.Errorf("the order is %s in %s; %v", now.GetStatus(), now.GetWindowId(), got)
		}
	})
}

func TestCartsThatNobodyTouchesAreForgotten(t *testing.T) {
	eachCheeseShop(t, func(s *cheeseShop) {
		kept, idle, ordered, awaiting := s.Basket("a@example.com", "192.0.2.1"),
			s.Basket("b@example.com", "192.0.2.1"), s.Basket("c@example.com", "192.0.2.1"),
			s.Basket("d@example.com", "192.0.2.1")
		done := s.buys(ordered)
		_, err := s.confirm(done.GetId())
		s.Must(err)
		s.buys(awaiting)
		for _, p := range []pickup{idle, ordered, awaiting} {
			s.Exec(
				"UPDATE carts SET touched_day = touched_day - 40, created_at = created_at - $2 WHERE id = $1",
				p.cart, (40 * 24 * time.Hour).Milliseconds())
		}
		s.Must(s.Service.Book.ForgetCarts(s.Context()))
		for what, want := range map[string]int64{
			kept.cart: 1, idle.cart: 0, ordered.cart: 0,
			awaiting.cart: 1,
		} {
			if n := s.Count("SELECT COUNT(*) FROM carts WHERE id = $1", what); n != want {
				s.Errorf("cart %s is there %d times, want %d", what, n, want)
			}
			if n := s.Count("SELECT COUNT(*) FROM cart_lines WHERE cart_id = $1", what); n != want {
				s.Errorf("cart %s has %d lines, want %d", what, n, want)
			}
		}
		_, err = s.try(ordered) // not a second order
		s.WantCode(err, "not_found")
	})
}
