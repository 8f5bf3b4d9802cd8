package catalog_test

import (
	"crypto/rand"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	eventsv1 "github.com/artisan-eats/artisan/gen/artisan/events/v1"
	"github.com/artisan-eats/artisan/gen/artisan/events/v1/eventsv1connect"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
)

// tell hands over what inventory says of a product's first variants.
func (s shop) tell(version int64, p *catalogv1.Product, told ...*inventoryv1.StockChange) {
	s.Helper()
	news := &inventoryv1.StockEvent{Changes: told}
	for i, m := range told {
		m.VariantId, m.Version = p.GetVariants()[i].GetId(), version
	}
	payload, err := proto.Marshal(news)
	if err != nil {
		s.Fatal(err)
	}
	request := &eventsv1.DeliverRequest{Events: []*eventsv1.Event{{
		Publisher: "inventory", Type: "stock.changed", Aggregate: "evt_x_" + rand.Text(), Version: 1,
		Payload: payload,
	}}}
	response, err := eventsv1connect.NewEventServiceClient(s.process.Client("catalog")).Deliver(s.Context(),
		request)
	if err != nil {
		s.Fatal(err)
	}
	for _, receipt := range response.GetReceipts() {
		if !receipt.GetRetire() {
			s.Errorf("refused: %s", receipt.GetReason())
		}
	}
}

func inDays(n int) string { return time.Now().UTC().AddDate(0, 0, n).Format(time.DateOnly) }

func some(until string) *inventoryv1.StockChange {
	return &inventoryv1.StockChange{InStock: true, GoodUntil: until}
}

func TestAListKnowsWhatIsInStockAndUntilWhenItIsGood(t *testing.T) {
	each(t, func(s shop) {
		undated, dated := s.sell("Honey", "honey", 900), s.sell("Milk", "milk-cream", 300)
		s.sell("Nothing", "bread", 500)
		past := s.sell("Old bread", "bread", 500)
		s.list(&catalogv1.ListProductsRequest{})
		s.tell(1, undated, some(""))
		s.tell(1, dated, some(inDays(5)))
		s.tell(1, past, some(inDays(-1)))

		s.wants("all", titles(s.list(&catalogv1.ListProductsRequest{})), "Honey, Milk, Nothing, Old bread")
		answer := s.list(&catalogv1.ListProductsRequest{InStock: true, Facets: true})
		s.wants("what is in stock", titles(answer), "Honey, Milk")
		s.wants("in all", answer.GetTotal(), 2)
		s.wants("a product's stock", answer.GetProducts()[1].GetInStock(), true)
		s.wants("a product's date", answer.GetProducts()[1].GetGoodUntil(), inDays(5))
		s.wants("an undated product's date", answer.GetProducts()[0].GetGoodUntil(), "")
		s.wants("good on the last day", titles(s.list(&catalogv1.ListProductsRequest{GoodOn: inDays(5)})),
			"Honey, Milk")
		s.wants("good a day later", titles(s.list(&catalogv1.ListProductsRequest{GoodOn: inDays(6)})),
			"Honey")
		s.wants("good yesterday", titles(s.list(&catalogv1.ListProductsRequest{GoodOn: inDays(-1)})),
			"Honey, Milk")
		s.wants("a search", titles(s.list(&catalogv1.ListProductsRequest{Q: "bread", InStock: true})), "")
		s.wants("the facet", facetCount(s.list(&catalogv1.ListProductsRequest{Facets: true}), "in_stock"), 2)
		s.wants("one category's facet",
			facetCount(s.list(&catalogv1.ListProductsRequest{Facets: true, Category: "bread"}), "in_stock"),
			0)

		s.tell(3, dated, &inventoryv1.StockChange{})
		s.tell(2, dated, some(inDays(9))) // was overtaken on its way
		s.wants("when one is sold out", titles(s.list(&catalogv1.ListProductsRequest{InStock: true})),
			"Honey")
		got, err := s.GetProduct(t.Context(), &catalogv1.GetProductRequest{Id: dated.GetId()})
		s.wants("the product", []any{got.GetProduct().GetInStock(), got.GetProduct().GetGoodUntil(), err},
			[]any{false, "", nil})
	})
}

func facetCount(r *catalogv1.ListProductsResponse, name string) int64 {
	for _, f := range r.GetFacets() {
		if f.GetName() == name {
			return f.GetCount()
		}
	}
	return -1
}

func TestAProductIsAsFreshAsItsFreshestVariant(t *testing.T) {
	each(t, func(s shop) {
		p := s.product("Brie", "cheese", 900)
		p.Variants = append(p.Variants,
			&catalogv1.Variant{Title: "Half", Price: dollars(500), SoldBy: "each"})
		p = s.put(p)
		s.tell(1, p, some(inDays(3)), some(inDays(9)))
		s.wants("both", s.list(&catalogv1.ListProductsRequest{}).GetProducts()[0].GetGoodUntil(), inDays(9))
		p.Variants = p.GetVariants()[:1]
		p = s.put(p)
		s.wants("what stays when one is withdrawn",
			s.list(&catalogv1.ListProductsRequest{InStock: true}).GetProducts()[0].GetGoodUntil(), inDays(3))
		s.wants("as it was put", p.GetInStock(), true)
		s.tell(2, p, &inventoryv1.StockChange{})
		s.wants("the last sold", titles(s.list(&catalogv1.ListProductsRequest{InStock: true})), "")
	})
}

func TestAListShowsWhatIsInSeason(t *testing.T) {
	each(t, func(s shop) {
		pumpkin, bread := s.product("Pumpkin", "vegetables", 300), s.product("Pumpkin bread", "bread", 500)
		pumpkin.Season = []int32{11, 9, 10}
		pumpkin, bread = s.put(pumpkin), s.put(bread)
		s.wants("the months", pumpkin.GetSeason(), []int32{9, 10, 11})
		s.wants("no months", bread.GetSeason(), []int32{})
		s.wants("November", titles(s.list(&catalogv1.ListProductsRequest{SeasonMonth: 11})), "Pumpkin")
		s.wants("a search in November",
			titles(s.list(&catalogv1.ListProductsRequest{SeasonMonth: 11, Q: "pump"})), "Pumpkin")
		s.wants("December", titles(s.list(&catalogv1.ListProductsRequest{SeasonMonth: 12})), "")
		s.wants("a search in December",
			titles(s.list(&catalogv1.ListProductsRequest{SeasonMonth: 12, Q: "pump"})), "")
	})
}

func TestWrongDaysAndMonthsAreRefused(t *testing.T) {
	each(t, func(s shop) {
		for _, r := range []*catalogv1.ListProductsRequest{
			{GoodOn: "2026-13-01"},
			{GoodOn: "tomorrow"},
			{SeasonMonth: 13},
			{SeasonMonth: -1},
		} {
			r.Market = "portland"
			_, err := s.ListProducts(t.Context(), r)
			s.wantsFault(r.String(), err, fault.Invalid, "invalid")
		}
		p := s.product("Pumpkin", "vegetables", 300)
		p.Season = []int32{0}
		_, err := s.PutProduct(t.Context(), &catalogv1.PutProductRequest{Product: p})
		s.wantsFault("a month that is none", err, fault.Invalid, "invalid")
	})
}
