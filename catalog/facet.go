package catalog

import (
	"cmp"
	"iter"
	"maps"
	"math/bits"
	"slices"

	"github.com/artisan-eats/artisan/allergen"
	"github.com/artisan-eats/artisan/catalog/category"
	"github.com/artisan-eats/artisan/catalog/goods"
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

// countAll counts a whole index, once for each filter until something changes.
func (s *marketIndex) countAll(f *filter) counts {
	version := s.at()
	if known, ok := s.counted(f); ok {
		return known
	}
	n := s.count(s.in(orderings[0]), f)
	s.keep(f, n, version)
	return n
}

// tally is what is counted in one walk.
type tally struct {
	total, inStock        int64
	categories, producers []int64   // by their numbers on the index
	containing            [16]int64 // by allergen, and unstated
}

func (t *tally) add(i *item, today goods.Day) {
	t.total++
	t.categories[i.categoryNumber]++
	t.producers[i.producerNumber]++
	if i.goodUntil >= today {
		t.inStock++
	}
	for set := i.allergens; set != 0; set &= set - 1 {
		t.containing[bits.TrailingZeros16(uint16(set))]++
	}
}

// count counts what a filter shows by category, producer and allergen, and what is in stock.
func (s *marketIndex) count(items []*item, f *filter) counts {
	s.mu.RLock()
	categories, producers := s.categoryNumbers.labels, s.producerNumbers.labels
	s.mu.RUnlock()
	t := tally{categories: make([]int64, len(categories)), producers: make([]int64, len(producers))}
	for _, i := range items {
		if f.shows(i) {
			t.add(i, f.today)
		}
	}
	byCategory := maps.Collect(counted(categories, t.categories))
	addToParents(byCategory)
	facets := most("category", maps.All(byCategory))
	s.mu.RLock()
	for i := range facets {
		facets[i].label = category.Named(facets[i].value, s.names[facets[i].value]).Name
	}
	s.mu.RUnlock()
	facets = append(facets, s.producerFacets(counted(producers, t.producers))...)
	for bit, a := range allergen.All {
		facets = append(facets,
			facet{
				"allergen_free", a.Code, a.Name,
				t.total - t.containing[bit] - t.containing[len(allergen.All)],
			})
	}
	return counts{t.total, append(facets, facet{"in_stock", "true", "In stock", t.inStock})}
}

// counted are the counts of numbered labels by their texts, but for those of nothing.
func counted(labels []label, counts []int64) iter.Seq2[string, int64] {
	return func(yield func(string, int64) bool) {
		for number, n := range counts {
			if n > 0 && !yield(labels[number].Value(), n) {
				return
			}
		}
	}
}

func texts(counts map[label]int64) map[string]int64 {
	byText := make(map[string]int64, len(counts))
	for l, n := range counts {
		byText[l.Value()] = n
	}
	return byText
}

func (s *marketIndex) producerFacets(counts iter.Seq2[string, int64]) []facet {
	facets := most("producer", counts)
	s.mu.RLock()
	defer s.mu.RUnlock()
	for i := range facets {
		if st := s.makers[facets[i].value]; st != nil {
			facets[i].label = st.name
		}
	}
	return facets
}

// most are the facets that count most. There may be one for each of many producers, so only those that are
// kept are sorted.
func most(name string, counts iter.Seq2[string, int64]) []facet {
	order := func(a, b facet) int {
		if a.count != b.count {
			return cmp.Compare(b.count, a.count)
		}
		return cmp.Compare(a.value, b.value)
	}
	kept := make([]facet, 0, maxFacets+1)
	for value, n := range counts {
		f := facet{name, value, "", n}
		if len(kept) == maxFacets && order(kept[maxFacets-1], f) < 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(kept, f, order)
		kept = slices.Insert(kept, at, f)
		kept = kept[:min(len(kept), maxFacets)]
	}
	return kept
}

// categories are those of a market: the fixed ones, then those that imports made, and
// how many listed products stand in each and below.
func (s *marketIndex) categories() ([]category.Category, map[string]int64) {
	s.mu.RLock()
	counts := texts(s.standing)
	categories := slices.Clone(category.All)
	for slug := range counts {
		if !category.IsFixed(slug) {
			categories = append(categories, category.Named(slug, s.names[slug]))
		}
	}
	s.mu.RUnlock()
	slices.SortFunc(categories[len(category.All):],
		func(a, b category.Category) int { return cmp.Compare(a.Slug, b.Slug) })
	addToParents(counts)
	return categories, counts
}

func addToParents(counts map[string]int64) {
	for _, c := range category.All {
		if n := counts[c.Slug]; n > 0 && c.Parent != "" {
			counts[c.Parent] += n
		}
	}
}
