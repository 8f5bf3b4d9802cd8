package catalog

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// noSlug is what slugify makes of a name without letters that a slug may have.
const noSlug = "item"

// categoryFor is the first of some names or paths ("Food > Cheese") that is one of Categories, looked at from its end; without one
// the first name, which has no slug yet. Without names it is empty.
func categoryFor(names []string) Category {
	first := Category{}
	for _, name := range names {
		steps := strings.Split(name, ">")
		slices.Reverse(steps)
		for _, step := range steps {
			step = norm.NFC.String(strings.Join(strings.Fields(step), " "))
			if !strings.ContainsFunc(step, isWordRune) {
				continue
			}
			if known := knownCategory(step); known.Slug != "" {
				return known
			}
			if first.Name == "" {
				first.Name = step
			}
		}
	}
	return first
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// knownCategory is one of Categories by its name or, failing that, its slug; empty when it is none.
func knownCategory(name string) Category {
	if slug := categoryByName[wordsOf(name)]; slug != "" {
		return categoryBySlug[slug]
	}
	return categoryBySlug[strings.ReplaceAll(wordsOf(name), " ", "-")]
}

// wordsOf are the words of a name's identity.
func wordsOf(name string) string {
	return strings.Join(strings.FieldsFunc(identity(name), func(r rune) bool { return !isWordRune(r) && !unicode.IsMark(r) }), " ")
}

var categoryByName = func() map[string]string {
	byName := map[string]string{}
	for _, c := range Categories {
		byName[wordsOf(c.Name)] = c.Slug
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
