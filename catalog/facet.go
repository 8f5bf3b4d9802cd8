package catalog

import (
	"cmp"
	"context"
	"fmt"
	"math/bits"
	"slices"

	"github.com/artisan-eats/artisan/sqldb"
)

// maxFacets bounds the values of one facet.
const maxFacets = 50

// facet counts the products of a list that share a value.
type facet struct {
	name, value, label string
	count              int64
}

// counts are of all that a filter shows.
type counts struct {
	total  int64
	facets []facet
}

// shelfCounts counts a whole shelf, once for each filter until something changes.
func (s *service) shelfCounts(ctx context.Context, sh *shelf, f *filter) (counts, error) {
	version := sh.at()
	if known, ok := sh.counted(f); ok {
		return known, nil
	}
	n, err := s.count(ctx, sh.in(orderings[0]), f)
	if err == nil {
		sh.keep(f, n, version)
	}
	return n, err
}

// tally is what is counted in one walk.
type tally struct {
	total, inStock        int64
	categories, producers map[label]int64
	containing            [16]int64 // by allergen
}

func (t *tally) add(i *item, today day) {
	t.total++
	t.categories[i.category]++
	t.producers[i.producer]++
	if i.goodUntil >= today {
		t.inStock++
	}
	for set := i.allergens; set != 0; set &= set - 1 {
		t.containing[bits.TrailingZeros16(uint16(set))]++
	}
}

// count counts what a filter shows by category, producer and allergen, and what is in stock.
func (s *service) count(ctx context.Context, items []*item, f *filter) (counts, error) {
	t := tally{categories: map[label]int64{}, producers: map[label]int64{}}
	for _, i := range items {
		if f.shows(i) {
			t.add(i, f.today)
		}
	}
	facets := categoryFacets(texts(t.categories))
	made, err := s.producerFacets(ctx, texts(t.producers))
	facets = append(facets, made...)
	for bit, a := range Allergens {
		facets = append(facets, facet{"allergen_free", a.Code, a.Name, t.total - t.containing[bit]})
	}
	return counts{t.total, append(facets, facet{"in_stock", "true", "In stock", t.inStock})}, err
}

func texts(counts map[label]int64) map[string]int64 {
	byText := make(map[string]int64, len(counts))
	for l, n := range counts {
		byText[l.Value()] = n
	}
	return byText
}

func categoryFacets(counts map[string]int64) []facet {
	addToParents(counts)
	facets := make([]facet, 0, len(counts))
	for slug, n := range counts {
		facets = append(facets, facet{"category", slug, CategoryOf(slug).Name, n})
	}
	return most(facets)
}

func (s *service) producerFacets(ctx context.Context, counts map[string]int64) ([]facet, error) {
	facets := make([]facet, 0, len(counts))
	for producerID, n := range counts {
		facets = append(facets, facet{"producer", producerID, "", n})
	}
	facets = most(facets)
	names, err := s.store.producerNames(ctx, facets)
	for i := range facets {
		facets[i].label = names[facets[i].value]
	}
	return facets, err
}

// most are the facets that count most.
func most(facets []facet) []facet {
	slices.SortFunc(facets, func(a, b facet) int {
		return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.value, b.value))
	})
	return facets[:min(len(facets), maxFacets)]
}

func addToParents(counts map[string]int64) {
	for _, c := range Categories {
		if n := counts[c.Slug]; n > 0 && c.Parent != "" {
			counts[c.Parent] += n
		}
	}
}

func (s *store) producerNames(ctx context.Context, facets []facet) (map[string]string, error) {
	names := map[string]string{}
	if len(facets) == 0 {
		return names, nil
	}
	ids := distinct(facets, func(f facet) string { return f.value })
	err := eachRow(ctx, s.db.Read(), "SELECT id, name FROM producer WHERE id IN ("+sqldb.Placeholders(1, len(ids))+")", sqldb.Args(ids), func(scan scanner) error {
		var producerID, name string
		err := scan(&producerID, &name)
		names[producerID] = name
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the names of producers: %w", err)
	}
	return names, nil
}
