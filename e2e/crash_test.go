package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/ordering/v1/orderingv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/payments/v1/paymentsv1connect"
	"github.com/artisan-eats/artisan/sqldb"

	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
)

const (
	crashRounds   = 30
	crashShoppers = 32
	crashPieces   = 1_000_000
	crashPlaces   = 100_000
)

// TestNothingIsLostWhenTheProcessIsKilled kills the shop at random while 32 shoppers check
// out, 30 times. Each checkout is asked again with the same key until there is an answer, as
// a phone would, while the shopper goes on with another cart. In the end every invariant of the design is looked for in the databases.
func TestNothingIsLostWhenTheProcessIsKilled(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *shop) {
		g := s.stock(crashPieces, crashPlaces)
		h := &history{shop: s, goods: g}
		var over atomic.Bool
		var all sync.WaitGroup
		for shopper := range crashShoppers {
			all.Go(func() {
				for n := 0; !over.Load(); n++ {
					h.shopOnce(fmt.Sprint(shopper, "-", n))
				}
			})
		}
		inFlight := 0
		for range crashRounds {
			time.Sleep(time.Duration(100+rand.IntN(500)) * time.Millisecond)
			if h.checkingOut.Load() > 0 {
				inFlight++
			}
			s.kill()
			s.start()
		}
		over.Store(true)
		all.Wait()
		h.waiting.Wait()
		t.Logf("%d orders acknowledged, %d refused, %d of %d kills met a checkout", len(h.orders), h.refused.Load(), inFlight, crashRounds)
		if len(h.orders) < 5*crashRounds || inFlight < crashRounds/2 {
			t.Error("this proves too little: too few orders, or too few kills that met one")
		}
		h.check(t)
	})
}

// history is what the shoppers saw.
type history struct {
	shop        *shop
	goods       goods
	checkingOut atomic.Int64
	refused     atomic.Int64
	waiting     sync.WaitGroup // for answers that did not come
	mu          sync.Mutex
	orders      map[string]string // an acknowledged order's ID to its token
}

// shopOnce makes a cart and buys it, however often the shop goes away meanwhile. A cart
// whose making was cut off is given up.
func (h *history) shopOnce(key string) {
	cart, err := h.shop.ask("POST", "/carts", object{"market": market})
	if err != nil || cart.status != http.StatusCreated {
		time.Sleep(20 * time.Millisecond)
		return
	}
	line, err := h.shop.ask("PUT", "/carts/"+cart.body.str("id")+"/lines/"+h.goods.variantID, object{"quantity": 1})
	if err != nil || line.status != http.StatusOK {
		return
	}
	token := []string{"ok", "ok", "ok", "ok", "ok", "ok", "ok", "declined"}[rand.IntN(8)]
	if h.tryToBuy(cart.body.str("id"), key, token) {
		return
	}
	h.waiting.Go(func() {
		for end := time.Now().Add(90 * time.Second); time.Now().Before(end); {
			time.Sleep(time.Second/2 + rand.N(time.Second))
			if h.tryToBuy(cart.body.str("id"), key, token) {
				return
			}
		}
		h.shop.t.Errorf("checkout %s never had an answer", key)
	})
}

// tryToBuy reports whether a checkout had an answer.
func (h *history) tryToBuy(cart, key, token string) bool {
	h.checkingOut.Add(1)
	defer h.checkingOut.Add(-1)
	a, err := h.shop.buy(cart, key, order(h.goods.pickupID, token))
	if err != nil || a.status == 503 || a.code() == "in_progress" {
		return false
	}
	h.note(a, token)
	return true
}

func (h *history) note(a answer, token string) {
	switch {
	case a.status == http.StatusCreated && token == "ok":
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.orders == nil {
			h.orders = map[string]string{}
		}
		h.orders[a.body.str("id")] = a.body.str("access_token")
	case a.status == http.StatusPaymentRequired && token == "declined":
		h.refused.Add(1)
	default:
		h.shop.t.Errorf("checkout with %q was answered %d %s", token, a.status, a.raw)
	}
}

// check looks for I1 to I5 of the design.
func (h *history) check(t *testing.T) {
	s := h.shop
	ordering := orderingv1connect.NewOrderingServiceClient(s.client("ordering"))
	eventually(t, time.Minute, "no order is in between, and every event is delivered", func() bool {
		states := h.states(t, ordering)
		for _, status := range []string{"placed", "held", "authorised", "releasing"} {
			if len(states[status]) > 0 {
				return false
			}
		}
		return s.outboxes(t) == 0
	})
	states := h.states(t, ordering)
	confirmed := map[string]bool{}
	for _, o := range states["confirmed"] {
		confirmed[o.GetId()] = true
	}
	for id, token := range h.orders {
		if !confirmed[id] {
			t.Errorf("I1: order %s was acknowledged and is not confirmed", id)
		}
		s.must(t, 200, "GET", "/orders/"+id, nil, "Authorization", "Bearer "+token)
	}
	h.checkEffects(t, states)
	h.checkSums(t, int64(len(confirmed)))
}

func (h *history) states(t *testing.T, ordering orderingv1connect.OrderingServiceClient) map[string][]*orderingv1.Order {
	t.Helper()
	states := map[string][]*orderingv1.Order{}
	for cursor := ""; ; {
		page, err := ordering.ListOrders(t.Context(), &orderingv1.ListOrdersRequest{Market: market, Limit: 100, Cursor: cursor})
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range page.GetOrders() {
			states[o.GetStatus()] = append(states[o.GetStatus()], o)
		}
		if cursor = page.GetNextCursor(); cursor == "" {
			return states
		}
	}
}

// checkEffects: a confirmed order has its stock, its place and its money; any other has none.
func (h *history) checkEffects(t *testing.T, states map[string][]*orderingv1.Order) {
	inventory := inventoryv1connect.NewInventoryServiceClient(h.shop.client("inventory"))
	delivery := deliveryv1connect.NewDeliveryServiceClient(h.shop.client("delivery"))
	payments := paymentsv1connect.NewPaymentsServiceClient(h.shop.client("payments"))
	for status, orders := range states {
		for _, o := range orders {
			stock, err := inventory.GetHold(t.Context(), &inventoryv1.GetHoldRequest{OrderId: o.GetId()})
			if err != nil {
				t.Fatal(err)
			}
			place, err := delivery.GetHold(t.Context(), &deliveryv1.GetHoldRequest{OrderId: o.GetId()})
			if err != nil {
				t.Fatal(err)
			}
			money := "none"
			payment, err := payments.GetPayment(t.Context(), &paymentsv1.GetPaymentRequest{OrderId: o.GetId()})
			if err == nil {
				money = payment.GetPayment().GetStatus()
			}
			got := strings.Join([]string{stock.GetState(), place.GetState(), money}, " ")
			if (got == "sold taken authorised") != (status == "confirmed") {
				t.Errorf("I4: an order that is %s has: %s", status, got)
			}
			if status == "confirmed" && payment.GetPayment().GetAuthorised().GetAmount() != o.GetTotal().GetAmount() {
				t.Errorf("I4: order of %d authorised for %d", o.GetTotal().GetAmount(), payment.GetPayment().GetAuthorised().GetAmount())
			}
		}
	}
}

// checkSums: stock and places add up, nothing is left held, the ledger sums to zero, and the provider has
// one authorisation for each confirmed order.
func (h *history) checkSums(t *testing.T, confirmed int64) {
	h.shop.seesStock(t, h.goods.variantID, crashPieces*1000-confirmed*1000, 0, confirmed*1000)
	delivery := deliveryv1connect.NewDeliveryServiceClient(h.shop.client("delivery"))
	window, err := delivery.GetWindow(t.Context(), &deliveryv1.GetWindowRequest{Id: h.goods.pickupID})
	if err != nil || window.GetWindow().GetRemaining() != crashPlaces-confirmed {
		t.Errorf("I3: %d places are left of %d after %d orders (%v)", window.GetWindow().GetRemaining(), crashPlaces, confirmed, err)
	}
	payments := paymentsv1connect.NewPaymentsServiceClient(h.shop.client("payments"))
	balance, err := payments.TrialBalance(t.Context(), &paymentsv1.TrialBalanceRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range balance.GetOutOfBalance() {
		if m.GetAmount() != 0 {
			t.Errorf("I4: the ledger is out of balance by %v", m)
		}
	}
	if n := h.shop.authorisations(t); n != confirmed {
		t.Errorf("I4: the provider holds %d authorisations for %d confirmed orders", n, confirmed)
	}
}

// authorisations counts what the test provider has reserved, in its own books.
func (s *shop) authorisations(t testing.TB) (n int64) {
	t.Helper()
	s.query(t, "payments", "SELECT COUNT(*) FROM test_charges WHERE state = 'authorised'", &n)
	return n
}

// outboxes counts the events of all services that are not delivered yet.
func (s *shop) outboxes(t testing.TB) (sum int64) {
	t.Helper()
	for _, service := range names[:len(names)-1] {
		var n int64
		s.query(t, service, "SELECT COUNT(*) FROM outbox", &n)
		sum += n
	}
	return sum
}

// query reads one value from a service's database, beside the running service.
func (s *shop) query(t testing.TB, service, query string, into any) {
	t.Helper()
	config := sqldb.Config{Path: filepath.Join(s.data, service+".db"), Schema: service, MaxConns: 1}
	for _, variable := range s.env {
		if url, ok := strings.CutPrefix(variable, "ARTISAN_DATABASE_URL="); ok {
			config.URL = url
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	db, err := sqldb.Open(ctx, config)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := db.Read().QueryRowContext(ctx, query).Scan(into); err != nil {
		t.Fatal(err)
	}
}
