package edge

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/producer"
	"github.com/artisan-eats/artisan/edge/producer/goods"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
)

const (
	wareAt = "/producer/products/" + cheese
	listed = "/producer/products?q=tomme"
)

func TestAmountsAreReadAsPeopleTypeThem(t *testing.T) {
	for typed, want := range map[string]int64{
		"12.50": 1250, "12,50": 1250, "12,5": 1250, "12": 1200,
		"12.5\t": 1250, "0": 0, "0.05": 5,
	} {
		if got, err := web.TypedAmount(typed, "USD"); err != nil || got.Minor != want {
			t.Errorf("%q is %d, %v; want %d", typed, got.Minor, err, want)
		}
	}
	if got, err := web.TypedAmount("1200", "JPY"); err != nil || got.Minor != 1200 {
		t.Errorf("1200 yen are %v, %v", got, err)
	}
	for _, typed := range []string{
		"", ".", ",", "-1", "+1", "1.", ".5", "1,250", "1.250", "1.2.3", "1,2,3",
		"1.234,50", "1e3", "1 000", "$5", "٣", "NaN", strings.Repeat("9", 30),
	} {
		if got, err := web.TypedAmount(typed, "USD"); err == nil {
			t.Errorf("%q was read as %v", typed, got)
		}
	}
	for _, typed := range []string{"12.50", "1,200", "1200.0"} {
		if got, err := web.TypedAmount(typed, "JPY"); err == nil {
			t.Errorf("%q yen were read as %v", typed, got)
		}
	}
}

func TestATypedNumberThatCouldBeTwoIsNeither(t *testing.T) {
	for typed, want := range map[string]string{
		"1,250": "1250 or 1.25.", "12,000": "12000 or 12.",
		"7,333\t": "7333 or 7.333.",
	} {
		if got, err := web.TypedQuantity(typed); err == nil ||
			!strings.Contains(err.Error(), "This can be "+want) {
			t.Errorf("%q is read as %v, %v", typed, got, err)
		}
		if got, err := web.TypedAmount(typed, "KWD"); err == nil ||
			!strings.Contains(err.Error(), "such as 1.250") {
			t.Errorf("%q dinars are read as %v, %v", typed, got, err)
		}
	}
	for typed, want := range map[string]int64{
		"0,250": 250, "1,25": 1250, "1.250": 1250, "1250": 1_250_000,
		"1234,500": 1_234_500,
	} {
		if got, err := web.TypedQuantity(typed); err != nil || got != want {
			t.Errorf("%q is read as %v, %v", typed, got, err)
		}
	}
}

// goodsFormOf is the one form of a list, as it is filled in.
func goodsFormOf(t *testing.T, v *view) (action string, form url.Values) {
	t.Helper()
	for _, f := range v.find("form", "method", "post") {
		if action, _ := attribute(f, "action"); strings.HasPrefix(action, goods.SaveAt) {
			return action, filledIn(f)
		}
	}
	t.Fatalf("there is no form of goods: %d %s", v.status, v.text())
	return "", nil
}

func TestOneSaveIsForThePage(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.open(t, listed, makerCookie, nil)
	action, form := goodsFormOf(t, v)
	if action != goods.SaveAt+"?q=tomme" || len(v.find("section", "id", "w-"+cheese)) != 1 ||
		form.Get(priceField(wheel)) != "24.00" || !strings.Contains(v.text(), "In stock: 12") ||
		len(v.find("young")) != 0 {
		t.Fatalf("status %d, to %s: %v", v.status, action, form)
	}
	if len(v.find("img", "src", web.ImageURL("tomme.jpg")+"?w=320")) != 1 {
		t.Error("a row has no picture")
	}
	form.Set(priceField(wheel), "25,50")
	form.Set(priceField(slice), "13")
	form.Set(stockField(slice), "+0,5")
	v = s.open(t, action, makerCookie, form)
	prices, stocks := s.peers.last["SetPrices"].(*catalogv1.SetPricesRequest),
		s.peers.last["AdjustStocks"].(*inventoryv1.AdjustStocksRequest)
	if v.status != http.StatusSeeOther || v.header.Get("Location") != listed[:len(producer.GoodsAt)]+
		"?prices=2&q=tomme&stocks=1" || s.peers.count("SetPrices") != 1 ||
		s.peers.count("AdjustStocks") != 1 {
		t.Errorf("status %d to %s", v.status, v.header.Get("Location"))
	}
	if c := prices.GetChanges(); len(c) != 2 || prices.GetProducerId() != dairy ||
		c[0].GetPrice().GetAmount() != 2550 || c[0].GetWas().GetAmount() != 2400 ||
		c[1].GetPrice().GetAmount() != 1300 {
		t.Errorf("prices %v", prices)
	}
	if a := stocks.GetAdjustments(); len(a) != 1 || a[0].GetVariantId() != slice || a[0].GetBy() != 500 ||
		a[0].GetKey() != form.Get("key") {
		t.Errorf("stocks %v", stocks)
	}
	s.open(t, listed+"&prices=2&stocks=1", makerCookie, nil).says(t, http.StatusOK,
		"Saved: 2 prices and 1 stock.", "Products and stock")
	s.open(t, listed+"&prices=0&stocks=0", makerCookie, nil).says(t, http.StatusOK, "nothing to save")
}

// TestARowThatIsWrongStopsNoneOfTheOthers keeps what was typed, and says which rows are saved.
func TestARowThatIsWrongStopsNoneOfTheOthers(t *testing.T) {
	s := openShop(t, DefaultLimits)
	action, form := goodsFormOf(t, s.open(t, producer.GoodsAt, makerCookie, nil))
	form.Set(priceField(wheel), "cheap")
	form.Set(priceField(slice), "13")
	form.Set(stockField(wheel), "-20")
	form.Set(howField(slice), stockCounted)
	form.Set(stockField(slice), "3")
	s.peers.set(func(p *peers) {
		p.refused = map[string]string{wheel: "There is less than that to take away from."}
	})
	v := s.open(t, action, makerCookie, form)
	v.says(t, http.StatusUnprocessableEntity, "1 row is not saved yet", "Saved: 1 price and 1 stock.",
		"Hill Tomme <young>, By weight: the price and the stock", "There is less than that",
		"Write an amount of USD")
	_, again := goodsFormOf(t, v)
	for field, want := range map[string]string{
		priceField(wheel): "cheap", stockField(wheel): "-20",
		stockField(slice): "", howField(slice): stockCorrected,
	} {
		if again.Get(field) != want {
			t.Errorf("%s is shown as %q, want %q", field, again.Get(field), want)
		}
	}
	if again.Get("key") == form.Get("key") ||
		len(v.find("input", "name", priceField(wheel), "aria-invalid", "true", "aria-describedby", "w-"+
			priceField(wheel))) != 1 {
		t.Error("the form has its old key, or the field is not marked")
	}
	if focus := v.find("input", "autofocus", ""); len(focus) != 1 ||
		named(focus[0], "name") != priceField(wheel) {
		t.Errorf("the focus is on %d fields, or not on the first that is wrong", len(focus))
	}
	s.peers.fail("SetPrices", fault.New(fault.Invalid, "invalid", "No.",
		fault.Field{Name: "changes.0.price", Message: "This is not a price that can be asked."}))
	v = s.open(t, action, makerCookie, url.Values{"p.0": {cheese}, priceField(wheel): {"9999999"}})
	v.says(t, http.StatusUnprocessableEntity, "not a price that can be asked")
}

// TestWhatIsSavedIsSaidWhereTheRestFails has the prices saved, and the inventory away.
func TestWhatIsSavedIsSaidWhereTheRestFails(t *testing.T) {
	s := openShop(t, DefaultLimits)
	action, form := goodsFormOf(t, s.open(t, producer.GoodsAt, makerCookie, nil))
	form.Set(priceField(wheel), "25")
	form.Set(stockField(wheel), "5")
	s.peers.fail("AdjustStocks",
		fault.New(fault.Unavailable, "unavailable", "The stock cannot be had just now."))
	v := s.open(t, action, makerCookie, form)
	v.says(t, http.StatusServiceUnavailable, "The prices are saved, the stock is not",
		"Wheel, 500 g: the price")
	if _, again := goodsFormOf(t, v); again.Get(stockField(wheel)) != "5" {
		t.Errorf("what was typed is lost: %v", again)
	} else if again.Get("key") != form.Get("key") {
		t.Error("what may be taken down already would be taken down again under another key")
	}
}

// TestAPageFromBeforeIsSavedToo has a form for each size, as the version before had.
func TestAPageFromBeforeIsSavedToo(t *testing.T) {
	s := openShop(t, DefaultLimits)
	before := web.Entry("price", "", "24.00").Stamp()
	form := url.Values{
		"price": {"25"}, "made_from": {before}, "stock_how": {"count"}, "adjust": {"7"},
		"key": {strings.Repeat("0", 64)},
	}
	v := s.open(t, wareAt+"/variants/"+wheel, makerCookie, form)
	got := s.peers.last["AdjustStocks"].(*inventoryv1.AdjustStocksRequest).GetAdjustments()[0]
	if v.status != http.StatusSeeOther || got.GetCounted() != 7000 || s.peers.count("SetPrices") != 1 {
		t.Errorf("status %d, %v", v.status, got)
	}
	form.Set("price", "26")
	form.Set("made_from", web.Entry("price", "", "23.00").Stamp())
	s.open(t, wareAt+"/variants/"+wheel, makerCookie, form).says(t, http.StatusConflict,
		"Leave what is there now: 24.00", "Take yours: 26.00")
	form.Set("price", "23.00")
	if v = s.open(t, wareAt+"/variants/"+wheel, makerCookie, form); v.status != http.StatusSeeOther ||
		s.peers.count("SetPrices") != 1 {
		t.Errorf("a price that nobody touched is answered with %d", v.status)
	}
	s.open(t, wareAt+"/publish", makerCookie, url.Values{"publish": {"0"}}).says(t, http.StatusOK,
		"Hide Hill Tomme <young>?")
	s.open(t, wareAt+"/publish", makerCookie, url.Values{"publish": {"1"}}).says(t, http.StatusOK,
		"is shown to shoppers")
	if s.peers.count("SetPublished") != 1 {
		t.Error("it is hidden without being asked")
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
		form, field := url.Values{
			"p.0": {cheese}, priceField(wheel): {"24.00"}, howField(wheel): {c.field},
			stockField(wheel): {c.typed}, "key": {"k"},
		}, stockField(wheel)
		if c.field == "price" {
			form, field = url.Values{"p.0": {cheese}, priceField(wheel): {c.typed}}, priceField(wheel)
		}
		v := s.open(t, goods.SaveAt, makerCookie, form)
		if v.status != http.StatusUnprocessableEntity || v.value(field) != c.typed ||
			len(v.find("p", "id", "w-"+field)) != 1 {
			t.Errorf("the %s %q is answered with %d, and shown as %q", c.field, c.typed, v.status,
				v.value(field))
		}
	}
	if s.peers.count("SetPrices")+s.peers.count("AdjustStocks") != 0 {
		t.Error("something was changed")
	}
}

// TestAProductIsHiddenOnceItWasAsked names the open orders first.
func TestAProductIsHiddenOnceItWasAsked(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.open(t, goods.BulkAt, makerCookie, url.Values{"one": {"hide:" + cheese}})
	v.says(t, http.StatusOK, "Hide Hill Tomme <young>?", "1 order with it is still open.")
	ask := filledIn(v.find("form", "action", goods.BulkAt)[0])
	stale := url.Values{"do": {"hide"}, "chosen": {cheese}, "open": {"7"}}
	s.open(t, goods.BulkAt, makerCookie, stale).says(t, http.StatusConflict, "another one by now",
		"Hide Hill Tomme <young>?")
	if s.peers.count("SetPublished") != 0 {
		t.Fatal("it is hidden without being asked")
	}
	v = s.open(t, goods.BulkAt, makerCookie, ask)
	v.says(t, http.StatusOK, "Hill Tomme <young> is not shown any more.", "Undo")
	if put := s.peers.last["SetPublished"].(*catalogv1.SetPublishedRequest); put.GetPublished() ||
		put.GetProducerId() != dairy || put.GetProductIds()[0] != cheese {
		t.Errorf("sent %v", put)
	}
	v = s.open(t, goods.BulkAt, makerCookie, filledIn(v.find("form", "action", goods.BulkAt)[0]))
	v.says(t, http.StatusOK, "is shown to shoppers")
	if !s.peers.last["SetPublished"].(*catalogv1.SetPublishedRequest).GetPublished() {
		t.Error("the undo does not show it")
	}
	form := typedProduct()
	form.Del("published")
	v = s.open(t, wareAt, makerCookie, form)
	v.says(t, http.StatusOK, "Hide Hill Tomme <young>?", "1 order with it is still open.")
	if s.peers.count("PutProduct") != 0 {
		t.Error("its form hides it without being asked")
	}
	if v = s.open(t, wareAt, makerCookie,
		filledIn(v.find("form", "action", wareAt)[0])); v.status != http.StatusSeeOther ||
		s.peers.last["PutProduct"].(*catalogv1.PutProductRequest).GetProduct().GetPublished() {
		t.Errorf("status %d: %s", v.status, v.text())
	}
}

// TestManyPricesAreSeenBeforeTheyAreChanged raises them by percent and by an amount.
func TestManyPricesAreSeenBeforeTheyAreChanged(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for _, c := range []struct {
		how, by, wheel, slice string
		rows                  []string
	}{
		{"percent", "+2,5", "2460", "1281", []string{"$24.60", "$12.81"}},
		{"percent", "-50", "1200", "625", []string{"$12.00", "$6.25"}},
		{"amount", "0.55", "2455", "1305", []string{"$24.55", "$13.05"}},
		{"amount", "\u221212.50", "1150", "", []string{"$11.50", "less than the smallest coin"}},
	} {
		v := s.open(t, goods.BulkAt, makerCookie, url.Values{
			"do": {"price"}, "all": {"1"}, "p.0": {cheese},
			"price_how": {c.how}, "price_by": {c.by},
		})
		v.says(t, http.StatusOK, append(c.rows, "Nothing is changed yet", "$24.00", "$12.50")...)
		form := filledIn(v.find("form", "action", goods.BulkAt)[0])
		sets := strings.Join(form["set"], " ")
		if !strings.Contains(sets, wheel+":2400:"+c.wheel) ||
			strings.Contains(sets, slice) != (c.slice != "") || !strings.Contains(sets, ":1250:"+c.slice) &&
			c.slice != "" {
			t.Errorf("%s %s: %s", c.how, c.by, sets)
		}
		if s.peers.count("SetPrices") != 0 {
			t.Fatal("prices are changed before they were seen")
		}
	}
	v := s.open(t, goods.BulkAt, makerCookie,
		url.Values{"do": {"price"}, "chosen": {cheese}, "price_how": {"percent"}, "price_by": {"10"}})
	form := filledIn(v.find("form", "action", goods.BulkAt)[0])
	s.peers.fail("SetPrices", fault.New(fault.Conflict, "changed_since", "Changed."))
	s.open(t, goods.BulkAt, makerCookie, form).says(t, http.StatusConflict, "None is changed yet", "$26.40")
	s.peers.fail("SetPrices", nil)
	v = s.open(t, goods.BulkAt, makerCookie, form)
	v.says(t, http.StatusOK, "2 prices are changed.", "Undo")
	v = s.open(t, goods.BulkAt, makerCookie, filledIn(v.find("form", "action", goods.BulkAt)[0]))
	v.says(t, http.StatusOK, "2 prices are changed.")
	c := s.peers.last["SetPrices"].(*catalogv1.SetPricesRequest).GetChanges()
	if c[0].GetPrice().GetAmount() != 2400 || c[0].GetWas().GetAmount() != 2640 {
		t.Errorf("the undo sets %v", c)
	}
	for _, wrong := range []string{"", "0", "-100", "1001", "0.001", "ten", "--5", "1,250"} {
		v := s.open(t, goods.BulkAt, makerCookie,
			url.Values{"do": {"price"}, "chosen": {cheese}, "price_how": {"percent"}, "price_by": {wrong}})
		if focus := v.find("input", "autofocus", ""); len(focus) != 1 ||
			named(focus[0], "name") != "price_by" || strings.Contains(v.text(), "not saved yet") {
			t.Errorf("%q percent: the focus is on %d fields", wrong, len(focus))
		}
		if v.status != http.StatusUnprocessableEntity || v.value("price_by") != wrong ||
			len(v.find("input", "name", "chosen", "checked", "")) != 1 {
			t.Errorf("%q percent are answered with %d, and shown as %q", wrong, v.status, v.value("price_by"))
		}
	}
}

// TestManyStocksAreSeenBeforeTheyAreChanged counts what pieces are and what is weighed alike.
func TestManyStocksAreSeenBeforeTheyAreChanged(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.open(t, goods.BulkAt, makerCookie,
		url.Values{"do": {"stock"}, "chosen": {cheese}, "all_how": {"by"}, "stock_by": {"1.5"}})
	v.says(t, http.StatusOK, "Stays: This is sold by the piece", "3.25 kg", "4.75 kg")
	form := filledIn(v.find("form", "action", goods.BulkAt)[0])
	if s.peers.count("AdjustStocks") != 0 {
		t.Fatal("stocks are changed before they were seen")
	}
	v = s.open(t, goods.BulkAt, makerCookie, form)
	v.says(t, http.StatusOK, "1 stock is changed.", "Not done:", "Wheel, 500 g: This is sold by the piece")
	if a := s.peers.last["AdjustStocks"].(*inventoryv1.AdjustStocksRequest).GetAdjustments(); len(a) != 1 ||
		a[0].GetBy() != 1500 || a[0].GetKey() != form.Get("key") {
		t.Errorf("sent %v", a)
	}
	undo := filledIn(v.find("form", "action", goods.BulkAt)[0])
	s.open(t, goods.BulkAt, makerCookie, undo).says(t, http.StatusOK, "1 stock is as before.")
	sent := s.peers.last["UndoStocks"].(*inventoryv1.UndoStocksRequest)
	if lot := sent.GetStocks()[0].GetLots()[0]; len(sent.GetStocks()) != 1 ||
		sent.GetStocks()[0].GetVariantId() != slice || lot.GetWas() != 3250 || lot.GetIs() != 4750 ||
		sent.GetKey() != undo.Get("key") || sent.GetKey() == form.Get("key") {
		t.Errorf("sent %v", sent)
	}
	s.peers.set(func(p *peers) {
		p.refused = map[string]string{slice: "It stays as it is: some of it was sold or changed since."}
	})
	s.open(t, goods.BulkAt, makerCookie, undo).says(t, http.StatusOK, "0 stocks are as before.",
		"By weight: It stays as it is")
	for torn, status := range map[string]int{"": 400, slice: 400, slice + " lot=1": 400, slice +
		" lot=a=1": 400, "var_portland_00000000000000000000000000 lot=1=2": 404} {
		undo.Set(undoneField, torn)
		if v := s.open(t, goods.BulkAt, makerCookie, undo); v.status != status ||
			s.peers.count("UndoStocks") != 2 {
			t.Errorf("%q is answered with %d", torn, v.status)
		}
	}
	s.open(t, goods.BulkAt, makerCookie, url.Values{
		"do": {"stock"}, "chosen": {cheese}, "all_how": {"count"},
		"stock_by": {"-2"},
	}).says(t, http.StatusUnprocessableEntity, "Say how much it is")
}

// TestManyAreNotChangedWhileSomethingIsTyped would lose it.
func TestManyAreNotChangedWhileSomethingIsTyped(t *testing.T) {
	s := openShop(t, DefaultLimits)
	_, form := goodsFormOf(t, s.open(t, producer.GoodsAt, makerCookie, nil))
	form.Set("one", "show:"+cheese)
	form.Set(priceField(wheel), "25")
	form.Set(stockField(slice), "1")
	v := s.open(t, goods.BulkAt, makerCookie, form)
	v.says(t, http.StatusConflict, "save them first")
	_, again := goodsFormOf(t, v)
	if again.Get(priceField(wheel)) != "25" || again.Get(stockField(slice)) != "1" ||
		s.peers.count("SetPublished")+s.peers.count("SetPrices") != 0 {
		t.Errorf("shown as %v", again)
	}
	s.open(t, goods.BulkAt, makerCookie, url.Values{"do": {"hide"}}).says(t, http.StatusBadRequest,
		"Tick the products first.")
	s.open(t, goods.BulkAt, makerCookie, url.Values{"do": {"burn"}, "chosen": {cheese}}).says(t,
		http.StatusBadRequest, "Choose what is to be done")
	s.open(t, goods.BulkAt, makerCookie,
		url.Values{"do": {"show"}, "chosen": {"prd_portland_00000000000000000000000000"}}).says(t,
		http.StatusNotFound)
}

// TestTheListSaysWhatIsSoldOutAndLow counts each, and narrows the list to it.
func TestTheListSaysWhatIsSoldOutAndLow(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for _, c := range []struct {
		wheel, slice int64
		hidden       bool
		says, none   string
		counts       string
	}{
		{12000, 9000, false, "Hill Tomme", "Sold out", "All 1Sold out 0Low 0Not shown 0"},
		{0, 9000, false, "Sold out", "Low", "All 1Sold out 1Low 0Not shown 0"},
		{5000, 0, false, "Low", "Preview", "All 1Sold out 1Low 1Not shown 0"},
		{0, 0, true, "Not shown yet", "Hide Hill", "All 1Sold out 0Low 0Not shown 1"},
	} {
		s.peers.set(func(p *peers) {
			p.stock = map[string]int64{wheel: c.wheel, slice: c.slice}
			p.ware = func(w *catalogv1.Product) { w.Published = !c.hidden }
		})
		v := s.open(t, producer.GoodsAt, makerCookie, nil)
		nav := strings.Join(
			strings.Fields((&view{root: v.find("nav", "aria-label", "Which products")[0]}).text()), " ")
		wares := (&view{root: v.find("section", "class", "ware")[0]}).text()
		if nav != c.counts || !strings.Contains(wares, c.says) || strings.Contains(wares, c.none) {
			t.Errorf("the list says %q and %s", nav, wares)
		}
		for state, shown := range map[string]bool{"": true, producer.GoodsOut: strings.Contains(c.counts,
			"out 1"), goodsLow: strings.Contains(c.counts, "Low 1"), goodsHidden: c.hidden} {
			v := s.open(t, producer.GoodsAt+"?state="+state, makerCookie, nil)
			if found := len(v.find("section", "class", "ware")) == 1; found != shown {
				t.Errorf("%s: the list %q has it: %t", nav, state, found)
			}
		}
	}
	s.peers.fail("Availability", fault.New(fault.Unavailable, "unavailable", "Not now."))
	s.open(t, producer.GoodsAt, makerCookie, nil).says(t, http.StatusOK, "The stock is not known just now.",
		"Hill Tomme")
}

// TestAProductIsFoundByItsSKU looks for a part of it.
func TestAProductIsFoundByItsSKU(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) {
		p.more = 0
		p.ware = func(w *catalogv1.Product) { w.Variants[0].Sku = "HD-TOM-500" }
	})
	v := s.open(t, producer.GoodsAt+"?q=tom-5", makerCookie, nil)
	if len(v.find("section", "id", "w-"+cheese)) != 1 {
		t.Errorf("status %d: %s", v.status, v.text())
	}
	if asked := s.peers.last["ListProducts"].(*catalogv1.ListProductsRequest); !asked.GetAll() ||
		asked.GetProducerId() != dairy {
		t.Errorf("catalog was asked for %v", asked)
	}
}

// TestAMakerSeesAPreviewOfWhatIsNotShown is at her desk only.
func TestAMakerSeesAPreviewOfWhatIsNotShown(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) { p.ware = func(w *catalogv1.Product) { w.Published = false } })
	v := s.open(t, wareAt+"/preview", makerCookie, nil)
	v.says(t, http.StatusOK, "Only you see this page", "Hill Tomme <young>", "$24.00")
	if len(v.find("form", "action", "/cart/lines")) != 0 || strings.Contains(v.text(), "Add to basket") {
		t.Error("it is offered to be put into the basket")
	}
	s.open(t, wareAt, makerCookie, nil).says(t, http.StatusOK, "Preview, for you only")
	if v = s.open(t, wareAt+"/preview", "session=shopper", nil); v.status != http.StatusForbidden ||
		strings.Contains(v.text(), "Hill Tomme") {
		t.Errorf("a shopper is answered with %d: %s", v.status, v.text())
	}
}

func TestLotsAreBookedIn(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.open(t, wareAt+"/lots", makerCookie, nil)
	if v.status != http.StatusOK || !strings.Contains(v.text(), "B12 <old>") ||
		!strings.Contains(v.text(), "3.25 kg") || len(v.find("old")) != 0 {
		t.Fatalf("status %d", v.status)
	}
	at := wareAt + "/variants/" + slice + "/lots"
	form := url.Values{
		"key": {v.value("key")}, "code": {"C1"}, "best_before": {"2026-12-31"},
		"quantity": {"2,5"},
	}
	v = s.open(t, at, makerCookie, form)
	lot := s.peers.last["Receive"].(*inventoryv1.ReceiveRequest).GetLots()[0]
	if v.status != http.StatusSeeOther || lot.GetReceived() != 2500 || lot.GetVariantId() != slice ||
		lot.GetId() != form.Get("key") || lot.GetBestBefore() != "2026-12-31" {
		t.Errorf("status %d, %v", v.status, lot)
	}
	for _, c := range []struct{ field, typed, beside string }{
		{"quantity", "-1", "quantity-"},
		{"quantity", "0", "quantity-"},
		{"quantity", "", "quantity-"},
		{"best_before", "soon", "before-"},
		{"best_before", "2026-11-01", "before-"},
	} {
		wrong := url.Values{
			"key": form["key"], "code": {"<i>C1</i>"}, "best_before": {"2026-12-31"},
			"quantity": {"1"},
		}
		wrong.Set(c.field, c.typed)
		v = s.open(t, at, makerCookie, wrong)
		if v.status != http.StatusUnprocessableEntity || len(v.find("p", "id", "w-"+c.beside+slice)) != 1 ||
			len(v.find("i")) != 0 || len(v.find("input", "value", "<i>C1</i>")) != 1 {
			t.Errorf("the %s %q is answered with %d", c.field, c.typed, v.status)
		}
	}
	s.peers.fail("Receive",
		fault.New(fault.Conflict, "lot_differs", "There is a lot with this ID, of other goods."))
	if v = s.open(t, at, makerCookie, form); v.status != http.StatusUnprocessableEntity ||
		!strings.Contains(v.text(), "of other goods") {
		t.Errorf("another lot is answered with %d", v.status)
	}
}

// TestAProducersGoodsAreItsOwn posts to a product of another producer.
func TestAProducersGoodsAreItsOwn(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) { p.madeBy = "pro_portland_01k8y6v0xq7d3mz1n5r2t9w4bz" })
	paths := strings.NewReplacer("{id}", cheese, "{variant}", wheel, "{key}", strings.Repeat("0", 64))
	for _, rt := range s.edge.routes {
		method, path, _ := strings.Cut(rt.Pattern, " ")
		if !strings.HasPrefix(path, "/producer/products/{id}") {
			continue
		}
		form := url.Values{"price": {"1"}, "stock": {"1"}, "quantity": {"1"}, "title": {"Mine"}}
		if method == http.MethodGet {
			form = nil
		}
		if v := s.open(t, paths.Replace(path), makerCookie, form); v.status != http.StatusNotFound {
			t.Errorf("%s of another's product is answered with %d", rt.Pattern, v.status)
		}
	}
	for _, change := range []string{
		"SetPrices", "SetStock", "AdjustStocks", "UndoStocks", "SetPublished",
		"Receive", "PutProduct", "PutImage",
	} {
		if s.peers.count(change) != 0 {
			t.Errorf("%s was called", change)
		}
	}
}
