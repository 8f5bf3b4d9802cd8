package edge

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/edge/producer"
	"github.com/artisan-eats/artisan/edge/producer/goods"
	"github.com/artisan-eats/artisan/edge/web"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
)

// tab is a page's form as somebody has it open: where it goes, and what is filled in.
type tab struct {
	m          *market
	cookie, at string
	form       url.Values
}

// tab opens a page and takes the form on it that is sent to an address, as a browser would send it.
func (m *market) tab(t *testing.T, cookie, path, at string) *tab {
	t.Helper()
	out := &tab{m: m, cookie: cookie, at: at}
	out.take(t, m.open(t, path, cookie, nil))
	return out
}

// take fills the form in as a page shows it.
func (tab *tab) take(t *testing.T, v *view) {
	t.Helper()
	forms := v.find("form", "action", tab.at)
	if len(forms) == 0 {
		t.Fatalf("the page (%d) has no form for %s: %s", v.status, tab.at, v.text())
	}
	tab.form = filledIn(forms[0])
}

// filledIn is what a browser would send of a form, but for its buttons.
func filledIn(form *html.Node) url.Values {
	filled, v := url.Values{}, &view{root: form}
	for _, input := range v.find("input") {
		kind, _ := attribute(input, "type")
		if _, checked := attribute(input, "checked"); (kind == "radio" || kind == "checkbox") && !checked {
			continue
		}
		filled.Add(named(input, "name"), named(input, "value"))
	}
	for _, area := range v.find("textarea") {
		filled.Add(named(area, "name"), (&view{root: area}).text())
	}
	for _, choice := range v.find("select") {
		options := (&view{root: choice}).find("option")
		chosen := (&view{root: choice}).find("option", "selected", "")
		if len(chosen) == 0 {
			chosen = options
		}
		filled.Add(named(choice, "name"), named(chosen[0], "value"))
	}
	return filled
}

func named(n *html.Node, name string) string {
	value, _ := attribute(n, name)
	return value
}

// send sends the form with some fields changed: name, value, ...
func (tab *tab) send(t *testing.T, changed ...string) *view {
	t.Helper()
	for i := 0; i+1 < len(changed); i += 2 {
		tab.form.Set(changed[i], changed[i+1])
	}
	return tab.m.open(t, tab.at, tab.cookie, tab.form)
}

// saves sends it, which is to be done.
func (tab *tab) saves(t *testing.T, changed ...string) {
	t.Helper()
	if v := tab.send(t, changed...); v.status != http.StatusSeeOther {
		t.Fatalf("%s is answered with %d: %s", tab.at, v.status, v.text())
	}
}

// isAsked sends it, which is to be answered with what was changed meanwhile: the names of the fields. The tab
// then has that page's form.
func (tab *tab) isAsked(t *testing.T, names []string, says ...string) {
	t.Helper()
	v := tab.send(t)
	asked := map[string]bool{}
	for _, input := range v.find("input", "name", askField) {
		asked[named(input, "value")] = true
	}
	if v.status != http.StatusConflict || len(asked) != len(names) ||
		!strings.Contains(v.text(), "Nothing is saved yet") {
		t.Fatalf("%s is answered with %d, and asks for %v, want %v: %s", tab.at, v.status, asked, names,
			v.text())
	}
	for _, name := range names {
		if !asked[name] {
			t.Errorf("it does not ask for %s, but for %v", name, asked)
		}
	}
	for _, words := range says {
		if !strings.Contains(v.text(), words) {
			t.Errorf("it does not say %q: %s", words, v.text())
		}
	}
	tab.take(t, v)
}

// desks are the sessions of the maker and of the operator.
func (m *market) desks(t *testing.T) (maker, operator string) {
	t.Helper()
	session := func(email string) string {
		return "session=" +
			strings.TrimPrefix(m.signIn(t, email)[1], "Bearer ")
	}
	return session("dairy@example.org"), session("op@example.org")
}

// TestAnOlderPageOfAProductUndoesNothing is the report: a description that is saved from an old tab puts the
// price back and withdraws a size that was added since.
func TestAnOlderPageOfAProductUndoesNothing(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		cookie, _ := m.desks(t)
		at := "/producer/products/" + m.product
		old, young := m.tab(t, cookie, at, at), m.tab(t, cookie, at, at)
		young.saves(t, "variants.0.price", "25", "rows", "3", "variants.2.title", "Half", "variants.2.price",
			"13", "variants.2.sold_by", "each")
		now := m.productNow(t)
		added := now.GetVariants()[2].GetId()

		young.saves(t) // the same form again has no conflict with itself, nor makes the size again
		if got := m.productNow(t); len(got.GetVariants()) != 3 || got.GetVariants()[2].GetId() != added {
			t.Errorf("the same form again makes it %v", got)
		}
		now = m.productNow(t)

		old.form.Set("description", "Aged in our cellar.\r\n\r\nNutty.")
		price := "variants." + m.piece + ".price"
		old.isAsked(t, []string{price, "variants." + added}, "Leave what is there now: 25.00",
			"Take yours: 24.00", "Half, 13.00", "Stop selling it")
		if got := m.productNow(t); !proto.Equal(got, now) {
			t.Fatalf("it is saved: %v", got)
		}
		// Nobody had touched either in the old tab: what is there now is chosen already.
		old.saves(t)
		got := m.productNow(t)
		if v := got.GetVariants(); got.GetDescription() != "Aged in our cellar.\n\nNutty." || len(v) != 3 ||
			v[0].GetPrice().GetAmount() != 2500 || v[2].GetId() != added {
			t.Errorf("saved as %v", got)
		}
		if old.saves(t); len(m.productNow(t).GetVariants()) != 3 {
			t.Error("the same form again changes something")
		}
		young.isAsked(t, []string{"description"}) // by now that is the older page
	})
}

// TestBothChangedAFieldOfAProduct has it chosen, for each field.
func TestBothChangedAFieldOfAProduct(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		cookie, _ := m.desks(t)
		at := "/producer/products/" + m.product
		old, young := m.tab(t, cookie, at, at), m.tab(t, cookie, at, at)
		young.form["allergens"], young.form["season"] = []string{"milk", "egg"}, []string{"1", "2"}
		young.saves(t, "title", "Tomme of the hill", "variants.0.price", "25", "variants.1.remove", "1")
		old.form["season"] = []string{"5"}
		old.form.Set("title", "Old tomme")
		old.form.Set("variants.0.price", "26")
		old.form.Set("variants.1.price", "14")
		names := []string{"title", "season", "allergens", "variants." + m.piece + ".price", "variants." +
			m.kilo}
		old.isAsked(t, names, "Leave what is there now: Tomme of the hill", "Take yours: Old tomme",
			"January, February", "May", "Not sold")
		for _, name := range names[:2] {
			if old.form.Has(takeField + name) {
				t.Errorf("%s is chosen for whoever has changed it", name)
			}
		}
		old.form.Set("take.variants."+m.kilo, takeYours)
		// nothing was chosen for these
		old.isAsked(t, []string{"title", "season", "variants." + m.piece + ".price"})
		old.saves(t, "take.title", takeYours, "take.season", takeNow, "take.variants."+m.piece+".price",
			takeYours)
		got := m.productNow(t)
		v := got.GetVariants()
		if got.GetTitle() != "Old tomme" || len(got.GetSeason()) != 2 || len(got.GetAllergens()) != 2 ||
			len(v) != 2 || v[0].GetPrice().GetAmount() != 2600 || v[1].GetId() != m.kilo ||
			v[1].GetPrice().GetAmount() != 1400 {
			t.Errorf("saved as %v", got)
		}
	})
}

func (m *market) productNow(t *testing.T) *catalogv1.Product {
	t.Helper()
	goods := catalogv1connect.NewCatalogServiceClient(m.process.Client("catalog"))
	answer, err := goods.GetProduct(t.Context(), &catalogv1.GetProductRequest{Id: m.product, All: true})
	if err != nil {
		t.Fatal(err)
	}
	return answer.GetProduct()
}

// TestAnOlderPageOfAWindowRevertsNoPlace is the report: another operator's place is reverted, and orders
// would move again.
func TestAnOlderPageOfAWindowRevertsNoPlace(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		_, cookie := m.desks(t)
		at := "/operator/windows/" + m.windows
		old, young := m.tab(t, cookie, at, at), m.tab(t, cookie, at, at)
		young.saves(t, "place", "Stall 9", "capacity", "45")
		before := m.windowNow(t)
		old.form.Set("capacity", "50")
		old.isAsked(t, []string{"place", "capacity"}, "Leave what is there now: Stall 9",
			"Take yours: Stall 4", "Take yours: 50")
		if got := m.windowNow(t); !proto.Equal(got, before) {
			t.Fatalf("it is saved: %v", got)
		}
		old.saves(t, "take.capacity", takeYours)
		if got := m.windowNow(t); got.GetPlace() != "Stall 9" || got.GetCapacity() != 50 {
			t.Errorf("saved as %v", got)
		}
		old.saves(t)
	})
}

func (m *market) windowNow(t *testing.T) *deliveryv1.Window {
	t.Helper()
	answer, err := deliveryv1connect.NewDeliveryServiceClient(m.process.Client("delivery")).GetWindow(
		t.Context(), &deliveryv1.GetWindowRequest{Id: m.windows})
	if err != nil {
		t.Fatal(err)
	}
	return answer.GetWindow()
}

// goodsTab is the maker's list, as a tab.
func (m *market) goodsTab(t *testing.T, cookie string) *tab {
	t.Helper()
	return m.tab(t, cookie, producer.GoodsAt, goods.SaveAt)
}

func (m *market) stockNow(t *testing.T) *inventoryv1.Availability {
	t.Helper()
	answer, err := inventoryv1connect.NewInventoryServiceClient(m.process.Client("inventory")).Availability(
		t.Context(), &inventoryv1.AvailabilityRequest{VariantIds: []string{m.piece}})
	if err != nil {
		t.Fatal(err)
	}
	return answer.GetVariants()[0]
}

func TestAnOlderPageOfPricesUndoesNone(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		cookie, _ := m.desks(t)
		piece, kilo := priceField(m.piece), priceField(m.kilo)
		old, young, idle := m.goodsTab(t, cookie), m.goodsTab(t, cookie), m.goodsTab(t, cookie)
		prices := func() (int64, int64) {
			v := m.productNow(t).GetVariants()
			return v[0].GetPrice().GetAmount(), v[1].GetPrice().GetAmount()
		}
		young.saves(t, piece, "25")
		young.saves(t) // twice
		old.form.Set(piece, "26,5")
		old.form.Set(kilo, "14")
		v := old.send(t)
		v.says(t, http.StatusConflict, "1 row is not saved yet", "Leave what is there now: 25.00",
			"Take yours: 26.50", "Saved: 1 price.", "By weight: the price")
		if a, b := prices(); a != 2500 || b != 1400 {
			t.Fatalf("the prices are %d and %d", a, b)
		}
		old.take(t, v)
		if old.form.Get(piece) != "26,5" || old.form.Get(kilo) != "14.00" {
			t.Errorf("shown as %v", old.form)
		}
		if v = old.send(t); v.status != http.StatusConflict { // nothing was chosen
			t.Errorf("status %d", v.status)
		}
		old.take(t, v)
		old.saves(t, "take."+piece, takeNow)
		if a, _ := prices(); a != 2500 {
			t.Errorf("the price is %d, which was to stay", a)
		}
		idle.saves(t, stockField(m.piece), "+1") // whose price nobody has touched
		if a, b := prices(); a != 2500 || b != 1400 || m.stockNow(t).GetAvailable() != 13_000 {
			t.Errorf("the prices are %d and %d, the stock %v", a, b, m.stockNow(t))
		}
	})
}

// TestAStockTakingIsNoCorrection is the report: stock typed as 8 while it said 5 and 2 were sold meanwhile.
func TestAStockTakingIsNoCorrection(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		cookie, _ := m.desks(t)
		stock, how := stockField(m.piece), howField(m.piece)
		counts, corrects := m.goodsTab(t, cookie), m.goodsTab(t, cookie)
		m.sells(t, "2")
		counts.saves(t, how, stockCounted, stock, "14") // on the shelf, with the two that are ordered
		counts.saves(t)
		if got := m.stockNow(t); got.GetAvailable() != 12_000 || got.GetUnpacked() != 2000 {
			t.Errorf("14 on the shelf, 2 of them sold: %v", got)
		}
		m.sells(t, "1")
		corrects.saves(t, how, stockCorrected, stock, "\u22123")
		corrects.saves(t) // twice is once
		if got := m.stockNow(t); got.GetAvailable() != 8000 || got.GetUnpacked() != 3000 {
			t.Errorf("12, of which one was sold and 3 are gone: %v", got)
		}
		m.open(t, producer.GoodsAt, cookie, nil).says(t, http.StatusOK, "In stock: 8",
			"and 3 ordered, not packed")
		// under the same key
		corrects.send(t, stock, "-9").says(t, http.StatusUnprocessableEntity, "This form was sent already")
		v := corrects.send(t, stock, "-9", "key", "another")
		v.says(t, http.StatusUnprocessableEntity, "There is less than that")
	})
}

// sells has a shopper buy so many pieces, and waits until the inventory knows.
func (m *market) sells(t *testing.T, pieces string) {
	t.Helper()
	before := m.stockNow(t)
	cart := m.ask(t, 201,
		call{method: "POST", path: "/api/v1/carts", body: `{"market": "portland"}`})["id"].(string)
	m.ask(t, 200, call{
		method: "PUT", path: "/api/v1/carts/" + cart + "/lines/" + m.piece,
		body: `{"quantity": ` + pieces + `}`,
	})
	m.ask(t, 201, call{
		method: "POST", path: "/api/v1/carts/" + cart + "/checkout", header: withKey,
		body: strings.Replace(buying, saturday, m.windows, 1),
	})
	for m.stockNow(t).GetSold() == before.GetSold() {
		if t.Context().Err() != nil {
			t.Fatal("the inventory never knows of the order")
		}
	}
}

func TestAnOlderPageOfLimitsUndoesNone(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		_, cookie := m.desks(t)
		old, young := m.tab(t, cookie, "/operator/waiting", "/operator/waiting/limits"),
			m.tab(t, cookie, "/operator/waiting", "/operator/waiting/limits")
		young.saves(t, "percent", "20", "newcomer_value", "99")
		young.saves(t)
		old.form.Set("open_orders", "7")
		old.form.Set("percent", "30")
		old.isAsked(t, []string{"percent", "newcomer_value"}, "Leave what is there now: 20", "Take yours: 30",
			"Leave what is there now: 99.00")
		if got := m.tab(t, cookie, "/operator/waiting",
			"/operator/waiting/limits").form; got.Get("percent") != "20" || got.Get("open_orders") == "7" {
			t.Fatalf("it is saved: %v", got)
		}
		old.saves(t, "take.percent", takeYours)
		if got := m.tab(t, cookie, "/operator/waiting",
			"/operator/waiting/limits").form; got.Get("percent") != "30" || got.Get("open_orders") != "7" ||
			got.Get("newcomer_value") != "99.00" {
			t.Errorf("saved as %v", got)
		}
	})
}

func TestAnOlderPageOfDesksUndoesNone(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		_, cookie := m.desks(t)
		at := "/operator/security?market=portland"
		old, young := m.tab(t, cookie, at, at), m.tab(t, cookie, at, at)
		young.saves(t, "producer", "2090-01-02")
		young.saves(t)
		old.form.Set("producer", "2091-01-02")
		old.isAsked(t, []string{"producer"}, "Leave what is there now: 2090-01-02", "Take yours: 2091-01-02")
		if got := m.tab(t, cookie, at, at).form.Get("producer"); got != "2090-01-02" {
			t.Fatalf("it is saved: %s", got)
		}
		old.saves(t, "take.producer", takeYours)
		if got := m.tab(t, cookie, at, at).form.Get("producer"); got != "2091-01-02" {
			t.Errorf("saved as %s", got)
		}
	})
}

func TestAnOlderPageOfAnAddressUndoesNone(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		bearer := m.signIn(t, "dairy@example.org")
		cookie := "session=" + strings.TrimPrefix(bearer[1], "Bearer ")
		made := m.ask(t, 201, call{
			method: "POST", path: "/api/v1/addresses", header: bearer,
			body: `{"line1": "1 Hill Road", "postal_code": "97201", "city": "Portland", "country": "US"}`,
		})
		at := "/account/addresses/" + made["id"].(string)
		old, young := m.tab(t, cookie, at, at), m.tab(t, cookie, at, at)
		young.saves(t, "line1", " 2 Hill Road ")
		young.saves(t)
		old.form.Set("line1", "3 Hill Road")
		old.form.Set("line2", "Back door")
		old.isAsked(t, []string{"line1"}, "Leave what is there now: 2 Hill Road", "Take yours: 3 Hill Road")
		if got := m.addressNow(t, bearer); got["line1"] != "2 Hill Road" || got["line2"] != "" ||
			got["country"] != "US" {
			t.Fatalf("it is saved: %v", got)
		}
		old.saves(t, "take.line1", takeNow)
		if got := m.addressNow(t, bearer); got["line1"] != "2 Hill Road" || got["line2"] != "Back door" ||
			got["country"] != "US" {
			t.Errorf("saved as %v", got)
		}
	})
}

func (m *market) addressNow(t *testing.T, bearer []string) map[string]any {
	t.Helper()
	return m.ask(t, 200,
		call{
			method: "GET", path: "/api/v1/addresses",
			header: bearer,
		})["addresses"].([]any)[0].(map[string]any)
}

// TestAProgramHoldsItsChangesToWhatItHasSeen sends each PUT with If-Match and with a version, and as before
// with neither.
func TestAProgramHoldsItsChangesToWhatItHasSeen(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		bearer := m.signIn(t, "dairy@example.org")
		address := m.ask(t, 201, call{
			method: "POST", path: "/api/v1/addresses", header: bearer,
			body: `{"line1": "1 Hill Road", "postal_code": "97201", "city": "Portland"}`,
		})
		cart := m.ask(t, 201, call{method: "POST", path: "/api/v1/carts", body: `{"market": "portland"}`})
		for name, put := range map[string]held{
			"address": {
				"/api/v1/addresses/" + address["id"].(string),
				`"postal_code": "97201", "city": "Portland", "line1": `,
				[]string{`"1 Hill Road"`, `"2 Hill Road"`, `"3 Hill Road"`},
				bearer,
			},
			"producer": {
				"/api/v1/producers/" + m.producer, `"town": "Sandy", "story": `,
				[]string{`"We milk."`, `"We milk twice."`, `"We rest."`},
				bearer,
			},
			"line": {
				"/api/v1/carts/" + cart["id"].(string) + "/lines/" + m.piece, `"quantity": `,
				[]string{"1", "2", "3"},
				nil,
			},
		} {
			t.Run(name, func(t *testing.T) { m.holds(t, put) })
		}
	})
}

// held is a PUT, and what it may say.
type held struct {
	at, field string
	say       []string
	header    []string
}

func (m *market) holds(t *testing.T, put held) {
	t.Helper()
	body := func(say string, more ...string) string {
		return "{" + put.field + say + strings.Join(more, "") +
			"}"
	}
	answer := func(status int, body string, header ...string) map[string]any {
		t.Helper()
		return m.ask(t, status,
			call{method: "PUT", path: put.at, body: body, header: append(header, put.header...)})
	}
	first := answer(200, body(put.say[0]))["version"].(string)
	second := answer(200, body(put.say[1]), "If-Match", `"`+first+`"`)["version"].(string)
	if first == second {
		t.Error("what says something else has the same version")
	}
	if again := answer(200, body(put.say[1]), "If-Match", `"`+first+`"`)["version"]; again != second {
		t.Errorf("the same again has the version %v, want %s", again, second)
	}
	for _, tag := range []string{`"` + first + `"`, `W/"` + second + `"`, second, `"x", "y"`, `""`} {
		if refused := answer(412, body(put.say[2]), "If-Match", tag); refused["code"] != web.ErrUnmatched {
			t.Errorf("If-Match %s is refused with %v", tag, refused)
		}
	}
	stale := `, "version": "` + first + `"`
	if refused := answer(409, body(put.say[2], stale)); refused["code"] != "changed_since" {
		t.Errorf("an older version is refused with %v", refused)
	}
	for _, tag := range []string{`"x", "` + second + `"`, "*"} {
		// which counts before the body's
		if third := answer(200, body(put.say[2], stale), "If-Match", tag)["version"]; third == second {
			t.Errorf("If-Match %s changes nothing", tag)
		}
		answer(200, body(put.say[1])) // as before there was this
	}
}

// TestNobodyIsApprovedUnseen has an applicant take another name while the operator looks at the first.
func TestNobodyIsApprovedUnseen(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		_, cookie := m.desks(t)
		goods := catalogv1connect.NewCatalogServiceClient(m.process.Client("catalog"))
		put := func(p *catalogv1.Producer) *catalogv1.Producer {
			t.Helper()
			answer, err := goods.PutProducer(t.Context(), &catalogv1.PutProducerRequest{Producer: p})
			if err != nil {
				t.Fatal(err)
			}
			return answer.GetProducer()
		}
		crumb := put(&catalogv1.Producer{Market: "portland", Name: "Crumb & Co", Town: "Salem"})
		old := m.tab(t, cookie, "/operator/producers", "/operator/producers/"+crumb.GetId()+"/approval")
		crumb.Name = "Somebody else"
		put(crumb)
		if v := old.send(t, "approved", "yes"); v.status != http.StatusConflict ||
			!strings.Contains(v.text(), "Somebody else says something else than what you looked at") {
			t.Fatalf("it is answered with %d: %s", v.status, v.text())
		}
		if got, err := goods.GetProducer(t.Context(),
			&catalogv1.GetProducerRequest{Id: crumb.GetId()}); err != nil || got.GetProducer().GetApproved() {
			t.Fatalf("it is approved: %v, %v", got, err)
		}
		m.tab(t, cookie, "/operator/producers", old.at).saves(t, "approved", "yes")
	})
}
