package load

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/gen/state"
)

// fake is a shop that does one thing wrong, for the outside world: real ones do none of it, so that it would
// be noticed cannot be shown on them.
type fake struct {
	mu     sync.Mutex
	wrong  string
	stock  int
	places int
	carts  map[string]int
	keys   map[string]string
	orders map[string]*fakeOrder
}

type fakeOrder struct {
	ID     string         `json:"id"`
	Status string         `json:"status"`
	Token  string         `json:"access_token"`
	Lines  []fakeCartLine `json:"lines"`
}

type fakeCartLine struct {
	Variant  string `json:"variant_id"`
	Quantity int    `json:"quantity"`
}

const theVariant, theWindow = "var_t_1", "win_t_1"

func newFake(t *testing.T, wrong string) (*fake, string) {
	t.Helper()
	f := &fake{
		wrong: wrong, stock: 10_000, places: 10_000, carts: map[string]int{}, keys: map[string]string{},
		orders: map[string]*fakeOrder{},
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/v1/products", f.products)
	mux.HandleFunc("GET /api/v1/windows", f.windows)
	mux.HandleFunc("POST /api/v1/carts", f.makesCart)
	mux.HandleFunc("PUT /api/v1/carts/{id}/lines/{variant}", f.fillsCart)
	mux.HandleFunc("POST /api/v1/carts/{id}/checkout", f.checksOut)
	mux.HandleFunc("GET /api/v1/orders/{id}", f.order)
	mux.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) { f.tell(w, 200, "a page") })
	return f, serve(t, func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		mux.ServeHTTP(w, r)
	})
}

// serve answers HTTP/1.1 and HTTP/2 as long as the test lives.
func serve(t *testing.T, handler http.HandlerFunc) (url string) {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.Protocols = new(http.Protocols)
	server.Config.Protocols.SetHTTP1(true)
	server.Config.Protocols.SetUnencryptedHTTP2(true)
	server.Start()
	t.Cleanup(server.Close)
	return server.URL
}

func (f *fake) tell(w http.ResponseWriter, status int, what any) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(what)
}

func (f *fake) products(w http.ResponseWriter, r *http.Request) {
	if r.FormValue("market") != "t" {
		f.tell(w, 200, map[string]any{"products": []any{}})
		return
	}
	left := f.stock
	if f.wrong == "less than none" && len(f.orders) > 0 {
		left = -1
	}
	f.tell(w, 200, map[string]any{"products": []any{map[string]any{
		"id": "prd_t_1", "title": "Rye",
		"variants": []any{map[string]any{"id": theVariant, "available": left}},
	}}})
}

func (f *fake) windows(w http.ResponseWriter, _ *http.Request) {
	f.tell(w, 200, map[string]any{"windows": []any{map[string]any{
		"id": theWindow, "kind": "delivery", "remaining": f.places,
	}}})
}

func (f *fake) makesCart(w http.ResponseWriter, _ *http.Request) {
	id := fmt.Sprint("crt_t_", len(f.carts))
	f.carts[id] = 0
	f.tell(w, 201, map[string]any{"id": id})
}

func (f *fake) fillsCart(w http.ResponseWriter, r *http.Request) {
	var line struct{ Quantity int }
	_ = json.NewDecoder(r.Body).Decode(&line)
	f.carts[r.PathValue("id")] = line.Quantity
	f.tell(w, 200, map[string]any{"id": r.PathValue("id")})
}

func (f *fake) checksOut(w http.ResponseWriter, r *http.Request) {
	key, cart := r.Header.Get("Idempotency-Key"), r.PathValue("id")
	known := f.orders[f.keys[key]]
	third := len(f.orders)%3 == 2
	switch {
	case f.wrong == "never decides" && third:
		f.tell(w, 503, map[string]any{"code": "unavailable"})
		return
	case known != nil && f.wrong == "forgets keys":
		f.tell(w, 409, map[string]any{"code": "cart_ordered"})
		return
	case known != nil && f.wrong != "orders anew":
		f.tell(w, 201, known)
		return
	}
	o := &fakeOrder{
		ID: fmt.Sprint("ord_t_", len(f.orders)), Status: state.OrderConfirmed, Token: "token",
		Lines: []fakeCartLine{{theVariant, f.carts[cart]}},
	}
	f.keys[key], f.orders[o.ID] = o.ID, o
	f.places--
	if f.wrong != "oversells" {
		f.stock -= f.carts[cart]
	}
	switch {
	case f.wrong == "takes twice" && third:
		f.stock -= f.carts[cart]
	case f.wrong == "gives two one place" && third:
		f.places++
	case f.wrong == "loses the answer" && third:
		panic(http.ErrAbortHandler)
	case f.wrong == "does not confirm" && third:
		o.Status = state.OrderFailed
	case f.wrong == "leaves in between" && third:
		o.Status = state.OrderHeld
	case f.wrong == "sells something else" && third:
		o.Lines[0].Quantity++
	case f.wrong == "gives one order to two" && third:
		o.ID = "ord_t_0"
	}
	f.tell(w, 201, o)
}

func (f *fake) order(w http.ResponseWriter, r *http.Request) {
	o := f.orders[r.PathValue("id")]
	if o == nil || r.Header.Get("Authorization") != "Bearer "+o.Token ||
		f.wrong == "loses" && strings.HasSuffix(o.ID, "2") {
		f.tell(w, 404, map[string]any{"code": "not_found"})
		return
	}
	f.tell(w, 200, o)
}

// plan is a short load, of which a test ends the run.
func plan(url string) Plan {
	return Plan{
		URL: url, Market: "t", Rate: 400, Seed: 7, Buying: 0.5, Alone: true, Settled: 2 * time.Second,
	}
}

// sold runs a load until so many orders are acknowledged or not known of.
func sold(t *testing.T, p Plan, n int) (*Run, Result) {
	t.Helper()
	r, err := Begin(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(time.Minute); r.asked() < n; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("only %d were sold: %+v", r.asked(), r.Odd())
		}
	}
	return r, r.Check(t.Context())
}

// asked is how many checkouts there were.
func (r *Run) asked() int {
	r.history.mu.Lock()
	defer r.history.mu.Unlock()
	return len(r.history.sales)
}
