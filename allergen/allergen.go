package allergen

import (
	"math/bits"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

// Allergen is one of the 14 substances that have to be declared on food.
type Allergen struct {
	Code string
	Name string
}

// All are those of the contract, in its order, which is that of Annex II of Regulation (EU) 1169/2011. The
// order is stored, as the bits of Set: it never changes.
var All = ofContract()

func ofContract() []Allergen {
	values := catalogv1.Allergen(0).Descriptor().Values()
	all := make([]Allergen, values.Len()-1) // but for the one that is unspecified
	for i := range all {
		value := values.ByNumber(protoreflect.EnumNumber(i + 1))
		name, _ := proto.GetExtension(value.Options(), catalogv1.E_Called).(string)
		all[i] = Allergen{strings.ToLower(strings.TrimPrefix(string(value.Name()), "ALLERGEN_")), name}
	}
	return all
}

// Set is a set of allergens: bit i is All[i].
type Set uint16

// Unstated stands beside the allergens, in what is compared with a filter, for a product of which nobody has
// said whether it has any.
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
			return 0, fault.New(fault.Invalid, "invalid", "That is not one of the 14 allergens.",
				fault.Field{Name: field, Message: "This is not the code of an allergen."})
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

// Codes lists the set in the order of All.
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
