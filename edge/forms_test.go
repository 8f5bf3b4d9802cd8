package edge

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
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

// forged are the oddities of fields that nobody types into: programs do.
var forged = []string{"nothing", "10,000 characters", "markup", "a NUL", "broken UTF-8", "a huge number", "a negative number", "a path", "an address"}

// typist fills in forms as somebody who has things of the same kinds as the first shopper and the first producer.
type typist struct {
	*walk  // everything of it is somebody else's
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
	// tried are the fields that were sent, by their form's route.
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
	p.fresh = true
	goods := p.bake(t)
	piece, kilo := goods.GetVariants()[0].GetId(), goods.GetVariants()[1].GetId()
	buyer := "another shopper"
	placed := p.call(t, buyer, "POST", "/carts/"+p.fill(t, buyer, piece, kilo)+"/checkout",
		`{"email": "bob@example.org", "name": "Bob", "window_id": "`+p.windows+`", "payment": {"method": "test", "token": "ok"}}`)
	order, part := placed["id"].(string), placed["parts"].([]any)[0].(map[string]any)["id"].(string)
	p.things = strings.NewReplacer(
		"{orders}", order, "{addresses}", p.moveIn(t), "{part}", part, "{variant}", piece, "{window}", p.windows, "{windows}", p.windows,
		"{products}", goods.GetId(), "{p}", goods.GetId(), "{producers}", p.farm, "{m}", "portland", "{static}", "style.css", "{sitemaps}", "markets", "{images}", "nothing",
	)
	p.refill = func(t *testing.T) {
		p.cookie = "session=" + p.sessions[p.who] + "; cart=" + p.fill(t, p.who, piece, kilo)
	}
	p.refill(t)
	p.advance = func(to, packed string) {
		p.call(t, "another producer", "POST", "/orders/"+order+"/parts/"+part+"/advance", `{"to": "`+to+`"`+packed+`}`)
	}
	if p.who == "another producer" {
		p.open(t, importAt+"/drop", p.cookie, url.Values{})
	}
	if p.who == "operator" {
		p.next(t, "/operator/orders/{id}", func(offered) bool { return false })
		p.advance(partAccepted, "")
		p.advance(partPacked, `, "packed": [{"variant_id": "`+kilo+`", "quantity": 0.35}]`)
		for len(p.open(t, "/operator/orders/"+order, p.cookie, nil).find("input", "name", "amount")) == 0 {
			if t.Context().Err() != nil {
				t.Fatal("the money is never collected")
			}
		}
	}
}

// call asks the API for something that has to work.
func (p *typist) call(t *testing.T, who, method, path, body string) map[string]any {
	t.Helper()
	answer, text := p.shop.send(t, call{ //nolint:bodyclose // send closes it
		method: method, path: "/api/v1" + path, body: body,
		header: []string{"Authorization", "Bearer " + p.sessions[who], "Idempotency-Key", p.edge.newKey()},
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
	made := p.call(t, "another shopper", "POST", "/addresses", `{"line1": "5 Low Road", "postal_code": "97201", "city": "Portland", "region": "OR", "country": "US"}`)
	return made["id"].(string)
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

// home is the page that a form is sent from, where others have it only for the first of many.
var home = map[string]string{"POST /producer/orders/{id}/parts/{part}": "/producer/orders/{id}"}

// sendAll sends all forms of a page that were not sent yet, and those that come up by that.
func (p *typist) sendAll(t *testing.T, pattern string) {
	t.Helper()
	untried := func(o offered) bool { return len(p.left(o)) > 0 && (home[o.route] == "" || home[o.route] == pattern) }
	for {
		form, ok := p.next(t, pattern, untried)
		if !ok && !p.fresh {
			p.restock(t)
			form, ok = p.next(t, pattern, untried)
		}
		if !ok {
			return
		}
		p.tried[form.route] = true
		for _, f := range p.left(form) {
			p.tried[form.route+" "+plainName(f.name)] = true
			if form, ok = p.sendField(t, pattern, form, f); !ok {
				t.Errorf("%s: after %q the form of %s is not there any more", p.who, f.name, form.route)
				break
			}
		}
		p.send(t, form, form.filled)
	}
}

// left are the fields of a form that were not sent yet.
func (p *typist) left(o offered) (fields []formField) {
	for _, f := range o.fields {
		if !p.tried[o.route+" "+plainName(f.name)] {
			fields = append(fields, f)
		}
	}
	return fields
}

// next opens a page, and finds a form on it.
func (p *typist) next(t *testing.T, pattern string, which func(offered) bool) (offered, bool) {
	t.Helper()
	at := pathOf(pattern, p.things)
	var found offered
	for _, o := range p.offers(at, p.open(t, at, p.cookie, nil)) {
		if len(o.fields) == 0 {
			p.tried[o.route] = true // a button can be sent in one way only
		} else if found.route == "" && which(o) {
			found = o
		}
	}
	return found, found.route != ""
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

// field is the form's own of a field that another form like it has.
func (o offered) field(like formField) formField {
	for _, f := range o.fields {
		if f.name == like.name {
			return f
		}
	}
	for _, f := range o.fields {
		if plainName(f.name) == plainName(like.name) {
			return f
		}
	}
	return like
}

// plainName is a field's name without which of many it is of: "variants.price" is "variants.0.price", and "packed" is "packed.var_x_1".
func plainName(name string) string {
	return strings.Join(slices.DeleteFunc(strings.Split(name, "."), func(part string) bool {
		return strings.HasPrefix(part, "var_") || digits(part)
	}), ".")
}

// sendField sends one field in every way. The form is taken anew where it was done what it asks for.
func (p *typist) sendField(t *testing.T, pattern string, form offered, f formField) (offered, bool) {
	t.Helper()
	f = form.field(f)
	again := func(o offered) bool { return o.name() == form.name() }
	for _, label := range slices.Sorted(maps.Keys(p.tries(f))) {
		sent := with(form.filled, f.name, p.tries(f)[label])
		v := p.send(t, form, sent)
		(&trial{T: t, view: v, form: form, field: f, sent: sent, label: p.who + ", " + form.route + ", " + f.name + ", " + label}).check()
		if form.route == "POST /account/addresses" {
			p.moveOut(t)
		}
		if v.status == http.StatusSeeOther {
			fresh, ok := p.next(t, pattern, again)
			if !ok {
				p.lead(t, form)
				fresh, ok = p.next(t, pattern, again)
			}
			if !ok {
				return form, false
			}
			form, f = fresh, fresh.field(f)
		} else if key := v.value("key"); key != "" && f.name != "key" && form.filled.Has("key") {
			form.filled.Set("key", key)
		}
	}
	return form, true
}

// lead does what has to be done before a form is there again.
func (p *typist) lead(t *testing.T, to offered) {
	t.Helper()
	if strings.HasPrefix(to.route, "POST /checkout") {
		p.refill(t)
		return
	}
	p.restock(t)
	if to.route == "POST "+importAt+"/run" {
		p.send(t, offered{action: importAt, upload: true}, url.Values{})
	}
	if strings.Contains(to.name(), " packed") {
		p.advance(partAccepted, "")
	}
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
		if f.typedByPeople() || slices.Contains(forged, label) {
			all[label] = []string{odd}
		}
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
	p.fresh = false
	p.calls++
	if strings.HasPrefix(form.route, "POST /sign-") && values.Get("email") == plausible["email"] {
		values = with(values, "email", []string{"gil" + strconv.Itoa(p.calls) + p.who[:1] + "@example.org"}) // nobody signs up, or tries to sign in, all the time
	}
	if !form.upload {
		return p.open(t, form.action, p.cookie, values)
	}
	name, content := "dot.png", dot(t)
	if strings.HasPrefix(form.action, importAt) {
		name, content = "goods.csv", []byte("Handle,Title,Vendor,Variant Price\nbun"+strconv.Itoa(p.calls)+",Bun,Low Farm,1.50\n")
	}
	return p.upload(t, form.action, p.cookie, values, name, content)
}
