package catalog_test

import (
	"slices"
	"strings"
	"testing"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
)

func TestWhatIsNotStatedPassesNoFreeFromFilter(t *testing.T) {
	each(t, func(s shop) {
		s.sell("Bread of unknown flour", "bread", 400)
		s.sell("Bread of milk", "bread", 500, "milk")
		plain := s.product("Bread of nothing", "bread", 600)
		plain.AllergensNone = true
		plain = s.put(plain)
		for _, r := range []*catalogv1.ListProductsRequest{
			{},
			{Q: "bread"},
			{Q: "bread", All: true},
			{All: true},
		} {
			for code, want := range map[string]string{
				"nuts": "Bread of milk, Bread of nothing",
				"milk": "Bread of nothing", "milk egg": "Bread of nothing",
			} {
				r.AllergenFree, r.Sort = strings.Fields(code), "title"
				s.wants(r.String(), titles(s.list(r)), want)
			}
			r.AllergenFree = nil
			s.wants("without a filter", len(s.list(r).GetProducts()), 3)
			for _, f := range s.list(&catalogv1.ListProductsRequest{
				Q: r.GetQ(), All: r.GetAll(),
				Facets: true,
			}).GetFacets() {
				if f.GetName() == "allergen_free" {
					s.wants("what is free from "+f.GetValue(), f.GetCount(),
						map[bool]int{true: 1, false: 2}[f.GetValue() == "milk"])
				}
			}
		}
		plain.AllergensNone = false
		s.put(plain)
		s.wants("after the statement is taken back",
			titles(s.list(&catalogv1.ListProductsRequest{Q: "bread", AllergenFree: []string{"milk"}})), "")
	})
}

func TestNoneIsStatedOrNothingIs(t *testing.T) {
	each(t, func(s shop) {
		for _, c := range []struct {
			allergens []string
			none      bool
		}{{nil, false}, {nil, true}, {[]string{"milk"}, false}, {[]string{"milk"}, true}} {
			p := s.product("Loaf", "bread", 500, c.allergens...)
			p.AllergensNone = c.none
			got := s.put(p)
			s.wants("allergens", got.GetAllergens(), c.allergens)
			s.wants("none", got.GetAllergensNone(), c.none && len(c.allergens) == 0)
		}
	})
}

func TestAFileThatSaysNothingOfAllergensStatesNothing(t *testing.T) {
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		for _, name := range []string{"woo_nuts.csv", "ofn_sizes.csv", "square.csv"} {
			s.mustLoad(t, fixture(t, name))
		}
		all := s.portland(t, &catalogv1.ListProductsRequest{})
		if len(all) < 5 {
			t.Fatalf("%d products", len(all))
		}
		for _, p := range all {
			if p.GetAllergensNone() || len(p.GetAllergens()) > 0 {
				t.Errorf("%s states %v, none %v", p.GetTitle(), p.GetAllergens(), p.GetAllergensNone())
			}
		}
		if free := s.portland(t,
			&catalogv1.ListProductsRequest{AllergenFree: []string{"nuts"}}); len(free) > 0 {
			t.Errorf("%d of them pass for free from nuts", len(free))
		}
	})
}

func (s exchange) portland(t testing.TB, r *catalogv1.ListProductsRequest) []*catalogv1.Product {
	t.Helper()
	r.Market, r.Limit = "portland", 100
	list, err := s.catalog.ListProducts(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return list.GetProducts()
}

const allergenColumn = "Allergen information (product.metafields.shopify.allergen-information)"

func TestAStatementGoesThroughAFileAndBack(t *testing.T) {
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		oak := s.producer(t, "portland", "Oak")
		for title, p := range map[string]*catalogv1.Product{
			"Plums": {AllergensNone: true},
			"Brie":  {Allergens: []string{"milk"}}, "Pesto": {},
		} {
			p.Market, p.ProducerId, p.Title, p.Published = "portland", oak, title, true
			p.Variants = []*catalogv1.Variant{{Price: dollars(500), SoldBy: "each"}}
			s.offer(t, p, 3000)
		}
		file := s.export(t, "portland", "shopify")
		if _, err := s.load(t, &catalogv1.ImportHeader{Market: "salem", Format: "auto"},
			strings.NewReader(file)); err != nil {
			t.Fatal(err)
		}
		if again := s.export(t, "salem", "shopify"); again != file {
			t.Errorf("it comes back as\n%s\nof\n%s", again, file)
		}
		for _, other := range []string{
			s.export(t, "portland", "ofn"),
			"Title,Vendor,Price\nPlums,Oak,5.00\nBrie,Oak,5.00\nPesto,Oak,5.00\n", "Title,Vendor,Price," +
				allergenColumn + "\nPlums,Oak,5.00,\nBrie,Oak,5.00, \n",
		} {
			s.mustLoad(t, other)
			if after := s.export(t, "portland", "shopify"); after != file {
				t.Errorf("a file that states nothing changes it to\n%s\nof\n%s", after, file)
			}
		}
	})
}

func TestAWordThatIsNotUnderstoodLeavesAllergensUnstated(t *testing.T) {
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		for cell, want := range map[string]string{
			"milk": "milk", "None": "none", "milk; stardust": "", "none; milk": "", "": "",
			"Dairy; shellfish, Wheat": "gluten crustaceans milk molluscs",
		} {
			s.mustLoad(t, "Title,Vendor,Price,"+allergenColumn+"\nBisque,Oak,9,egg\n")
			got := s.mustLoad(t, "Title,Vendor,Price,"+allergenColumn+"\nBisque,Oak,9,\""+cell+"\"\n")
			bisque := s.portland(t, &catalogv1.ListProductsRequest{})[0]
			said := strings.Join(bisque.GetAllergens(), " ")
			if bisque.GetAllergensNone() {
				said = "none"
			}
			if cell == "" {
				want = "egg" // an empty cell says nothing, and takes nothing back
			}
			noted := slices.ContainsFunc(got.issues,
				func(issue string) bool { return strings.HasPrefix(issue, "2 allergens: ") })
			if said != want || noted != (want == "") {
				t.Errorf("%q states %q, want %q; told %q", cell, said, want, got.issues)
			}
		}
	})
}

func TestAPreviewShowsPriceStockAndAllergensOfWhatIsNew(t *testing.T) {
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		for name, want := range map[string]string{
			"woo_nuts.csv":               "2 new Almond croissant price: 4.25; stock: 12; allergens: not stated",
			"shopify_allergen_words.csv": "2 new Walnut loaf price: 6.50; stock: 9; allergens: gluten, milk, nuts",
			"ofn_sizes.csv":              "2 new Carrots – 250 g price: 2.00; stock: 20; allergens: not stated",
		} {
			got, err := s.load(t, &catalogv1.ImportHeader{
				Market: "portland", Producer: "House",
				Format: "auto", DryRun: true,
			}, strings.NewReader(fixture(t, name)))
			if err != nil || len(got.changes) == 0 || got.changes[0] != want {
				t.Errorf("%s: %v, %q", name, err, got.changes)
			}
			if warned := len(got.issues) > 0; warned != (name == "woo_nuts.csv") {
				t.Errorf("%s: told %q", name, got.issues)
			}
		}
	})
}
