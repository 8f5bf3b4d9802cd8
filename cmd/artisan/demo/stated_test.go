package demo

import (
	"testing"

	"github.com/artisan-eats/artisan/allergen"
)

// TestTheDemosGoodsDeclareWhatTheirIngredientsName reads them as the catalogue reads a maker's.
func TestTheDemosGoodsDeclareWhatTheirIngredientsName(t *testing.T) {
	for _, maker := range loaded(t).Producers {
		for _, p := range maker.Products {
			if warning := allergen.Undeclared("", p.Ingredients, p.Allergens,
				len(p.Allergens) == 0); warning != "" {
				t.Errorf("%s by %s (%s): %s", p.Title, maker.Name, p.Ingredients, warning)
			}
		}
	}
}
