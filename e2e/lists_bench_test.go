package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

const (
	fullProducers = 10_000
	fullProducts  = 100_000
	fullOrders    = 5_000
	// packedOrders are those of one shopper, all for one window: more than a stall packs in a day.
	packedOrders = 500
	fullWindows  = 200
)

// reader asks for pages as somebody who is signed in, or as nobody.
type reader struct {
	b       *testing.B
	shop    *shop
	session *http.Cookie
}

// get answers a page, and how long it took.
func (r reader) get(path string) (body string, took time.Duration) {
	r.b.Helper()
	request, err := http.NewRequestWithContext(r.b.Context(), http.MethodGet, r.shop.listen+path, nil)
	if err != nil {
		r.b.Fatal(err)
	}
	if r.session != nil {
		request.AddCookie(r.session)
	}
	begun := time.Now()
	a, err := do(request)
	took = time.Since(begun)
	if err != nil || a.status != http.StatusOK {
		r.b.Fatalf("%s: %d %v", path, a.status, err)
	}
	return string(a.raw), took
}

// signIn makes an account with a role, and signs it in.
func (s *shop) signIn(b *testing.B, role string, producers ...string) reader {
	b.Helper()
	email, password := role+"@bench.example", "a-long-enough-password"
	identity := identityv1connect.NewIdentityServiceClient(s.client("identity"))
	_, err := identity.EnsureAccount(b.Context(), &identityv1.EnsureAccountRequest{
		Email: email, Password: password, Name: role, Roles: []string{role}, ProducerIds: producers,
	})
	if err != nil {
		b.Fatal(err)
	}
	request, err := http.NewRequestWithContext(b.Context(), http.MethodPost, s.listen+"/sign-in",
		strings.NewReader(url.Values{"email": {email}, "password": {password}}.Encode()))
	if err != nil {
		b.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		b.Fatal(err)
	}
	_ = response.Body.Close()
	for _, cookie := range response.Cookies() {
		if cookie.Name == "session" {
			return reader{b, s, cookie}
		}
	}
	b.Fatalf("signing in as %s is answered with %d", role, response.StatusCode)
	return reader{}
}

// fill imports 100,000 products of 10,000 producers, one of which has a tenth of the products, and gives the
// ID of that one.
func (s *shop) fill(b *testing.B) (producerID string) {
	b.Helper()
	path := filepath.Join(b.TempDir(), "shopify.csv")
	var file strings.Builder
	file.WriteString(
		"Handle,Title,Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Price,Status\n")
	for i := range fullProducts {
		vendor := 0
		if i%10 != 0 {
			vendor = i % fullProducers
		}
		fmt.Fprintf(&file,
			"item-%d,%s %s no. %d,Farm %d,%s,\"%s\",TRUE,Title,Default Title,SKU-%d,shopify,%d,%d.%02d,active\n",
			i, listWords[i%len(listWords)], listWords[i/7%len(listWords)], i, vendor,
			listKinds[i%len(listKinds)], listWords[i/3%len(listWords)], i, 100000*(i%3), 1+i%40, i%100)
	}
	if err := os.WriteFile(path, []byte(file.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	if out, errs, code := s.command("import", path, "--market", market); code != 0 {
		b.Fatalf("import: %d %s %s", code, out, errs)
	}
	return s.producer(b, "Farm 0")
}

// producer is the ID of the producer of that name.
func (s *shop) producer(b *testing.B, name string) string {
	b.Helper()
	catalog := catalogv1connect.NewCatalogServiceClient(s.client("catalog"))
	found, err := catalog.ListProducers(b.Context(),
		&catalogv1.ListProducersRequest{Market: market, Q: name, Limit: 100})
	if err != nil {
		b.Fatal(err)
	}
	for _, p := range found.GetProducers() {
		if p.GetName() == name {
			return p.GetId()
		}
	}
	b.Fatalf("there is no producer %s", name)
	return ""
}

var (
	listWords = strings.Fields(
		"Smoked Farm Aged Wild Honey Rye Plum Goat Walnut Cider Sea Barley Golden Young Spiced Orchard Hill Forest Winter Garden")
	listKinds = strings.Fields(
		"cheese bread honey vegetables fruit eggs butter preserves chocolate beef cakes tea")
)

// orders places orders for a window with the producer that has the most; headers say whose they are.
func (s *shop) orders(b *testing.B, producerID, window string, n int, headers ...string) {
	b.Helper()
	catalog := catalogv1connect.NewCatalogServiceClient(s.client("catalog"))
	list, err := catalog.ListProducts(b.Context(),
		&catalogv1.ListProductsRequest{Market: market, ProducerId: producerID, InStock: true, Limit: 50})
	if err != nil || len(list.GetProducts()) == 0 {
		b.Fatal("nothing to order", err)
	}
	concurrently(b, 16, n, func(i int) error {
		p := list.GetProducts()[i%len(list.GetProducts())]
		cart := s.cart(b, p.GetVariants()[0].GetId(), 1)
		a, err := s.ask("POST", "/carts/"+cart+"/checkout", order(window, "ok"),
			append([]string{"Idempotency-Key", "k"}, headers...)...)
		if err == nil && a.status != http.StatusCreated {
			err = fmt.Errorf("checkout: %d %s", a.status, a.raw)
		}
		return err
	})
}

// windows makes a market's calendar full, and gives the ID of one of its windows.
func (s *shop) windows(places int64) (windowID string) {
	for range fullWindows {
		windowID = s.addWindow("pickup", places)
	}
	return windowID
}

// The ways on at the end of a page, and at the end of an answer of the API.
var (
	nextAt     = regexp.MustCompile(`href="([^"]*cursor=[^"]*)"`)
	nextCursor = regexp.MustCompile(`"next_cursor":"([^"]+)"`)
)

// after is the page after one of a list; the first after the last.
func after(first, body string) string {
	if next := nextAt.FindStringSubmatch(body); next != nil {
		return strings.ReplaceAll(next[1], "&amp;", "&")
	}
	if next := nextCursor.FindStringSubmatch(body); next != nil {
		return first + "&cursor=" + url.QueryEscape(next[1])
	}
	return first
}

// places are the IDs of things of a kind all over the shop's site maps, a few of each.
func (r reader) places(kind string) (ids []string) {
	r.b.Helper()
	const each = 40
	index, _ := r.get("/sitemap.xml")
	maps := regexp.MustCompile("/sitemaps/"+kind+"[^<]*").FindAllString(index, -1)
	for _, at := range maps {
		body, _ := r.get(strings.ReplaceAll(at, "&amp;", "&"))
		all := regexp.MustCompile("p[a-z]{2}_"+market+"_[a-z0-9]+").FindAllString(body, -1)
		for i := range min(each, len(all)) {
			ids = append(ids, all[i*len(all)/min(each, len(all))])
		}
	}
	if len(ids) == 0 {
		r.b.Fatal("no site map has ", kind)
	}
	return ids
}

// BenchmarkEveryList measures each list of the shop and of the desks over 100,000 products of 10,000
// producers and 5,500 orders: pages that nobody asked for yet, one after the other, as they come from the
// services.
func BenchmarkEveryList(b *testing.B) {
	for _, engine := range sqldbtest.Engines {
		b.Run(string(engine), func(b *testing.B) { everyList(b, engine) })
	}
}

func everyList(b *testing.B, engine sqldb.Engine) {
	s := open(b, one, engine)
	g := s.stock(100_000, 100_000)
	big := s.fill(b)
	s.orders(b, big, g.pickupID, fullOrders)
	nobody, maker, office, shopper := reader{b, s, nil}, s.signIn(b, "producer", big),
		s.signIn(b, "operator"), s.signIn(b, "shopper")
	packed := s.windows(packedOrders)
	s.orders(b, big, packed, packedOrders, "Authorization", "Bearer "+shopper.session.Value)
	shelf, api := "/m/"+market+"/products", "/api/v1/"
	of := "?limit=100&market=" + market
	products, producers := nobody.places("products"), nobody.places("producers")
	page, _ := nobody.get(shelf)
	baseline := reader{b, &shop{listen: strings.TrimSuffix(bare(b, []byte(page)), "/")}, nil}
	for _, c := range []struct {
		name string
		as   reader
		path func(i int) string
	}{
		{"baseline: a bare handler of a list's bytes", baseline, walk("/")},
		{"products by page", nobody, walk(shelf)},
		{"products cheapest first by page", nobody, walk(shelf + "?sort=price")},
		{"products filtered", nobody, func(i int) string {
			return shelf + "?in_stock=1&category=" + listKinds[i%len(listKinds)] + "&allergen_free=" +
				someAllergens(int64(i/2+1))
		}},
		{
			"products searched", nobody,
			func(i int) string { return fmt.Sprintf("%s?q=%s+%d", shelf, listWords[i%len(listWords)], i) },
		},
		{"suggestions", nobody, func(i int) string {
			return fmt.Sprintf("/m/%s/suggest?q=%s+%d", market, listWords[i%len(listWords)][:3], i)
		}},
		{"producers by page", nobody, walk("/m/" + market + "/producers")},
		{
			"producers searched", nobody,
			func(i int) string { return fmt.Sprintf("/m/%s/producers?q=farm+%d", market, i) },
		},
		{
			"producers' own pages", nobody,
			func(i int) string { return "/producers/" + producers[i%len(producers)] },
		},
		{"one producer's 10,000 products by page", nobody, walk(shelf + "?producer=" + big)},
		{"new products, as RSS", nobody, walk("/m/" + market + "/feed.xml")},
		{"site maps", nobody, walk("/sitemap.xml")},
		{"a site map", nobody, func(i int) string {
			return "/sitemaps/products?market=" + market + "&from=" + products[i%len(products)]
		}},
		{"API: products by page", nobody, walk(api + "products" + of)},
		{"API: producers by page", nobody, walk(api + "producers" + of)},
		{
			"API: windows", nobody,
			func(i int) string { return fmt.Sprintf("%swindows?market=%s&limit=%d", api, market, 1+i%100) },
		},
		{"API: a shopper's orders by page", shopper, walk(api + "orders" + of)},
		{"API: a producer's orders by page", maker, walk(api + "producers/" + big + "/orders" + of)},
		{"a shopper's orders by page", shopper, walk("/account")},
		{"a producer's week", maker, walk("/producer")},
		{"a producer's pack list of 500 orders", maker, walk("/producer/pack/" + packed)},
		{"a producer's orders by page", maker, walk("/producer/orders")},
		{"a producer's 10,000 products by page", maker, walk("/producer/products")},
		{
			"a producer's products searched", maker,
			func(i int) string {
				return fmt.Sprintf("/producer/products?q=%s+%d", listWords[i%len(listWords)],
					i)
			},
		},
		{"all orders by page", office, walk("/operator")},
		{"all orders by state", office, walk("/operator?status=confirmed")},
		{"all producers by page", office, walk("/operator/producers?all=1")},
		{"all orders of a producer by page", office, walk("/operator?producer=" + big)},
		{"all orders of a window by page", office, walk("/operator?window=" + g.pickupID)},
		{"calendar", office, walk("/operator/calendar")},
		{"what is stuck", office, walk("/operator/stuck")},
		{"mail by page", office, walk("/operator/mail")},
	} {
		b.Run(c.name, func(b *testing.B) { c.as.measure(b, c.path) })
	}
}

// walk names the first page each time: measure goes on from page to page, and starts again at the end.
func walk(first string) func(int) string { return func(int) string { return first } }

// measured is how many times each list is asked for; the slowest two of 200 are beyond p99.
const measured = 200

func (r reader) measure(b *testing.B, path func(i int) string) {
	var times []time.Duration
	at := path(0)
	for i := range measured {
		body, took := r.get(at)
		times = append(times, took)
		if at = path(i + 1); at == path(0) {
			at = after(at, body)
		}
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(times[len(times)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(0, "ns/op")
}
