package catalog

import (
	"cmp"
	"context"
	"slices"

	"github.com/artisan-eats/artisan/catalog/category"
	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/catalog/search"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

const (
	maxSuggestions = 10
	// The most of what is not a product; products take the room that is left.
	maxSuggestedCategories = 2
	maxSuggestedProducers  = 3
	suggestedProduct       = "product"
)

// suggestion is what somebody who is still typing may mean.
type suggestion struct {
	kind, id, title, detail, image string
	score                          int64 // see phrase.relevance

	product goods.Product // of a product
}

func betterSuggestion(a, b suggestion) int {
	return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.title, b.title), cmp.Compare(a.id, b.id))
}

// Suggest answers what somebody who is still typing may mean, the best first.
func (s *service) Suggest(
	ctx context.Context, r *catalogv1.SuggestRequest,
) (*catalogv1.SuggestResponse, error) {
	if r.GetLimit() < 0 {
		return nil, fault.New(fault.Invalid, "invalid", "A list cannot be that small.",
			fault.Field{Name: "limit", Message: "This must be from 1 to 10."})
	}
	limit := min(cmp.Or(int(r.GetLimit()), maxSuggestions), maxSuggestions)
	sh, err := s.indexes.fresh(ctx, r.GetMarket())
	if err != nil {
		return nil, err
	}
	l := listing{
		market: r.GetMarket(), phrase: search.ParsePhrase(r.GetQ(), sh.tongue), limit: limit,
		filter: newFilter(filterKey{}),
	}
	suggestions, words, err := s.suggest(ctx, sh, l)
	if err != nil {
		return nil, err
	}
	return suggestionsToProto(suggestions, words), nil
}

// suggest gathers what fits the phrase of a listing, and tells the words that it was looked for by. What was
// meant instead of it counts where nothing of any kind fits.
func (s *service) suggest(ctx context.Context, sh *marketIndex, l listing) ([]suggestion, []string, error) {
	if l.phrase.Empty() {
		return nil, nil, nil
	}
	all := sh.suggestPlaces(l.phrase, l.limit)
	found, err := s.search(ctx, sh, l, min(l.limit, few))
	if err != nil {
		return nil, nil, err
	}
	switch {
	case found.corrected != "" && len(all) > 0:
		found.items, found.words = nil, l.phrase.Words()
	case found.corrected != "":
		all = sh.suggestPlaces(found.meant, l.limit)
	}
	products, err := s.suggestProducts(ctx, found.items, l.limit-len(all))
	all = append(all, products...)
	slices.SortStableFunc(all, func(a, b suggestion) int { return cmp.Compare(b.score, a.score) })
	return all, found.words, err
}

// suggestPlaces are the best of the categories and producers: where products are.
func (s *marketIndex) suggestPlaces(p search.Phrase, limit int) []suggestion {
	categories := bestSuggestions(s.suggestCategories(p), min(maxSuggestedCategories, limit))
	producers := bestSuggestions(s.suggestProducers(p), min(maxSuggestedProducers, limit-len(categories)))
	return slices.Concat(categories, producers)
}

func bestSuggestions(all []suggestion, most int) []suggestion {
	slices.SortFunc(all, betterSuggestion)
	return all[:min(len(all), most)]
}

// suggestCategories are those in which something is listed.
func (s *marketIndex) suggestCategories(p search.Phrase) (all []suggestion) {
	begins := p.Begins()
	categories, listed := s.categories()
	for _, c := range categories {
		if listed[c.Slug] > 0 && begins(s.tongue.OfCategory(c)) {
			all = append(all, suggestion{
				kind: "category", id: c.Slug, title: c.Name,
				detail: category.Of(c.Parent).Name, score: p.Relevance(s.tongue.Names(c.Name)[0]),
			})
		}
	}
	return all
}

// suggestProducers are those whose name or town has the words.
func (s *marketIndex) suggestProducers(p search.Phrase) (all []suggestion) {
	begins := p.Begins()
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, st := range s.byName {
		if st.approved && begins(st.named) {
			all = append(all, suggestion{
				kind: "producer", id: st.id, title: st.name, detail: st.town,
				image: st.image, score: p.Relevance(st.nameKey),
			})
		}
	}
	return all
}

// suggestProducts are the best of what a search found.
func (s *service) suggestProducts(ctx context.Context, found []*item, most int) ([]suggestion, error) {
	found = slices.DeleteFunc(found, func(i *item) bool { return !i.listed })
	slices.SortFunc(found, byRelevance.compare)
	found = found[:min(len(found), most)]
	products, err := s.store.Products(ctx, goods.Distinct(found, func(i *item) string { return i.id }))
	if err != nil {
		return nil, err
	}
	score := make(map[string]int64, len(found))
	for _, i := range found {
		score[i.id] = i.score
	}
	all := make([]suggestion, len(products))
	for i, p := range products {
		all[i] = suggestion{
			kind: suggestedProduct, id: p.ID, title: p.Title, detail: p.ProducerName,
			score: score[p.ID], product: p,
		}
		if len(p.Pictures) > 0 {
			all[i].image = p.Pictures[0].Key
		}
	}
	return all, nil
}
