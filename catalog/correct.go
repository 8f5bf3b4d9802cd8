package catalog

import (
	"context"
	"slices"
)

// search finds the candidates of a listing. Where nothing matches its phrase it takes the known words that
// are nearest for those that match nothing, and puts that phrase in its place.
func (s *service) search(ctx context.Context, sh *shelf, l *listing) (ids []string, corrected string, err error) {
	if ids, err = s.find(ctx, *l); err != nil || len(ids) > 0 {
		return ids, "", err
	}
	meant, err := s.correct(ctx, sh, *l)
	if err != nil || meant.String() == l.phrase.String() {
		return nil, "", err
	}
	l.phrase = meant
	ids, err = s.find(ctx, *l)
	return ids, meant.String(), err
}

// correct is the phrase of a listing with the nearest known word for each that matches nothing, whatever the filter.
func (s *service) correct(ctx context.Context, sh *shelf, l listing) (phrase, error) {
	meant := phrase{slices.Clone(l.phrase.words), l.phrase.whole}
	for i, w := range meant.words {
		half := i == len(meant.words)-1 && !meant.whole
		nearest := sh.known.nearest(w, half)
		if nearest == "" {
			continue
		}
		alone := listing{market: l.market, phrase: phrase{[]string{w}, !half}, filter: newFilter(filterKey{unlisted: l.filter.unlisted})}
		matches, err := s.find(ctx, alone)
		if err != nil {
			return l.phrase, err
		}
		if len(matches) == 0 {
			meant.words[i] = nearest
		}
	}
	return meant, nil
}
