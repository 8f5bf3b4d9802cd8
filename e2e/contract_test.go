package e2e

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"
)

// TestEveryCodeOfTheContract meets each status and code that the contract names, on real services.
func TestEveryCodeOfTheContract(t *testing.T) {
	eachShape(t, func(t *testing.T, s *shop) {
		g := s.stock(5, 1)
		roomy := s.addWindow("pickup", 1000)
		t.Run("reads", func(t *testing.T) { s.readsTheShop(t, g) })
		t.Run("carts", func(t *testing.T) { s.usesCarts(t, g) })
		t.Run("refusals of a checkout", func(t *testing.T) { s.isRefused(t, g, roomy) })
		t.Run("payments", func(t *testing.T) { s.paysOrNot(t, g, roomy) })
	})
}

func (s *shop) readsTheShop(t *testing.T, g goods) {
	if m := s.must(t, 200, "GET", "/markets", nil).body.list("markets"); len(m) != 1 {
		t.Errorf("markets: %v", m)
	}
	for _, query := range []string{"", "&q=cheese", "&q=CH%C3%89ESE", "&category=cheese", "&producer=" +
		g.producerID, "&allergen_free=egg", "&sort=price", "&limit=1"} {
		if p := s.must(t, 200, "GET", "/products?market="+market+query,
			nil).body.list("products"); len(p) != 1 {
			t.Errorf("products%s: %v", query, p)
		}
	}
	if p := s.must(t, 200, "GET", "/products?allergen_free=milk,egg&market="+market,
		nil).body.list("products"); len(p) != 0 {
		t.Errorf("cheese without milk: %v", p)
	}
	product := s.must(t, 200, "GET", "/products/"+g.productID, nil)
	if product.body.obj("producer").str("id") != g.producerID ||
		product.body.list("variants")[0].str("sold_by") != "each" {
		t.Errorf("product: %s", product.raw)
	}
	s.must(t, 200, "GET", "/producers?market="+market, nil)
	s.must(t, 200, "GET", "/producers/"+g.producerID, nil)
	if w := s.must(t, 200, "GET", "/windows?market="+market, nil).body.list("windows"); len(w) < 2 ||
		w[0]["remaining"] == nil {
		t.Errorf("windows: %v", w)
	}
	for _, path := range []string{
		"/products/x", "/products/" + g.variantID, "/producers/x", "/carts/x",
		"/orders/x", "/nothing", "/products/..%2f..%2fetc%2fpasswd",
	} {
		a := s.must(t, 404, "GET", path, nil)
		if a.header.Get("Content-Type") != "application/problem+json" || a.code() == "" {
			t.Errorf("%s: %s %s", path, a.header.Get("Content-Type"), a.raw)
		}
	}
	s.must(t, 422, "GET", "/products?cursor=x&market="+market, nil)
	s.must(t, 405, "DELETE", "/products", nil)
}

func (s *shop) usesCarts(t *testing.T, g goods) {
	cart := s.cart(t, g.variantID, 2)
	line := "/carts/" + cart + "/lines/" + g.variantID
	for _, quantity := range []string{
		"-1", "1.5", "1000000000000000000", "1e18", `"2"`, "null", "true", "[]",
		"1001", "0.0001", "99999999999999999999999999",
	} {
		a := s.raw(t, "PUT", line, `{"quantity": `+quantity+`}`, "application/json")
		if a.status != 422 && a.status != 400 {
			t.Errorf("a quantity of %s: %d %s", quantity, a.status, a.raw)
		}
	}
	if total := s.must(t, 200, "GET", "/carts/"+cart, nil).body.obj("total"); total["amount"] != 2500.0 {
		t.Errorf("after refused quantities: %v", total)
	}
	for what, body := range map[string]string{
		"broken": `{"quantity": 1`, "a price": `{"quantity": 1, "price": 1}`,
		"two values": `{"quantity": 1} {}`, "nothing": ``,
		"a list": `[]`, "NUL": "{\"quantity\": 1}\x00", "deep": strings.Repeat(`{"a":`, 10_000),
	} {
		if a := s.raw(t, "PUT", line, body, "application/json"); a.status/100 != 4 || a.code() == "" {
			t.Errorf("%s: %d %s", what, a.status, a.raw)
		}
	}
	if a := s.raw(t, "PUT", line, `{"quantity": 1}`, "text/plain"); a.status != 415 {
		t.Errorf("text/plain: %d", a.status)
	}
	if a := s.raw(t, "PUT", line, `{"quantity": 1, "x": "`+strings.Repeat("a", 2<<20)+`"}`,
		"application/json"); a.status != 413 {
		t.Errorf("2 MiB: %d", a.status)
	}
	s.must(t, 404, "PUT", "/carts/"+cart+"/lines/"+another(g.variantID), object{"quantity": 1})
	foreign := strings.Replace(g.variantID, market, "elsewhere", 1)
	if a, _ := s.ask("PUT", "/carts/"+cart+"/lines/"+foreign, object{"quantity": 1}); a.status/100 != 4 {
		t.Errorf("a variant of another market: %d %s", a.status, a.raw)
	}
	s.must(t, 422, "POST", "/carts", object{"market": "nowhere"})
	if lines := s.must(t, 200, "PUT", line, object{"quantity": 0}).body.list("lines"); len(lines) != 0 {
		t.Errorf("after removing: %v", lines)
	}
}

// another is a well-formed ID of nothing.
func another(id string) string {
	last := "0"
	if strings.HasSuffix(id, last) {
		last = "1"
	}
	return id[:len(id)-1] + last
}

// raw sends bytes as they are.
func (s *shop) raw(t testing.TB, method, path, body, contentType string) answer {
	t.Helper()
	request, err := http.NewRequest(method, s.listen+"/api/v1"+path, bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", contentType)
	a, err := do(request)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (s *shop) isRefused(t *testing.T, g goods, roomy string) {
	cart := s.cart(t, g.variantID, 1)
	if a := s.must(t, 400, "POST", "/carts/"+cart+"/checkout",
		order(roomy, "ok")); a.code() != "idempotency_key_required" {
		t.Errorf("without a key: %s", a.raw)
	}
	s.refuses(t, 400, "idempotency_key_invalid", cart, strings.Repeat("k", 129), order(roomy, "ok"))
	with := func(change func(object)) object {
		o := order(roomy, "ok")
		change(o)
		return o
	}
	for i, body := range []object{
		with(func(o object) { delete(o, "email") }),
		with(func(o object) { o["email"] = "ada@example.org\r\nBcc: all@example.org" }),
		with(func(o object) { o["email"] = "no address" }),
		with(func(o object) { o["name"] = "" }),
		with(func(o object) { o["name"] = "A\x00B" }),
		with(func(o object) { o["name"] = strings.Repeat("x", 10_000) }),
		with(func(o object) { o["window_id"] = "" }),
		with(func(o object) { o["window_id"] = strings.Replace(roomy, market, "elsewhere", 1) }),
		with(func(o object) { o["payment"] = object{"method": "gold", "token": "ok"} }),
		with(func(o object) { delete(o, "payment") }),
		order(g.deliveryID, "ok"),
	} {
		a := s.refuses(t, 422, "invalid", cart, fmt.Sprint("bad", i), body)
		if len(a.body.list("fields")) == 0 && !strings.Contains(string(a.raw), "fields") {
			t.Errorf("body %d: no field is named: %s", i, a.raw)
		}
	}
	empty := s.must(t, 201, "POST", "/carts", object{"market": market}).body.str("id")
	s.refuses(t, 422, "invalid", empty, "k", order(roomy, "ok"))
	s.refuses(t, 409, "window_closed", cart, "closed", order(s.closedWindow(t), "ok"))
	greedy := s.cart(t, g.variantID, 6)
	if a := s.refuses(t, 409, "out_of_stock", greedy, "k",
		order(roomy, "ok")); !strings.Contains(string(a.raw), g.variantID) {
		t.Errorf("out of stock does not name the line: %s", a.raw)
	}
	s.refuses(t, 409, "out_of_stock", greedy, "k", order(roomy, "ok"))
	s.buys(t, cart, "k", order(g.pickupID, "ok"))
	s.refuses(t, 409, "window_full", s.cart(t, g.variantID, 1), "k", order(g.pickupID, "ok"))
	s.refuses(t, 409, "cart_ordered", cart, "another", order(roomy, "ok"))
	s.refuses(t, 422, "idempotency_key_reused", cart, "k", order(roomy, "ok"))
}

func (s *shop) paysOrNot(t *testing.T, g goods, roomy string) {
	cart := s.cart(t, g.variantID, 1)
	s.refuses(t, 402, "payment_declined", cart, "declined", order(roomy, "declined"))
	s.refuses(t, 402, "payment_declined", cart, "declined", order(roomy, "declined"))
	down := s.refuses(t, 503, "payment_unavailable", cart, "down", order(roomy, "unavailable"))
	if down.header.Get("Retry-After") == "" {
		t.Error("503 without Retry-After")
	}
	s.refuses(t, 422, "invalid", cart, "odd", order(roomy, "nonsense"))
	bought := s.buys(t, cart, "ok", order(roomy, "ok"))
	for _, key := range []string{"id", "status", "total", "access_token", "lines", "parts"} {
		if bought.body[key] == nil {
			t.Errorf("the order has no %s: %s", key, bought.raw)
		}
	}
	part := bought.body.list("parts")[0]
	if part["producer"] == nil || part["lines"] == nil || part.str("status") == "" {
		t.Errorf("a part is %v", part)
	}
	s.seesStock(t, g.variantID, 3000, 0, 2000)
}

func (s *shop) buys(t *testing.T, cart, key string, body object) answer {
	t.Helper()
	a, err := s.buy(cart, key, body)
	if err != nil || a.status != 201 {
		t.Fatalf("checkout: %v %d %s", err, a.status, a.raw)
	}
	return a
}

func (s *shop) refuses(t *testing.T, status int, code, cart, key string, body object) answer {
	t.Helper()
	a, err := s.buy(cart, key, body)
	if err != nil || a.status != status || a.code() != code {
		t.Errorf("checkout %q: %v %d %s, want %d %s", key, err, a.status, a.raw, status, code)
	}
	return a
}

// closedWindow is a window whose cut-off is over.
func (s *shop) closedWindow(t *testing.T) string {
	t.Helper()
	starts := time.Now().Add(time.Hour)
	delivery := deliveryv1connect.NewDeliveryServiceClient(s.client("delivery"))
	window, err := delivery.PutWindow(t.Context(), &deliveryv1.PutWindowRequest{Window: &deliveryv1.Window{
		Market: market, Kind: "pickup", StartsAt: starts.UnixMilli(),
		EndsAt:  starts.Add(time.Hour).UnixMilli(),
		OrderBy: time.Now().Add(-time.Hour).UnixMilli(), Capacity: 10, Place: "The hall",
	}})
	if err != nil {
		t.Fatal(err)
	}
	return window.GetWindow().GetId()
}
