package catalog_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"github.com/artisan-eats/artisan/catalog"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
)

// makers are a market's producers by the titles of what they make.
func (s exchange) makers(t testing.TB, market string) map[string]string {
	t.Helper()
	list, err := s.catalog.ListProducts(t.Context(),
		&catalogv1.ListProductsRequest{Market: market, Limit: 100, All: true})
	if err != nil {
		t.Fatal(err)
	}
	makers := map[string]string{}
	for _, p := range list.GetProducts() {
		makers[p.GetTitle()] = p.GetProducerName()
	}
	return makers
}

func TestGoodsGoToNobodyWhoseNameDiffersByAMark(t *testing.T) {
	wants := map[string]map[string]string{
		"merge.csv": {
			"Brot eins": "Hof Bär", "Brot zwei": "Hof Bar", "Rice one": "ร้านข้าว", "Rice two": "ร้านขาว",
			"Gur": "गुड़ घर", "Gar": "गड़ घर",
			"Peña one": "Casa Peña", "Pena two": "Casa Pena",
		},
		"jp.csv": {"有機トマトジュース": "はな農園", "食パン": "ばな農園", "バター": "はな農園"},
	}
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		yen := &catalogv1.Market{
			Code: "tokyo", Name: "東京", Currency: "JPY", TimeZone: "Asia/Tokyo",
			Country: "JP", Locale: "ja-JP",
		}
		if _, err := s.catalog.PutMarket(t.Context(), &catalogv1.PutMarketRequest{Market: yen}); err != nil {
			t.Fatal(err)
		}
		for name, market := range map[string]string{"merge.csv": "portland", "jp.csv": "tokyo"} {
			if _, err := s.load(t, &catalogv1.ImportHeader{Market: market, Format: "auto"},
				strings.NewReader(fixture(t, name))); err != nil {
				t.Fatal(err)
			}
			if got := s.makers(t, market); fmt.Sprint(got) != fmt.Sprint(wants[name]) {
				t.Errorf("%s: got %v, want %v", name, got, wants[name])
			}
		}
	})
}

func TestANearMissOfAMakersNameIsNoted(t *testing.T) {
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		want := "3 producer: There is “Hof Bär” already: “Hof Bar” is taken for another maker."
		got := s.bothWays(t, fixture(t, "merge.csv"))
		if !slices.Contains(got.issues, want) || len(got.issues) != 4 {
			t.Errorf("within a file: %q", got.issues)
		}
		if got = s.bothWays(t, fixture(t, "merge.csv")); len(got.issues) > 0 {
			t.Errorf("who is known by now is noted again: %q", got.issues)
		}
		got = s.bothWays(t, "Title,Vendor,Price\nBrie,casa penã,9\nFeta,casa penã,9\n")
		if len(got.issues) != 1 || !strings.HasPrefix(got.issues[0], "2 producer: There is “Casa Pe") {
			t.Errorf("beside who was there before: %q", got.issues)
		}
	})
}

func TestAMakersOwnFileSaysWhereHerNameIsNearlyHers(t *testing.T) {
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		own := s.producer(t, "portland", "Hof Bär")
		file := "Title,Vendor,Price\nBrie,Hof Bar,9\nFeta,HOF BÄR,9\nGouda,Elm,9\n"
		got, err := s.load(t, &catalogv1.ImportHeader{Market: "portland", ProducerId: own, Format: "auto"},
			strings.NewReader(file))
		if err != nil || got.String() != "1 products, 1 variants, 0 updated, 0 skipped, 2 failed" {
			t.Fatalf("got %v %q, %v", got, got.issues, err)
		}
		if near := strings.Contains(got.issues[0], "differ by a mark"); !near ||
			strings.Contains(got.issues[1], "mark") {
			t.Errorf("told %q", got.issues)
		}
	})
}

func TestANameIsTheSameHoweverItsMarksAreComposed(t *testing.T) {
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		const file = "producer,name,display_name,category,units,unit_type,price,on_hand\nHof Bär,Käse,Größe É,Épicerie fine,500,g,2.50,1\n"
		s.mustLoad(t, file)
		for _, again := range []string{
			norm.NFD.String(file),
			strings.Replace(file, "Hof Bär,Käse", "HOF  BÄR,KÄSE", 1),
		} {
			got := s.bothWays(t, again)
			if got.counts.GetProducts()+got.counts.GetVariants() > 0 {
				t.Errorf("it is made anew: %v %q", got, got.changes)
			}
		}
		if makers := s.makers(t, "portland"); len(makers) != 1 {
			t.Errorf("there are %v", makers)
		}
	})
}

func TestWhatDiffersByAMarkIsAnotherProductAndAnotherSize(t *testing.T) {
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		oak := s.producer(t, "portland", "Oak")
		for _, title := range []string{"Creme", "Pate"} { // by hand, so a file finds them by their titles
			s.offer(t, &catalogv1.Product{
				Market: "portland", ProducerId: oak, Title: title, Published: true,
				Variants: []*catalogv1.Variant{{Title: "Mure", Price: dollars(100), SoldBy: "each"}},
			}, 0)
		}
		const header = "producer,name,display_name,category,units,variant_unit_name,price,on_hand\n"
		got := s.bothWays(t, header+
			"Oak,Crème,Mure,Soups,1,item,2,1\nOak,PATE,Mûre,Soups,1,item,2,1\nOak,PATE,MURE,Soups,1,item,3,1\n")
		if got.String() != "1 products, 2 variants, 1 updated, 0 skipped, 0 failed" {
			t.Errorf("got %v %q", got, got.changes)
		}
		want := []string{
			"3 variant: There is “Mure” already: “Mûre” is taken for another size.",
			"2 title: There is “Creme” already: “Crème” is taken for another product.",
		}
		slices.Sort(got.issues)
		slices.Sort(want)
		if !slices.Equal(got.issues, want) {
			t.Errorf("noted %q", got.issues)
		}
	})
}

// TestWhatAnEarlierVersionStoredIsFoundAgain: keys were made of names with their entities and of characters
// that are not composed.
func TestWhatAnEarlierVersionStoredIsFoundAgain(t *testing.T) {
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		oak := s.producer(t, "portland", "Oak")
		made := s.offer(t, &catalogv1.Product{
			Market: "portland", ProducerId: oak, Title: "Salt &amp; cafe\u0301", Category: "soups",
			Published: true,
			Variants: []*catalogv1.Variant{{
				Title: "", Price: dollars(200), SoldBy: "each", UnitValue: 1,
				Unit: "jar &amp; lid",
			}},
		}, 1000)
		err := catalog.SetImportKeys(t.Context(), p.Host("catalog"), made.GetId(),
			"ofn:salt &amp; cafe\u0301", "ofn:|1|jar &amp; lid")
		if err != nil {
			t.Fatal(err)
		}
		const file = "producer,name,display_name,category,units,variant_unit_name,price,on_hand\nOak,Salt &amp; cafe\u0301,,Soups,1,jar &amp; lid,2,1\n"
		if got := s.bothWays(t,
			file); got.String() != "0 products, 0 variants, 1 updated, 0 skipped, 0 failed" {
			t.Errorf("got %v %q", got, got.changes)
		}
		if got := s.bothWays(t,
			norm.NFC.String(strings.ReplaceAll(file, "&amp;",
				"&"))); got.String() != "0 products, 0 variants, 0 updated, 0 skipped, 0 failed" {
			t.Errorf("again, as it is now: %v %q", got, got.changes)
		}
		if titles := s.makers(t, "portland"); len(titles) != 1 || titles["Salt & café"] != "Oak" {
			t.Errorf("there are %v", titles)
		}
	})
}

func TestCategoriesAreCalledWhatWasWritten(t *testing.T) {
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		file := fixture(t, "fr.csv") +
			"f5,Tee,,Oak,奶酪,TRUE,Title,Default Title,5,shopify,5\nf6,Sel,,Oak,ÉPICERIE & HUILES,TRUE,Title,Default Title,5,shopify,5\n" +
			"f7,Poivre,,Oak,Epicerie & huiles,TRUE,Title,Default Title,5,shopify,5\nf8,Brot,,Oak,bread,TRUE,Title,Default Title,5,shopify,5\n"
		first := s.bothWays(t, file)
		if want := "8 category: There is “Épicerie & huiles” already: “Epicerie & huiles” is taken for another category."; !slices.Contains(first.issues, want) {
			t.Errorf("noted %q", first.issues)
		}
		if got := s.bothWays(t, file); got.counts.GetUpdated() > 0 || len(got.issues) > 0 {
			t.Errorf("a second run changes %q, and notes %q", got.changes, got.issues)
		}
		answer, err := s.catalog.ListCategories(t.Context(),
			&catalogv1.ListCategoriesRequest{Market: "portland"})
		if err != nil {
			t.Fatal(err)
		}
		names := map[string]int64{}
		for _, c := range answer.GetCategories() {
			if c.GetProducts() > 0 {
				names[c.GetName()] = c.GetProducts()
			}
			if strings.Trim(c.GetSlug(), "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
				t.Errorf("%s has the address %q", c.GetName(), c.GetSlug())
			}
		}
		want := map[string]int64{
			"Épicerie & huiles": 2, "Confitures": 1, "Œufs": 1, "Pâtisserie": 1, "奶酪": 1,
			"Epicerie & huiles": 1, "Bread": 1, "Bakery": 1,
		}
		if fmt.Sprint(names) != fmt.Sprint(want) {
			t.Errorf("got %v, want %v", names, want)
		}
		list, err := s.catalog.ListProducts(t.Context(),
			&catalogv1.ListProductsRequest{Market: "portland", Q: "奶酪"})
		if err != nil || len(list.GetProducts()) != 1 || list.GetProducts()[0].GetCategoryName() != "奶酪" {
			t.Errorf("a search for a category finds %v, %v", list.GetProducts(), err)
		}
		if exported := s.export(t, "portland", "shopify"); !strings.Contains(exported, "Épicerie & huiles") ||
			!strings.Contains(exported, "奶酪") {
			t.Errorf("the export has %s", exported)
		}
	})
}

// TestACategoryOfAnEarlierVersionGetsItsName: it had a slug alone.
func TestACategoryOfAnEarlierVersionGetsItsName(t *testing.T) {
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		s.offer(t, &catalogv1.Product{
			Market: "portland", ProducerId: s.producer(t, "portland", "Oak"), Title: "Oil",
			Category: "epicerie-huiles", Published: true,
			Variants: []*catalogv1.Variant{{Price: dollars(200), SoldBy: "each"}},
		}, 1000)
		if got := s.bothWays(t,
			"Title,Vendor,Type,Price\nOil,Oak,Épicerie & huiles,2\n"); got.counts.GetUpdated() > 0 {
			t.Errorf("got %q", got.changes)
		}
		answer, err := s.catalog.ListCategories(t.Context(),
			&catalogv1.ListCategoriesRequest{Market: "portland"})
		if err != nil {
			t.Fatal(err)
		}
		if last := answer.GetCategories()[len(
			answer.GetCategories())-1]; last.GetName() != "Épicerie & huiles" ||
			last.GetSlug() != "epicerie-huiles" {
			t.Errorf("got %v", last)
		}
	})
}

func TestUnitsMayHaveLongNames(t *testing.T) {
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		got := s.bothWays(t, fixture(t, "units.csv"))
		for _, issue := range got.issues {
			if !strings.HasPrefix(issue, "8 units") && !strings.HasPrefix(issue, "9 variant unit name") {
				t.Errorf("got %q", issue)
			}
		}
		if found := s.portland(t, &catalogv1.ListProductsRequest{Q: "radish"}); len(found) != 1 ||
			found[0].GetVariants()[0].GetUnit() != "bunch of about ten" {
			t.Errorf("the unit is kept in %v", found)
		}
	})
}
