package goods_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/producer"
	"github.com/artisan-eats/artisan/edge/producer/goods"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
)

const (
	listed = "/producer/products?q=tomme"
)

// goodsFormOf is the one form of a list, as it is filled in.
func goodsFormOf(t *testing.T, v *edgetest.View) (action string, form url.Values) {
	t.Helper()
	for _, f := range v.Find("form", "method", "post") {
		if action, _ := edgetest.Attribute(f, "action"); strings.HasPrefix(action, goods.SaveAt) {
			return action, edgetest.FilledIn(f)
		}
	}
	t.Fatalf("there is no form of goods: %d %s", v.Status, v.Text())
	return "", nil
}

func TestOneSaveIsForThePage(t *testing.T) {
	s := edgetest.Open(t)
	v := s.Open(t, listed, edgetest.MakerCookie, nil)
	action, form := goodsFormOf(t, v)
	if action != goods.SaveAt+"?q=tomme" || len(v.Find("section", "id", "w-"+edgetest.Cheese)) != 1 ||
		form.Get(priceField(edgetest.Wheel)) != "24.00" || !strings.Contains(v.Text(), "In stock: 12") ||
		len(v.Find("young")) != 0 {
		t.Fatalf("status %d, to %s: %v", v.Status, action, form)
	}
	if len(v.Find("img", "src", web.ImageURL("tomme.jpg")+"?w=320")) != 1 {
		t.Error("a row has no picture")
	}
	form.Set(priceField(edgetest.Wheel), "25,50")
	form.Set(priceField(edgetest.Slice), "13")
	form.Set(stockField(edgetest.Slice), "+0,5")
	v = s.Open(t, action, edgetest.MakerCookie, form)
	prices, stocks := s.Peers.Last["SetPrices"].(*catalogv1.SetPricesRequest),
		s.Peers.Last["AdjustStocks"].(*inventoryv1.AdjustStocksRequest)
	if v.Status != http.StatusSeeOther || v.Header.Get("Location") != listed[:len(producer.GoodsAt)]+
		"?prices=2&q=tomme&stocks=1" || s.Peers.Count("SetPrices") != 1 ||
		s.Peers.Count("AdjustStocks") != 1 {
		t.Errorf("status %d to %s", v.Status, v.Header.Get("Location"))
	}
	if c := prices.GetChanges(); len(c) != 2 || prices.GetProducerId() != edgetest.Dairy ||
		c[0].GetPrice().GetAmount() != 2550 || c[0].GetWas().GetAmount() != 2400 ||
		c[1].GetPrice().GetAmount() != 1300 {
		t.Errorf("prices %v", prices)
	}
	if a := stocks.GetAdjustments(); len(a) != 1 || a[0].GetVariantId() != edgetest.Slice ||
		a[0].GetBy() != 500 ||
		a[0].GetKey() != form.Get("key") {
		t.Errorf("stocks %v", stocks)
	}
	s.Open(t, listed+"&prices=2&stocks=1", edgetest.MakerCookie, nil).Says(t, http.StatusOK,
		"Saved: 2 prices and 1 stock.", "Products and stock")
	s.Open(t, listed+"&prices=0&stocks=0", edgetest.MakerCookie, nil).Says(t, http.StatusOK,
		"nothing to save")
}

// TestARowThatIsWrongStopsNoneOfTheOthers keeps what was typed, and says which rows are saved.
func TestARowThatIsWrongStopsNoneOfTheOthers(t *testing.T) {
	s := edgetest.Open(t)
	action, form := goodsFormOf(t, s.Open(t, producer.GoodsAt, edgetest.MakerCookie, nil))
	form.Set(priceField(edgetest.Wheel), "cheap")
	form.Set(priceField(edgetest.Slice), "13")
	form.Set(stockField(edgetest.Wheel), "-20")
	form.Set(howField(edgetest.Slice), stockCounted)
	form.Set(stockField(edgetest.Slice), "3")
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Refused = map[string]string{edgetest.Wheel: "There is less than that to take away from."}
	})
	v := s.Open(t, action, edgetest.MakerCookie, form)
	v.Says(t, http.StatusUnprocessableEntity, "1 row is not saved yet", "Saved: 1 price and 1 stock.",
		"Hill Tomme <young>, By weight: the price and the stock", "There is less than that",
		"Write an amount of USD")
	_, again := goodsFormOf(t, v)
	for field, want := range map[string]string{
		priceField(edgetest.Wheel): "cheap", stockField(edgetest.Wheel): "-20",
		stockField(edgetest.Slice): "", howField(edgetest.Slice): stockCorrected,
	} {
		if again.Get(field) != want {
			t.Errorf("%s is shown as %q, want %q", field, again.Get(field), want)
		}
	}
	if again.Get("key") == form.Get("key") ||
		len(v.Find("input", "name", priceField(edgetest.Wheel), "aria-invalid", "true", "aria-describedby",
			"w-"+
				priceField(edgetest.Wheel))) != 1 {
		t.Error("the form has its old key, or the field is not marked")
	}
	if focus := v.Find("input", "autofocus", ""); len(focus) != 1 ||
		edgetest.Attr(focus[0], "name") != priceField(edgetest.Wheel) {
		t.Errorf("the focus is on %d fields, or not on the first that is wrong", len(focus))
	}
	s.Peers.Fail("SetPrices", fault.New(fault.Invalid, "invalid", "No.",
		fault.Field{Name: "changes.0.price", Message: "This is not a price that can be asked."}))
	v = s.Open(t, action, edgetest.MakerCookie,
		url.Values{"p.0": {edgetest.Cheese}, priceField(edgetest.Wheel): {"9999999"}})
	v.Says(t, http.StatusUnprocessableEntity, "not a price that can be asked")
}

// TestWhatIsSavedIsSaidWhereTheRestFails has the prices saved, and the inventory away.
func TestWhatIsSavedIsSaidWhereTheRestFails(t *testing.T) {
	s := edgetest.Open(t)
	action, form := goodsFormOf(t, s.Open(t, producer.GoodsAt, edgetest.MakerCookie, nil))
	form.Set(priceField(edgetest.Wheel), "25")
	form.Set(stockField(edgetest.Wheel), "5")
	s.Peers.Fail("AdjustStocks",
		fault.New(fault.Unavailable, "unavailable", "The stock cannot be had just now."))
	v := s.Open(t, action, edgetest.MakerCookie, form)
	v.Says(t, http.StatusServiceUnavailable, "The prices are saved, the stock is not",
		"Wheel, 500 g: the price")
	if _, again := goodsFormOf(t, v); again.Get(stockField(edgetest.Wheel)) != "5" {
		t.Errorf("what was typed is lost: %v", again)
	} else if again.Get("key") != form.Get("key") {
		t.Error("what may be taken down already would be taken down again under another key")
	}
}

// TestAPageFromBeforeIsSavedToo has a form for each size, as the version before had.
func TestAPageFromBeforeIsSavedToo(t *testing.T) {
	s := edgetest.Open(t)
	before := web.Entry("price", "", "24.00").Stamp()
	form := url.Values{
		"price": {"25"}, "made_from": {before}, "stock_how": {"count"}, "adjust": {"7"},
		"key": {strings.Repeat("0", 64)},
	}
	v := s.Open(t, edgetest.WareAt+"/variants/"+edgetest.Wheel, edgetest.MakerCookie, form)
	got := s.Peers.Last["AdjustStocks"].(*inventoryv1.AdjustStocksRequest).GetAdjustments()[0]
	if v.Status != http.StatusSeeOther || got.GetCounted() != 7000 || s.Peers.Count("SetPrices") != 1 {
		t.Errorf("status %d, %v", v.Status, got)
	}
	form.Set("price", "26")
	form.Set("made_from", web.Entry("price", "", "23.00").Stamp())
	s.Open(t, edgetest.WareAt+"/variants/"+edgetest.Wheel, edgetest.MakerCookie, form).Says(t,
		http.StatusConflict,
		"Leave what is there now: 24.00", "Take yours: 26.00")
	form.Set("price", "23.00")
	if v = s.Open(t, edgetest.WareAt+"/variants/"+edgetest.Wheel, edgetest.MakerCookie,
		form); v.Status != http.StatusSeeOther ||
		s.Peers.Count("SetPrices") != 1 {
		t.Errorf("a price that nobody touched is answered with %d", v.Status)
	}
	s.Open(t, edgetest.WareAt+"/publish", edgetest.MakerCookie, url.Values{"publish": {"0"}}).Says(t,
		http.StatusOK,
		"Hide Hill Tomme <young>?")
	s.Open(t, edgetest.WareAt+"/publish", edgetest.MakerCookie, url.Values{"publish": {"1"}}).Says(t,
		http.StatusOK,
		"is shown to shoppers")
	if s.Peers.Count("SetPublished") != 1 {
		t.Error("it is hidden without being asked")
	}
}

func TestFiguresThatAreNoneStayAsTheyWereTyped(t *testing.T) {
	s := edgetest.Open(t)
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
			"p.0": {edgetest.Cheese}, priceField(edgetest.Wheel): {"24.00"},
			howField(edgetest.Wheel):   {c.field},
			stockField(edgetest.Wheel): {c.typed}, "key": {"k"},
		}, stockField(edgetest.Wheel)
		if c.field == "price" {
			form, field = url.Values{"p.0": {edgetest.Cheese}, priceField(edgetest.Wheel): {c.typed}},
				priceField(edgetest.Wheel)
		}
		v := s.Open(t, goods.SaveAt, edgetest.MakerCookie, form)
		if v.Status != http.StatusUnprocessableEntity || v.Value(field) != c.typed ||
			len(v.Find("p", "id", "w-"+field)) != 1 {
			t.Errorf("the %s %q is answered with %d, and shown as %q", c.field, c.typed, v.Status,
				v.Value(field))
		}
	}
	if s.Peers.Count("SetPrices")+s.Peers.Count("AdjustStocks") != 0 {
		t.Error("something was changed")
	}
}

// TestAProductIsHiddenOnceItWasAsked names the open orders first.
func TestAProductIsHiddenOnceItWasAsked(t *testing.T) {
	s := edgetest.Open(t)
	v := s.Open(t, goods.BulkAt, edgetest.MakerCookie, url.Values{"one": {"hide:" + edgetest.Cheese}})
	v.Says(t, http.StatusOK, "Hide Hill Tomme <young>?", "1 order with it is still open.")
	ask := edgetest.FilledIn(v.Find("form", "action", goods.BulkAt)[0])
	stale := url.Values{"do": {"hide"}, "chosen": {edgetest.Cheese}, "open": {"7"}}
	s.Open(t, goods.BulkAt, edgetest.MakerCookie, stale).Says(t, http.StatusConflict, "another one by now",
		"Hide Hill Tomme <young>?")
	if s.Peers.Count("SetPublished") != 0 {
		t.Fatal("it is hidden without being asked")
	}
	v = s.Open(t, goods.BulkAt, edgetest.MakerCookie, ask)
	v.Says(t, http.StatusOK, "Hill Tomme <young> is not shown any more.", "Undo")
	if put := s.Peers.Last["SetPublished"].(*catalogv1.SetPublishedRequest); put.GetPublished() ||
		put.GetProducerId() != edgetest.Dairy || put.GetProductIds()[0] != edgetest.Cheese {
		t.Errorf("sent %v", put)
	}
	v = s.Open(t, goods.BulkAt, edgetest.MakerCookie,
		edgetest.FilledIn(v.Find("form", "action", goods.BulkAt)[0]))
	v.Says(t, http.StatusOK, "is shown to shoppers")
	if !s.Peers.Last["SetPublished"].(*catalogv1.SetPublishedRequest).GetPublished() {
		t.Error("the undo does not show it")
	}
	form := typedProduct()
	form.Del("published")
	v = s.Open(t, edgetest.WareAt, edgetest.MakerCookie, form)
	v.Says(t, http.StatusOK, "Hide Hill Tomme <young>?", "1 order with it is still open.")
	if s.Peers.Count("PutProduct") != 0 {
		t.Error("its form hides it without being asked")
	}
	if v = s.Open(t, edgetest.WareAt, edgetest.MakerCookie,
		edgetest.FilledIn(v.Find("form", "action", edgetest.WareAt)[0])); v.Status != http.StatusSeeOther ||
		s.Peers.Last["PutProduct"].(*catalogv1.PutProductRequest).GetProduct().GetPublished() {
		t.Errorf("status %d: %s", v.Status, v.Text())
	}
}

// TestManyPricesAreSeenBeforeTheyAreChanged raises them by percent and by an amount.
func TestManyPricesAreSeenBeforeTheyAreChanged(t *testing.T) {
	s := edgetest.Open(t)
	for _, c := range []struct {
		how, by, wheel, slice string
		rows                  []string
	}{
		{"percent", "+2,5", "2460", "1281", []string{"$24.60", "$12.81"}},
		{"percent", "-50", "1200", "625", []string{"$12.00", "$6.25"}},
		{"amount", "0.55", "2455", "1305", []string{"$24.55", "$13.05"}},
		{"amount", "\u221212.50", "1150", "", []string{"$11.50", "less than the smallest coin"}},
	} {
		v := s.Open(t, goods.BulkAt, edgetest.MakerCookie, url.Values{
			"do": {"price"}, "all": {"1"}, "p.0": {edgetest.Cheese},
			"price_how": {c.how}, "price_by": {c.by},
		})
		v.Says(t, http.StatusOK, append(c.rows, "Nothing is changed yet", "$24.00", "$12.50")...)
		form := edgetest.FilledIn(v.Find("form", "action", goods.BulkAt)[0])
		sets := strings.Join(form["set"], " ")
		if !strings.Contains(sets, edgetest.Wheel+":2400:"+c.wheel) ||
			strings.Contains(sets, edgetest.Slice) != (c.slice != "") ||
			!strings.Contains(sets, ":1250:"+c.slice) &&
				c.slice != "" {
			t.Errorf("%s %s: %s", c.how, c.by, sets)
		}
		if s.Peers.Count("SetPrices") != 0 {
			t.Fatal("prices are changed before they were seen")
		}
	}
	v := s.Open(t, goods.BulkAt, edgetest.MakerCookie,
		url.Values{
			"do": {"price"}, "chosen": {edgetest.Cheese}, "price_how": {"percent"},
			"price_by": {"10"},
		})
	form := edgetest.FilledIn(v.Find("form", "action", goods.BulkAt)[0])
	s.Peers.Fail("SetPrices", fault.New(fault.Conflict, "changed_since", "Changed."))
	s.Open(t, goods.BulkAt, edgetest.MakerCookie, form).Says(t, http.StatusConflict, "None is changed yet",
		"$26.40")
	s.Peers.Fail("SetPrices", nil)
	v = s.Open(t, goods.BulkAt, edgetest.MakerCookie, form)
	v.Says(t, http.StatusOK, "2 prices are changed.", "Undo")
	v = s.Open(t, goods.BulkAt, edgetest.MakerCookie,
		edgetest.FilledIn(v.Find("form", "action", goods.BulkAt)[0]))
	v.Says(t, http.StatusOK, "2 prices are changed.")
	c := s.Peers.Last["SetPrices"].(*catalogv1.SetPricesRequest).GetChanges()
	if c[0].GetPrice().GetAmount() != 2400 || c[0].GetWas().GetAmount() != 2640 {
		t.Errorf("the undo sets %v", c)
	}
	for _, wrong := range []string{"", "0", "-100", "1001", "0.001", "ten", "--5", "1,250"} {
		v := s.Open(t, goods.BulkAt, edgetest.MakerCookie,
			url.Values{
				"do": {"price"}, "chosen": {edgetest.Cheese}, "price_how": {"percent"},
				"price_by": {wrong},
			})
		if focus := v.Find("input", "autofocus", ""); len(focus) != 1 ||
			edgetest.Attr(focus[0], "name") != "price_by" || strings.Contains(v.Text(), "not saved yet") {
			t.Errorf("%q percent: the focus is on %d fields", wrong, len(focus))
		}
		if v.Status != http.StatusUnprocessableEntity || v.Value("price_by") != wrong ||
			len(v.Find("input", "name", "chosen", "checked", "")) != 1 {
			t.Errorf("%q percent are answered with %d, and shown as %q", wrong, v.Status, v.Value("price_by"))
		}
	}
}

// TestManyStocksAreSeenBeforeTheyAreChanged counts what pieces are and what is weighed alike.
func TestManyStocksAreSeenBeforeTheyAreChanged(t *testing.T) {
	s := edgetest.Open(t)
	v := s.Open(t, goods.BulkAt, edgetest.MakerCookie,
		url.Values{"do": {"stock"}, "chosen": {edgetest.Cheese}, "all_how": {"by"}, "stock_by": {"1.5"}})
	v.Says(t, http.StatusOK, "Stays: This is sold by the piece", "3.25 kg", "4.75 kg")
	form := edgetest.FilledIn(v.Find("form", "action", goods.BulkAt)[0])
	if s.Peers.Count("AdjustStocks") != 0 {
		t.Fatal("stocks are changed before they were seen")
	}
	v = s.Open(t, goods.BulkAt, edgetest.MakerCookie, form)
	v.Says(t, http.StatusOK, "1 stock is changed.", "Not done:", "Wheel, 500 g: This is sold by the piece")
	if a := s.Peers.Last["AdjustStocks"].(*inventoryv1.AdjustStocksRequest).GetAdjustments(); len(a) != 1 ||
		a[0].GetBy() != 1500 || a[0].GetKey() != form.Get("key") {
		t.Errorf("sent %v", a)
	}
	undo := edgetest.FilledIn(v.Find("form", "action", goods.BulkAt)[0])
	s.Open(t, goods.BulkAt, edgetest.MakerCookie, undo).Says(t, http.StatusOK, "1 stock is as before.")
	sent := s.Peers.Last["UndoStocks"].(*inventoryv1.UndoStocksRequest)
	if lot := sent.GetStocks()[0].GetLots()[0]; len(sent.GetStocks()) != 1 ||
		sent.GetStocks()[0].GetVariantId() != edgetest.Slice || lot.GetWas() != 3250 || lot.GetIs() != 4750 ||
		sent.GetKey() != undo.Get("key") || sent.GetKey() == form.Get("key") {
		t.Errorf("sent %v", sent)
	}
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Refused = map[string]string{
			edgetest.Slice: "It stays as it is: some of it was sold or changed since.",
		}
	})
	s.Open(t, goods.BulkAt, edgetest.MakerCookie, undo).Says(t, http.StatusOK, "0 stocks are as before.",
		"By weight: It stays as it is")
	for torn, status := range map[string]int{
		"": 400, edgetest.Slice: 400, edgetest.Slice + " lot=1": 400,
		edgetest.Slice +
			" lot=a=1": 400, "var_portland_00000000000000000000000000 lot=1=2": 404,
	} {
		undo.Set(undoneField, torn)
		if v := s.Open(t, goods.BulkAt, edgetest.MakerCookie, undo); v.Status != status ||
			s.Peers.Count("UndoStocks") != 2 {
			t.Errorf("%q is answered with %d", torn, v.Status)
		}
	}
	s.Open(t, goods.BulkAt, edgetest.MakerCookie, url.Values{
		"do": {"stock"}, "chosen": {edgetest.Cheese}, "all_how": {"count"},
		"stock_by": {"-2"},
	}).Says(t, http.StatusUnprocessableEntity, "Say how much it is")
}

// TestManyAreNotChangedWhileSomethingIsTyped would lose it.
func TestManyAreNotChangedWhileSomethingIsTyped(t *testing.T) {
	s := edgetest.Open(t)
	_, form := goodsFormOf(t, s.Open(t, producer.GoodsAt, edgetest.MakerCookie, nil))
	form.Set("one", "show:"+edgetest.Cheese)
	form.Set(priceField(edgetest.Wheel), "25")
	form.Set(stockField(edgetest.Slice), "1")
	v := s.Open(t, goods.BulkAt, edgetest.MakerCookie, form)
	v.Says(t, http.StatusConflict, "save them first")
	_, again := goodsFormOf(t, v)
	if again.Get(priceField(edgetest.Wheel)) != "25" || again.Get(stockField(edgetest.Slice)) != "1" ||
		s.Peers.Count("SetPublished")+s.Peers.Count("SetPrices") != 0 {
		t.Errorf("shown as %v", again)
	}
	s.Open(t, goods.BulkAt, edgetest.MakerCookie, url.Values{"do": {"hide"}}).Says(t, http.StatusBadRequest,
		"Tick the products first.")
	s.Open(t, goods.BulkAt, edgetest.MakerCookie,
		url.Values{"do": {"burn"}, "chosen": {edgetest.Cheese}}).Says(t,
		http.StatusBadRequest, "Choose what is to be done")
	s.Open(t, goods.BulkAt, edgetest.MakerCookie,
		url.Values{"do": {"show"}, "chosen": {"prd_portland_00000000000000000000000000"}}).Says(t,
		http.StatusNotFound)
}

// TestTheListSaysWhatIsSoldOutAndLow counts each, and narrows the list to it.
func TestTheListSaysWhatIsSoldOutAndLow(t *testing.T) {
	s := edgetest.Open(t)
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
		s.Peers.Set(func(p *edgetest.Peers) {
			p.Stock = map[string]int64{edgetest.Wheel: c.wheel, edgetest.Slice: c.slice}
			p.Ware = func(w *catalogv1.Product) { w.Published = !c.hidden }
		})
		v := s.Open(t, producer.GoodsAt, edgetest.MakerCookie, nil)
		nav := strings.Join(
			strings.Fields((&edgetest.View{Root: v.Find("nav", "aria-label", "Which products")[0]}).Text()),
			" ")
		wares := (&edgetest.View{Root: v.Find("section", "class", "ware")[0]}).Text()
		if nav != c.counts || !strings.Contains(wares, c.says) || strings.Contains(wares, c.none) {
			t.Errorf("the list says %q and %s", nav, wares)
		}
		for state, shown := range map[string]bool{"": true, producer.GoodsOut: strings.Contains(c.counts,
			"out 1"), goodsLow: strings.Contains(c.counts, "Low 1"), goodsHidden: c.hidden} {
			v := s.Open(t, producer.GoodsAt+"?state="+state, edgetest.MakerCookie, nil)
			if found := len(v.Find("section", "class", "ware")) == 1; found != shown {
				t.Errorf("%s: the list %q has it: %t", nav, state, found)
			}
		}
	}
	s.Peers.Fail("Availability", fault.New(fault.Unavailable, "unavailable", "Not now."))
	s.Open(t, producer.GoodsAt, edgetest.MakerCookie, nil).Says(t, http.StatusOK,
		"The stock is not known just now.",
		"Hill Tomme")
}

// TestAProductIsFoundByItsSKU looks for a part of it.
func TestAProductIsFoundByItsSKU(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) {
		p.More = 0
		p.Ware = func(w *catalogv1.Product) { w.Variants[0].Sku = "HD-TOM-500" }
	})
	v := s.Open(t, producer.GoodsAt+"?q=tom-5", edgetest.MakerCookie, nil)
	if len(v.Find("section", "id", "w-"+edgetest.Cheese)) != 1 {
		t.Errorf("status %d: %s", v.Status, v.Text())
	}
	if asked := s.Peers.Last["ListProducts"].(*catalogv1.ListProductsRequest); !asked.GetAll() ||
		asked.GetProducerId() != edgetest.Dairy {
		t.Errorf("catalog was asked for %v", asked)
	}
}

// TestAMakerSeesAPreviewOfWhatIsNotShown is at her desk only.
func TestAMakerSeesAPreviewOfWhatIsNotShown(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) { p.Ware = func(w *catalogv1.Product) { w.Published = false } })
	v := s.Open(t, edgetest.WareAt+"/preview", edgetest.MakerCookie, nil)
	v.Says(t, http.StatusOK, "Only you see this page", "Hill Tomme <young>", "$24.00")
	if len(v.Find("form", "action", "/cart/lines")) != 0 || strings.Contains(v.Text(), "Add to basket") {
		t.Error("it is offered to be put into the basket")
	}
	s.Open(t, edgetest.WareAt, edgetest.MakerCookie, nil).Says(t, http.StatusOK, "Preview, for you only")
	if v = s.Open(t, edgetest.WareAt+"/preview", "session=shopper", nil); v.Status != http.StatusForbidden ||
		strings.Contains(v.Text(), "Hill Tomme") {
		t.Errorf("a shopper is answered with %d: %s", v.Status, v.Text())
	}
}

func TestLotsAreBookedIn(t *testing.T) {
	s := edgetest.Open(t)
	v := s.Open(t, edgetest.WareAt+"/lots", edgetest.MakerCookie, nil)
	if v.Status != http.StatusOK || !strings.Contains(v.Text(), "B12 <old>") ||
		!strings.Contains(v.Text(), "3.25 kg") || len(v.Find("old")) != 0 {
		t.Fatalf("status %d", v.Status)
	}
	at := edgetest.WareAt + "/variants/" + edgetest.Slice + "/lots"
	form := url.Values{
		"key": {v.Value("key")}, "code": {"C1"}, "best_before": {"2026-12-31"},
		"quantity": {"2,5"},
	}
	v = s.Open(t, at, edgetest.MakerCookie, form)
	lot := s.Peers.Last["Receive"].(*inventoryv1.ReceiveRequest).GetLots()[0]
	if v.Status != http.StatusSeeOther || lot.GetReceived() != 2500 || lot.GetVariantId() != edgetest.Slice ||
		lot.GetId() != form.Get("key") || lot.GetBestBefore() != "2026-12-31" {
		t.Errorf("status %d, %v", v.Status, lot)
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
		v = s.Open(t, at, edgetest.MakerCookie, wrong)
		if v.Status != http.StatusUnprocessableEntity ||
			len(v.Find("p", "id", "w-"+c.beside+edgetest.Slice)) != 1 ||
			len(v.Find("i")) != 0 || len(v.Find("input", "value", "<i>C1</i>")) != 1 {
			t.Errorf("the %s %q is answered with %d", c.field, c.typed, v.Status)
		}
	}
	s.Peers.Fail("Receive",
		fault.New(fault.Conflict, "lot_differs", "There is a lot with this ID, of other goods."))
	if v = s.Open(t, at, edgetest.MakerCookie, form); v.Status != http.StatusUnprocessableEntity ||
		!strings.Contains(v.Text(), "of other goods") {
		t.Errorf("another lot is answered with %d", v.Status)
	}
}

// TestAProducersGoodsAreItsOwn posts to a product of another producer.
func TestAProducersGoodsAreItsOwn(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) { p.MadeBy = "pro_portland_01k8y6v0xq7d3mz1n5r2t9w4bz" })
	paths := strings.NewReplacer("{id}", edgetest.Cheese, "{variant}", edgetest.Wheel, "{key}",
		strings.Repeat("0", 64))
	for _, rt := range s.Routes {
		method, path, _ := strings.Cut(rt.Pattern, " ")
		if !strings.HasPrefix(path, "/producer/products/{id}") {
			continue
		}
		form := url.Values{"price": {"1"}, "stock": {"1"}, "quantity": {"1"}, "title": {"Mine"}}
		if method == http.MethodGet {
			form = nil
		}
		if v := s.Open(t, paths.Replace(path), edgetest.MakerCookie, form); v.Status != http.StatusNotFound {
			t.Errorf("%s of another's product is answered with %d", rt.Pattern, v.Status)
		}
	}
	for _, change := range []string{
		"SetPrices", "SetStock", "AdjustStocks", "UndoStocks", "SetPublished",
		"Receive", "PutProduct", "PutImage",
	} {
		if s.Peers.Count(change) != 0 {
			t.Errorf("%s was called", change)
		}
	}
}
