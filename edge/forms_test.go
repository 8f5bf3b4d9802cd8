package edge

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
)

// oddities are what a field is tried with. Each is text that somebody, or something, has put there.
var oddities = map[string]string{
	"nothing": "", "10,000 characters": strings.Repeat("a", 10_000), "markup": `<b>bold</b><script>alert(1)</script>`, "quotes": "\"'`&amp;&lt;&#0;\\",
	"a NUL": "a\x00b", "controls": "a\x01\x1b[31m\x7f\u0085b", "broken UTF-8": "a\xff\xfe\xc0\xafb", "right to left": "a\u202eb\u2066c", "marks": "e" + strings.Repeat("\u0301", 50),
	"space around": "  x  ", "only space": " \t ", "lines": "a\r\nb\nc\rd", "a huge number": strings.Repeat("9", 40), "a negative number": "-1", "an exponent": "1e9", "no number": "NaN",
	"other digits": "١٢", "a fraction": "0.0001", "a path": "../../../etc/passwd", "an address": "//evil.example/", "half a percent": "100%zz", "a date that is none": "2026-02-30",
}

// typist fills in forms as somebody who has things of the same kinds as the first shopper and the first producer.
type typist struct {
	*walk  // everything of it is somebody else's
	who    string
	farm   string // the other producer
	things *strings.Replacer
	cookie string
	// tried are the forms that were sent, by what they are.
	tried map[string]bool
}

// TestEveryFormTakesWhatIsTyped walks every form of every page as those who may, on real services, and sends each of its
// fields wrong in every way. What comes back is a page that says in words what is wrong, with what was typed.
func TestEveryFormTakesWhatIsTyped(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		w := m.prepareWalk(t)
		farm := m.rivals(t)
		before, tried := w.owned(t), map[string]bool{}
		for _, who := range []string{"anonymous", "another shopper", "another producer", "operator"} {
			p := &typist{walk: w, who: who, farm: farm, tried: tried}
			p.restock(t)
			for _, rt := range m.edge.pageRoutes() {
				if at, ok := strings.CutPrefix(rt.pattern, "GET "); ok && strings.ContainsRune("an", rune(roles[rt.pattern][slices.Index(everybody, who)])) && !rt.live {
					p.sendAll(t, at)
				}
			}
		}
		if after := w.owned(t); after != before {
			t.Errorf("what is somebody else's has changed:\n%s\n%s", before, after)
		}
		for _, rt := range m.edge.pageRoutes() {
			if strings.HasPrefix(rt.pattern, "POST ") && !tried[rt.pattern] && !rare[rt.pattern] {
				t.Errorf("no form was found for %s", rt.pattern)
			}
		}
	})
}

// rare are the routes whose forms are only there when something has failed.
var rare = map[string]bool{"POST /operator/mail/{id}/resend": true, "POST /operator/stuck/{service}": true}

// rivals gives the market room for many orders, a window that brings them, and answers the other producer.
func (m *market) rivals(t *testing.T) string {
	t.Helper()
	calendar := deliveryv1connect.NewDeliveryServiceClient(m.process.Client("delivery"))
	got, err := calendar.GetWindow(t.Context(), &deliveryv1.GetWindowRequest{Id: m.windows})
	if err != nil {
		t.Fatal(err)
	}
	pickup := got.GetWindow()
	pickup.Capacity = 10_000
	brought := &deliveryv1.Window{
		Market: "portland", Kind: "delivery", StartsAt: pickup.GetStartsAt() - time.Hour.Milliseconds(), EndsAt: pickup.GetEndsAt(),
		OrderBy: pickup.GetOrderBy(), Capacity: 10_000, Place: "Portland", Fee: dollars(500),
	}
	for _, window := range []*deliveryv1.Window{pickup, brought} {
		if _, err := calendar.PutWindow(t.Context(), &deliveryv1.PutWindowRequest{Window: window}); err != nil {
			t.Fatal(err)
		}
	}
	list, err := catalogv1connect.NewCatalogServiceClient(m.process.Client("catalog")).ListProducers(t.Context(), &catalogv1.ListProducersRequest{Market: "portland", Q: "Low Farm"})
	if err != nil || len(list.GetProducers()) != 1 {
		t.Fatal(list, err)
	}
	return list.GetProducers()[0].GetId()
}

// restock gives the typist everything anew: goods, a basket, an order, an address.
func (p *typist) restock(t *testing.T) {
	t.Helper()
	goods := p.bake(t)
	piece, kilo := goods.GetVariants()[0].GetId(), goods.GetVariants()[1].GetId()
	as := func(who string) []string {
		return []string{"Authorization", "Bearer " + p.sessions[who], "Idempotency-Key", goods.GetId()}
	}
	fill := func(who string) string {
		cart := p.ask(t, 201, call{method: "POST", path: "/api/v1/carts", body: `{"market": "portland"}`, header: as(who)})["id"].(string)
		for variant, quantity := range map[string]string{piece: "2", kilo: "0.35"} {
			p.ask(t, 200, call{method: "PUT", path: "/api/v1/carts/" + cart + "/lines/" + variant, body: `{"quantity": ` + quantity + `}`, header: as(who)})
		}
		return cart
	}
	order := p.ask(t, 201, call{
		method: "POST", path: "/api/v1/carts/" + fill("another shopper") + "/checkout", header: as("another shopper"),
		body: `{"email": "bob@example.org", "name": "Bob", "window_id": "` + p.windows + `", "payment": {"method": "test", "token": "ok"}}`,
	})
	id, part := order["id"].(string), order["parts"].([]any)[0].(map[string]any)["id"].(string)
	for _, who := range []string{"another shopper", "another producer"} {
		for _, kept := range p.ask(t, 200, call{method: "GET", path: "/api/v1/addresses", header: as(who)})["addresses"].([]any) {
			p.ask(t, 204, call{method: "DELETE", path: "/api/v1/addresses/" + kept.(map[string]any)["id"].(string), header: as(who)})
		}
	}
	address := p.ask(t, 201, call{method: "POST", path: "/api/v1/addresses", header: as("another shopper"), body: `{"line1": "5 Low Road", "postal_code": "97201", "city": "Portland", "region": "OR", "country": "US"}`})["id"].(string)
	cart := fill(p.who)
	p.things = strings.NewReplacer(
		"{cart}", cart, "{orders}", id, "{addresses}", address, "{part}", part, "{variant}", piece, "{window}", p.windows, "{windows}", p.windows,
		"{products}", goods.GetId(), "{p}", goods.GetId(), "{producers}", p.farm, "{m}", "portland", "{static}", "style.css", "{sitemaps}", "markets", "{images}", "nothing",
	)
	p.cookie = "session=" + p.sessions[p.who] + "; cart=" + cart
	switch p.who {
	case "another producer":
		p.open(t, importAt+"/drop", p.cookie, url.Values{})
	case "operator":
		advance := call{method: "POST", path: "/api/v1/orders/" + id + "/parts/" + part + "/advance", header: as("another producer"), body: `{"to": "accepted"}`}
		p.ask(t, 200, advance)
		advance.body = `{"to": "packed", "packed": [{"variant_id": "` + kilo + `", "quantity": 0.35}]}`
		p.ask(t, 200, advance)
		for len(p.open(t, "/operator/orders/"+id, p.cookie, nil).find("input", "name", "amount")) == 0 {
			if t.Context().Err() != nil {
				t.Fatal("the money is never collected")
			}
		}
	}
}

// bake makes a product of the other producer's, with a picture and enough of it.
func (p *typist) bake(t *testing.T) *catalogv1.Product {
	t.Helper()
	goods := catalogv1connect.NewCatalogServiceClient(p.process.Client("catalog"))
	waiting, err := goods.ListProducers(t.Context(), &catalogv1.ListProducersRequest{Market: "portland", Waiting: true, All: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, applied := range waiting.GetProducers() {
		if _, err := goods.ApproveProducer(t.Context(), &catalogv1.ApproveProducerRequest{Id: applied.GetId(), Approved: true}); err != nil {
			t.Fatal(err)
		}
	}
	made, err := goods.PutProduct(t.Context(), &catalogv1.PutProductRequest{Product: &catalogv1.Product{
		Market: "portland", ProducerId: p.farm, Title: "Rye", Category: "bread", Published: true,
		Variants: []*catalogv1.Variant{{Title: "Loaf", Price: dollars(450), SoldBy: "each"}, {Title: "Cut", Price: dollars(900), SoldBy: "weight"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	product := made.GetProduct()
	if _, err := goods.PutImage(t.Context(), &catalogv1.PutImageRequest{ProductId: product.GetId(), Content: dot(t), Alt: "Rye"}); err != nil {
		t.Fatal(err)
	}
	levels := &inventoryv1.SetStockRequest{}
	for _, v := range product.GetVariants() {
		levels.Levels = append(levels.Levels, &inventoryv1.StockLevel{VariantId: v.GetId(), Available: 100_000_000})
	}
	if _, err := inventoryv1connect.NewInventoryServiceClient(p.process.Client("inventory")).SetStock(t.Context(), levels); err != nil {
		t.Fatal(err)
	}
	return product
}

// sendAll sends all forms of a page that were not sent yet, and those that come up by that.
func (p *typist) sendAll(t *testing.T, pattern string) {
	t.Helper()
	untried := func(o offered) bool { return !p.tried[o.name()] }
	for {
		form, ok := p.next(t, pattern, untried)
		if !ok {
			p.restock(t)
			form, ok = p.next(t, pattern, untried)
		}
		if !ok {
			return
		}
		p.tried[form.name()], p.tried[form.route] = true, true
		for _, f := range form.fields {
			if form, ok = p.sendField(t, pattern, form, f); !ok {
				t.Errorf("%s: after %q the form of %s is not there any more", p.who, f.name, form.route)
				break
			}
		}
		if len(form.fields) > 0 {
			p.send(t, form, form.filled)
		}
	}
}

// next opens a page, and finds a form on it.
func (p *typist) next(t *testing.T, pattern string, which func(offered) bool) (offered, bool) {
	t.Helper()
	at := pathOf(pattern, p.things)
	for _, o := range p.offers(at, p.open(t, at, p.cookie, nil)) {
		if which(o) {
			return o, true
		}
	}
	return offered{}, false
}

// name is what forms have in common that are made alike.
func (o offered) name() string {
	names := []string{o.route}
	for _, f := range o.fields {
		names = append(names, plainName(f.name))
	}
	slices.Sort(names[1:])
	return strings.Join(slices.Compact(names), " ")
}

// plainName is a field's name without what it is of: "price" is "variants.0.price", and "packed" is "packed.var_x_1".
func plainName(name string) string {
	before, after, ok := strings.Cut(name, ".")
	if ok && strings.HasPrefix(after, "var_") {
		return before
	}
	return name[strings.LastIndexByte(name, '.')+1:]
}

// sendField sends one field in every way. The form is taken anew where it was done what it asks for.
func (p *typist) sendField(t *testing.T, pattern string, form offered, f formField) (offered, bool) {
	t.Helper()
	again := func(o offered) bool { return o.name() == form.name() }
	for _, label := range slices.Sorted(maps.Keys(p.tries(f))) {
		sent := with(form.filled, f.name, p.tries(f)[label])
		v := p.send(t, form, sent)
		(&trial{T: t, view: v, form: form, field: f, sent: sent, label: p.who + ", " + form.route + ", " + f.name + ", " + label}).check()
		if v.status == http.StatusSeeOther {
			fresh, ok := p.next(t, pattern, again)
			if !ok {
				p.restock(t)
				if form.route == "POST "+importAt+"/run" {
					p.send(t, offered{action: importAt, upload: true}, url.Values{})
				}
				fresh, ok = p.next(t, pattern, again)
			}
			if !ok {
				return form, false
			}
			form = fresh
		} else if key := v.value("key"); key != "" && f.name != "key" && form.filled.Has("key") {
			form.filled.Set("key", key)
		}
	}
	return form, true
}

// with is a form with other values of one field, or without it.
func with(filled url.Values, name string, values []string) url.Values {
	form := maps.Clone(filled)
	delete(form, name)
	if len(values) > 0 {
		form[name] = values
	}
	return form
}

// tries are the ways in which a field is sent wrong.
func (p *typist) tries(f formField) map[string][]string {
	all := map[string][]string{"left out": nil, "twice": {f.value, f.value}, "as two": {f.value, "another"}}
	for label, odd := range oddities {
		all[label] = []string{odd}
	}
	if f.typedByPeople() || f.kind == "password" {
		return all
	}
	for label, foreign := range map[string]string{
		"an ID of another kind": p.things.Replace("{orders}"), "an ID of another market": strings.Replace(f.value, "_portland_", "_elsewhere_", 1),
		"somebody else's goods": p.piece, "somebody else's account": p.accounts["shopper"], "somebody else's address": p.walk.things.Replace("{addresses}"),
		"somebody else's order": p.walk.things.Replace("{orders}"), "somebody else's basket": p.walk.things.Replace("{cart}"), "an ID of nothing": "var_portland_00000000000000000000000000",
	} {
		all[label] = []string{foreign}
	}
	return all
}

// send posts a form as the browser would.
func (p *typist) send(t *testing.T, form offered, values url.Values) *view {
	t.Helper()
	if !form.upload {
		return p.open(t, form.action, p.cookie, values)
	}
	name, content := "dot.png", dot(t)
	if strings.HasPrefix(form.action, importAt) {
		name, content = "goods.csv", []byte("Handle,Title,Vendor,Variant Price\nbun,Bun,Low Farm,1.50\n")
	}
	return p.upload(t, form.action, p.cookie, values, name, content)
}
