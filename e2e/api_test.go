package e2e

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
	moneyv1 "github.com/artisan-eats/artisan/gen/artisan/money/v1"
)

const market = "testville"

// goods are what a stocked shop sells.
type goods struct {
	producerID, productID, variantID string
	pickupID, deliveryID             string
}

// stock gives the shop a market, a producer, a product with so many pieces, and a pickup
// and a delivery window with so many places each.
func (s *shop) stock(pieces, places int64) goods {
	s.t.Helper()
	ctx := s.t.Context()
	catalog := catalogv1connect.NewCatalogServiceClient(s.client("catalog"))
	_, err := catalog.PutMarket(ctx, &catalogv1.PutMarketRequest{Market: &catalogv1.Market{
		Code: market, Name: "Testville", Currency: "USD", TimeZone: "America/Los_Angeles", Country: "US",
		Locale: "en-US", CommissionBp: 800,
	}})
	if err != nil {
		s.t.Fatal(err)
	}
	producer, err := catalog.PutProducer(ctx, &catalogv1.PutProducerRequest{Producer: &catalogv1.Producer{
		Market: market, Name: fmt.Sprint("Dairy ", time.Now().UnixNano()), Town: "Testville", Approved: true,
	}})
	if err != nil {
		s.t.Fatal(err)
	}
	g := goods{producerID: producer.GetProducer().GetId()}
	g.productID, g.variantID = s.addProduct(g.producerID, "Wheel of cheese", 1250, pieces)
	g.pickupID, g.deliveryID = s.addWindow("pickup", places), s.addWindow("delivery", places)
	return g
}

// addProduct adds a product of one variant, sold by the piece, with so many in stock.
func (s *shop) addProduct(producerID, title string, price, pieces int64) (productID, variantID string) {
	s.t.Helper()
	catalog := catalogv1connect.NewCatalogServiceClient(s.client("catalog"))
	product, err := catalog.PutProduct(s.t.Context(),
		&catalogv1.PutProductRequest{Product: &catalogv1.Product{
			Market: market, ProducerId: producerID, Title: title, Category: "cheese", Published: true,
			Allergens: []string{"milk"},
			Variants: []*catalogv1.Variant{{
				Title: "Whole", SoldBy: "each",
				Price: &moneyv1.Money{Amount: price, Currency: "USD"},
			}},
		}})
	if err != nil {
		s.t.Fatal(err)
	}
	variantID = product.GetProduct().GetVariants()[0].GetId()
	s.setStock(variantID, pieces)
	return product.GetProduct().GetId(), variantID
}

func (s *shop) setStock(variantID string, pieces int64) {
	s.t.Helper()
	inventory := inventoryv1connect.NewInventoryServiceClient(s.client("inventory"))
	_, err := inventory.SetStock(s.t.Context(),
		&inventoryv1.SetStockRequest{
			Levels: []*inventoryv1.StockLevel{{VariantId: variantID, Available: pieces * 1000}},
		})
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) addWindow(kind string, places int64) string {
	s.t.Helper()
	starts := time.Now().Add(48 * time.Hour).Truncate(time.Hour)
	delivery := deliveryv1connect.NewDeliveryServiceClient(s.client("delivery"))
	window, err := delivery.PutWindow(s.t.Context(), &deliveryv1.PutWindowRequest{Window: &deliveryv1.Window{
		Market: market, Kind: kind, StartsAt: starts.UnixMilli(),
		EndsAt:  starts.Add(2 * time.Hour).UnixMilli(),
		OrderBy: starts.Add(-12 * time.Hour).UnixMilli(), Capacity: places, Place: "The hall",
	}})
	if err != nil {
		s.t.Fatal(err)
	}
	return window.GetWindow().GetId()
}

// object is a JSON object.
type object map[string]any

func (o object) str(key string) string { v, _ := o[key].(string); return v }

func (o object) obj(key string) object { v, _ := o[key].(map[string]any); return v }

func (o object) list(key string) []object {
	values, _ := o[key].([]any)
	out := make([]object, len(values))
	for i, v := range values {
		out[i], _ = v.(map[string]any)
	}
	return out
}

// answer is a response of the API.
type answer struct {
	status int
	header http.Header
	body   object
	raw    []byte
}

func (a answer) code() string { return a.body.str("code") }

var web = &http.Client{Timeout: 60 * time.Second, Transport: &http.Transport{
	MaxIdleConnsPerHost: 256, MaxConnsPerHost: 256, TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
}}

// ask sends a request; the error is the transport's.
func (s *shop) ask(method, path string, body any, headers ...string) (answer, error) {
	var reader io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return answer{}, err
		}
		reader = bytes.NewReader(raw)
	}
	request, err := http.NewRequest(method, s.listen+"/api/v1"+path, reader)
	if err != nil {
		return answer{}, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	begun := time.Now()
	a, err := do(request)
	if s.asked != nil {
		s.asked(begun, a, err)
	}
	return a, err
}

// do sends a request as it is.
func do(request *http.Request) (a answer, err error) {
	response, err := web.Do(request)
	if err != nil {
		return a, err
	}
	defer func() { _ = response.Body.Close() }()
	a = answer{status: response.StatusCode, header: response.Header}
	if a.raw, err = io.ReadAll(response.Body); err != nil {
		return a, err
	}
	_ = json.Unmarshal(a.raw, &a.body)
	return a, nil
}

// must sends a request that has to be answered with a status.
func (s *shop) must(t testing.TB, status int, method, path string, body any, headers ...string) answer {
	t.Helper()
	a, err := s.ask(method, path, body, headers...)
	if err != nil {
		t.Fatal(err)
	}
	if a.status != status {
		t.Fatalf("%s %s answered %d %s, want %d", method, path, a.status, a.raw, status)
	}
	return a
}

// cart makes a cart with so many pieces of a variant.
func (s *shop) cart(t testing.TB, variantID string, pieces int) string {
	t.Helper()
	cart := s.must(t, http.StatusCreated, "POST", "/carts", object{"market": market}).body.str("id")
	s.must(t, http.StatusOK, "PUT", "/carts/"+cart+"/lines/"+variantID, object{"quantity": pieces})
	return cart
}

// order is a guest's checkout body for a window.
func order(windowID, token string) object {
	return object{
		"email": "ada@example.org", "name": "Ada Lovelace", "window_id": windowID,
		"payment": object{"method": "test", "token": token},
	}
}

func deliveryOrder(windowID, token string) object {
	o := order(windowID, token)
	o["address"] = object{
		"line1": "1 Main Street", "postal_code": "97201", "city": "Portland",
		"region": "OR", "country": "US",
	}
	return o
}

// buy checks a cart out.
func (s *shop) buy(cart, key string, body object) (answer, error) {
	return s.ask("POST", "/carts/"+cart+"/checkout", body, "Idempotency-Key", key)
}

// eventually waits for something to come true.
func eventually(t testing.TB, within time.Duration, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(within); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("after %s still not: %s", within, what)
}
