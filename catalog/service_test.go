package catalog_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/catalog"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	moneyv1 "github.com/artisan-eats/artisan/gen/artisan/money/v1"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
)

var services = []host.Service{catalog.Room()}

// shop is a catalogue with a market and an approved producer.
type shop struct {
	*testing.T
	catalogv1connect.CatalogServiceClient
	process  *host.Process
	producer *catalogv1.Producer
}

func each(t *testing.T, test func(s shop)) {
	t.Helper()
	hosttest.Each(t, services, func(t *testing.T, p *host.Process) { test(open(t, p)) })
}

func open(t *testing.T, p *host.Process) shop {
	t.Helper()
	s := shop{
		T: t, CatalogServiceClient: catalogv1connect.NewCatalogServiceClient(p.Client("catalog")),
		process: p,
	}
	_, err := s.PutMarket(t.Context(), &catalogv1.PutMarketRequest{Market: market()})
	if err != nil {
		t.Fatal(err)
	}
	s.producer = s.putProducer(&catalogv1.Producer{
		Market: "portland", Name: "Mosswood Dairy",
		Approved: true,
	})
	return s
}

func market() *catalogv1.Market {
	return &catalogv1.Market{
		Code: "portland", Name: "Portland", Currency: "USD",
		TimeZone: "America/Los_Angeles", Country: "US", CommissionBp: 800, Locale: "en-US",
	}
}

func (s shop) putProducer(p *catalogv1.Producer) *catalogv1.Producer {
	s.Helper()
	r, err := s.PutProducer(s.Context(), &catalogv1.PutProducerRequest{Producer: p})
	if err != nil {
		s.Fatal(err)
	}
	return r.GetProducer()
}

func (s shop) put(p *catalogv1.Product) *catalogv1.Product {
	s.Helper()
	r, err := s.PutProduct(s.Context(), &catalogv1.PutProductRequest{Product: p})
	if err != nil {
		s.Fatal(err)
	}
	return r.GetProduct()
}

// sell makes a published product with one variant.
func (s shop) sell(title, category string, cents int64, allergens ...string) *catalogv1.Product {
	s.Helper()
	return s.put(s.product(title, category, cents, allergens...))
}

func (s shop) product(title, category string, cents int64, allergens ...string) *catalogv1.Product {
	return &catalogv1.Product{
		Market: "portland", ProducerId: s.producer.GetId(), Title: title, Category: category, Published: true,
		Allergens: allergens,
		Variants:  []*catalogv1.Variant{{Title: "Piece", Price: dollars(cents), SoldBy: "each"}},
	}
}

func dollars(cents int64) *moneyv1.Money { return &moneyv1.Money{Amount: cents, Currency: "USD"} }

func (s shop) list(r *catalogv1.ListProductsRequest) *catalogv1.ListProductsResponse {
	s.Helper()
	r.Market = "portland"
	answer, err := s.ListProducts(s.Context(), r)
	if err != nil {
		s.Fatalf("list %v: %v", r, err)
	}
	return answer
}

func titles(r *catalogv1.ListProductsResponse) string {
	var all []string
	for _, p := range r.GetProducts() {
		all = append(all, p.GetTitle())
	}
	return strings.Join(all, ", ")
}

func (s shop) wants(what string, got, want any) {
	s.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		s.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func (s shop) wantsFault(what string, err error, kind fault.Kind, code string) {
	s.Helper()
	if err == nil || fault.KindOf(err) != kind || !fault.Is(err, code) {
		s.Errorf("%s: got %v, want %s", what, err, code)
	}
}

func TestOnlyPublishedProductsOfApprovedProducersAreShown(t *testing.T) {
	each(t, func(s shop) {
		shown := s.sell("Cheddar", "cheese", 900)
		hidden := s.product("Draft", "cheese", 900)
		hidden.Published = false
		draft := s.put(hidden)
		s.wants("the list", titles(s.list(&catalogv1.ListProductsRequest{})), "Cheddar")
		s.wants("the desk", titles(s.list(&catalogv1.ListProductsRequest{All: true})), "Cheddar, Draft")
		s.wants("a search at the desk", titles(s.list(&catalogv1.ListProductsRequest{Q: "draft", All: true})),
			"Draft")
		s.wants("a search", titles(s.list(&catalogv1.ListProductsRequest{Q: "draft"})), "")
		_, err := s.GetProduct(t.Context(), &catalogv1.GetProductRequest{Id: draft.GetId()})
		s.wantsFault("a draft", err, fault.NotFound, "not_found")

		s.producer.Approved = false
		s.putProducer(s.producer)
		s.wants("the list without approval", titles(s.list(&catalogv1.ListProductsRequest{})), "")
		s.wants("a search without approval", titles(s.list(&catalogv1.ListProductsRequest{Q: "cheddar"})), "")
		s.wants("quotes without approval", len(s.quote(shown.GetVariants()[0].GetId())), 0)
		s.producer.Approved = true
		s.putProducer(s.producer)
		s.wants("the list approved again", titles(s.list(&catalogv1.ListProductsRequest{})), "Cheddar")
		s.wants("a search approved again", titles(s.list(&catalogv1.ListProductsRequest{Q: "chedd"})),
			"Cheddar")
	})
}

func (s shop) quote(ids ...string) []*catalogv1.Quote {
	s.Helper()
	r, err := s.Quote(s.Context(), &catalogv1.QuoteRequest{VariantIds: ids})
	if err != nil {
		s.Fatal(err)
	}
	return r.GetQuotes()
}

func TestAListIsFilteredSortedAndPagedTogether(t *testing.T) {
	each(t, func(s shop) {
		s.sell("Brie", "cheese", 1200, "milk")
		s.sell("Aged Gouda", "cheese", 900, "milk", "egg")
		s.sell("Butter", "butter", 500, "milk")
		s.sell("Baguette", "bread", 350, "gluten")
		for _, c := range []struct {
			r    *catalogv1.ListProductsRequest
			want string
		}{
			{&catalogv1.ListProductsRequest{}, "Aged Gouda, Baguette, Brie, Butter"},
			{&catalogv1.ListProductsRequest{Sort: "price"}, "Baguette, Butter, Aged Gouda, Brie"},
			{&catalogv1.ListProductsRequest{Sort: "-price", Category: "dairy"}, "Brie, Aged Gouda, Butter"},
			{&catalogv1.ListProductsRequest{Category: "cheese", AllergenFree: []string{"egg"}}, "Brie"},
			{&catalogv1.ListProductsRequest{AllergenFree: []string{"milk"}}, "Baguette"},
			{
				&catalogv1.ListProductsRequest{Q: "b", AllergenFree: []string{"gluten"}, Sort: "price"},
				"Butter, Brie",
			},
			{&catalogv1.ListProductsRequest{Q: "cheese"}, "Aged Gouda, Brie"},
			{&catalogv1.ListProductsRequest{ProducerId: s.producer.GetId(), Category: "bread"}, "Baguette"},
		} {
			s.wants(c.r.String(), titles(s.list(c.r)), c.want)
			s.wants(c.r.String()+" in pages", s.inPages(c.r), c.want)
		}
	})
}

// inPages lists one product a page.
func (s shop) inPages(r *catalogv1.ListProductsRequest) string {
	s.Helper()
	var all []string
	r.Limit = 1
	for len(all) < 100 {
		answer := s.list(r)
		all = append(all, titles(answer))
		if r.Cursor = answer.GetNextCursor(); r.Cursor == "" {
			break
		}
	}
	return strings.Join(all, ", ")
}

func TestSearchFoldsAccentsAndFindsWhatIsHalfTyped(t *testing.T) {
	each(t, func(s shop) {
		s.sell("Crème fraîche", "milk-cream", 450)
		s.sell("Jalapeño jam", "preserves", 600)
		s.sell("Smørrebrød", "bread", 700)
		s.sell("Baker's rye", "bread", 800)
		for q, want := range map[string]string{
			"creme fraiche": "Crème fraîche", "CRÈME": "Crème fraîche", "fraic": "Crème fraîche",
			"jalapeno":     "Jalapeño jam",
			"jam jalapeno": "Jalapeño jam", "smorre": "Smørrebrød", "bakers": "Baker's rye",
			"baker’s r": "Baker's rye", "j": "Jalapeño jam",
			"mosswood jam": "Jalapeño jam", "nothing of it": "", "!!!": "", "jam -": "Jalapeño jam",
			`"jam" OR bread* NOT (`: "",
		} {
			s.wants(q, titles(s.list(&catalogv1.ListProductsRequest{Q: q})), want)
		}
	})
}

func TestTheTitleThatFitsBestComesFirst(t *testing.T) {
	each(t, func(s shop) {
		s.sell("Pie with honey", "pies", 900)
		s.sell("Honeycomb", "honey", 900)
		s.sell("Honey", "honey", 900)
		s.sell("Honey mustard", "sauces", 900)
		bread := s.product("Rye loaf", "bread", 900)
		bread.Description = "Sweetened with honey."
		s.put(bread)
		s.wants("honey", titles(s.list(&catalogv1.ListProductsRequest{Q: "honey"})),
			"Honey, Honey mustard, Honeycomb, Pie with honey, Rye loaf")
	})
}

func TestFacetsCountWhatMatches(t *testing.T) {
	each(t, func(s shop) {
		s.sell("Brie", "cheese", 1200, "milk")
		s.sell("Butter", "butter", 500, "milk")
		s.sell("Baguette", "bread", 350, "gluten")
		counts := map[string]int64{}
		for _, f := range s.list(&catalogv1.ListProductsRequest{Facets: true, Limit: 1}).GetFacets() {
			counts[f.GetName()+" "+f.GetValue()] = f.GetCount()
		}
		for name, want := range map[string]int64{
			"category dairy": 2, "category cheese": 1, "category bakery": 1, "allergen_free milk": 1,
			"allergen_free egg":              3,
			"producer " + s.producer.GetId(): 3,
		} {
			s.wants(name, counts[name], want)
		}
		s.sell("Gouda", "cheese", 900, "milk")
		for _, f := range s.list(&catalogv1.ListProductsRequest{Facets: true, Limit: 1}).GetFacets() {
			if f.GetValue() == "cheese" {
				s.wants("cheeses after another came", f.GetCount(), 2)
			}
		}
	})
}

func TestAVariantLeftOutIsWithdrawnAndTheOthersKeepTheirIDs(t *testing.T) {
	each(t, func(s shop) {
		p := s.product("Cheddar", "cheese", 900)
		p.Variants = append(p.Variants,
			&catalogv1.Variant{Title: "By weight", Price: dollars(3000), SoldBy: "weight"})
		p = s.put(p)
		piece, weight := p.GetVariants()[0].GetId(), p.GetVariants()[1].GetId()
		s.wants("quotes", len(s.quote(piece, weight)), 2)
		p.Variants = p.GetVariants()[1:]
		p.Variants[0].Price = dollars(3100)
		p = s.put(p)
		s.wants("variants", len(p.GetVariants()), 1)
		s.wants("the variant's ID", p.GetVariants()[0].GetId(), weight)
		quotes := s.quote(piece, weight, "nonsense")
		s.wants("quotes after", len(quotes), 1)
		s.wants("the price at once", quotes[0].GetVariant().GetPrice().GetAmount(), 3100)
		s.wants("the quoted market", quotes[0].GetMarket(), "portland")

		other := s.product("Gouda", "cheese", 900)
		other.Variants[0].Id = weight
		_, err := s.PutProduct(t.Context(), &catalogv1.PutProductRequest{Product: other})
		s.wantsFault("another product's variant", err, fault.NotFound, "not_found")
	})
}

func TestWhatCannotBeSoldIsRefused(t *testing.T) {
	each(t, func(s shop) {
		for what, spoil := range map[string]func(p *catalogv1.Product){
			"no title":            func(p *catalogv1.Product) { p.Title = " " },
			"a title in lines":    func(p *catalogv1.Product) { p.Title = "a\nb" },
			"a NUL":               func(p *catalogv1.Product) { p.Description = "a\x00b" },
			"a long text":         func(p *catalogv1.Product) { p.Description = strings.Repeat("x", 30_000) },
			"an unknown allergen": func(p *catalogv1.Product) { p.Allergens = []string{"dust"} },
			"another currency":    func(p *catalogv1.Product) { p.Variants[0].Price.Currency = "EUR" },
			"a negative price":    func(p *catalogv1.Product) { p.Variants[0].Price.Amount = -1 },
			"no price":            func(p *catalogv1.Product) { p.Variants[0].Price = nil },
			"a huge price":        func(p *catalogv1.Product) { p.Variants[0].Price.Amount = 1e18 },
			"no way to sell it":   func(p *catalogv1.Product) { p.Variants[0].SoldBy = "dozen" },
			"a slug of a path":    func(p *catalogv1.Product) { p.Slug = "../x" },
			"a category's path":   func(p *catalogv1.Product) { p.Category = "a/b" },
			"101 variants":        func(p *catalogv1.Product) { p.Variants = slices.Repeat(p.Variants, 101) },
		} {
			p := s.product("Cheddar", "cheese", 900)
			spoil(p)
			_, err := s.PutProduct(t.Context(), &catalogv1.PutProductRequest{Product: p})
			s.wantsFault(what, err, fault.Invalid, "invalid")
		}
		p := s.product("Cheddar", "cheese", 900)
		p.ProducerId = "pro_portland_\x00"
		_, err := s.PutProduct(t.Context(), &catalogv1.PutProductRequest{Product: p})
		s.wantsFault("an unknown producer", err, fault.NotFound, "not_found")
		p = s.product("Cheddar", "cheese", 900)
		p.Variants[0].Id = "var_portland_\x00"
		_, err = s.PutProduct(t.Context(), &catalogv1.PutProductRequest{Product: p})
		s.wantsFault("an unknown variant", err, fault.NotFound, "not_found")
		s.wants("nothing is left", titles(s.list(&catalogv1.ListProductsRequest{All: true})), "")
	})
}

func TestBadQuestionsGetAClearAnswer(t *testing.T) {
	each(t, func(s shop) {
		for code, r := range map[string][]*catalogv1.ListProductsRequest{
			"invalid_cursor": {{Cursor: "!!"}, {Cursor: "e30"}, {Cursor: strings.Repeat("A", 5000)}},
			"invalid": {
				{Sort: "random"},
				{Limit: -1},
				{AllergenFree: []string{"dust"}},
				{Category: "x\x00"},
			},
			"not_found": {{Market: "nowhere"}, {Market: "a\x00"}, {ProducerId: "pro_1"}},
		} {
			for _, request := range r {
				if request.GetMarket() == "" {
					request.Market = "portland"
				}
				if _, err := s.ListProducts(t.Context(), request); !fault.Is(err, code) {
					t.Errorf("%v: got %v, want %s", request, err, code)
				}
			}
		}
		_, err := s.GetProducer(t.Context(), &catalogv1.GetProducerRequest{Id: "pro_portland_%00"})
		s.wantsFault("a producer", err, fault.NotFound, "not_found")
		_, err = s.GetMarket(t.Context(), &catalogv1.GetMarketRequest{Code: "\x00"})
		s.wantsFault("a market", err, fault.NotFound, "not_found")
	})
}

func TestAMarketKeepsItsCurrency(t *testing.T) {
	each(t, func(s shop) {
		m := market()
		m.Currency, m.Country = "EUR", "FR"
		_, err := s.PutMarket(t.Context(), &catalogv1.PutMarketRequest{Market: m})
		s.wantsFault("another currency", err, fault.Conflict, "currency_fixed")
		r, err := s.ListMarkets(t.Context(), &catalogv1.ListMarketsRequest{})
		if err != nil || len(r.GetMarkets()) != 1 || r.GetMarkets()[0].GetCountry() != "US" {
			t.Errorf("markets %v, %v", r, err)
		}
	})
}

func TestProducersAreListedByName(t *testing.T) {
	each(t, func(s shop) {
		s.putProducer(&catalogv1.Producer{Market: "portland", Name: "Élan Bakery", Approved: true})
		s.putProducer(&catalogv1.Producer{Market: "portland", Name: "Foxglove Farm"})
		second := s.putProducer(&catalogv1.Producer{
			Market: "portland", Name: "Mosswood Dairy",
			Approved: true,
		})
		if second.GetSlug() == s.producer.GetSlug() {
			t.Errorf("two producers have the slug %s", second.GetSlug())
		}
		// it looks like the first
		if _, err := s.ApproveProducer(t.Context(),
			&catalogv1.ApproveProducerRequest{Id: second.GetId(), Approved: true}); err != nil {
			t.Fatal(err)
		}
		for all, want := range map[bool]string{
			false: "Élan Bakery, Mosswood Dairy, Mosswood Dairy",
			true:  "Élan Bakery, Foxglove Farm, Mosswood Dairy, Mosswood Dairy",
		} {
			var names []string
			for cursor := ""; ; {
				r, err := s.ListProducers(t.Context(),
					&catalogv1.ListProducersRequest{Market: "portland", All: all, Limit: 1, Cursor: cursor})
				if err != nil {
					t.Fatal(err)
				}
				names = append(names, r.GetProducers()[0].GetName())
				if cursor = r.GetNextCursor(); cursor == "" {
					break
				}
			}
			s.wants("producers", strings.Join(names, ", "), want)
		}
	})
}

func TestTheLongestNamesCanBeKeptAndPaged(t *testing.T) {
	each(t, func(s shop) {
		for _, name := range []string{
			strings.Repeat("ﷺ", 200), strings.Repeat("<", 200),
			strings.Repeat("酒", 200),
		} {
			s.putProducer(&catalogv1.Producer{Market: "portland", Name: name, Approved: true})
			s.sell(name, "drinks", 900)
		}
		s.wants("products", strings.Count(s.inPages(&catalogv1.ListProductsRequest{}), ", "), 2)
		var n int
		for cursor := ""; ; n++ {
			r, err := s.ListProducers(t.Context(),
				&catalogv1.ListProducersRequest{Market: "portland", Limit: 1, Cursor: cursor})
			if err != nil {
				t.Fatal(err)
			}
			if cursor = r.GetNextCursor(); cursor == "" {
				break
			}
		}
		s.wants("pages after the first", n, 3)
	})
}

func TestCategoriesCountWhatStandsInAndBelow(t *testing.T) {
	each(t, func(s shop) {
		s.sell("Brie", "cheese", 1200)
		s.sell("Seaweed", "sea-things", 400)
		r, err := s.ListCategories(t.Context(), &catalogv1.ListCategoriesRequest{Market: "portland"})
		if err != nil {
			t.Fatal(err)
		}
		counts := map[string]string{}
		for _, c := range r.GetCategories() {
			counts[c.GetSlug()] = fmt.Sprint(c.GetName(), " ", c.GetProducts())
		}
		s.wants("counts", fmt.Sprint(counts["dairy"], counts["cheese"], counts["sea-things"]),
			"Dairy & eggs 1Cheese 1Sea things 1")
	})
}
