package catalog

import (
	"context"
	"slices"

	"github.com/artisan-eats/artisan/catalog/search"
)

// few is of how many products on a search is not asked whether something else was meant.
const few = 5

// matches are what a search found, with their relevance, in no order.
type matches struct {
	items     []*item
	words     []string      // that were looked for
	corrected string        // what was looked for in place of what was typed, because that is nowhere
	meant     search.Phrase // this, or what was typed
}

// search finds what a listing's phrase matches, at least enough if there is so much. Where that is little,
// and the market does not speak a word of the phrase, what the nearest known word matches comes behind it.
func (s *service) search(ctx context.Context, sh *marketIndex, l listing, enough int) (matches, error) {
	ids, err := s.find(ctx, l, enough)
	if err != nil {
		return matches{}, err
	}
	m := matches{items: sh.pick(ids, l.phrase), words: l.phrase.Words(), meant: l.phrase}
	if len(ids) >= few {
		return m, nil
	}
	near, err := s.correct(ctx, sh, l)
	if err != nil || near.String() == l.phrase.String() {
		return m, err
	}
	l.phrase = near
	more, err := s.find(ctx, l, enough)
	for _, i := range sh.pick(slices.DeleteFunc(more,
		func(id string) bool { return slices.Contains(ids, id) }), near) {
		i.score -= search.NearPenalty
		m.items = append(m.items, i)
	}
	if len(ids) == 0 {
		m.words, m.meant, m.corrected = near.Words(), near, near.String()
	} else {
		m.words = append(m.words, near.Words()...)
	}
	return m, err
}

// correct is the phrase of a listing with the nearest known word for each that is neither known nor matches
// much, whatever the filter.
func (s *service) correct(ctx context.Context, sh *marketIndex, l listing) (search.Phrase, error) {
	meant := l.phrase
	for _, d := range l.phrase.Doubts(&sh.known) {
		alone := listing{
			market: l.market, phrase: d.Alone,
			filter: newFilter(filterKey{unlisted: l.filter.unlisted}),
		}
		ids, err := s.find(ctx, alone, few)
		if err != nil {
			return l.phrase, err
		}
		if len(ids) < few {
			meant = meant.Corrected(d)
		}
	}
	return meant, nil
}
