package edge

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
)

const (
	wareAt = "/producer/products/" + cheese
	listed = "/producer/products?q=tomme"
)

func TestAmountsAreReadAsPeopleTypeThem(t *testing.T) {
	for typed, want := range map[string]int64{"12.50": 1250, "12,50": 1250, "12,5": 1250, "12": 1200, "12.5\t": 1250, "0": 0, "0.05": 5} {
		if got, err := typedAmount(typed, "USD"); err != nil || got.Minor != want {
			t.Errorf("%q is %d, %v; want %d", typed, got.Minor, err, want)
		}
	}
	if got, err := typedAmount("1200", "JPY"); err != nil || got.Minor != 1200 {
		t.Errorf("1200 yen are %v, %v", got, err)
	}
	for _, typed := range []string{"", ".", ",", "-1", "+1", "1.", ".5", "1,250", "1.250", "1.2.3", "1,2,3", "1.234,50", "1e3", "1 000", "$5", "٣", "NaN", strings.Repeat("9", 30)} {
		if got, err := typedAmount(typed, "USD"); err == nil {
			t.Errorf("%q was read as %v", typed, got)
		}
	}
	for _, typed := range []string{"12.50", "1,200", "1200.0"} {
		if got, err := typedAmount(typed, "JPY"); err == nil {
			t.Errorf("%q yen were read as %v", typed, got)
		}
	}
}

func TestATypedNumberThatCouldBeTwoIsNeither(t *testing.T) {
	for typed, want := range map[string]string{"1,250": "1250 or 1.25.", "12,000": "12000 or 12.", "7,333\t": "7333 or 7.333."} {
		if got, err := typedQuantity(typed); err == nil || !strings.Contains(err.Error(), "This can be "+want) {
			t.Errorf("%q is read as %v, %v", typed, got, err)
		}
		if got, err := typedAmount(typed, "KWD"); err == nil || !strings.Contains(err.Error(), "such as 1.250") {
			t.Errorf("%q dinars are read as %v, %v", typed, got, err)
		}
	}
	for typed, want := range map[string]int64{"0,250": 250, "1,25": 1250, "1.250": 1250, "1250": 1_250_000, "1234,500": 1_234_500} {
		if got, err := typedQuantity(typed); err != nil || got != want {
			t.Errorf("%q is read as %v, %v", typed, got, err)
		}
	}
}

func TestAPriceAndAStockAreChangedInTheList(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.open(t, listed, makerCookie, nil)
	if v.status != http.StatusOK || len(v.find("section", "id", "w-"+cheese)) != 1 || v.value("price") != "24.00" || !strings.Contains(v.text(), "In stock: 12") || len(v.find("young")) != 0 {
		t.Fatalf("status %d, price %q: %s", v.status, v.value("price"), v.text())
	}
	if asked := s.peers.last["ListProducts"].(*catalogv1.ListProductsRequest); !asked.GetAll() || asked.GetProducerId() != dairy || asked.GetQ() != "tomme" {
		t.Errorf("catalog was asked for %v", asked)
	}
	form := url.Values{"price": {"25,50"}, "made_from": {v.value("made_from")}, "stock_how": {"by"}, "adjust": {""}, "key": {v.value("key")}, "back": {listed}}
	v = s.open(t, wareAt+"/variants/"+wheel, makerCookie, form)
	changed := s.peers.last["SetPrices"].(*catalogv1.SetPricesRequest)
	if v.status != http.StatusSeeOther || v.header.Get("Location") != listed+"&saved="+cheese+"#w-"+cheese || changed.GetProducerId() != dairy || changed.GetChanges()[0].GetPrice().GetAmount() != 2550 {
		t.Errorf("status %d to %s with %v", v.status, v.header.Get("Location"), changed)
	}
	if v = s.open(t, listed+"&saved="+cheese, makerCookie, nil); !strings.Contains(v.text(), "Saved") {
		t.Errorf("the list does not say that it is saved: %s", v.text())
	}
	if s.peers.count("AdjustStock")+s.peers.count("SetStock") != 0 {
		t.Error("a stock that nobody changed was set")
	}
	form.Set("price", "24.00")
	for typed, by := range map[string]int64{"3": 3000, "+3": 3000, "-2": -2000, "− 2": -2000} {
		form.Set("adjust", typed)
		v = s.open(t, wareAt+"/variants/"+wheel, makerCookie, form)
		if got := s.peers.last["AdjustStock"].(*inventoryv1.AdjustStockRequest); v.status != http.StatusSeeOther || got.GetBy() != by || got.GetKey() != form.Get("key") {
			t.Errorf("%q (%d) corrects by %v", typed, v.status, got)
		}
	}
	form.Set("stock_how", "count")
	form.Set("adjust", "7")
	s.open(t, wareAt+"/variants/"+wheel, makerCookie, form)
	if got := s.peers.last["AdjustStock"].(*inventoryv1.AdjustStockRequest); got.GetCounted() != 7000 || s.peers.count("SetPrices") != 1 {
		t.Errorf("a stock-taking is %v", got)
	}
}

// TestACountWithWhatIsPastIsRefusedAtItsField is inventory's word, beside what was typed.
func TestACountWithWhatIsPastIsRefusedAtItsField(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.fail("AdjustStock", fault.New(fault.Invalid, "invalid", "Something in this request is not right.", fault.Field{Name: "counted", Message: "6 of it are past their date: count without them."}))
	v := s.open(t, wareAt+"/variants/"+wheel, makerCookie, url.Values{"price": {"24.00"}, "stock_how": {"count"}, "adjust": {"10"}, "key": {strings.Repeat("0", 64)}})
	v.says(t, http.StatusUnprocessableEntity, "6 of it are past their date")
	if v.value("adjust") != "10" || len(v.find("p", "id", "w-adjust-"+wheel)) != 1 || len(v.find("option", "value", "count", "selected", "")) != 1 {
		t.Errorf("what was counted is shown as %q", v.value("adjust"))
	}
}

// TestAPageFromBeforeSetsNoStock has the one figure of versions before, which did not say what it was.
func TestAPageFromBeforeSetsNoStock(t *testing.T) {
	s := openShop(t, DefaultLimits)
	form := url.Values{"price": {"24.00"}, "price_was": {"24.00"}, "stock": {"8"}, "stock_was": {"5"}}
	v := s.open(t, wareAt+"/variants/"+wheel, makerCookie, form)
	if v.status != http.StatusUnprocessableEntity || v.value("adjust") != "8" || !strings.Contains(v.text(), "say whether you counted that") || s.peers.count("AdjustStock")+s.peers.count("SetStock") != 0 {
		t.Errorf("status %d: %s", v.status, v.text())
	}
	form.Set("stock", "5")
	if v = s.open(t, wareAt+"/variants/"+wheel, makerCookie, form); v.status != http.StatusSeeOther {
		t.Errorf("a page from before that changes nothing is answered with %d", v.status)
	}
}

func TestFiguresThatAreNoneStayAsTheyWereTyped(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for _, c := range []struct{ field, typed string }{
		{"price", ""},
		{"price", "-1"},
		{"price", "<b>5</b>"},
		{"price", "1,250"},
		{"price", "1e9"},
		{"price", "99999999999999999999"},
		{"by", "1.5"},
		{"by", "--1"},
		{"by", "+-1"},
		{"by", "lots"},
		{"by", "10000000"},
		{"count", "-1"},
		{"count", "1.5"},
		{"count", "<b>5</b>"},
		{"neither", "5"},
	} {
		form, field := url.Values{"price": {"24.00"}, "stock_how": {c.field}, "adjust": {c.typed}, "key": {"k"}}, "adjust"
		if c.field == "price" {
			form, field = url.Values{"price": {c.typed}}, "price"
		}
		v := s.open(t, wareAt+"/variants/"+wheel, makerCookie, form)
		if v.status != http.StatusUnprocessableEntity || v.value(field) != c.typed || len(v.find("p", "id", "w-"+field+"-"+wheel)) != 1 {
			t.Errorf("the %s %q is answered with %d, and shown as %q", c.field, c.typed, v.status, v.value(field))
		}
	}
	if s.peers.count("SetPrices")+s.peers.count("AdjustStock") != 0 {
		t.Error("something was changed")
	}
	s.peers.fail("SetPrices", fault.New(fault.Invalid, "invalid", "No.", fault.Field{Name: "changes.0.price", Message: "This is not a price that can be asked."}))
	v := s.open(t, wareAt+"/variants/"+wheel, makerCookie, url.Values{"price": {"9999999"}})
	if v.status != http.StatusUnprocessableEntity || !strings.Contains(v.text(), "not a price that can be asked") {
		t.Errorf("what catalog refuses is answered with %d", v.status)
	}
}

func TestAProductIsHiddenAndShown(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.open(t, wareAt+"/publish", makerCookie, url.Values{"publish": {"0"}, "back": {"//evil.example"}})
	put := s.peers.last["PutProduct"].(*catalogv1.PutProductRequest).GetProduct()
	if v.status != http.StatusSeeOther || v.header.Get("Location") != "/producer/products?saved="+cheese+"#w-"+cheese || put.GetPublished() || len(put.GetVariants()) != 2 {
		t.Errorf("status %d to %s, %v", v.status, v.header.Get("Location"), put)
	}
}

func TestLotsAreBookedIn(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.open(t, wareAt+"/lots", makerCookie, nil)
	if v.status != http.StatusOK || !strings.Contains(v.text(), "B12 <old>") || !strings.Contains(v.text(), "3.25 kg") || len(v.find("old")) != 0 {
		t.Fatalf("status %d", v.status)
	}
	at := wareAt + "/variants/" + slice + "/lots"
	form := url.Values{"key": {v.value("key")}, "code": {"C1"}, "best_before": {"2026-12-31"}, "quantity": {"2,5"}}
	v = s.open(t, at, makerCookie, form)
	lot := s.peers.last["Receive"].(*inventoryv1.ReceiveRequest).GetLots()[0]
	if v.status != http.StatusSeeOther || lot.GetReceived() != 2500 || lot.GetVariantId() != slice || lot.GetId() != form.Get("key") || lot.GetBestBefore() != "2026-12-31" {
		t.Errorf("status %d, %v", v.status, lot)
	}
	for _, c := range []struct{ field, typed, beside string }{
		{"quantity", "-1", "quantity-"}, {"quantity", "0", "quantity-"}, {"quantity", "", "quantity-"}, {"best_before", "soon", "before-"}, {"best_before", "2026-11-01", "before-"},
	} {
		wrong := url.Values{"key": form["key"], "code": {"<i>C1</i>"}, "best_before": {"2026-12-31"}, "quantity": {"1"}}
		wrong.Set(c.field, c.typed)
		v = s.open(t, at, makerCookie, wrong)
		if v.status != http.StatusUnprocessableEntity || len(v.find("p", "id", "w-"+c.beside+slice)) != 1 || len(v.find("i")) != 0 || len(v.find("input", "value", "<i>C1</i>")) != 1 {
			t.Errorf("the %s %q is answered with %d", c.field, c.typed, v.status)
		}
	}
	s.peers.fail("Receive", fault.New(fault.Conflict, "lot_differs", "There is a lot with this ID, of other goods."))
	if v = s.open(t, at, makerCookie, form); v.status != http.StatusUnprocessableEntity || !strings.Contains(v.text(), "of other goods") {
		t.Errorf("another lot is answered with %d", v.status)
	}
}

// TestAProducersGoodsAreItsOwn posts to a product of another producer.
func TestAProducersGoodsAreItsOwn(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) { p.madeBy = "pro_portland_01k8y6v0xq7d3mz1n5r2t9w4bz" })
	paths := strings.NewReplacer("{id}", cheese, "{variant}", wheel, "{key}", strings.Repeat("0", 64))
	for _, rt := range s.edge.routes() {
		method, path, _ := strings.Cut(rt.pattern, " ")
		if !strings.HasPrefix(path, "/producer/products/{id}") {
			continue
		}
		form := url.Values{"price": {"1"}, "stock": {"1"}, "quantity": {"1"}, "title": {"Mine"}}
		if method == http.MethodGet {
			form = nil
		}
		if v := s.open(t, paths.Replace(path), makerCookie, form); v.status != http.StatusNotFound {
			t.Errorf("%s of another's product is answered with %d", rt.pattern, v.status)
		}
	}
	for _, change := range []string{"SetPrices", "SetStock", "AdjustStock", "Receive", "PutProduct", "PutImage"} {
		if s.peers.count(change) != 0 {
			t.Errorf("%s was called", change)
		}
	}
}
