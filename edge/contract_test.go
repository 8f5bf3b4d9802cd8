package edge

import (
	"encoding/json"
	"maps"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/routers"

	"github.com/artisan-eats/artisan/catalog"
	"github.com/artisan-eats/artisan/delivery"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/identity"
	"github.com/artisan-eats/artisan/inventory"
	"github.com/artisan-eats/artisan/notify"
	"github.com/artisan-eats/artisan/ordering"
	"github.com/artisan-eats/artisan/payments"
)

// market is a shop of real services, and what was put into it.
type market struct {
	*Shop
	process *host.Process
	// replica is another front door to the same shop, which knows nothing of what the first one has in
	// memory.
	replica                                 *Shop
	router                                  routers.Router
	producer, product, piece, kilo, windows string
	// devices are what each address has signed in with before.
	devices map[string]string
}

// openMarket is a test on real services of each engine.
func openMarket(t *testing.T, test func(t *testing.T, m *market)) {
	t.Helper()
	var front, second *server
	services := []host.Service{
		identity.Room().With(identity.WithCost(identity.Cost{
			Memory: 64, Iterations: 1, Parallelism: 1,
			SaltLength: 16, KeyLength: 32,
		})),
		catalog.Room(),
		inventory.Room(),
		delivery.Room(),
		ordering.Room(),
		payments.Room(),
		notify.Room(),
		Room().With(func(h *host.Host) (err error) {
			if second, err = open(h, DefaultLimits); err != nil {
				return err
			}
			h.Metrics().Unregister(second.metrics.seconds) // a process has one front door, but for this test
			h.Metrics().Unregister(second.metrics.live)
			front, err = open(h, DefaultLimits)
			return err
		}),
	}
	hosttest.Each(t, services, func(t *testing.T, p *host.Process) {
		m := &market{
			Shop: &Shop{Server: httptest.NewServer(front), edge: front}, process: p,
			replica: &Shop{Server: httptest.NewServer(second), edge: second},
		}
		t.Cleanup(m.Close)
		t.Cleanup(m.replica.Close)
		_, m.router = describe(t)
		m.stock(t, p)
		test(t, m)
	})
}

func (m *market) stock(t *testing.T, p *host.Process) {
	t.Helper()
	goods := catalogv1connect.NewCatalogServiceClient(p.Client("catalog"))
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := goods.PutMarket(t.Context(), &catalogv1.PutMarketRequest{Market: portland()})
	must(err)
	dairy := theProducer()
	dairy.Id, dairy.Image = "", ""
	made, err := goods.PutProducer(t.Context(), &catalogv1.PutProducerRequest{Producer: dairy})
	must(err)
	m.producer = made.GetProducer().GetId()
	cheese := theProduct()
	cheese.Id, cheese.ProducerId, cheese.Image, cheese.Images = "", m.producer, "", nil
	for _, v := range cheese.GetVariants() {
		v.Id = ""
	}
	put, err := goods.PutProduct(t.Context(), &catalogv1.PutProductRequest{Product: cheese})
	must(err)
	m.product, m.piece, m.kilo = put.GetProduct().GetId(), put.GetProduct().GetVariants()[0].GetId(),
		put.GetProduct().GetVariants()[1].GetId()
	_, err = inventoryv1connect.NewInventoryServiceClient(p.Client("inventory")).SetStock(t.Context(),
		&inventoryv1.SetStockRequest{Levels: []*inventoryv1.StockLevel{
			{VariantId: m.piece, Available: 12_000}, {VariantId: m.kilo, Available: 3250},
		}})
	must(err)
	begin := time.Now().Add(48 * time.Hour).Truncate(time.Hour)
	window, err := deliveryv1connect.NewDeliveryServiceClient(p.Client("delivery")).PutWindow(t.Context(),
		&deliveryv1.PutWindowRequest{Window: &deliveryv1.Window{
			Market: "portland", Kind: "pickup", StartsAt: begin.UnixMilli(),
			EndsAt:  begin.Add(2 * time.Hour).UnixMilli(),
			OrderBy: begin.Add(-12 * time.Hour).UnixMilli(), Capacity: 40, Place: "Stall 4", Fee: dollars(0),
		}})
	must(err)
	m.windows = window.GetWindow().GetId()
	people := identityv1connect.NewIdentityServiceClient(p.Client("identity"))
	for email, account := range map[string]*identityv1.EnsureAccountRequest{
		"dairy@example.org": {Roles: []string{"producer"}, ProducerIds: []string{m.producer}},
		"op@example.org":    {Roles: []string{"operator"}},
	} {
		account.Email, account.Password, account.Name = email, "a long password", "Somebody"
		_, err := people.EnsureAccount(t.Context(), account)
		must(err)
	}
}

// ask makes a call, checks its answer against the document, and gives it.
func (m *market) ask(t *testing.T, status int, c call) map[string]any {
	t.Helper()
	c.status = status
	answer, body := m.send(t, c) //nolint:bodyclose // send closes it
	if answer.StatusCode != status {
		t.Fatalf("%s %s: status %d, want %d: %s", c.method, c.path, answer.StatusCode, status, body)
	}
	checkAgainst(t, m.router, c, answer, body)
	out := map[string]any{}
	if len(body) > 0 {
		if err := json.Unmarshal(body, &out); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func (m *market) signIn(t *testing.T, email string) []string {
	t.Helper()
	session := m.ask(t, 201, call{method: "POST", path: "/api/v1/sessions", body: `{"email": "` + email +
		`", "password": "a long password", "device_token": "` + m.devices[email] + `"}`})
	if m.devices == nil {
		m.devices = map[string]string{}
	}
	m.devices[email] = session["device_token"].(string)
	return []string{"Authorization", "Bearer " + session["token"].(string), "Idempotency-Key", "a-key"}
}

// TestAPurchaseIsAsTheDocumentSays goes from the first look to the refund on real
// services; every answer is checked against the OpenAPI document.
func TestAPurchaseIsAsTheDocumentSays(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		m.browse(t)
		cart := m.fillCart(t)
		checkout := call{
			method: "POST", path: "/api/v1/carts/" + cart + "/checkout", header: withKey,
			body: strings.Replace(buying, saturday, m.windows, 1),
		}
		order := m.ask(t, 201, checkout)
		if again := m.ask(t, 201, checkout); again["id"] != order["id"] ||
			again["access_token"] != order["access_token"] {
			t.Errorf("the same checkout is answered %v and %v", order["id"], again["id"])
		}
		checkout.body = strings.Replace(checkout.body, `"ok"`, `"declined"`, 1)
		m.ask(t, 422, checkout)
		at := "/api/v1/orders/" + order["id"].(string)
		m.ask(t, 200,
			call{
				method: "GET", path: at,
				header: []string{"Authorization", "Bearer " + order["access_token"].(string)},
			})
		m.ask(t, 404, call{method: "GET", path: at, header: []string{"Authorization", "Bearer x"}})
		m.prepare(t, at, order)
		m.ask(t, 409, call{
			method: "POST", path: at + "/cancel",
			header: []string{"Authorization", "Bearer " + order["access_token"].(string)},
		})
	})
}

func (m *market) browse(t *testing.T) {
	t.Helper()
	for _, path := range []string{
		"/markets", "/categories?market=portland", "/products?market=portland&q=tomme&facets=true",
		"/products/" + m.product,
		"/producers?market=portland", "/producers/" + m.producer, "/windows?market=portland",
	} {
		m.ask(t, 200, call{method: "GET", path: "/api/v1" + path})
	}
	list := m.ask(t, 200, call{method: "GET", path: listAt})["products"].([]any)
	variants := list[0].(map[string]any)["variants"].([]any)
	if a, b := variants[0].(map[string]any)["available"], variants[1].(map[string]any)["available"]; len(
		list) != 1 || a != 12.0 || b != 3.25 {
		t.Errorf("%d products, of which %v and %v are there", len(list), a, b)
	}
}

func (m *market) fillCart(t *testing.T) string {
	t.Helper()
	cart := m.ask(t, 201,
		call{method: "POST", path: "/api/v1/carts", body: `{"market": "portland"}`})["id"].(string)
	lines := "/api/v1/carts/" + cart + "/lines/"
	m.ask(t, 200, call{method: "PUT", path: lines + m.piece, body: `{"quantity": 2}`})
	m.ask(t, 422, call{method: "PUT", path: lines + m.piece, body: `{"quantity": 1.5}`})
	filled := m.ask(t, 200, call{method: "PUT", path: lines + m.kilo, body: `{"quantity": 0.35}`})
	if total := filled["total"].(map[string]any)["amount"]; total != 5238.0 {
		t.Errorf("two wheels and 350 g come to %v", total)
	}
	return cart
}

// prepare packs an order as its producer and looks at it as the operator.
func (m *market) prepare(t *testing.T, at string, order map[string]any) {
	t.Helper()
	producer, operator := m.signIn(t, "dairy@example.org"), m.signIn(t, "op@example.org")
	m.ask(t, 200, call{method: "GET", path: "/api/v1/account", header: producer})
	m.ask(t, 200, call{method: "GET", path: "/api/v1/producers/" + m.producer + "/orders", header: producer})
	part := at + "/parts/" + order["parts"].([]any)[0].(map[string]any)["id"].(string) + "/advance"
	m.ask(t, 409, call{
		method: "POST", path: at + "/refunds", header: operator,
		body: `{"amount": {"amount": 100, "currency": "USD"}}`,
	})
	m.ask(t, 200, call{method: "POST", path: part, header: producer, body: `{"to": "accepted"}`})
	packed := m.ask(t, 200, call{
		method: "POST", path: part, header: producer,
		body: `{"to": "packed", "packed": [{"variant_id": "` + m.kilo + `", "quantity": 0.34}]}`,
	})
	if packed["status"] != "packed" {
		t.Errorf("a packed order is %v", packed["status"])
	}
	m.ask(t, 200, call{method: "GET", path: at, header: operator})
}

// TestARealShopHasWholePages opens the pages of real services.
func TestARealShopHasWholePages(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		cart := m.fillCart(t)
		for path, cookie := range map[string]string{
			"/": "", "/m/portland?q=tomme": "", "/p/" + m.product: "", "/producers/" + m.producer: "",
			"/cart": "cart=" + cart, "/checkout": "cart=" + cart, "/dev/mail": "",
		} {
			if v := m.open(t, path, cookie, nil); v.status != 200 || len(v.find("h1")) != 1 {
				t.Errorf("%s is answered with %d", path, v.status)
			}
		}
	})
}

// TestADoubleClickIsOneOrder sends the same form several times at once, and once more
// as if the shopper had gone back and changed it. All lead to the one order.
func TestADoubleClickIsOneOrder(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		cart := "cart=" + m.fillCart(t)
		form := typed(m.open(t, "/checkout", cart, nil).value("key"))
		form.Set("window_id", m.windows)
		led := make([]string, 4)
		var clicks sync.WaitGroup
		for i := range led {
			clicks.Go(func() { led[i] = m.open(t, "/checkout", cart, form).header.Get("Location") })
		}
		clicks.Wait()
		changed := maps.Clone(form)
		changed.Set("name", "Somebody else")
		led = append(led, m.open(t, "/checkout", cart, changed).header.Get("Location"))
		changed.Set("key", "another")
		led = append(led, m.open(t, "/checkout", cart, changed).header.Get("Location"))
		if orders := slices.Compact(led); len(orders) != 1 ||
			!strings.HasPrefix(orders[0], "/orders/ord_portland_") {
			t.Errorf("the clicks lead to %q", orders)
		}
	})
}
