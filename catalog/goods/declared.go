package goods

import (
	"strings"

	"github.com/artisan-eats/artisan/allergen"
)

// AllergensStated reports whether the maker has said which allergens the product has, or that it has none.
func (p Product) AllergensStated() bool { return p.Allergens != 0 || p.NoAllergens }

// Declaration is what the maker has said, in a few words.
func (p Product) Declaration() string {
	switch {
	case p.Allergens != 0:
		return strings.Join(p.Allergens.Codes(), ", ")
	case p.NoAllergens:
		return "none"
	}
	return "not stated"
}

// NamesUndeclared warns of words of the product that name allergens which are not declared; empty without
// any.
func (p Product) NamesUndeclared(known allergen.Reader) string {
	return known.Warn(p.Description, p.Ingredients, p.Allergens, p.NoAllergens)
}
