package catalog

import (
	"strings"

	"github.com/artisan-eats/artisan/allergen"
)

// allergensStated reports whether the maker has said which allergens the product has, or that it has none.
func (p Product) allergensStated() bool { return p.Allergens != 0 || p.NoAllergens }

// declared is what the maker has said, in a few words.
func (p Product) declared() string {
	switch {
	case p.Allergens != 0:
		return strings.Join(p.Allergens.Codes(), ", ")
	case p.NoAllergens:
		return "none"
	}
	return "not stated"
}

func (p Product) namesUndeclared(known allergen.Reader) string {
	return known.Warn(p.Description, p.Ingredients, p.Allergens, p.NoAllergens)
}
