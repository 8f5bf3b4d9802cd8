package ordering_test

import (
	"fmt"
	"testing"

	"github.com/artisan-eats/artisan/audit"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/ordering/orderingtest"
)

// verified is a member whose address is verified and who has never picked anything up.
func (s *cheeseShop) verified(name, email string) *orderingv1.Viewer {
	s.Helper()
	return &orderingv1.Viewer{CustomerId: s.Member(name), Verified: true, Email: email}
}

// basketOfMany is a cart with so many cheeses.
func (s *cheeseShop) basketOfMany(v *orderingv1.Viewer, pieces int64, email, address string) pickup {
	s.Helper()
	p := s.basketOf(v, email, address)
	_, err := s.SetLine(s.Context(), &orderingv1.SetLineRequest{
		CartId:    p.cart,
		VariantId: s.cheese.GetVariants()[0].GetId(), Quantity: pieces * 1000, Viewer: v,
	})
	s.Must(err)
	return p
}

func (s *cheeseShop) hasStock(pieces int64) {
	s.Helper()
	_, err := s.Inventory.SetStock(s.Context(),
		&inventoryv1.SetStockRequest{
			Levels: []*inventoryv1.StockLevel{{
				VariantId: s.cheese.GetVariants()[0].GetId(),
				Available: pieces * 1000,
			}},
		})
	s.Must(err)
}

// collects hands an order over.
func (s *cheeseShop) collects(orderID string) {
	s.Helper()
	o := s.Get(orderID)
	for _, to := range []string{order.PartAccepted, order.PartPacked, order.PartReady, order.PartDone} {
		o = s.Advance(o, s.producer, to)
	}
	s.wantStatus(o, order.Done)
}

// isFree makes sure that a basket can still be ordered.
func (s *cheeseShop) isFree(p pickup) {
	s.Helper()
	if n := s.Count("SELECT COUNT(*) FROM carts WHERE id = $1 AND order_id = ''", p.cart); n != 1 {
		s.Error("the basket is lost")
	}
}

// TestSpellingsOfAnAddressShareItsLimits orders with other spellings of one address, each time from another
// network.
func TestSpellingsOfAnAddressShareItsLimits(t *testing.T) {
	eachCheeseShop(t, func(s *cheeseShop) {
		for i, email := range []string{
			"x@example.org", "X+1@example.org", "x@\uff45xample.org",
			"x+2@ex\uff41mple.org",
		} {
			o := s.buys(s.Basket(email, fmt.Sprintf("192.0.2.%d", i)))
			if s.wantStatus(o, order.Awaiting); (o.GetHoldsUntil() != 0) != (i == 0) {
				s.Errorf("order %d, of %s, holds until %d", i+1, email, o.GetHoldsUntil())
			}
		}
	})
}

// TestATypedAddressProvesNothing has strangers type the address of a member and of a guest who have picked
// up: they are answered as anybody is. The guest's own browser shows the link of what was picked up.
func TestATypedAddressProvesNothing(t *testing.T) {
	eachCheeseShop(t, func(s *cheeseShop) {
		grace := s.verified("grace", "grace@example.com")
		s.collects(s.buys(s.basketOf(grace, "grace@example.com", "192.0.2.1")).GetId())
		first, err := s.try(s.Basket("ada@example.com", "192.0.2.2"))
		s.Must(err)
		_, err = s.confirm(first.GetOrder().GetId())
		s.Must(err)
		link := &orderingv1.OrderLink{Id: first.GetOrder().GetId(), Token: first.GetAccessToken()}
		early := s.Basket("ada+early@example.com", "192.0.2.2")
		s.wantStatus(s.shows(early, link), order.Awaiting) // confirmed, but not picked up
		s.collects(first.GetOrder().GetId())

		nobody := s.buys(s.Basket("nobody@example.com", "192.0.2.3"))
		for i, email := range []string{"grace@example.com", "Ada@Example.com "} {
			o := s.buys(s.Basket(email, fmt.Sprint("192.0.2.4", i)))
			if o.GetStatus() != nobody.GetStatus() || o.GetQueued() != nobody.GetQueued() {
				s.Errorf("who types %s is answered %s, who types what nobody has %s", email, o.GetStatus(),
					nobody.GetStatus())
			}
		}
		// another's mailbox
		s.wantStatus(s.shows(s.Basket("other@example.com", "192.0.2.5"), link), order.Awaiting)
		forged := &orderingv1.OrderLink{Id: link.GetId(), Token: link.GetToken()[:len(link.GetToken())-4] +
			"AAAA"}
		s.wantStatus(s.shows(s.Basket("ada@example.com", "192.0.2.6"), forged), order.Awaiting)
		s.wantStatus(s.shows(s.Basket("Ada@example.com", "192.0.2.7"), &orderingv1.OrderLink{Id: "nonsense"},
			link), order.Confirmed)
	})
}

// shows orders from a browser that keeps links of orders.
func (s *cheeseShop) shows(p pickup, links ...*orderingv1.OrderLink) *orderingv1.Order {
	s.Helper()
	r := s.request(p)
	r.Links = links
	got, err := s.Checkout(audit.With(s.Context(), audit.Actor{Kind: "guest", Address: p.address}), r)
	s.Must(err)
	return got.GetOrder()
}

// TestOneMailboxDoesNotEmptyTheShop has a member who has never picked up order more than a newcomer may;
// accounts of other spellings are of the same mailbox. After the first order is handed over the bounds are
// those of everybody.
func TestOneMailboxDoesNotEmptyTheShop(t *testing.T) {
	eachCheeseShop(t, func(s *cheeseShop) {
		s.hasStock(40)
		first := s.verified("mallory", "mallory@example.com")
		tagged := s.verified("mallory2", "Mallory+2@example.com")
		costly := s.basketOfMany(first, 16, "mallory@example.com", "192.0.2.1")
		_, err := s.try(costly)
		s.WantCode(err, "newcomer_value")
		s.isFree(costly)
		large := s.basketOfMany(first, 5, "mallory@example.com", "192.0.2.1")
		_, err = s.try(large)
		s.WantCode(err, "newcomer_share")
		s.isFree(large)
		o := s.buys(s.basketOfMany(first, 4, "mallory@example.com", "192.0.2.1"))
		s.wantStatus(o, order.Confirmed) // a tenth
		s.wantStatus(s.buys(s.basketOf(tagged, "m@example.com", "192.0.2.2")), order.Confirmed)
		for i, v := range []*orderingv1.Viewer{first, tagged} {
			third := s.basketOf(v, "m@example.com", fmt.Sprint("192.0.2.1", i))
			_, err = s.try(third)
			s.WantCode(err, "too_many_open")
			s.isFree(third)
		}
		s.collects(o.GetId())
		s.wantStatus(s.buys(s.basketOfMany(first, 16, "mallory@example.com", "192.0.2.1")), order.Confirmed)
	})
}

// TestALinkIsNoMoreThanAMailbox follows the links of one mailbox: they are bounded as a member's orders are
// who has never picked up.
func TestALinkIsNoMoreThanAMailbox(t *testing.T) {
	eachCheeseShop(t, func(s *cheeseShop) {
		s.hasStock(40)
		costly := s.basketOfMany(&orderingv1.Viewer{}, 16, "ada@example.com", "192.0.2.1")
		_, err := s.try(costly)
		s.WantCode(err, "newcomer_value")
		s.isFree(costly)
		large := s.basketOfMany(&orderingv1.Viewer{}, 5, "ada@example.com", "192.0.2.1")
		_, err = s.try(large)
		s.WantCode(err, "newcomer_share")
		s.isFree(large)
		var orders []string
		for i := range 3 {
			orders = append(orders,
				s.buys(s.Basket(fmt.Sprintf("ada+%d@example.com", i), "192.0.2.1")).GetId())
		}
		for _, orderID := range orders[:2] {
			got, err := s.confirm(orderID)
			s.Must(err)
			s.wantStatus(got.GetOrder(), order.Confirmed)
		}
		_, err = s.confirm(orders[2])
		s.WantCode(err, "too_many_open")
		s.wantStatus(s.Get(orders[2]), order.Awaiting)
		s.collects(orders[0]) // that makes room
		got, err := s.confirm(orders[2])
		s.Must(err)
		s.wantStatus(got.GetOrder(), order.Confirmed)
	})
}

// TestMembersOfOneNetworkCountTogether has many new accounts order from one network address.
func TestMembersOfOneNetworkCountTogether(t *testing.T) {
	eachCheeseShop(t, func(s *cheeseShop) {
		_, err := s.PutPickupLimits(s.Context(),
			&orderingv1.PutPickupLimitsRequest{Limits: &orderingv1.PickupLimits{
				Market: market, ContactHolds: 1, ClientHolds: 5, Percent: 10, ClientBurst: 3,
				MarketBurst: 100,
				OpenOrders:  20,
			}})
		s.Must(err)
		for i := range 5 {
			email := fmt.Sprintf("account%d@example.com", i)
			o := s.buys(s.basketOf(s.verified(fmt.Sprint("account", i), email), email, "192.0.2.9"))
			if o.GetQueued() != (i >= 3) || (o.GetStatus() == order.Confirmed) != (i < 3) {
				s.Errorf("order %d of the network is %s", i+1, o.GetStatus())
			}
		}
		queued := s.unconfirmed(true).GetOrders()
		if len(queued) != 2 {
			s.Fatalf("%d wait for the operator, want 2", len(queued))
		}
		s.settle(1, []string{queued[0].GetOrder().GetId()}, true)
		got, err := s.confirm(queued[0].GetOrder().GetId())
		s.Must(err)
		s.wantStatus(got.GetOrder(), order.Confirmed)
		s.wantStatus(s.buys(s.basketOf(s.verified("elsewhere", "e@example.com"), "e@example.com",
			"192.0.2.10")), order.Confirmed)
		s.Exec("UPDATE unpaid SET placed_at = 1 WHERE state = 'open'") // on another day
		s.wantStatus(s.buys(s.basketOf(s.verified("later", "l@example.com"), "l@example.com", "192.0.2.9")),
			order.Confirmed)
	})
}

// TestAMarketSetsWhatNewcomersMay leaves what an earlier version does not send as it is usual.
func TestAMarketSetsWhatNewcomersMay(t *testing.T) {
	eachCheeseShop(t, func(s *cheeseShop) {
		limits := &orderingv1.PickupLimits{
			Market: market, ContactHolds: 1, ClientHolds: 5, Percent: 10,
			ClientBurst: 30, MarketBurst: 60, OpenOrders: 20,
		}
		for _, c := range []struct{ orders, value, wantOrders, wantValue *int64 }{
			{nil, nil, orderingtest.Number(2), orderingtest.Number(15000)},
			{
				orderingtest.Number(1), orderingtest.Number(900), orderingtest.Number(1),
				orderingtest.Number(900),
			},
		} {
			limits.NewcomerOrders, limits.NewcomerValue = c.orders, c.value
			_, err := s.PutPickupLimits(s.Context(), &orderingv1.PutPickupLimitsRequest{Limits: limits})
			s.Must(err)
			got, err := s.GetPickupLimits(s.Context(), &orderingv1.GetPickupLimitsRequest{Market: market})
			s.Must(err)
			if got.GetLimits().GetNewcomerOrders() != *c.wantOrders ||
				got.GetLimits().GetNewcomerValue() != *c.wantValue {
				s.Errorf("the market has %v", got.GetLimits())
			}
		}
		_, err := s.try(s.Basket("ada@example.com", "192.0.2.1"))
		s.WantCode(err, "newcomer_value")
		limits.NewcomerValue = orderingtest.Number(-1)
		_, err = s.PutPickupLimits(s.Context(), &orderingv1.PutPickupLimitsRequest{Limits: limits})
		s.WantCode(err, "invalid")
	})
}
