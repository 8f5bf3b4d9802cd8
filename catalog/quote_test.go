package catalog_test

import (
	"fmt"
	"testing"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

// TestAQuoteAndASuggestionSayWhatTheMakerDeclares, also right after that is another thing.
func TestAQuoteAndASuggestionSayWhatTheMakerDeclares(t *testing.T) {
	each(t, func(s shop) {
		product := s.sell("Cheddar", "cheese", 900, "milk")
		for _, c := range []struct {
			allergens []string
			none      bool
			want      string
		}{
			{[]string{"egg", "milk"}, false, "[egg milk] stated true"},
			{nil, true, "[] stated true"},
			{nil, false, "[] stated false"},
		} {
			product.Allergens, product.AllergensNone = c.allergens, c.none
			product = s.put(product)
			for _, q := range s.quote(product.GetVariants()[0].GetId()) {
				s.wants("the quote", fmt.Sprint(q.GetAllergens(), " stated ", *q.AllergensStated), c.want)
			}
			found, err := s.Suggest(s.Context(),
				&catalogv1.SuggestRequest{Market: product.GetMarket(), Q: "chedd"})
			if err != nil || len(found.GetSuggestions()) != 1 {
				t.Fatal(found, err)
			}
			hit := found.GetSuggestions()[0]
			s.wants("the suggestion", fmt.Sprint(hit.GetAllergens(), " stated ", *hit.AllergensStated),
				c.want)
		}
	})
}
