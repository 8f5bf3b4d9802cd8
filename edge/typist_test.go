package edge_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/edge/edgetest"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
	"github.com/artisan-eats/artisan/gen/state"
)

// typist fills in forms as somebody who has things of the same kinds as the first shopper and the first
// producer.
type typist struct {
	*walk  // everything of it is somebody else's
	table  *http.ServeMux
	who    string
	farm   string // the other producer
	things *strings.Replacer
	cookie string
	// fresh is set until a form is sent.
	fresh bool
	// advance takes the order that was placed on.
	advance func(to, packed string)
	// refill gives the typist another basket.
	refill func(t *testing.T)
	calls  int
	// oneIn of what a field may be tried with is tried, and always these.
	oneIn  int
	always []string
	// tried are the fields that were sent, by their form's route.
	tried map[string]bool
}

// rivals gives the market room for many orders, a window that brings them, and answers the other producer.
func rivals(t *testing.T, m *edgetest.Market) string {
	t.Helper()
	calendar := deliveryv1connect.NewDeliveryServiceClient(m.Process.Client("delivery"))
	got, err := calendar.GetWindow(t.Context(), &deliveryv1.GetWindowRequest{Id: m.Windows})
	if err != nil {
		t.Fatal(err)
	}
	pickup := got.GetWindow()
	pickup.Capacity = 10_000
	brought := &deliveryv1.Window{
		Market: "portland", Kind: "delivery", StartsAt: pickup.GetStartsAt() - time.Hour.Milliseconds(),
		EndsAt:  pickup.GetEndsAt(),
		OrderBy: pickup.GetOrderBy(), Capacity: 10_000, Place: "Portland", Fee: edgetest.Dollars(500),
	}
	for _, window := range []*deliveryv1.Window{pickup, brought} {
		if _, err := calendar.PutWindow(t.Context(),
			&deliveryv1.PutWindowRequest{Window: window}); err != nil {
			t.Fatal(err)
		}
	}
	list, err := catalogv1connect.NewCatalogServiceClient(m.Process.Client("catalog")).ListProducers(
		t.Context(), &catalogv1.ListProducersRequest{Market: "portland", Q: "Low Farm"})
	if err != nil || len(list.GetProducers()) != 1 {
		t.Fatal(list, err)
	}
	return list.GetProducers()[0].GetId()
}

// restock gives the typist everything anew: goods, a basket, an order, an address.
func (p *typist) restock(t *testing.T) {
	t.Helper()
	p.fresh = true
	p.anotherWindow(t)
	goods := p.bake(t)
	piece, kilo := goods.GetVariants()[0].GetId(), goods.GetVariants()[1].GetId()
	buyer := "another shopper"
	placed := p.call(t, buyer, "POST", "/carts/"+p.fill(t, buyer, piece, kilo)+"/checkout",
		`{"email": "bob@example.org", "name": "Bob", "window_id": "`+p.Windows+
			`", "payment": {"method": "test", "token": "ok"}}`)
	order, part := placed["id"].(string), placed["parts"].([]any)[0].(map[string]any)["id"].(string)
	p.things = strings.NewReplacer(
		"{orders}", order, "{addresses}", p.moveIn(t), "{part}", part, "{variant}", piece, "{window}",
		p.Windows, "{windows}", p.Windows,
		"{person}", p.accounts["another producer"], "{products}", goods.GetId(), "{p}", goods.GetId(),
		"{producers}", p.farm, "{m}", "portland", "{static}", "style.css", "{sitemaps}", "markets",
		"{images}", "nothing",
	)
	p.refill = func(t *testing.T) {
		p.cookie = "session=" + p.sessions[p.who] + "; cart=" + p.fill(t, p.who, piece, kilo)
	}
	p.refill(t)
	p.advance = func(to, packed string) {
		p.call(t, "another producer", "POST", "/orders/"+order+"/parts/"+part+"/advance", `{"to": "`+to+`"`+
			packed+`}`)
	}
	if p.who == "another producer" {
		// what is being imported stays
		for p.Open(t, edgetest.ImportAt, p.cookie, nil).Find("progress") != nil {
			if t.Context().Err() != nil {
				t.Fatal("the import never ends")
			}
		}
		p.Open(t, edgetest.ImportAt+"/drop", p.cookie, url.Values{})
	}
	if p.who == "operator" {
		p.next(t, "/operator/orders/{id}", func(offered) bool { return false })
		p.advance(state.PartAccepted, "")
		p.advance(state.PartPacked, `, "packed": [{"variant_id": "`+kilo+`", "quantity": 0.35}]`)
		for len(p.Open(t, "/operator/orders/"+order, p.cookie, nil).Find("input", "name", "amount")) == 0 {
			if t.Context().Err() != nil {
				t.Fatal("the money is never collected")
			}
		}
	}
}

// anotherWindow makes a window like the one that there is, where that was cancelled by a form; the operator,
// who cancels them, begins with one of nobody else's.
func (p *typist) anotherWindow(t *testing.T) {
	t.Helper()
	calendar := deliveryv1connect.NewDeliveryServiceClient(p.Process.Client("delivery"))
	got, err := calendar.GetWindow(t.Context(), &deliveryv1.GetWindowRequest{Id: p.Windows})
	if err != nil {
		t.Fatal(err)
	}
	if window := got.GetWindow(); window.GetCancelled() || p.who == "operator" {
		window.Id, window.Capacity = "", 10_000
		put, err := calendar.PutWindow(t.Context(), &deliveryv1.PutWindowRequest{Window: window})
		if err != nil {
			t.Fatal(err)
		}
		p.Windows = put.GetWindow().GetId()
	}
}

// call asks the API for something that has to work.
func (p *typist) call(t *testing.T, who, method, path, body string) map[string]any {
	t.Helper()
	answer, text := p.Send(t, edgetest.Call{
		Method: method, Path: "/api/v1" + path, Body: body,
		Header: []string{
			"Authorization", "Bearer " + p.sessions[who], "Idempotency-Key",
			p.Site.NewKey(),
		},
	})
	if answer.StatusCode >= http.StatusBadRequest {
		t.Fatalf("%s %s: status %d: %s", method, path, answer.StatusCode, text)
	}
	out := map[string]any{}
	if len(text) > 0 {
		if err := json.Unmarshal(text, &out); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func (p *typist) fill(t *testing.T, who, piece, kilo string) string {
	t.Helper()
	cart := p.call(t, who, "POST", "/carts", `{"market": "portland"}`)["id"].(string)
	p.call(t, who, "PUT", "/carts/"+cart+"/lines/"+piece, `{"quantity": 2}`)
	p.call(t, who, "PUT", "/carts/"+cart+"/lines/"+kilo, `{"quantity": 0.35}`)
	return cart
}

// moveOut takes all addresses away that were kept.
func (p *typist) moveOut(t *testing.T) {
	t.Helper()
	for _, who := range []string{"another shopper", "another producer"} {
		for _, kept := range p.call(t, who, "GET", "/addresses", "")["addresses"].([]any) {
			p.call(t, who, "DELETE", "/addresses/"+kept.(map[string]any)["id"].(string), "")
		}
	}
}

// moveIn gives the other shopper one address.
func (p *typist) moveIn(t *testing.T) string {
	t.Helper()
	p.moveOut(t)
	made := p.call(t, "another shopper", "POST", "/addresses",
		`{"line1": "5 Low Road", "postal_code": "97201", "city": "Portland", "region": "OR", "country": "US"}`)
	return made["id"].(string)
}

// bake makes a product of the other producer's, with a picture and enough of it.
func (p *typist) bake(t *testing.T) *catalogv1.Product {
	t.Helper()
	goods := catalogv1connect.NewCatalogServiceClient(p.Process.Client("catalog"))
	// what was applied for, and what was taken out of the shop
	for _, suspended := range []bool{false, true} {
		waiting, err := goods.ListProducers(t.Context(),
			&catalogv1.ListProducersRequest{
				Market: "portland", Waiting: !suspended, Suspended: suspended,
				All: true,
			})
		if err != nil {
			t.Fatal(err)
		}
		for _, applied := range waiting.GetProducers() {
			if _, err := goods.ApproveProducer(t.Context(),
				&catalogv1.ApproveProducerRequest{Id: applied.GetId(), Approved: true}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := deliveryv1connect.NewDeliveryServiceClient(p.Process.Client("delivery")).CloseWindow(
		t.Context(), &deliveryv1.CloseWindowRequest{Id: p.Windows}); err != nil {
		t.Fatal(err)
	}
	made, err := goods.PutProduct(t.Context(), &catalogv1.PutProductRequest{Product: &catalogv1.Product{
		Market: "portland", ProducerId: p.farm, Title: "Rye", Category: "bread", Published: true,
		Variants: []*catalogv1.Variant{
			{Title: "Loaf", Price: edgetest.Dollars(450), SoldBy: "each"},
			{Title: "Cut", Price: edgetest.Dollars(900), SoldBy: "weight"},
		},
	}})
	if err != nil {
		t.Fatal(err)
	}
	product := made.GetProduct()
	for _, shows := range []*catalogv1.PutImageRequest{
		{ProductId: product.GetId(), Alt: "Rye"},
		{ProducerId: p.farm, Alt: "A field"},
	} {
		shows.Content = edgetest.Dot(t)
		if _, err := goods.PutImage(t.Context(), shows); err != nil {
			t.Fatal(err)
		}
	}
	levels := &inventoryv1.SetStockRequest{}
	for _, v := range product.GetVariants() {
		levels.Levels = append(levels.Levels,
			&inventoryv1.StockLevel{VariantId: v.GetId(), Available: 100_000_000})
	}
	if _, err := inventoryv1connect.NewInventoryServiceClient(p.Process.Client("inventory")).SetStock(
		t.Context(), levels); err != nil {
		t.Fatal(err)
	}
	return product
}
