package catalog

import (
	"context"
	"crypto/rand"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/allergen"
	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/catalog/category"
	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/idempotency"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

var portland = goods.Market{
	Code: "portland", Name: "Portland", Currency: "USD",
	TimeZone: "America/Los_Angeles", Country: "US", CommissionBP: 800, Locale: "en-US",
}

// openStore makes a store with the market portland and a producer in it.
func openStore(t testing.TB, engine sqldb.Engine) (*goods.Store, goods.Producer) {
	t.Helper()
	config := sqldbtest.Config(t, engine, time.Now)
	config.Searches = true // as in the table of services
	db, err := sqldb.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(t.Context(), "catalog", Migrations()); err != nil {
		t.Fatal(err)
	}
	s, err := goods.Open(t.Context(), db, time.Now,
		func(kind, market string) string { return id.New(kind, market, time.Now(), rand.Reader) },
		func(context.Context, *sqldb.Tx, ...audit.Entry) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	if err := s.PutMarket(t.Context(), portland); err != nil {
		t.Fatal(err)
	}
	producer, err := s.PutProducer(t.Context(),
		goods.Producer{Market: "portland", Name: "Crème & Co", Approved: true}, idempotency.Form{})
	if err != nil {
		t.Fatal(err)
	}
	return s, producer
}

func eachStore(t *testing.T, test func(t *testing.T, s *goods.Store, producer goods.Producer)) {
	t.Helper()
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			s, producer := openStore(t, engine)
			test(t, s, producer)
		})
	}
}

func brie(producer goods.Producer) goods.Product {
	return goods.Product{
		ProducerID: producer.ID, Title: "Brie fermier", Category: "cheese", Published: true,
		Tags: []string{"raw milk"}, ImportKey: "brie",
		Allergens: 1 << 6, Variants: []goods.Variant{
			{Title: "Whole", Price: 2400, SoldBy: goods.Each, ImportKey: "whole"},
			{
				Title: "Piece", Price: 2900, SoldBy: goods.Weight, UnitValue: 0.25, Unit: "kg",
				ImportKey: "piece",
			},
		},
	}
}

func put(t testing.TB, s *goods.Store, products ...goods.Product) []goods.Product {
	t.Helper()
	if err := s.PutProducts(t.Context(), "portland", products); err != nil {
		t.Fatal(err)
	}
	return products
}

func TestAProductIsReadAsItWasWritten(t *testing.T) {
	eachStore(t, func(t *testing.T, s *goods.Store, producer goods.Producer) {
		written := put(t, s, brie(producer))[0]
		read, err := s.Product(t.Context(), written.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := fmt.Sprint(read.Variants, read.Tags, read.Slug, read.Listed, read.Currency,
			read.Allergens.Codes()),
			fmt.Sprint(written.Variants, written.Tags, "brie-fermier", true, "USD", "[milk]"); got != want {
			t.Errorf("read %s, want %s", got, want)
		}
	})
}

func TestAnImportFindsItsProductsAgainByKey(t *testing.T) {
	eachStore(t, func(t *testing.T, s *goods.Store, producer goods.Producer) {
		written := put(t, s, brie(producer))[0]
		imported := func(keys ...string) []goods.Product {
			t.Helper()
			var wanted []goods.MakerKey
			for _, key := range keys {
				wanted = append(wanted, goods.MakerKey{ProducerID: producer.ID, Key: key})
			}
			ids, err := s.ImportedIDs(t.Context(), wanted)
			if err != nil {
				t.Fatal(err)
			}
			products, err := s.Products(t.Context(), ids)
			if err != nil {
				t.Fatal(err)
			}
			return products
		}
		found := imported("brie", "nothing")
		if len(found) != 1 || found[0].ID != written.ID || found[0].Variants[1].ImportKey != "piece" {
			t.Fatalf("found %v", found)
		}
		if maker, _, err := s.ProducerByName(t.Context(), "portland", "CRE\u0300ME  & co"); err != nil ||
			maker.ID != producer.ID {
			t.Errorf("the producer's name found %v, %v", maker, err)
		}
		if maker, like, err := s.ProducerByName(t.Context(), "portland",
			"Creme & co"); fault.KindOf(err) != fault.NotFound || like != producer.Name {
			t.Errorf("a name without the mark found %v, like %q, %v", maker, like, err)
		}
		changed := found[0]
		changed.ImportKey, changed.Variants = "", changed.Variants[:1]
		put(t, s, changed)
		if found = imported("brie"); len(found) != 1 || len(found[0].Variants) != 1 {
			t.Errorf("after a change without keys: %v", found)
		}
		if err := s.PutProducts(t.Context(), "portland", []goods.Product{brie(producer)}); err == nil {
			t.Error("a second product took the same import key")
		}
	})
}

func TestProductsOfOneTitleGetSlugsOfTheirOwn(t *testing.T) {
	eachStore(t, func(t *testing.T, s *goods.Store, producer goods.Producer) {
		first, second := brie(producer), brie(producer)
		second.ImportKey = "other"
		products := put(t, s, first, second)
		if products[0].Slug == products[1].Slug {
			t.Errorf("both have the slug %s", products[0].Slug)
		}
	})
}

// many are products with believable texts.
func many(producers []goods.Producer, n int) []goods.Product {
	products := make([]goods.Product, n)
	for i := range products {
		products[i] = goods.Product{
			ProducerID: producers[i%len(producers)].ID, Title: manyTitle(i),
			Category: category.All[i%len(category.All)].Slug, Published: i%20 != 0,
			Description: "Made by hand each Thursday from what grows around the farm, " + manyTitle(i*7+3) +
				" among it. Keeps for " + strconv.Itoa(i%9+1) +
				" days in a cool place; lovely with bread, " + manyNouns[(i/3)%len(manyNouns)] +
				" and a glass of cider.",
			Tags:      []string{manyAdjectives[i%len(manyAdjectives)]},
			Allergens: allergen.Set(1<<(i%14)) & allergen.Set(0xffff*(i%3&1)), ImportKey: fmt.Sprint("k", i),
			Variants: []goods.Variant{{
				Title: "Default", SKU: fmt.Sprint("SKU", i),
				Price: int64(200 + i*37%5000), SoldBy: goods.Each, ImportKey: fmt.Sprint("k", i),
			}},
		}
	}
	return products
}

var (
	manyAdjectives = []string{
		"Smoked", "Fresh", "Wild", "Aged", "Organic", "Rustic", "Salted", "Sweet",
		"Sour", "Spiced", "Roasted", "Raw", "Pickled", "Creamy", "Crisp", "Golden", "Alpine", "Heirloom",
		"Stone-ground", "Jalapeño",
	}
	manyNouns = []string{
		"Brie", "Cheddar", "Sourdough", "Baguette", "Honey", "Marmalade", "Chutney",
		"Cider", "Salmon", "Trout", "Crème fraîche", "Butter", "Kimchi", "Granola", "Tomatoes", "Carrots",
		"Chorizo", "Pâté", "Truffle", "Nougat", "Pesto", "Kombucha", "Chocolate", "Sausage", "Eggs",
	}
	manyPlaces = []string{
		"Hood River", "Willamette", "Tillamook", "Astoria", "Bend", "Eugene", "Salem",
		"Corvallis", "Ashland", "Newport", "Yamhill", "Sauvie Island",
	}
)

func manyTitle(i int) string {
	return manyAdjectives[i%len(manyAdjectives)] + " " + manyNouns[(i/20)%len(manyNouns)] + " from " +
		manyPlaces[(i/500)%len(manyPlaces)] + " no. " + strconv.Itoa(i)
}

// putMany fills a store with products, in batches as an import does.
func putMany(t testing.TB, s *goods.Store, products []goods.Product) {
	t.Helper()
	for len(products) > 0 {
		n := min(300, len(products))
		if err := s.PutProducts(context.Background(), "portland", products[:n]); err != nil {
			t.Fatal(err)
		}
		products = products[n:]
	}
}

func BenchmarkPut100000Products(b *testing.B) {
	for _, engine := range sqldbtest.Engines {
		b.Run(string(engine), func(b *testing.B) {
			for range b.N {
				s, producer := openStore(b, engine)
				putMany(b, s, many([]goods.Producer{producer}, 100_000))
			}
		})
	}
}
