package catalog

import (
	"slices"
	"strings"
)

// noSlug is what slugify makes of a name without letters that a slug may have.
const noSlug = "item"

// categoryFor is the slug of the first of some names or paths ("Food > Cheese") that is a
// category, looked at from its end; without one the first name makes its own. Without names it is empty.
func categoryFor(names []string) string {
	first := ""
	for _, name := range names {
		steps := strings.Split(name, ">")
		slices.Reverse(steps)
		for _, step := range steps {
			if !hasText(step) {
				continue
			}
			if slug := knownCategory(step); slug != "" {
				return slug
			}
			if slug := slugify(step); first == "" && slug != noSlug {
				first = slug
			}
		}
	}
	return first
}

// knownCategory is the slug of one of Categories by its name or, failing that, its slug; empty when it is none.
func knownCategory(name string) string {
	if slug := categoryByName[fold(name)]; slug != "" {
		return slug
	}
	return categoryBySlug[fold(name)].Slug
}

var categoryByName = func() map[string]string {
	byName := map[string]string{}
	for _, c := range Categories {
		byName[fold(c.Name)] = c.Slug
	}
	return byName
}()

// allergenWords are what files call allergens, beside their codes and names.
var allergenWords = map[string][]string{
	"cereals": {"gluten"}, "wheat": {"gluten"}, "rye": {"gluten"}, "barley": {"gluten"}, "oats": {"gluten"}, "spelt": {"gluten"},
	"crustacean": {"crustaceans"}, "shellfish": {"crustaceans", "molluscs"}, "eggs": {"egg"}, "peanut": {"peanuts"},
	"soya": {"soy"}, "soybean": {"soy"}, "soybeans": {"soy"}, "dairy": {"milk"}, "lactose": {"milk"},
	"nut": {"nuts"}, "tree nuts": {"nuts"}, "tree_nuts": {"nuts"}, "tree-nuts": {"nuts"}, "sesame seeds": {"sesame"},
	"sulfites": {"sulphites"}, "sulphur dioxide": {"sulphites"}, "sulfur dioxide": {"sulphites"}, "lupine": {"lupin"},
	"mollusc": {"molluscs"}, "mollusks": {"molluscs"}, "mollusk": {"molluscs"},
}

// allergensFor is the set that some words name, and the words that name none.
func allergensFor(names []string) (set AllergenSet, unknown []string) {
	for _, name := range names {
		codes := allergenWords[fold(name)]
		if codes == nil {
			codes = []string{allergenCode(fold(name))}
		}
		found, err := ParseAllergens("allergens", codes)
		if err != nil {
			unknown = append(unknown, name)
		}
		set |= found
	}
	return set, unknown
}

// allergenCode is the code of an allergen by its code or name.
func allergenCode(name string) string {
	for _, a := range Allergens {
		if name == a.Code || name == fold(a.Name) {
			return a.Code
		}
	}
	return ""
}
