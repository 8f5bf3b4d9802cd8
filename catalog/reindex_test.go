package catalog

import (
	"context"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/catalog/search"
	"github.com/artisan-eats/artisan/naming"
	"github.com/artisan-eats/artisan/sqldb"
)

// asBefore puts a document in the place of a product's as the version did that knew of no stems.
func asBefore(t *testing.T, s *goods.Store, p goods.Product) {
	t.Helper()
	found := map[string]bool{"p:" + p.ProducerID: true, "c:" + p.Category: true}
	for _, w := range naming.Words(p.Title) {
		found[":"+w], found[w] = true, true
		for n := range min(len(w), 5) {
			found["^"+w[:n+1]] = true
		}
	}
	var words []string
	for w := range found {
		words = append(words, search.Scope(p.Market, p.Listed)+w)
	}
	err := s.DB.Tx(t.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
		return s.Index.Put(ctx, tx, []search.Document{{ProductID: p.ID, Words: words}})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// finds are the titles that a search of the market finds, whatever is listed.
func finds(t *testing.T, s *goods.Store, q string) string {
	t.Helper()
	svc := &service{store: s, indexes: newMarketIndexes(s)}
	answer, err := svc.list(t.Context(), listing{
		market: "portland", q: q, search: true,
		filter: newFilter(filterKey{unlisted: true}), ordering: byRelevance, limit: 100,
	})
	if err != nil {
		t.Fatal(err)
	}
	var titles []string
	for _, p := range answer.products {
		titles = append(titles, p.Title)
	}
	return strings.Join(titles, ", ")
}

func TestWhatAnEarlierVersionIndexedIsFoundAsBeforeAndThenBetter(t *testing.T) {
	eachStore(t, func(t *testing.T, s *goods.Store, producer goods.Producer) {
		var products []goods.Product
		for i, title := range []string{"Loaves of rye", "Sour-dough loaf", "Tomatoes"} {
			p := brie(producer)
			p.Title, p.Published, p.ImportKey = title, i > 0, title
			products = append(products, p)
		}
		for _, p := range put(t, s, products...) {
			asBefore(t, s, p)
		}
		wants := func(when string, all ...string) {
			t.Helper()
			for ; len(all) > 0; all = all[2:] {
				if got := finds(t, s, all[0]); got != all[1] {
					t.Errorf("%s %q finds %q, want %q", when, all[0], got, all[1])
				}
			}
		}
		wants("before,", "tomatoes", "Tomatoes", "tomat", "Tomatoes", "tomatoes ", "Tomatoes", "loaf",
			"Sour-dough loaf", "sourdough", "")
		if err := s.Reindex(t.Context()); err != nil {
			t.Fatal(err)
		}
		wants("after,", "tomato ", "Tomatoes", "loaf", "Sour-dough loaf, Loaves of rye", "loaves",
			"Loaves of rye, Sour-dough loaf", "sourdough", "Sour-dough loaf")
		if ids, err := s.Outdated(t.Context(), portland); err != nil || len(ids) > 0 {
			t.Errorf("still to be indexed: %v, %v", ids, err)
		}
	})
}

func TestAMarketThatChangesItsLanguageIsSearchedInTheNewOne(t *testing.T) {
	eachStore(t, func(t *testing.T, s *goods.Store, producer goods.Producer) {
		p := brie(producer)
		p.Title, p.Category = "Vollkornbrote", "bread"
		put(t, s, p)
		svc := &service{store: s, indexes: newMarketIndexes(s)}
		find := func() int {
			t.Helper()
			answer, err := svc.list(t.Context(), listing{
				market: "portland", q: "brot ", search: true,
				filter: newFilter(filterKey{}), ordering: byRelevance, limit: 10,
			})
			if err != nil {
				t.Fatal(err)
			}
			return len(answer.products)
		}
		if find() != 0 {
			t.Error("an English market knows what a Vollkornbrot is")
		}
		german := portland
		german.Locale = "de-DE"
		if err := s.PutMarket(t.Context(), german); err != nil {
			t.Fatal(err)
		}
		if err := s.Reindex(t.Context()); err != nil {
			t.Fatal(err)
		}
		if find() != 1 {
			t.Error("a German market does not know what a Vollkornbrot is")
		}
	})
}
