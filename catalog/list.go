package catalog

import (
	"context"
	"slices"

	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/catalog/search"
	"github.com/artisan-eats/artisan/fault"
)

const (
	defaultLimit = 24
	maxLimit     = 100
	// maxMatches bounds a search: it looks no further than this many products. Those that have the
	// phrase in the title come first, so what is left out of a larger result is what fits least. Sorts
	// and facets of a search are among these.
	maxMatches = 500
)

// listing is a question to the list of products.
type listing struct {
	market   string
	q        string
	phrase   search.Phrase // of q, in the market's language
	search   bool          // there is a phrase, if perhaps of no words
	filter   filter
	ordering ordering
	after    *cursor
	limit    int
	facets   bool
}

// listed is a page of a list.
type listed struct {
	products []goods.Product
	next     string
	counts
	words     []string // that were looked for
	corrected string   // what was looked for in place of what was typed, if it was
}

func (s *service) list(ctx context.Context, l listing) (listed, error) {
	sh, err := s.indexes.fresh(ctx, l.market)
	if err != nil {
		return listed{}, err
	}
	var answer listed
	l.filter.away = sh.away(l.filter.day)
	sorted := sh.in(l.ordering)
	if l.search {
		l.phrase = search.ParsePhrase(l.q, sh.tongue)
		matches, err := s.search(ctx, sh, l, maxMatches)
		if err != nil {
			return listed{}, err
		}
		answer.words, answer.corrected, sorted = matches.words, matches.corrected, matches.items
		slices.SortFunc(sorted, l.ordering.compare)
	}
	items, more := page(sorted, l.ordering, l.after.item(), &l.filter, l.limit)
	if more {
		answer.next = cursorAt(items[len(items)-1], l.ordering).String()
	}
	ids := make([]string, len(items))
	for i := range items {
		ids[i] = items[i].id
	}
	if answer.products, err = s.store.Products(ctx, ids); err != nil {
		return listed{}, err
	}
	if l.facets && l.search {
		answer.counts = sh.count(sorted, &l.filter)
	} else if l.facets {
		answer.counts = sh.countAll(&l.filter)
	}
	return answer, nil
}

// find asks the index for candidates: first by title, then, if those are not enough, by all texts. Where
// there are more than it gives, those that have the very words come first.
func (s *service) find(ctx context.Context, l listing, enough int) ([]string, error) {
	if l.phrase.Empty() {
		return nil, nil
	}
	ids, err := s.findTerms(ctx, l, l.phrase.TitleTerms())
	if err != nil || len(ids) >= enough && len(ids) < maxMatches {
		return ids, err
	}
	same := func(s string) string { return s }
	if len(ids) >= maxMatches {
		exact, err := s.findTerms(ctx, l, l.phrase.ExactTerms())
		return goods.Distinct(append(exact, ids...), same), err
	}
	more, err := s.findTerms(ctx, l, l.phrase.BodyTerms())
	return goods.Distinct(append(ids, more...), same), err
}

// findTerms asks for what has some terms and passes the filter, so that none of the
// candidates is lost to it.
func (s *service) findTerms(ctx context.Context, l listing, terms []search.Term) ([]string, error) {
	terms, exclude := append(terms, l.filter.terms()...), l.filter.excluded()
	ids, err := s.store.Index.Find(ctx, search.Query{
		Scope: search.Scope(l.market, true), Terms: terms,
		Exclude: exclude, Limit: maxMatches,
	})
	if err != nil || !l.filter.unlisted {
		return ids, err
	}
	more, err := s.store.Index.Find(ctx, search.Query{
		Scope: search.Scope(l.market, false), Terms: terms,
		Exclude: exclude, Limit: maxMatches,
	})
	return append(ids, more...), err
}

// terms are what the filter asks for, as words of the index.
func (f *filter) terms() []search.Term {
	var terms []search.Term
	if f.producer != "" {
		terms = append(terms, search.Term{{Word: search.MadeBy + f.producer}})
	}
	if f.category != "" {
		terms = append(terms, search.Term{{Word: search.StandsIn + f.category}})
	}
	if f.month != 0 {
		terms = append(terms, search.Term{{Word: search.SeasonWord(f.month)}})
	}
	return terms
}

func (f *filter) excluded() []string {
	var words []string
	if f.without != 0 {
		words = append(words, search.Unsaid)
	}
	for _, code := range f.without.Codes() {
		words = append(words, search.ContainsWord+code)
	}
	return words
}

// limitOf is the page size asked for, within bounds.
func limitOf(asked int32) (int, error) {
	if asked < 0 {
		return 0, fault.New(fault.Invalid, "invalid", "A page cannot be that small.",
			fault.Field{Name: "limit", Message: "This must be from 1 to 100."})
	}
	if asked == 0 {
		return defaultLimit, nil
	}
	return min(int(asked), maxLimit), nil
}
