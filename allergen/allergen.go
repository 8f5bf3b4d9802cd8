package allergen

import (
	"math/bits"

	"github.com/artisan-eats/artisan/fault"
)

// Allergen is one of the 14 substances that have to be declared on food.
type Allergen struct {
	Code string
	Name string
}

// All are those of Annex II of Regulation (EU) 1169/2011, in its order. The order
// is stored, as the bits of AllergenSet: it never changes.
var All = []Allergen{
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

// Set is a set of allergens: bit i is Allergens[i].
type Set uint16

// Unstated stands beside the allergens, in what is compared with a filter, for a product of which nobody has said whether it has any.
const Unstated Set = 1 << 14

// MayContain is all that a filter has to know: the allergens, or unstated.
func MayContain(declared Set, none bool) Set {
	if declared == 0 && !none {
		return Unstated
	}
	return declared
}

// Parse makes the set of some codes. The fault of an unknown one names the field.
func Parse(field string, codes []string) (Set, error) {
	var set Set
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
	for i, a := range All {
		if a.Code == code {
			return i
		}
	}
	return -1
}

// Codes lists the set in the order of Allergens.
func (s Set) Codes() []string {
	codes := make([]string, 0, bits.OnesCount16(uint16(s)))
	for i, a := range All {
		if s.has(i) {
			codes = append(codes, a.Code)
		}
	}
	return codes
}

func (s Set) has(bit int) bool { return s>>bit&1 == 1 }
