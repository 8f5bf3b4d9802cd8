package goods_test

import (
	"net/http"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/producer"
	"github.com/artisan-eats/artisan/edge/producer/goods"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
)

// TestAnOlderPageOfAProductUndoesNothing is the report: a description that is saved from an old tab puts the
// price back and withdraws a size that was added since.
func TestAnOlderPageOfAProductUndoesNothing(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		cookie, _ := m.Desks(t)
		at := "/producer/products/" + m.Product
		old, young := m.Tab(t, cookie, at, at), m.Tab(t, cookie, at, at)
		young.Saves(t, "variants.0.price", "25", "rows", "3", "variants.2.title", "Half", "variants.2.price",
			"13", "variants.2.sold_by", "each")
		now := m.ProductNow(t)
		added := now.GetVariants()[2].GetId()

		young.Saves(t) // the same form again has no conflict with itself, nor makes the size again
		if got := m.ProductNow(t); len(got.GetVariants()) != 3 || got.GetVariants()[2].GetId() != added {
			t.Errorf("the same form again makes it %v", got)
		}
		now = m.ProductNow(t)

		old.Form.Set("description", "Aged in our cellar.\r\n\r\nNutty.")
		price := "variants." + m.Piece + ".price"
		old.IsAsked(t, []string{price, "variants." + added}, "Leave what is there now: 25.00",
			"Take yours: 24.00", "Half, 13.00", "Stop selling it")
		if got := m.ProductNow(t); !proto.Equal(got, now) {
			t.Fatalf("it is saved: %v", got)
		}
		// Nobody had touched either in the old tab: what is there now is chosen already.
		old.Saves(t)
		got := m.ProductNow(t)
		if v := got.GetVariants(); got.GetDescription() != "Aged in our cellar.\n\nNutty." || len(v) != 3 ||
			v[0].GetPrice().GetAmount() != 2500 || v[2].GetId() != added {
			t.Errorf("saved as %v", got)
		}
		if old.Saves(t); len(m.ProductNow(t).GetVariants()) != 3 {
			t.Error("the same form again changes something")
		}
		young.IsAsked(t, []string{"description"}) // by now that is the older page
	})
}

// TestBothChangedAFieldOfAProduct has it chosen, for each field.
func TestBothChangedAFieldOfAProduct(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		cookie, _ := m.Desks(t)
		at := "/producer/products/" + m.Product
		old, young := m.Tab(t, cookie, at, at), m.Tab(t, cookie, at, at)
		young.Form["allergens"], young.Form["season"] = []string{"milk", "egg"}, []string{"1", "2"}
		young.Saves(t, "title", "Tomme of the hill", "variants.0.price", "25", "variants.1.remove", "1")
		old.Form["season"] = []string{"5"}
		old.Form.Set("title", "Old tomme")
		old.Form.Set("variants.0.price", "26")
		old.Form.Set("variants.1.price", "14")
		names := []string{"title", "season", "allergens", "variants." + m.Piece + ".price", "variants." +
			m.Kilo}
		old.IsAsked(t, names, "Leave what is there now: Tomme of the hill", "Take yours: Old tomme",
			"January, February", "May", "Not sold")
		for _, name := range names[:2] {
			if old.Form.Has(takeField + name) {
				t.Errorf("%s is chosen for whoever has changed it", name)
			}
		}
		old.Form.Set("take.variants."+m.Kilo, edgetest.TakeYours)
		// nothing was chosen for these
		old.IsAsked(t, []string{"title", "season", "variants." + m.Piece + ".price"})
		old.Saves(t, "take.title", edgetest.TakeYours, "take.season", edgetest.TakeNow, "take.variants."+
			m.Piece+".price",
			edgetest.TakeYours)
		got := m.ProductNow(t)
		v := got.GetVariants()
		if got.GetTitle() != "Old tomme" || len(got.GetSeason()) != 2 || len(got.GetAllergens()) != 2 ||
			len(v) != 2 || v[0].GetPrice().GetAmount() != 2600 || v[1].GetId() != m.Kilo ||
			v[1].GetPrice().GetAmount() != 1400 {
			t.Errorf("saved as %v", got)
		}
	})
}

// goodsTab is the maker's list, as a tab.
func goodsTab(t *testing.T, m *edgetest.Market, cookie string) *edgetest.Tab {
	t.Helper()
	return m.Tab(t, cookie, producer.GoodsAt, goods.SaveAt)
}

func stockNow(t *testing.T, m *edgetest.Market) *inventoryv1.Availability {
	t.Helper()
	answer, err := inventoryv1connect.NewInventoryServiceClient(m.Process.Client("inventory")).Availability(
		t.Context(), &inventoryv1.AvailabilityRequest{VariantIds: []string{m.Piece}})
	if err != nil {
		t.Fatal(err)
	}
	return answer.GetVariants()[0]
}

func TestAnOlderPageOfPricesUndoesNone(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		cookie, _ := m.Desks(t)
		piece, kilo := priceField(m.Piece), priceField(m.Kilo)
		old, young, idle := goodsTab(t, m, cookie), goodsTab(t, m, cookie), goodsTab(t, m, cookie)
		prices := func() (int64, int64) {
			v := m.ProductNow(t).GetVariants()
			return v[0].GetPrice().GetAmount(), v[1].GetPrice().GetAmount()
		}
		young.Saves(t, piece, "25")
		young.Saves(t) // twice
		old.Form.Set(piece, "26,5")
		old.Form.Set(kilo, "14")
		v := old.Send(t)
		v.Says(t, http.StatusConflict, "1 row is not saved yet", "Leave what is there now: 25.00",
			"Take yours: 26.50", "Saved: 1 price.", "By weight: the price")
		if a, b := prices(); a != 2500 || b != 1400 {
			t.Fatalf("the prices are %d and %d", a, b)
		}
		old.Take(t, v)
		if old.Form.Get(piece) != "26,5" || old.Form.Get(kilo) != "14.00" {
			t.Errorf("shown as %v", old.Form)
		}
		if v = old.Send(t); v.Status != http.StatusConflict { // nothing was chosen
			t.Errorf("status %d", v.Status)
		}
		old.Take(t, v)
		old.Saves(t, "take."+piece, edgetest.TakeNow)
		if a, _ := prices(); a != 2500 {
			t.Errorf("the price is %d, which was to stay", a)
		}
		idle.Saves(t, stockField(m.Piece), "+1") // whose price nobody has touched
		if a, b := prices(); a != 2500 || b != 1400 || stockNow(t, m).GetAvailable() != 13_000 {
			t.Errorf("the prices are %d and %d, the stock %v", a, b, stockNow(t, m))
		}
	})
}

// TestAStockTakingIsNoCorrection is the report: stock typed as 8 while it said 5 and 2 were sold meanwhile.
func TestAStockTakingIsNoCorrection(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		cookie, _ := m.Desks(t)
		stock, how := stockField(m.Piece), howField(m.Piece)
		counts, corrects := goodsTab(t, m, cookie), goodsTab(t, m, cookie)
		sells(t, m, "2")
		counts.Saves(t, how, stockCounted, stock, "14") // on the shelf, with the two that are ordered
		counts.Saves(t)
		if got := stockNow(t, m); got.GetAvailable() != 12_000 || got.GetUnpacked() != 2000 {
			t.Errorf("14 on the shelf, 2 of them sold: %v", got)
		}
		sells(t, m, "1")
		corrects.Saves(t, how, stockCorrected, stock, "\u22123")
		corrects.Saves(t) // twice is once
		if got := stockNow(t, m); got.GetAvailable() != 8000 || got.GetUnpacked() != 3000 {
			t.Errorf("12, of which one was sold and 3 are gone: %v", got)
		}
		m.Open(t, producer.GoodsAt, cookie, nil).Says(t, http.StatusOK, "In stock: 8",
			"and 3 ordered, not packed")
		// under the same key
		corrects.Send(t, stock, "-9").Says(t, http.StatusUnprocessableEntity, "This form was sent already")
		v := corrects.Send(t, stock, "-9", "key", "another")
		v.Says(t, http.StatusUnprocessableEntity, "There is less than that")
	})
}

// sells has a shopper buy so many pieces, and waits until the inventory knows.
func sells(t *testing.T, m *edgetest.Market, pieces string) {
	t.Helper()
	before := stockNow(t, m)
	cart := m.Ask(t, 201,
		edgetest.Call{Method: "POST", Path: "/api/v1/carts", Body: `{"market": "portland"}`})["id"].(string)
	m.Ask(t, 200, edgetest.Call{
		Method: "PUT", Path: "/api/v1/carts/" + cart + "/lines/" + m.Piece,
		Body: `{"quantity": ` + pieces + `}`,
	})
	m.Ask(t, 201, edgetest.Call{
		Method: "POST", Path: "/api/v1/carts/" + cart + "/checkout", Header: edgetest.WithKey,
		Body: strings.Replace(edgetest.Buying, edgetest.Saturday, m.Windows, 1),
	})
	for stockNow(t, m).GetSold() == before.GetSold() {
		if t.Context().Err() != nil {
			t.Fatal("the inventory never knows of the order")
		}
	}
}
