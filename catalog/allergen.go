package catalog

import (
	"math/bits"
	"strings"

	"github.com/artisan-eats/artisan/fault"
)

// Allergen is one of the 14 substances that have to be declared on food.
type Allergen struct {
	Code string
	Name string
}

// Allergens are those of Annex II of Regulation (EU) 1169/2011, in its order. The order
// is stored, as the bits of AllergenSet: it never changes.
var Allergens = []Allergen{
	{"gluten", "Cereals containing gluten"},
	{"crustaceans", "Crustaceans"},
	{"egg", "Eggs"},
	{"fish", "Fish"},
	{"peanuts", "Peanuts"},
	{"soy", "Soybeans"},
	{"milk", "Milk"},
	{"nuts", "Nuts"},
	{"celery", "Celery"},
	{"mustard", "Mustard"},
	{"sesame", "Sesame"},
	{"sulphites", "Sulphur dioxide and sulphites"},
	{"lupin", "Lupin"},
	{"molluscs", "Molluscs"},
}

// AllergenSet is a set of allergens: bit i is Allergens[i].
type AllergenSet uint16

// unstated stands beside the allergens, in what is compared with a filter, for a product of which nobody has said whether it has any.
const unstated AllergenSet = 1 << 14

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

// mayContain is all that a filter has to know: the allergens, or unstated.
func mayContain(declared AllergenSet, none bool) AllergenSet {
	if declared == 0 && !none {
		return unstated
	}
	return declared
}

// ParseAllergens makes the set of some codes. The fault of an unknown one names the field.
func ParseAllergens(field string, codes []string) (AllergenSet, error) {
	var set AllergenSet
	for _, code := range codes {
		bit := allergenBit(code)
		if bit < 0 {
			return 0, fault.New(fault.Invalid, "invalid", "That is not one of the 14 allergens.", fault.Field{Name: field, Message: "This is not the code of an allergen."})
		}
		set |= 1 << bit
	}
	return set, nil
}

func allergenBit(code string) int {
	for i, a := range Allergens {
		if a.Code == code {
			return i
		}
	}
	return -1
}

// Codes lists the set in the order of Allergens.
func (s AllergenSet) Codes() []string {
	codes := make([]string, 0, bits.OnesCount16(uint16(s)))
	for i, a := range Allergens {
		if s.has(i) {
			codes = append(codes, a.Code)
		}
	}
	return codes
}

func (s AllergenSet) has(bit int) bool { return s>>bit&1 == 1 }
