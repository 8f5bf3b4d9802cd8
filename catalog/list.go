package catalog

import (
	"cmp"
	"context"
	"fmt"
	"math/bits"
	"slices"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

const (
	defaultLimit = 24
	maxLimit     = 100
	// maxMatches bounds a search: it looks no further than this many products. Those that have the
	// phrase in the title come first, so what is left out of a larger result is what fits least. Sorts
	// and facets of a search are among these.
	maxMatches = 500
	// maxFacets bounds the values of one facet.
	maxFacets = 50
)

// listing is a question to the list of products.
type listing struct {
	market   string
	phrase   phrase
	search   bool // there is a phrase, if perhaps of no words
	filter   filter
	ordering ordering
	after    *cursor
	limit    int
	facets   bool
}

// facet counts the products of a list that share a value.
type facet struct {
	name, value, label string
	count              int64
}

// listed is a page of a list.
type listed struct {
	products []Product
	next     string
	facets   []facet
}

func (s *service) list(ctx context.Context, l listing) (listed, error) {
	sh, err := s.shelves.fresh(ctx, l.market)
	if err != nil {
		return listed{}, err
	}
	sorted := sh.in(l.ordering)
	if l.search {
		ids, err := s.find(ctx, l)
		if err != nil {
			return listed{}, err
		}
		sorted = sh.pick(ids, l.phrase)
		slices.SortFunc(sorted, l.ordering.compare)
	}
	var answer listed
	items, more := page(sorted, l.ordering, l.after.item(), &l.filter, l.limit)
	if more {
		answer.next = cursorAt(items[len(items)-1], l.ordering).String()
	}
	ids := make([]string, len(items))
	for i := range items {
		ids[i] = items[i].id
	}
	if answer.products, err = s.store.products(ctx, ids); err != nil {
		return listed{}, err
	}
	if l.facets && l.search {
		answer.facets, err = s.facets(ctx, sorted, &l.filter)
	} else if l.facets {
		answer.facets, err = s.shelfFacets(ctx, sh, &l.filter)
	}
	return answer, err
}

// shelfFacets counts a whole shelf, once for each filter until something changes.
func (s *service) shelfFacets(ctx context.Context, sh *shelf, f *filter) ([]facet, error) {
	version := sh.at()
	if known, ok := sh.counted(f); ok {
		return known, nil
	}
	facets, err := s.facets(ctx, sh.in(orderings[0]), f)
	if err == nil {
		sh.keep(f, facets, version)
	}
	return facets, err
}

// find asks the index for candidates: first by title, then, if there is room, by all
// texts. There a word counts as half typed only if no title has it.
func (s *service) find(ctx context.Context, l listing) ([]string, error) {
	if l.phrase.empty() {
		return nil, nil
	}
	ids, err := s.findTerms(ctx, l, l.phrase.titleTerms())
	if err != nil || len(ids) >= maxMatches {
		return ids, err
	}
	more, err := s.findTerms(ctx, l, l.phrase.bodyTerms(len(ids) == 0))
	return distinct(append(ids, more...), func(s string) string { return s }), err
}

// findTerms asks for what has some terms and passes the filter, so that none of the
// candidates is lost to it.
func (s *service) findTerms(ctx context.Context, l listing, terms []term) ([]string, error) {
	terms, exclude := append(terms, l.filter.terms()...), l.filter.excluded()
	ids, err := s.store.index.find(ctx, query{scope(l.market, true), terms, exclude, maxMatches})
	if err != nil || !l.filter.unlisted {
		return ids, err
	}
	more, err := s.store.index.find(ctx, query{scope(l.market, false), terms, exclude, maxMatches})
	return append(ids, more...), err
}

// terms are what the filter asks for, as words of the index.
func (f *filter) terms() []term {
	var terms []term
	if f.producer != "" {
		terms = append(terms, term{word: madeBy + f.producer})
	}
	if f.category != "" {
		terms = append(terms, term{word: standsIn + f.category})
	}
	return terms
}

func (f *filter) excluded() []string {
	var words []string
	for _, code := range f.without.Codes() {
		words = append(words, containsWord+code)
	}
	return words
}

// facets counts what a filter shows by category, producer and allergen.
func (s *service) facets(ctx context.Context, items []*item, f *filter) ([]facet, error) {
	categories, producers := map[label]int64{}, map[label]int64{}
	var total int64
	var containing [16]int64
	for _, i := range items {
		if !f.shows(i) {
			continue
		}
		total++
		categories[i.category]++
		producers[i.producer]++
		for set := i.allergens; set != 0; set &= set - 1 {
			containing[bits.TrailingZeros16(uint16(set))]++
		}
	}
	facets := categoryFacets(texts(categories))
	made, err := s.producerFacets(ctx, texts(producers))
	facets = append(facets, made...)
	for bit, a := range Allergens {
		facets = append(facets, facet{"allergen_free", a.Code, a.Name, total - containing[bit]})
	}
	return facets, err
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

// limitOf is the page size asked for, within bounds.
func limitOf(asked int32) (int, error) {
	if asked < 0 {
		return 0, fault.New(fault.Invalid, "invalid", "A page cannot be that small.", fault.Field{Name: "limit", Message: "This must be from 1 to 100."})
	}
	if asked == 0 {
		return defaultLimit, nil
	}
	return min(int(asked), maxLimit), nil
}

// listProducers is a page of a market's producers by name.
func (s *service) listProducers(ctx context.Context, market, after string, all bool, limit int) ([]Producer, string, error) {
	if _, err := s.store.market(ctx, market); err != nil {
		return nil, "", err
	}
	place, err := parseCursor(after, "name", id.Producer, market)
	if err != nil {
		return nil, "", err
	}
	if place == nil {
		place = &cursor{}
	}
	producers, err := s.store.producers(ctx, market, place.Text, place.ID, all, limit+1)
	if err != nil || len(producers) <= limit {
		return producers, "", err
	}
	producers = producers[:limit]
	last := producers[limit-1]
	return producers, cursor{Sort: "name", Text: sortKey(last.Name), ID: last.ID}.String(), nil
}

// categoryCounts are the categories of a market: the fixed ones, then those that imports
// made, each with how many listed products stand in it and below.
func (s *service) categoryCounts(ctx context.Context, market string) ([]Category, map[string]int64, error) {
	sh, err := s.shelves.fresh(ctx, market)
	if err != nil {
		return nil, nil, err
	}
	byLabel := map[label]int64{}
	for _, i := range sh.in(orderings[0]) {
		if i.listed {
			byLabel[i.category]++
		}
	}
	counts := texts(byLabel)
	categories := slices.Clone(Categories)
	for slug := range counts {
		if _, fixed := categoryBySlug[slug]; !fixed {
			categories = append(categories, CategoryOf(slug))
		}
	}
	slices.SortFunc(categories[len(Categories):], func(a, b Category) int { return cmp.Compare(a.Slug, b.Slug) })
	addToParents(counts)
	return categories, counts, nil
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
