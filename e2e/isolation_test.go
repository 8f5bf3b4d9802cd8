package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/ordering/v1/orderingv1connect"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/quick"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"

	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// promise is what holds while a service is down, slow or wrong: a sentence of the table in
// doc/operations.md, and what looks whether it is so.
type promise struct {
	says  string
	holds func(t *testing.T, c *cell)
	// after is looked at once the service is back; nil where there is nothing to look at.
	after func(t *testing.T, c *cell)
}

// cell is a service that is down, slow or wrong, in a shop that was in use before.
type cell struct {
	*shop
	street
	service string
	as      how
	// key is of this cell alone, for what is done under a key.
	key string
	// cart is a guest's basket with something in it, whose price is fresh; other is another's.
	cart, other string
	// ordered is what was ordered meanwhile.
	ordered string
}

// street is what a shop has, and who comes.
type street struct {
	goods           goods
	maker, operator string // sessions
	order           string // which somebody has ordered
}

// soon is within what time a page comes that can do without the service, and atLast within what one says
// that it cannot. Both are less than what a slow service takes, and a machine may be slow too.
const (
	soon   = 6 * time.Second
	atLast = 9 * time.Second
	// settledWithin is how long after a service is back nothing is in between any more.
	settledWithin = time.Minute
)

// TestEveryCellOfTheIsolationTable makes each service down, slow, wrong and mute, and holds the shop to each
// promise of the table in doc/operations.md meanwhile. After the service is back nothing is in between.
func TestEveryCellOfTheIsolationTable(t *testing.T) {
	t.Parallel()
	table := isolationTable(t)
	for _, service := range names() {
		if service == "edge" {
			continue
		}
		row := isolated[service]
		if told := table[service]; !slices.Equal(told, saysOf(row)) {
			t.Errorf("of %s the table in doc/operations.md tells\n%q, and the tests hold\n%q", service, told,
				saysOf(row))
		}
		for _, engine := range sqldbtest.Engines {
			t.Run(service+" on "+string(engine), func(t *testing.T) {
				if engine == sqldb.Postgres {
					quick.LeavesToLong(t, "services that are away, on SQLite only")
				}
				t.Parallel()
				s := open(t, apart, engine)
				on := s.isInUse(t)
				for _, as := range []how{down, slow, wrong, mute} {
					t.Run(string(as), func(t *testing.T) {
						if as != down && service != "delivery" {
							quick.Leaves(t, "slow and wrong services but one")
						}
						if as == mute {
							quick.LeavesToLong(t, "services that never answer")
						}
						isolates(t, &cell{shop: s, street: on, service: service, as: as}, row)
					})
				}
			})
		}
	}
}

// isolates holds one cell to its promises.
func isolates(t *testing.T, c *cell, row []promise) {
	c.key = c.service + "-" + string(c.as)
	c.cart, c.other = c.shop.cart(t, c.goods.variantID, 1), c.shop.cart(t, c.goods.variantID, 1)
	c.warms(t)
	c.becomes(c.service, c.as)
	var all sync.WaitGroup
	for i := range row {
		all.Go(func() { row[i].holds(t, c) })
	}
	all.Wait()
	c.isBack(c.service)
	for _, p := range row {
		if p.after != nil {
			p.after(t, c)
		}
	}
	c.settles(t)
}

func saysOf(row []promise) (all []string) {
	for _, p := range row {
		all = append(all, p.says)
	}
	return all
}

// isolationTable reads what the table in doc/operations.md tells of each service.
func isolationTable(t *testing.T) map[string][]string {
	t.Helper()
	content, err := os.ReadFile("../doc/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(content),
		"| service | while it is away |\n|---|---|\n")
	if !found {
		t.Fatal("doc/operations.md has no table of what goes on without a service")
	}
	told := map[string][]string{}
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 2 {
			break
		}
		told[strings.TrimSpace(cells[0])] = strings.Split(strings.TrimSpace(cells[1]), "; ")
	}
	return told
}

// isInUse stocks a shop, and has a maker and an operator sign in.
func (s *shop) isInUse(t *testing.T) street {
	t.Helper()
	on := street{goods: s.stock(1000, 1000)}
	on.maker = s.maker(t, on.goods.producerID)
	account := &identityv1.EnsureAccountRequest{
		Email: "olga@example.org", Password: "a long password", Name: "Olga", Roles: []string{"operator"},
	}
	if _, err := identityv1connect.NewIdentityServiceClient(s.client("identity")).EnsureAccount(t.Context(),
		account); err != nil {
		t.Fatal(err)
	}
	limits := &orderingv1.PickupLimits{
		Market: market, ContactHolds: 5, ClientHolds: 50, Percent: 10, ClientBurst: 90, MarketBurst: 90,
		OpenOrders: 20, WithoutPayments: true,
	}
	if _, err := orderingv1connect.NewOrderingServiceClient(s.client("ordering")).PutPickupLimits(t.Context(),
		&orderingv1.PutPickupLimitsRequest{Limits: limits}); err != nil {
		t.Fatal(err)
	}
	on.operator = s.must(t, 201, "POST", "/sessions",
		object{"email": account.GetEmail(), "password": account.GetPassword()}).body.str("token")
	a, err := s.buy(s.cart(t, on.goods.variantID, 1), "before", order(on.goods.pickupID, "ok"))
	if err != nil || a.status != http.StatusCreated {
		t.Fatalf("before, the checkout is answered %d %s (%v)", a.status, a.raw, err)
	}
	on.order = a.body.str("id")
	return on
}

// sight is a page as a visitor got it.
type sight struct {
	status int
	header http.Header
	body   string
	took   time.Duration
}

// visits asks for a page with cookies, "name=value".
func (c *cell) visits(t *testing.T, method, path string, form url.Values, cookies ...string) sight {
	t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(t.Context(), method, c.listen+path, body)
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("Cookie", strings.Join(cookies, "; "))
	begun := time.Now()
	answer, err := web.Transport.RoundTrip(r) // which follows nothing
	if err != nil {
		t.Errorf("%s: %s %s: %v", c.key, method, path, err)
		return sight{}
	}
	defer func() { _ = answer.Body.Close() }()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Errorf("%s: %s %s: %v", c.key, method, path, err)
	}
	return sight{answer.StatusCode, answer.Header, string(content), time.Since(begun)}
}

// has asks for a page that comes soon and says something.
func (c *cell) has(t *testing.T, path, text string, cookies ...string) sight {
	t.Helper()
	p := c.visits(t, http.MethodGet, path, nil, cookies...)
	if p.status != http.StatusOK || !strings.Contains(p.body, text) {
		t.Errorf("%s: %s is answered %d, without %q: %s", c.key, path, p.status, text, p.body)
	}
	if p.took > soon {
		t.Errorf("%s: %s took %s", c.key, path, p.took)
	}
	return p
}

// comesBack wants a page that says when to come back.
func (c *cell) comesBack(t *testing.T, what string, p sight) {
	t.Helper()
	if p.status != http.StatusServiceUnavailable || p.header.Get("Retry-After") == "" {
		t.Errorf("%s: %s is answered %d, Retry-After %q: %s", c.key, what, p.status,
			p.header.Get("Retry-After"), p.body)
	}
	if p.took > atLast {
		t.Errorf("%s: %s took %s", c.key, what, p.took)
	}
}

// waits wants an answer of the API that says when to come back.
func (c *cell) waits(t *testing.T, method, path string, body any, headers ...string) {
	t.Helper()
	begun := time.Now()
	a, err := c.ask(method, path, body, headers...)
	if err != nil {
		t.Errorf("%s: %s %s: %v", c.key, method, path, err)
		return
	}
	c.comesBack(t, method+" "+path, sight{a.status, a.header, string(a.raw), time.Since(begun)})
}

// warms has somebody look at everything, as on any day.
func (c *cell) warms(t *testing.T) {
	t.Helper()
	for _, path := range c.browsed() {
		if p := c.visits(t, http.MethodGet, path, nil); p.status != http.StatusOK {
			t.Fatalf("before, %s is answered %d: %s", path, p.status, p.body)
		}
	}
	c.visits(t, http.MethodGet, "/account", nil, "session="+c.street.maker)
	c.visits(t, http.MethodGet, "/producer", nil, "session="+c.street.maker)
	c.visits(t, http.MethodGet, "/operator/today", nil, "session="+c.operator)
}

// browsed are the pages that somebody has seen.
func (c *cell) browsed() []string {
	return []string{
		"/", "/m/" + market + "/products", "/m/" + market + "/products?q=wheel", "/p/" + c.goods.productID,
		"/producers/" + c.goods.producerID, "/api/v1/products?market=" + market + "&q=cheese",
	}
}

// looksAround wants all pages that somebody has seen, soon.
func looksAround(t *testing.T, c *cell) {
	var all sync.WaitGroup
	for _, path := range c.browsed() {
		all.Go(func() { c.has(t, path, "Wheel of cheese") })
	}
	all.Wait()
}

// checksOut buys the cell's basket from its page.
func (c *cell) checksOut(t *testing.T) sight {
	t.Helper()
	return c.visits(t, http.MethodPost, "/checkout", url.Values{
		"key": {c.key}, "as": {""}, "name": {"Ada"}, "email": {"ada@example.org"},
		"window_id": {c.goods.pickupID}, "payment": {"test:ok"},
	}, "cart="+c.cart)
}

// isKept wants the basket to be as it was.
func (c *cell) isKept(t *testing.T) {
	t.Helper()
	c.has(t, "/cart", "Wheel of cheese", "cart="+c.cart)
}

// buysNow wants a checkout to succeed that did not before, under the same key.
func (c *cell) buysNow(t *testing.T) {
	t.Helper()
	var last sight
	eventually(t, settledWithin, c.key+": the basket is ordered", func() bool {
		last = c.checksOut(t)
		return last.status == http.StatusSeeOther
	})
	if at := last.header.Get("Location"); !strings.HasPrefix(at, "/orders/ord_") {
		t.Errorf("%s: the order leads to %s", c.key, at)
	}
}

// settles wants nothing to be in between any more: no order and no change of one, no hold of none, no event
// that is not delivered, no payment that is looked for.
func (c *cell) settles(t *testing.T) {
	t.Helper()
	var left string
	end := time.Now().Add(settledWithin)
	for ; time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if left = c.inBetween(t); left == "" {
			return
		}
	}
	t.Errorf("%s: a minute after it is back there is still: %s", c.key, left)
}

func (c *cell) inBetween(t *testing.T) string {
	t.Helper()
	var orders, changes int64
	c.query(t, "ordering", fmt.Sprintf("SELECT COUNT(*) FROM orders WHERE status IN ('%s', '%s', '%s', '%s')",
		state.OrderPlaced, state.OrderHeld, state.OrderAuthorised, state.OrderReleasing), &orders)
	c.query(t, "ordering", "SELECT COUNT(*) FROM orders WHERE changing_to <> ''", &changes)
	for what, n := range map[string]int64{
		"orders": orders, "changes": changes, "held goods": c.holdsIn(t, "inventory", state.GoodsHeld),
		"held places": c.holdsIn(t, "delivery", state.GoodsHeld), "events": c.outboxes(t),
		"payments": c.unsettled(t),
	} {
		if n > 0 {
			return fmt.Sprintf("%d %s", n, what)
		}
	}
	return ""
}
