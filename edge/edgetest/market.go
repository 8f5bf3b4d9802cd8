package edgetest

import (
	"encoding/json"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/routers"

	"github.com/artisan-eats/artisan/catalog"
	"github.com/artisan-eats/artisan/delivery"
	"github.com/artisan-eats/artisan/edge"
	"github.com/artisan-eats/artisan/edge/server"
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

// Market is a shop of real services, and what was put into it.
type Market struct {
	*Shop
	Process *host.Process
	// Replica is another front door to the same shop, which knows nothing of what the first one has in
	// memory.
	Replica                                 *Shop
	router                                  routers.Router
	Producer, Product, Piece, Kilo, Windows string
	// devices are what each address has signed in with before.
	devices map[string]string
}

// OpenMarket is a test on real services of each engine.
func OpenMarket(t *testing.T, test func(t *testing.T, m *Market)) {
	t.Helper()
	front, second := &Shop{}, &Shop{}
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
		edge.Room().With(func(h *host.Host) error {
			return errors.Join(front.opens(h, server.DefaultLimits), second.opens(h, server.DefaultLimits))
		}),
	}
	hosttest.Each(t, services, func(t *testing.T, p *host.Process) {
		m := &Market{Shop: front, Process: p, Replica: second}
		m.Server, m.Replica.Server = httptest.NewServer(front.Front), httptest.NewServer(second.Front)
		t.Cleanup(m.Close)
		t.Cleanup(m.Replica.Close)
		_, m.router = Describe(t)
		m.stock(t, p)
		test(t, m)
	})
}

func (m *Market) stock(t *testing.T, p *host.Process) {
	t.Helper()
	goods := catalogv1connect.NewCatalogServiceClient(p.Client("catalog"))
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := goods.PutMarket(t.Context(), &catalogv1.PutMarketRequest{Market: Portland()})
	must(err)
	dairy := TheProducer()
	dairy.Id, dairy.Image = "", ""
	made, err := goods.PutProducer(t.Context(), &catalogv1.PutProducerRequest{Producer: dairy})
	must(err)
	m.Producer = made.GetProducer().GetId()
	cheese := TheProduct()
	cheese.Id, cheese.ProducerId, cheese.Image, cheese.Images = "", m.Producer, "", nil
	for _, v := range cheese.GetVariants() {
		v.Id = ""
	}
	put, err := goods.PutProduct(t.Context(), &catalogv1.PutProductRequest{Product: cheese})
	must(err)
	m.Product, m.Piece, m.Kilo = put.GetProduct().GetId(), put.GetProduct().GetVariants()[0].GetId(),
		put.GetProduct().GetVariants()[1].GetId()
	_, err = inventoryv1connect.NewInventoryServiceClient(p.Client("inventory")).SetStock(t.Context(),
		&inventoryv1.SetStockRequest{Levels: []*inventoryv1.StockLevel{
			{VariantId: m.Piece, Available: 12_000}, {VariantId: m.Kilo, Available: 3250},
		}})
	must(err)
	begin := time.Now().Add(48 * time.Hour).Truncate(time.Hour)
	window, err := deliveryv1connect.NewDeliveryServiceClient(p.Client("delivery")).PutWindow(t.Context(),
		&deliveryv1.PutWindowRequest{Window: &deliveryv1.Window{
			Market: "portland", Kind: "pickup", StartsAt: begin.UnixMilli(),
			EndsAt:  begin.Add(2 * time.Hour).UnixMilli(),
			OrderBy: begin.Add(-12 * time.Hour).UnixMilli(), Capacity: 40, Place: "Stall 4", Fee: Dollars(0),
		}})
	must(err)
	m.Windows = window.GetWindow().GetId()
	people := identityv1connect.NewIdentityServiceClient(p.Client("identity"))
	for email, account := range map[string]*identityv1.EnsureAccountRequest{
		"dairy@example.org": {Roles: []string{"producer"}, ProducerIds: []string{m.Producer}},
		"op@example.org":    {Roles: []string{"operator"}},
	} {
		account.Email, account.Password, account.Name = email, "a long password", "Somebody"
		_, err := people.EnsureAccount(t.Context(), account)
		must(err)
	}
}

// Ask makes a call, checks its answer against the document, and gives it.
func (m *Market) Ask(t *testing.T, status int, c Call) map[string]any {
	t.Helper()
	c.Status = status
	answer, body := m.Send(t, c) //nolint:bodyclose // Send closes it
	if answer.StatusCode != status {
		t.Fatalf("%s %s: status %d, want %d: %s", c.Method, c.Path, answer.StatusCode, status, body)
	}
	CheckAgainst(t, m.router, c, answer, body)
	out := map[string]any{}
	if len(body) > 0 {
		if err := json.Unmarshal(body, &out); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// SignIn gives the headers of a session of an account whose password is Password.
func (m *Market) SignIn(t *testing.T, email string) []string {
	t.Helper()
	session := m.Ask(t, 201, Call{Method: "POST", Path: "/api/v1/sessions", Body: `{"email": "` + email +
		`", "password": "a long password", "device_token": "` + m.devices[email] + `"}`})
	if m.devices == nil {
		m.devices = map[string]string{}
	}
	m.devices[email] = session["device_token"].(string)
	return []string{"Authorization", "Bearer " + session["token"].(string), "Idempotency-Key", "a-key"}
}

// FillCart makes a basket with two wheels and 350 g.
func (m *Market) FillCart(t *testing.T) string {
	t.Helper()
	cart := m.Ask(t, 201,
		Call{Method: "POST", Path: "/api/v1/carts", Body: `{"market": "portland"}`})["id"].(string)
	lines := "/api/v1/carts/" + cart + "/lines/"
	m.Ask(t, 200, Call{Method: "PUT", Path: lines + m.Piece, Body: `{"quantity": 2}`})
	m.Ask(t, 422, Call{Method: "PUT", Path: lines + m.Piece, Body: `{"quantity": 1.5}`})
	filled := m.Ask(t, 200, Call{Method: "PUT", Path: lines + m.Kilo, Body: `{"quantity": 0.35}`})
	if total := filled["total"].(map[string]any)["amount"]; total != 5238.0 {
		t.Errorf("two wheels and 350 g come to %v", total)
	}
	return cart
}

// Prepare packs an order as its producer and looks at it as the operator.
func (m *Market) Prepare(t *testing.T, at string, order map[string]any) {
	t.Helper()
	producer, operator := m.SignIn(t, "dairy@example.org"), m.SignIn(t, "op@example.org")
	m.Ask(t, 200, Call{Method: "GET", Path: "/api/v1/account", Header: producer})
	m.Ask(t, 200, Call{Method: "GET", Path: "/api/v1/producers/" + m.Producer + "/orders", Header: producer})
	part := at + "/parts/" + order["parts"].([]any)[0].(map[string]any)["id"].(string) + "/advance"
	m.Ask(t, 409, Call{
		Method: "POST", Path: at + "/refunds", Header: operator,
		Body: `{"amount": {"amount": 100, "currency": "USD"}}`,
	})
	m.Ask(t, 200, Call{Method: "POST", Path: part, Header: producer, Body: `{"to": "accepted"}`})
	packed := m.Ask(t, 200, Call{
		Method: "POST", Path: part, Header: producer,
		Body: `{"to": "packed", "packed": [{"variant_id": "` + m.Kilo + `", "quantity": 0.34}]}`,
	})
	if packed["status"] != "packed" {
		t.Errorf("a packed order is %v", packed["status"])
	}
	m.Ask(t, 200, Call{Method: "GET", Path: at, Header: operator})
}

// Password is everybody's.
const Password = "a long password"

// Member makes a shopper's account.
func (m *Market) Member(t *testing.T, email, password, name string) {
	t.Helper()
	_, err := identityv1connect.NewIdentityServiceClient(m.Process.Client("identity")).EnsureAccount(
		t.Context(), &identityv1.EnsureAccountRequest{Email: email, Password: password, Name: name})
	if err != nil {
		t.Fatal(err)
	}
}

// Token is a session of an account whose password is Password.
func (m *Market) Token(t *testing.T, email string) string {
	t.Helper()
	return strings.TrimPrefix(m.SignIn(t, email)[1], "Bearer ")
}

// Tab opens a page and takes the form on it that is sent to an address, as a browser would send it.
func (m *Market) Tab(t *testing.T, cookie, path, at string) *Tab {
	t.Helper()
	out := &Tab{m: m, Cookie: cookie, At: at}
	out.Take(t, m.Open(t, path, cookie, nil))
	return out
}

// Desks are the sessions of the maker and of the operator.
func (m *Market) Desks(t *testing.T) (maker, operator string) {
	t.Helper()
	session := func(email string) string {
		return "session=" +
			strings.TrimPrefix(m.SignIn(t, email)[1], "Bearer ")
	}
	return session("dairy@example.org"), session("op@example.org")
}

// ProductNow is the product as it stands.
func (m *Market) ProductNow(t *testing.T) *catalogv1.Product {
	t.Helper()
	goods := catalogv1connect.NewCatalogServiceClient(m.Process.Client("catalog"))
	answer, err := goods.GetProduct(t.Context(), &catalogv1.GetProductRequest{Id: m.Product, All: true})
	if err != nil {
		t.Fatal(err)
	}
	return answer.GetProduct()
}

// Somebody signs up somebody, and in.
func (m *Market) Somebody(t *testing.T, email string) (cookie string) {
	t.Helper()
	_, err := identityv1connect.NewIdentityServiceClient(m.Process.Client("identity")).EnsureAccount(
		t.Context(), &identityv1.EnsureAccountRequest{
			Email: email, Password: Password, Name: "May",
		})
	if err != nil {
		t.Fatal(err)
	}
	return "session=" + m.Token(t, email)
}

// AccountID is the dairy's account.
func (m *Market) AccountID(t *testing.T) string {
	t.Helper()
	return m.Ask(t, 200,
		Call{Method: "GET", Path: "/api/v1/account", Header: m.SignIn(t, "dairy@example.org")})["id"].(string)
}
