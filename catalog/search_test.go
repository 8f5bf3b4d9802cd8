package catalog

import (
	"context"
	"slices"
	"testing"
	"time"
	"unique"

	"pgregory.net/rapid"

	"github.com/artisan-eats/artisan/allergen"
	"github.com/artisan-eats/artisan/catalog/category"
	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/catalog/search"
	"github.com/artisan-eats/artisan/naming"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

func TestEveryPrefixOfEveryTitleFindsItsProduct(t *testing.T) {
	eachStore(t, func(t *testing.T, s *goods.Store, producer goods.Producer) {
		svc := &service{store: s, indexes: newMarketIndexes(s)}
		products := put(t, s, many([]goods.Producer{producer}, 60)[1:20]...)
		for _, p := range products[:6] {
			for n := range []rune(p.Title) {
				q := string([]rune(p.Title)[:n+1])
				l := listing{
					market: "portland", q: q, search: true,
					filter: newFilter(filterKey{unlisted: true}), ordering: byRelevance, limit: 100,
				}
				answer, err := svc.list(t.Context(), l)
				if err != nil ||
					!slices.ContainsFunc(answer.products,
						func(found goods.Product) bool { return found.ID == p.ID }) {
					t.Fatalf("%q does not find %q: %d products, %v", q, p.Title, len(answer.products), err)
				}
			}
		}
	})
}

func TestAnIndexIsNeverBehindWhatAnotherProcessWrote(t *testing.T) {
	eachStore(t, func(t *testing.T, s *goods.Store, producer goods.Producer) {
		ours := newMarketIndexes(s)
		for n, p := range put(t, s, many([]goods.Producer{producer}, 4)...) {
			p.Title = "Changed"
			put(t, s, p)
			sh, err := ours.fresh(t.Context(), "portland")
			if err != nil {
				t.Fatal(err)
			}
			changed := 0
			for _, i := range sh.in(orderings[0]) {
				if i.titleKey == "changed" {
					changed++
				}
			}
			if changed != n+1 || len(sh.in(orderings[0])) != 4 {
				t.Errorf("after %d changes the index has %d of %d", n+1, changed, len(sh.in(orderings[0])))
			}
		}
		if err := s.Index.Tidy(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestAQuoteOvertakenElsewhereIsForgottenInTwoSeconds(t *testing.T) {
	eachStore(t, func(t *testing.T, s *goods.Store, producer goods.Producer) {
		now := time.Now()
		quotes := newQuotes(s, func() time.Time { return now })
		p := put(t, s, brie(producer))[0]
		price := func() int64 {
			answer, err := quotes.get(t.Context(), []string{p.Variants[0].ID})
			if err != nil || len(answer) != 1 {
				t.Fatalf("quoted %v, %v", answer, err)
			}
			return answer[0].Price
		}
		before := price()
		p.Variants[0].Price = before + 100
		put(t, s, p)
		if price() != before {
			t.Error("the quote was not remembered")
		}
		now = now.Add(quoteAge)
		if price() != before+100 {
			t.Error("the old price was quoted for longer")
		}
		p.Variants[0].Price = before + 200
		put(t, s, p)
		quotes.forget()
		if price() != before+200 {
			t.Error("the old price was quoted after a change in this process")
		}
	})
}

func TestASlugIsAlwaysValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var c goods.Checker
		slug := naming.Slugify(rapid.String().Draw(t, "text"))
		if c.Slug("slug", slug); slug == "" || len(c.Fields) > 0 || len(slug) > naming.MaxLabel-10 {
			t.Fatalf("%q is no slug", slug)
		}
	})
}

func TestPagesOfAnyListAddUpToTheWholeList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newMarketIndex(search.TongueOf("en"))
		for version := range rapid.IntRange(1, 4).Draw(t, "changes") {
			s.apply(drawItems(t, int64(version+1)), nil, 0)
		}
		o := rapid.SampledFrom(orderings).Draw(t, "ordering")
		f := newFilter(drawFilter(t))
		var want []*item
		for _, i := range s.items {
			if f.shows(i) {
				want = append(want, i)
			}
		}
		slices.SortFunc(want, o.compare)
		var got []*item
		limit := rapid.IntRange(1, 5).Draw(t, "limit")
		for after, more := (*item)(nil), true; more; {
			var items []*item
			items, more = page(s.in(o), o, after, &f, limit)
			got = append(got, items...)
			if more {
				last := cursorAt(items[len(items)-1], o)
				after = last.item()
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("pages gave %d items, the index has %d", len(got), len(want))
		}
	})
}

func drawFilter(t *rapid.T) filterKey {
	return filterKey{
		without: allergen.Set(rapid.IntRange(0, 3).Draw(t, "without")), unlisted: rapid.Bool().Draw(t, "all"),
		goodOn: rapid.SampledFrom([]goods.Day{"", "2026-11-01", "2026-11-02"}).Draw(t, "good on"),
		month:  rapid.Int32Range(0, 2).Draw(t, "month"),
	}
}

func drawItems(t *rapid.T, version int64) []*item {
	ids := rapid.SliceOfNDistinct(rapid.StringMatching("[a-f]"), 0, 6, rapid.ID[string]).Draw(t, "ids")
	items := make([]*item, len(ids))
	for i, id := range ids {
		items[i] = &item{
			id: id, category: unique.Make("bread"), titleKey: rapid.StringMatching("[xy]").Draw(t, "title"),
			price:   rapid.Int64Range(1, 3).Draw(t, "price"),
			created: rapid.Int64Range(1, 3).Draw(t, "created"), listed: rapid.Bool().Draw(t, "listed"),
			version:   version,
			allergens: rapid.SampledFrom([]allergen.Set{0, 1, 2, 3, allergen.Unstated}).Draw(t, "allergens"),
			season:    goods.Season(rapid.IntRange(0, 3).Draw(t, "season")),
			goodUntil: rapid.SampledFrom([]goods.Day{"", "2026-11-01", goods.Undated}).Draw(t, "good until"),
		}
	}
	return items
}

// FuzzSearch holds that any text is a search that both engines understand.
func FuzzSearch(f *testing.F) {
	for _, seed := range []string{
		"", " ", "brie", "crème fraî", `"`, `'`, `\`, `a" OR "b`, "a' | 'b", "NOT", "AND", "*", "brie*", "^b",
		"a:b", "(", "-", "\x00", "\xff\xfe", "½", "️⃣", "ﷺ",
		"from", "the", "日本 酒", "e\u0301", "a\u200db", "🧀 cheese", "t:brie", "'':*", "NEAR(a b)", "{words}: x",
		"1 2 3 4 5 6 7 8 9 10 11 12",
	} {
		f.Add(seed, seed)
	}
	services := map[sqldb.Engine]*service{}
	for _, engine := range sqldbtest.Engines {
		s, producer := openStore(f, engine)
		put(f, s, brie(producer))
		services[engine] = &service{store: s, indexes: newMarketIndexes(s)}
	}
	f.Fuzz(func(t *testing.T, title, q string) {
		for engine, svc := range services {
			doc := search.Document{
				ProductID: "prd_portland_fuzz",
				Words: search.DocumentOf(goods.Product{
					Market: "portland", Locale: "de-DE", Title: title,
					Description: q, Category: category.Other,
				}.Subject()).Words,
			}
			if err := svc.store.DB.Tx(t.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
				return svc.store.Index.Put(ctx, tx, []search.Document{doc})
			}); err != nil {
				t.Fatalf("%s: a product called %q cannot be indexed: %v", engine, title, err)
			}
			if _, err := svc.find(t.Context(),
				listing{
					market: "portland", phrase: search.ParsePhrase(q, search.TongueOf("de")),
					filter: newFilter(filterKey{without: 1, unlisted: true}),
				}, maxMatches); err != nil {
				t.Fatalf("%s: %q is no search: %v", engine, q, err)
			}
		}
	})
}

func FuzzCursor(f *testing.F) {
	f.Add("")
	f.Add("e30")
	f.Add(cursor{Sort: "title", Text: "brie", ID: "prd_portland_01k8y6v0xq7d3mz1n5r2t9w4bc"}.String())
	f.Add("eyJzIjoidGl0bGUiLCJ0IjoiXHUwMDAwIiwiaSI6InByZF9wb3J0bGFuZF8wMWs4eTZ2MHhxN2QzbXoxbjVyMnQ5dzRiYyJ9")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := parseCursor(s, "title", "prd", "portland")
		if err != nil || c == nil {
			return
		}
		again, err := parseCursor(c.String(), "title", "prd", "portland")
		if err != nil || *again != *c {
			t.Fatalf("%q was read as %v, which is read as %v, %v", s, c, again, err)
		}
	})
}
