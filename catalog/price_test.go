package catalog_test

import (
	"testing"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	moneyv1 "github.com/artisan-eats/artisan/gen/artisan/money/v1"
)

func (s shop) setPrices(changes ...*catalogv1.PriceChange) error {
	_, err := s.SetPrices(s.Context(),
		&catalogv1.SetPricesRequest{ProducerId: s.producer.GetId(), Changes: changes})
	return err
}

func TestPricesChangeAllTogetherAndAtOnce(t *testing.T) {
	each(t, func(s shop) {
		brie, milk := s.sell("Brie", "cheese", 900), s.sell("Milk", "milk-cream", 300)
		variant := func(p *catalogv1.Product) string { return p.GetVariants()[0].GetId() }
		s.quote(variant(brie))
		s.wants("by price", titles(s.list(&catalogv1.ListProductsRequest{Sort: "price"})), "Milk, Brie")
		err := s.setPrices(&catalogv1.PriceChange{VariantId: variant(brie), Price: dollars(200)},
			&catalogv1.PriceChange{VariantId: variant(milk), Price: dollars(350)})
		s.wants("two changes", err, nil)
		s.wants("a quote", s.quote(variant(brie))[0].GetVariant().GetPrice().GetAmount(), 200)
		s.wants("by price then", titles(s.list(&catalogv1.ListProductsRequest{Sort: "price"})), "Brie, Milk")
		s.wants("nothing to change", s.setPrices(), nil)
	})
}

func TestPricesThatCannotBeSetChangeNone(t *testing.T) {
	each(t, func(s shop) {
		brie := s.sell("Brie", "cheese", 900).GetVariants()[0].GetId()
		other := s.putProducer(&catalogv1.Producer{Market: "portland", Name: "Other", Approved: true})
		theirs := s.product("Milk", "milk-cream", 300)
		theirs.ProducerId = other.GetId()
		milk := s.put(theirs).GetVariants()[0].GetId()
		good := &catalogv1.PriceChange{VariantId: brie, Price: dollars(100)}
		s.wantsFault("another's variant",
			s.setPrices(good, &catalogv1.PriceChange{VariantId: milk, Price: dollars(1)}), fault.NotFound,
			"not_found")
		for what, change := range map[string]*catalogv1.PriceChange{
			"a variant twice":    good,
			"no variant":         {VariantId: "brie", Price: dollars(1)},
			"another currency":   {VariantId: milk, Price: &moneyv1.Money{Amount: 1, Currency: "EUR"}},
			"no price":           {VariantId: milk},
			"a negative price":   {VariantId: milk, Price: dollars(-1)},
			"an immense price":   {VariantId: milk, Price: dollars(1 << 62)},
			"an empty change":    {},
			"a market's variant": {VariantId: "var_salem" + milk[len("var_portland"):], Price: dollars(1)},
		} {
			s.wantsFault(what, s.setPrices(good, change), fault.Invalid, "invalid")
		}
		s.wantsFault("too many", s.setPrices(make([]*catalogv1.PriceChange, 501)...), fault.Invalid,
			"invalid")
		s.wants("the price", s.quote(brie)[0].GetVariant().GetPrice().GetAmount(), 900)
	})
}
