package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/ordering/v1/orderingv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/payments/v1/paymentsv1connect"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/quick"
	"github.com/artisan-eats/artisan/sqldb"

	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
)

const (
	crashRounds   = 30
	crashShoppers = 32
	crashPieces   = 1_000_000
	crashPlaces   = 100_000
	// ordered is of the one thing that there is, and mostOrdered what a change makes of it.
	ordered     = 2
	mostOrdered = 4
	// fewest is how many changes of a kind have to be answered for this to prove something.
	fewest = 5
	// perKill is how many orders are to be acknowledged for each kill, so that there is something to lose.
	perKill = 5
	// patience is how long after the last kill an answer may take.
	patience = 90 * time.Second
)

// kinds are what changes are about: more money by a card, no more of it, and what is paid on pickup.
var kinds = []string{"dearer", "no dearer", "on pickup"}

// TestNothingIsLostWhenTheProcessIsKilled kills the shop at random while 32 shoppers check out and change
// what they ordered, 30 times (usually 12, in the short form 6), and on until that proves something: each
// kill waits until there is something to lose. Each checkout and each change is asked again with the same
// key until there is an answer, as a phone would, while the shopper goes on with another cart. In the end
// every invariant of the design is looked for in the databases.
func TestNothingIsLostWhenTheProcessIsKilled(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *shop) {
		g := s.stock(crashPieces, crashPlaces)
		h := &history{shop: s, goods: g, otherID: s.addWindow("pickup", crashPlaces), member: s.known(t)}
		h.orders, h.wants, h.onPickup, h.changing, h.changed = map[string]string{}, map[string]orderedAs{},
			map[string]bool{}, map[string]int{}, map[string]int{}
		var all sync.WaitGroup
		for shopper := range crashShoppers {
			all.Go(func() {
				for n := 0; !h.over.Load(); n++ {
					h.shopOnce(fmt.Sprint(shopper, "-", n))
				}
			})
		}
		inFlight, met, rounds, least := 0, map[string]int{}, 0, quick.Usually(t, crashRounds, 12, 6, "kills")
		for ; rounds < least || rounds < 2*crashRounds && h.lacking(met) != ""; rounds++ {
			time.Sleep(time.Duration(100+rand.IntN(500)) * time.Millisecond)
			h.untilMuchIsUnderWay(met, rounds+1, least)
			if h.checkingOut.Load() > 0 {
				inFlight++
			}
			for _, kind := range h.underWayNow() {
				met[kind]++
			}
			s.kill()
			s.start()
		}
		h.over.Store(true)
		all.Wait()
		h.waiting.Wait()
		t.Logf(
			"%d orders acknowledged, %d refused, %v changed, %d changes refused; %d of %d kills met a checkout, and of changes %v",
			len(h.orders), h.refused.Load(), h.changed, h.unchanged.Load(), inFlight, rounds, met)
		if len(h.orders) < perKill*rounds || inFlight < rounds/2 {
			t.Error("this proves too little: too few orders, or too few kills that met one")
		}
		if kind := h.lacking(met); kind != "" {
			t.Errorf("this proves too little: too few orders were changed, or too few kills met a change: %s",
				kind)
		}
		h.check(t)
	})
}

// lacking is a kind of changes of which too few were answered, or met a kill.
func (h *history) lacking(met map[string]int) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, kind := range kinds {
		if h.changed[kind] < fewest || met[kind] == 0 || h.unchanged.Load() == 0 {
			return kind
		}
	}
	return ""
}

// untilMuchIsUnderWay waits until as much is answered as is due at a kill of at least so many, a checkout is
// under way, and a change of a kind that no kill has met yet: how fast a machine gets there is its own. It
// gives up where it does not.
func (h *history) untilMuchIsUnderWay(met map[string]int, kill, least int) {
	isSo := func() bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		for _, kind := range kinds {
			if h.changed[kind] < min(fewest, fewest*kill/least) {
				return false
			}
		}
		unmet := slices.DeleteFunc(slices.Clone(kinds), func(kind string) bool { return met[kind] > 0 })
		meets := len(unmet) == 0 ||
			slices.ContainsFunc(unmet, func(kind string) bool { return h.changing[kind] > 0 })
		return meets && len(h.orders) >= perKill*kill && h.checkingOut.Load() > 0 &&
			(kill < least || h.unchanged.Load() > 0)
	}
	for end := time.Now().Add(20 * time.Second); !isSo() && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
}

// history is what the shoppers saw.
type history struct {
	shop        *shop
	goods       goods
	otherID     string      // of another window
	over        atomic.Bool // no more is killed
	checkingOut atomic.Int64
	refused     atomic.Int64
	unchanged   atomic.Int64 // changes that were answered with a refusal
	member      string       // the session of who may pay on pickup
	// reservedBefore is what the provider had reserved for others.
	reservedBefore int64

	waiting  sync.WaitGroup // for answers that did not come
	mu       sync.Mutex
	orders   map[string]string    // an acknowledged order's ID to its token
	onPickup map[string]bool      // those that are paid on pickup
	wants    map[string]orderedAs // what it is, as its shopper was told last
	// changing are changes under way, and changed those that were answered with another order, by kind.
	changing, changed map[string]int
}

// underWayNow are the kinds of the changes that are under way.
func (h *history) underWayNow() (met []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, kind := range kinds {
		if h.changing[kind] > 0 {
			met = append(met, kind)
		}
	}
	return met
}

// known is the session of a member whom the market lets pay on pickup as often as they like.
func (s *shop) known(t *testing.T) string {
	t.Helper()
	people := identityv1connect.NewIdentityServiceClient(s.client("identity"))
	if _, err := people.EnsureAccount(t.Context(), &identityv1.EnsureAccountRequest{
		Email:    "ada@example.org",
		Password: firstPassword, Name: "Ada Lovelace",
	}); err != nil {
		t.Fatal(err)
	}
	many, much := int64(100_000), int64(1_000_000_000)
	_, err := orderingv1connect.NewOrderingServiceClient(s.client("ordering")).PutPickupLimits(t.Context(),
		&orderingv1.PutPickupLimitsRequest{
			Limits: &orderingv1.PickupLimits{
				Market: market, ContactHolds: many, ClientHolds: many,
				Percent:     100,
				ClientBurst: many, MarketBurst: many, OpenOrders: many, NewcomerOrders: &many,
				NewcomerValue: &much,
			},
		})
	if err != nil {
		t.Fatal(err)
	}
	return "Bearer " + s.must(t, http.StatusCreated, "POST", "/sessions",
		object{"email": "ada@example.org", "password": firstPassword}).body.str("token")
}

// orderedAs is how many there are of the one thing, and in which window.
type orderedAs struct {
	pieces int
	window string
}

// shopOnce makes a cart and buys it, however often the shop goes away meanwhile. A cart
// whose making was cut off is given up.
func (h *history) shopOnce(key string) {
	body, as := order(h.goods.pickupID,
		[]string{"ok", "ok", "ok", "ok", "ok", "ok", "ok", "declined"}[rand.IntN(8)]), []string(nil)
	if rand.IntN(3) == 0 {
		body["payment"], as = object{"method": "pickup"}, []string{"Authorization", h.member}
	}
	cart, err := h.shop.ask("POST", "/carts", object{"market": market}, as...)
	if err != nil || cart.status != http.StatusCreated {
		time.Sleep(20 * time.Millisecond)
		return
	}
	line, err := h.shop.ask("PUT", "/carts/"+cart.body.str("id")+"/lines/"+h.goods.variantID,
		object{"quantity": ordered}, as...)
	if err != nil || line.status != http.StatusOK {
		return
	}
	h.insist("checkout "+key, func() bool { return h.tryToBuy(cart.body.str("id"), key, body, as...) })
	h.changeOne(key)
}

// insist asks until there is an answer; after the first time while the shopper goes on.
func (h *history) insist(what string, answered func() bool) {
	if answered() {
		return
	}
	h.waiting.Go(func() {
		var end time.Time
		for end.IsZero() || time.Now().Before(end) {
			time.Sleep(time.Second/2 + rand.N(time.Second))
			if answered() {
				return
			}
			if end.IsZero() && h.over.Load() {
				end = time.Now().Add(patience)
			}
		}
		h.shop.t.Errorf("%s never had an answer", what)
	})
}

// changeOne changes one of the orders that were acknowledged, which nobody else changes: to more or less,
// here or in the other window, with a good card or one that is declined.
func (h *history) changeOne(key string) {
	h.mu.Lock()
	var orderID, bearer string
	for orderID, bearer = range h.orders {
		if _, taken := h.wants[orderID]; !taken {
			break
		}
		orderID = ""
	}
	if orderID != "" {
		h.wants[orderID] = h.asOrdered()
	}
	onPickup := h.onPickup[orderID]
	h.mu.Unlock()
	if orderID == "" {
		return
	}
	want := orderedAs{1 + rand.IntN(mostOrdered), []string{h.goods.pickupID, h.otherID}[rand.IntN(2)]}
	card := []string{"ok", "ok", "ok", "declined"}[rand.IntN(4)]
	if want == h.asOrdered() {
		want.pieces++ // it is a change
	}
	kind := kinds[1]
	if onPickup {
		kind = kinds[2]
	} else if want.pieces > ordered {
		kind = kinds[0]
	}
	body := object{
		"version":   1,
		"lines":     []object{{"variant_id": h.goods.variantID, "quantity": want.pieces}},
		"window_id": want.window, "payment": object{"token": card},
	}
	h.insist("change "+key,
		func() bool { return h.tryToChange(orderID, bearer, key, kind, card, want, body) })
}

func (h *history) asOrdered() orderedAs { return orderedAs{ordered, h.goods.pickupID} }

// tryToChange reports whether a change had an answer.
func (h *history) tryToChange(orderID, bearer, key, kind, card string, want orderedAs, body object) bool {
	h.counts(kind, 1)
	defer h.counts(kind, -1)
	a, err := h.shop.ask("PUT", "/orders/"+orderID, body, "Authorization", "Bearer "+bearer,
		"Idempotency-Key", key)
	switch {
	case err != nil || a.status == 503 || a.code() == "in_progress":
		return false
	case a.status == http.StatusOK && (card == "ok" || kind != kinds[0]):
		h.mu.Lock()
		defer h.mu.Unlock()
		h.wants[orderID] = want
		h.changed[kind]++
	case a.status == http.StatusPaymentRequired && card == "declined" && kind == kinds[0]:
		h.unchanged.Add(1)
	default:
		h.shop.t.Errorf("a change (%s) with %q to %v was answered %d %s", kind, card, want, a.status, a.raw)
	}
	return true
}

func (h *history) counts(kind string, more int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.changing[kind] += more
}

// tryToBuy reports whether a checkout had an answer.
func (h *history) tryToBuy(cart, key string, body object, as ...string) bool {
	h.checkingOut.Add(1)
	defer h.checkingOut.Add(-1)
	a, err := h.shop.ask("POST", "/carts/"+cart+"/checkout", body, append(as, "Idempotency-Key", key)...)
	if err != nil || a.status == 503 || a.code() == "in_progress" {
		return false
	}
	h.note(a, body["payment"].(object))
	return true
}

func (h *history) note(a answer, payment object) {
	token := payment.str("token")
	switch {
	case a.status == http.StatusCreated && token != "declined":
		h.mu.Lock()
		defer h.mu.Unlock()
		h.orders[a.body.str("id")], h.onPickup[a.body.str("id")] = a.body.str("access_token"), token == ""
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
	eventually(t, 2*time.Minute,
		"no order is in between, every event is delivered, and no money waits for anything", func() bool {
			states := h.states(t, ordering)
			for _, status := range []string{
				state.OrderPlaced, state.OrderHeld, state.OrderAuthorised,
				state.OrderReleasing,
			} {
				if len(states[status]) > 0 {
					return false
				}
			}
			return s.outboxes(t) == 0 && h.underWay(t) == 0 && s.unsettled(t) == 0
		})
	states := h.states(t, ordering)
	confirmed := map[string]bool{}
	for _, o := range states[state.OrderConfirmed] {
		confirmed[o.GetId()] = true
	}
	for id, token := range h.orders {
		if !confirmed[id] {
			t.Errorf("I1: order %s was acknowledged and is not confirmed", id)
		}
		s.must(t, 200, "GET", "/orders/"+id, nil, "Authorization", "Bearer "+token)
	}
	h.checkEffects(t, states)
	h.checkChanges(t, states[state.OrderConfirmed])
	h.checkSums(t, states[state.OrderConfirmed])
}

// checkChanges: an order is what its shopper was told last.
func (h *history) checkChanges(t *testing.T, confirmed []*orderingv1.Order) {
	for _, o := range confirmed {
		want, changed := h.wants[o.GetId()]
		if !changed {
			want = h.asOrdered()
		}
		if got := (orderedAs{int(o.GetLines()[0].GetQuantity() / 1000), o.GetWindowId()}); got != want {
			t.Errorf("I1: order %s is %v, and its shopper was told %v", o.GetId(), got, want)
		}
	}
}

// underWay counts changes that are neither done nor undone.
func (h *history) underWay(t *testing.T) (n int64) {
	t.Helper()
	h.shop.query(t, "ordering",
		"SELECT (SELECT COUNT(*) FROM orders WHERE changing_to <> '') + (SELECT COUNT(*) FROM order_changes WHERE state = 'changing')", &n)
	return n
}

// unsettled counts payments that a job still has to look at.
func (s *shop) unsettled(t testing.TB) (n int64) {
	t.Helper()
	s.query(t, "payments", "SELECT COUNT(*) FROM payments WHERE next_at > 0", &n)
	return n
}

func (h *history) states(
	t *testing.T, ordering orderingv1connect.OrderingServiceClient,
) map[string][]*orderingv1.Order {
	t.Helper()
	states := map[string][]*orderingv1.Order{}
	for cursor := ""; ; {
		page, err := ordering.ListOrders(t.Context(),
			&orderingv1.ListOrdersRequest{Market: market, Limit: 100, Cursor: cursor})
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range page.GetOrders() {
			if o.GetLines()[0].GetVariantId() == h.goods.variantID { // others may have ordered before
				states[o.GetStatus()] = append(states[o.GetStatus()], o)
			}
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
			money := state.PaymentNone
			payment, err := payments.GetPayment(t.Context(),
				&paymentsv1.GetPaymentRequest{OrderId: o.GetId()})
			if err == nil {
				money = payment.GetPayment().GetStatus()
			}
			got := strings.Join([]string{stock.GetState(), place.GetState(), money}, " ")
			if (got == "sold taken authorised") != (status == state.OrderConfirmed) {
				t.Errorf("I4: an order that is %s has: %s", status, got)
			}
			if status == state.OrderConfirmed &&
				payment.GetPayment().GetAuthorised().GetAmount() != o.GetTotal().GetAmount() {
				t.Errorf("I4: order of %d authorised for %d", o.GetTotal().GetAmount(),
					payment.GetPayment().GetAuthorised().GetAmount())
			}
		}
	}
}

// checkSums: stock and places add up, nothing is left held, the ledger sums to zero, and the provider has
// reserved what the confirmed orders come to.
func (h *history) checkSums(t *testing.T, confirmed []*orderingv1.Order) {
	var pieces, money int64
	places := map[string]int64{}
	for _, o := range confirmed {
		if pieces += o.GetLines()[0].GetQuantity(); o.GetPaymentMethod() == "test" {
			money += o.GetTotal().GetAmount()
		}
		places[o.GetWindowId()]++
	}
	h.shop.seesStock(t, h.goods.variantID, crashPieces*1000-pieces, 0, pieces)
	delivery := deliveryv1connect.NewDeliveryServiceClient(h.shop.client("delivery"))
	for _, id := range []string{h.goods.pickupID, h.otherID} {
		window, err := delivery.GetWindow(t.Context(), &deliveryv1.GetWindowRequest{Id: id})
		if err != nil || window.GetWindow().GetRemaining() != crashPlaces-places[id] {
			t.Errorf("I3: %d places are left of %d after %d orders (%v)", window.GetWindow().GetRemaining(),
				crashPlaces, places[id], err)
		}
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
	if reserved := h.shop.reserved(t) - h.reservedBefore; reserved != money {
		t.Errorf("I4: the provider has reserved %d for confirmed orders of %d", reserved, money)
	}
}

// reserved sums what the test provider has reserved, in its own books.
func (s *shop) reserved(t testing.TB) (sum int64) {
	t.Helper()
	s.query(t, "payments",
		"SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM test_charges WHERE state = 'authorised'", &sum)
	return sum
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
	for _, service := range names()[:len(names())-1] {
		var n int64
		s.query(t, service, "SELECT COUNT(*) FROM outbox", &n)
		sum += n
	}
	return sum
}

// query reads one value from a service's database, beside the running service.
func (s *shop) query(t testing.TB, service, query string, into any) {
	t.Helper()
	s.beside(t, service, func(ctx context.Context, db *sqldb.DB) error {
		return db.Read().QueryRowContext(ctx, query).Scan(into)
	})
}

// beside does something with a service's database, beside the running service.
func (s *shop) beside(t testing.TB, service string, do func(ctx context.Context, db *sqldb.DB) error) {
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
	if err := do(ctx, db); err != nil {
		t.Fatal(err)
	}
}
