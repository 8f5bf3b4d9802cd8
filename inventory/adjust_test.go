package inventory_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/fault"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/id"
)

func (s store) counts(variant string, quantity int64) error {
	_, err := s.AdjustStock(s.Context(), &inventoryv1.AdjustStockRequest{
		VariantId:  variant,
		Adjustment: &inventoryv1.AdjustStockRequest_Counted{Counted: quantity},
	})
	return err
}

func (s store) corrects(variant string, by int64, key string) error {
	_, err := s.AdjustStock(s.Context(), &inventoryv1.AdjustStockRequest{
		VariantId:  variant,
		Adjustment: &inventoryv1.AdjustStockRequest_By{By: by}, Key: key,
	})
	return err
}

func (s store) wantUnpacked(variant string, want int64) {
	s.Helper()
	got, err := s.Availability(s.Context(), &inventoryv1.AvailabilityRequest{VariantIds: []string{variant}})
	s.must(err)
	if unpacked := got.GetVariants()[0].GetUnpacked(); unpacked != want {
		s.Errorf("%d are sold and not packed, want %d", unpacked, want)
	}
}

// TestAStockTakingLeavesOrdersWhatIsTheirs counts while orders are held, sold, packed, changed and cancelled.
func TestAStockTakingLeavesOrdersWhatIsTheirs(t *testing.T) {
	each(t, func(s store) {
		cheese, first, second, held := newID(id.Variant), newID(id.Order), newID(id.Order), newID(id.Order)
		line := func(quantity int64) *orderingv1.OrderLine {
			return &orderingv1.OrderLine{VariantId: cheese, ProducerId: "dairy", Quantity: quantity}
		}
		s.set(cheese, 10_000)
		for i, order := range []string{first, second, held} {
			_, err := s.hold(order, cheese, int64(i+1)*1000)
			s.must(err)
		}
		s.deliver("order.confirmed", first, 1, line(1000))
		s.deliver("order.confirmed", second, 1, line(2000))
		s.wantUnpacked(cheese, 3000)
		s.must(s.counts(cheese, 8000)) // there were ten: two are gone
		s.wantStock(cheese, 2000, 3000, 3000)
		for range 2 {
			s.deliver("order.part_packed", first, 2, line(1000))
			s.wantUnpacked(cheese, 2000)
		}
		s.deliver("order.part_taken_back", first, 3, line(1000))
		s.wantUnpacked(cheese, 3000)
		s.deliver("order.part_packed", first, 4, line(1000))
		s.wantUnpacked(cheese, 2000)
		s.must(s.counts(cheese, 8000)) // of which none is the first order's
		s.wantStock(cheese, 3000, 3000, 3000)
		s.changes(second, newID(id.Order), 2, line(1000))
		s.wantUnpacked(cheese, 1000)
		s.deliver("order.cancelled", second, 3)
		s.wantUnpacked(cheese, 0)
		s.wantStock(cheese, 5000, 3000, 1000)
		s.must(s.release(held))
		s.must(s.counts(cheese, 8000))
		s.wantStock(cheese, 8000, 0, 1000)
		s.balanced()
	})
}

// TestFewerThanWereOrderedAreNoneForSale counts less than what orders have.
func TestFewerThanWereOrderedAreNoneForSale(t *testing.T) {
	each(t, func(s store) {
		cheese, order := newID(id.Variant), newID(id.Order)
		s.set(cheese, 5000)
		_, err := s.hold(order, cheese, 3000)
		s.must(err)
		s.must(s.counts(cheese, 2000))
		s.wantStock(cheese, 0, 3000, 0)
		s.balanced()
	})
}

func TestACorrectionIsLostByNoSale(t *testing.T) {
	each(t, func(s store) {
		cheese, order := newID(id.Variant), newID(id.Order)
		s.set(cheese, 5000)
		_, err := s.hold(order, cheese, 2000)
		s.must(err)
		for range 2 {
			s.must(s.corrects(cheese, 3000, "one form")) // the same twice
			s.wantStock(cheese, 6000, 2000, 0)
		}
		wantCode(s.T, s.corrects(cheese, -1000, "one form"), "form_reused")
		s.must(s.corrects(cheese, -1000, ""))
		s.wantStock(cheese, 5000, 2000, 0)
		wantCode(s.T, s.corrects(cheese, -6000, ""), "invalid")
		wantCode(s.T, s.corrects(cheese, 0, ""), "invalid")
		wantCode(s.T, s.counts(cheese, -1), "invalid")
		_, err = s.AdjustStock(s.Context(), &inventoryv1.AdjustStockRequest{VariantId: cheese})
		wantCode(s.T, err, "invalid")
		s.wantStock(cheese, 5000, 2000, 0)
		s.balanced()
	})
}

// TestACorrectionIsOfWhatMayBeSold has more on the shelf than that: what is past its day.
func TestACorrectionIsOfWhatMayBeSold(t *testing.T) {
	each(t, func(s store) {
		cheese := newID(id.Variant)
		s.lot(cheese, "2001-01-01", 5000)
		s.lot(cheese, "2999-01-01", 4000)
		s.wantStock(cheese, 4000, 0, 0)
		s.must(s.corrects(cheese, -1000, ""))
		s.wantStock(cheese, 3000, 0, 0)
		s.balanced()
	})
}

// TestWhatIsPastIsNotCountedAsFresh counts all that lies on the shelf, also what is past its day.
func TestWhatIsPastIsNotCountedAsFresh(t *testing.T) {
	each(t, func(s store) {
		cheese := newID(id.Variant)
		s.lot(cheese, "2001-01-01", 6000)
		s.lot(cheese, "2999-01-01", 4000)
		_, err := s.hold(newID(id.Order), cheese, 1000)
		s.must(err)
		for _, quantity := range []int64{10_000, 4001} {
			f := fault.Of(s.counts(cheese, quantity))
			if f == nil || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != "counted" ||
				!strings.HasPrefix(f.Fields[0].Message, "6 of it are past their date: count without them.") {
				s.Errorf("%d are counted: %v", quantity, f)
			}
			s.wantStock(cheese, 3000, 1000, 0)
		}
		s.must(s.counts(cheese, 4000))
		s.wantStock(cheese, 3000, 1000, 0)
		s.must(s.counts(cheese, 5000)) // nothing is past its day any more
		s.wantStock(cheese, 4000, 1000, 0)
		s.balanced()
	})
}

// TestWhatWasSoldBeforeCountsAsPacked has a hold of a version that did not count.
func TestWhatWasSoldBeforeCountsAsPacked(t *testing.T) {
	each(t, func(s store) {
		cheese, order := newID(id.Variant), newID(id.Order)
		s.set(cheese, 5000)
		_, err := s.hold(order, cheese, 2000)
		s.must(err)
		s.exec("UPDATE hold_lines SET unpacked = 0 WHERE order_id = $1", order)
		s.deliver("order.confirmed", order, 1, &orderingv1.OrderLine{
			VariantId: cheese, ProducerId: "dairy",
			Quantity: 2000,
		})
		s.wantUnpacked(cheese, 0)
		s.deliver("order.part_packed", order, 2, &orderingv1.OrderLine{
			VariantId: cheese, ProducerId: "dairy",
			Quantity: 2000,
		})
		s.wantUnpacked(cheese, 0)
		s.wantStock(cheese, 3000, 0, 2000)
	})
}

func (s store) adjusts(adjustments ...*inventoryv1.AdjustStockRequest) (refused []string) {
	s.Helper()
	answer, err := s.AdjustStocks(s.Context(), &inventoryv1.AdjustStocksRequest{Adjustments: adjustments})
	s.must(err)
	for i, stock := range answer.GetStocks() {
		if stock.GetVariantId() != adjustments[i].GetVariantId() {
			s.Errorf("%v is answered in the place of %v", stock, adjustments[i])
		}
		refused = append(refused, stock.GetRefused())
	}
	return refused
}

// TestManyStocksAreAdjustedEachForItself has one of them refused, and the whole of it sent twice.
func TestManyStocksAreAdjustedEachForItself(t *testing.T) {
	each(t, func(s store) {
		tomme, brie, curd := newID(id.Variant), newID(id.Variant), newID(id.Variant)
		s.set(tomme, 10_000)
		s.set(brie, 2000)
		_, err := s.hold(newID(id.Order), tomme, 3000)
		s.must(err)
		all := []*inventoryv1.AdjustStockRequest{
			{
				VariantId: tomme, Key: "form",
				Adjustment: &inventoryv1.AdjustStockRequest_Counted{Counted: 9000},
			},
			{VariantId: brie, Key: "form", Adjustment: &inventoryv1.AdjustStockRequest_By{By: -3000}},
			{VariantId: curd, Key: "form", Adjustment: &inventoryv1.AdjustStockRequest_By{By: 5000}},
		}
		for range 2 {
			if refused := s.adjusts(all...); refused[0] != "" ||
				!strings.Contains(refused[1], "less than that") || refused[2] != "" {
				t.Errorf("refused: %q", refused)
			}
			s.wantStock(tomme, 6000, 3000, 0)
			s.wantStock(brie, 2000, 0, 0)
			s.wantStock(curd, 5000, 0, 0)
		}
		all[1].Adjustment = &inventoryv1.AdjustStockRequest_By{By: -1000}
		if refused := s.adjusts(all[1]); !strings.Contains(refused[0], "sent already") {
			t.Errorf("something else under the same key: %q", refused)
		}
		all[1].Key = "another"
		if refused := s.adjusts(all[1]); refused[0] != "" {
			t.Errorf("refused: %q", refused)
		}
		s.wantStock(brie, 1000, 0, 0)
		if refused := s.adjusts(&inventoryv1.AdjustStockRequest{
			VariantId:  brie,
			Adjustment: &inventoryv1.AdjustStockRequest_By{},
		}); refused[0] == "" {
			t.Error("nothing at all is taken for a correction")
		}
		for what, wrong := range map[string][]*inventoryv1.AdjustStockRequest{
			"a variant twice": {
				all[0],
				all[0],
			}, "no variant": {{VariantId: "brie"}},
			"too many": make([]*inventoryv1.AdjustStockRequest, 1001),
		} {
			if _, err := s.AdjustStocks(t.Context(),
				&inventoryv1.AdjustStocksRequest{Adjustments: wrong}); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}

// lotsOf says what is left of a variant, by lot.
func (s store) lotsOf(variant string) string {
	s.Helper()
	answer, err := s.ListLots(s.Context(), &inventoryv1.ListLotsRequest{VariantId: variant})
	s.must(err)
	var all []string
	for _, lot := range answer.GetLots() {
		all = append(all, fmt.Sprint(lot.GetId(), " ", lot.GetBestBefore(), " ", lot.GetRemaining()))
	}
	return strings.Join(all, "; ")
}

// changed is what adjustments have changed, to be taken back.
func (s store) changed(adjustments ...*inventoryv1.AdjustStockRequest) []*inventoryv1.AdjustedStock {
	s.Helper()
	answer, err := s.AdjustStocks(s.Context(), &inventoryv1.AdjustStocksRequest{Adjustments: adjustments})
	s.must(err)
	return answer.GetStocks()
}

func (s store) undoes(key string, stocks ...*inventoryv1.AdjustedStock) (refused []string) {
	s.Helper()
	answer, err := s.UndoStocks(s.Context(), &inventoryv1.UndoStocksRequest{Stocks: stocks, Key: key})
	s.must(err)
	for _, stock := range answer.GetStocks() {
		refused = append(refused, stock.GetRefused())
	}
	return refused
}

// TestAnUndoPutsEachLotBackAsItWas has dated lots written off, one that is past its day, and one that was
// counted.
func TestAnUndoPutsEachLotBackAsItWas(t *testing.T) {
	each(t, func(s store) {
		tomme, curd := newID(id.Variant), newID(id.Variant)
		s.lot(tomme, "2001-01-01", 6000)
		s.lot(tomme, "2999-01-01", 4000)
		s.lot(tomme, "2999-02-01", 2000)
		before := s.lotsOf(tomme)
		all := []*inventoryv1.AdjustStockRequest{
			{VariantId: tomme, Key: "form", Adjustment: &inventoryv1.AdjustStockRequest_By{By: -3000}},
			{
				VariantId: curd, Key: "form",
				Adjustment: &inventoryv1.AdjustStockRequest_Counted{Counted: 5000},
			},
		}
		stocks := s.changed(all...)
		s.wantStock(tomme, 3000, 0, 0)
		s.wantStock(curd, 5000, 0, 0)
		again := s.changed(all...)
		for i, lots := range []int{3, 1} {
			if stocks[i].GetAgain() || !again[i].GetAgain() || len(stocks[i].GetLots()) != lots ||
				fmt.Sprint(again[i].GetLots()) != fmt.Sprint(stocks[i].GetLots()) {
				t.Errorf("the same form again is answered with %v, after %v", again[i], stocks[i])
			}
		}
		for range 2 {
			if refused := s.undoes("undo", stocks...); refused[0] != "" || refused[1] != "" {
				t.Errorf("refused: %q", refused)
			}
			s.wantStock(tomme, 6000, 0, 0)
			s.wantStock(curd, 0, 0, 0)
			if after := s.lotsOf(tomme); after != before {
				t.Errorf("the lots are %s, were %s", after, before)
			}
		}
		for _, stock := range s.changed(all...) {
			if !stock.GetAgain() || stock.GetRefused() != "" || len(stock.GetLots()) > 0 {
				t.Errorf("the form of what was taken back is answered with %v", stock)
			}
		}
		twice := &inventoryv1.AdjustedStock{VariantId: curd, Lots: slices.Repeat(stocks[1].GetLots(), 2)}
		if _, err := s.UndoStocks(s.Context(),
			&inventoryv1.UndoStocksRequest{
				Stocks: []*inventoryv1.AdjustedStock{twice},
				Key:    "twice",
			}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a lot that is there twice: %v", err)
		}
		if refused := s.undoes("another form", stocks...); refused[0] == "" || refused[1] == "" {
			t.Errorf("what is taken back is taken back again: %q", refused)
		}
		s.balanced()
	})
}

// TestAnUndoLeavesWhatWasSoldOrChangedSince has one sold, one corrected, one of another variant's lot and one
// as it was left.
func TestAnUndoLeavesWhatWasSoldOrChangedSince(t *testing.T) {
	each(t, func(s store) {
		var all []*inventoryv1.AdjustStockRequest
		for range 4 {
			variant := newID(id.Variant)
			s.set(variant, 4000)
			all = append(all, &inventoryv1.AdjustStockRequest{
				VariantId:  variant,
				Adjustment: &inventoryv1.AdjustStockRequest_By{By: 3000},
			})
		}
		stocks := s.changed(all...)
		sold, corrected, swapped, same := all[0].GetVariantId(), all[1].GetVariantId(), all[2].GetVariantId(),
			all[3].GetVariantId()
		order := newID(id.Order)
		_, err := s.hold(order, sold, 1000)
		s.must(err)
		s.must(s.corrects(corrected, -1000, ""))
		stocks[2].Lots = stocks[3].GetLots()
		refused := s.undoes("undo", stocks...)
		for i, stays := range []bool{true, true, true, false} {
			if (refused[i] != "") != stays {
				t.Errorf("of the stock %d it is said %q", i, refused[i])
			}
		}
		s.wantStock(sold, 6000, 1000, 0)
		s.wantStock(corrected, 6000, 0, 0)
		s.wantStock(swapped, 7000, 0, 0)
		s.wantStock(same, 4000, 0, 0)
		if refused := s.undoes("", &inventoryv1.AdjustedStock{
			VariantId: same,
			Lots: []*inventoryv1.LotChange{{
				LotId: stocks[3].GetLots()[0].GetLotId(), Was: 9_000_000,
				Is: 4000,
			}},
		}); refused[0] == "" {
			t.Error("more than came in is put back")
		}
		s.balanced()
	})
}
