package catalog

import (
	"cmp"
	"context"
	"slices"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

const (
	maxSuggestions = 10
	// The most of what is not a product; products take the room that is left.
	maxSuggestedCategories = 2
	maxSuggestedProducers  = 3
)

// suggestion is what somebody who is still typing may mean.
type suggestion struct {
	kind, id, title, detail, image string
	score                          int64 // see phrase.relevance
}

func betterSuggestion(a, b suggestion) int {
	return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.title, b.title), cmp.Compare(a.id, b.id))
}

// Suggest answers what somebody who is still typing may mean, the best first.
func (s *service) Suggest(ctx context.Context, r *catalogv1.SuggestRequest) (*catalogv1.SuggestResponse, error) {
	if r.GetLimit() < 0 {
		return nil, fault.New(fault.Invalid, "invalid", "A list cannot be that small.", fault.Field{Name: "limit", Message: "This must be from 1 to 10."})
	}
	limit := min(cmp.Or(int(r.GetLimit()), maxSuggestions), maxSuggestions)
	sh, err := s.shelves.fresh(ctx, r.GetMarket())
	if err != nil {
		return nil, err
	}
	l := listing{market: r.GetMarket(), phrase: parsePhrase(r.GetQ()), limit: limit, filter: newFilter(filterKey{})}
	suggestions, err := s.suggest(ctx, sh, l)
	if err == nil && len(suggestions) == 0 {
		if l.phrase, err = s.correct(ctx, sh, l); err == nil {
			suggestions, err = s.suggest(ctx, sh, l)
		}
	}
	if err != nil {
		return nil, err
	}
	return suggestionsToProto(suggestions, l.phrase), nil
}

// suggest gathers what fits the phrase of a listing.
func (s *service) suggest(ctx context.Context, sh *shelf, l listing) ([]suggestion, error) {
	if l.phrase.empty() {
		return nil, nil
	}
	categories := bestSuggestions(sh.suggestCategories(l.phrase), min(maxSuggestedCategories, l.limit))
	producers := bestSuggestions(sh.suggestProducers(l.phrase), min(maxSuggestedProducers, l.limit-len(categories)))
	all := slices.Concat(categories, producers)
	products, err := s.suggestProducts(ctx, sh, l, l.limit-len(all))
	if err != nil {
		return nil, err
	}
	all = append(all, products...)
	slices.SortStableFunc(all, func(a, b suggestion) int { return cmp.Compare(b.score, a.score) })
	return all, nil
}

func bestSuggestions(all []suggestion, most int) []suggestion {
	slices.SortFunc(all, betterSuggestion)
	return all[:min(len(all), most)]
}

// suggestCategories are those in which something is listed.
func (s *shelf) suggestCategories(p phrase) (all []suggestion) {
	categories, listed := s.categories()
	for _, c := range categories {
		if listed[c.Slug] > 0 && p.begins(spaced(c.Name)) {
			all = append(all, suggestion{kind: "category", id: c.Slug, title: c.Name, detail: categoryBySlug[c.Parent].Name, score: p.relevance(c.Name)})
		}
	}
	return all
}

// suggestProducers are those whose name or town has the words.
func (s *shelf) suggestProducers(p phrase) (all []suggestion) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, st := range s.byName {
		if st.approved && p.begins(st.words) && p.begins(spaced(st.name, st.town)) {
			all = append(all, suggestion{kind: "producer", id: st.id, title: st.name, detail: st.town, image: st.image, score: p.relevance(st.nameKey)})
		}
	}
	return all
}

// suggestProducts are those that have the words in the title, or else anywhere.
func (s *service) suggestProducts(ctx context.Context, sh *shelf, l listing, most int) ([]suggestion, error) {
	ids, err := s.findTerms(ctx, l, l.phrase.titleTerms())
	if err == nil && len(ids) == 0 {
		ids, err = s.findTerms(ctx, l, l.phrase.bodyTerms(true))
	}
	if err != nil {
		return nil, err
	}
	picked := slices.DeleteFunc(sh.pick(ids, l.phrase), func(i *item) bool { return !l.filter.shows(i) })
	slices.SortFunc(picked, byRelevance.compare)
	picked = picked[:min(len(picked), most)]
	products, err := s.store.products(ctx, distinct(picked, func(i *item) string { return i.id }))
	if err != nil {
		return nil, err
	}
	all := make([]suggestion, len(products))
	for i, p := range products {
		all[i] = suggestion{kind: "product", id: p.ID, title: p.Title, detail: p.ProducerName, score: l.phrase.relevance(sortKey(p.Title))}
		if len(p.Pictures) > 0 {
			all[i].image = p.Pictures[0].Key
		}
	}
	return all, nil
}
