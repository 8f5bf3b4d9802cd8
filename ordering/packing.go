package ordering

import (
	"unicode"
	"unicode/utf8"

	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/ordering/order"
)

// maxReason bounds the words of a producer's own, in characters.
const maxReason = 200

var errReason = fault.InvalidAlone("packed", "A reason is one line of at most 200 characters.")

func packingFromProto(lines []*orderingv1.PackedLine) (order.Packing, error) {
	packed := order.Packing{}
	for _, line := range lines {
		if !validReason(line.GetReason()) {
			return nil, errReason
		}
		packed[line.GetVariantId()] = order.PackedLine{Quantity: line.GetQuantity(), Reason: line.GetReason()}
	}
	return packed, nil
}

func validReason(reason string) bool {
	if !utf8.ValidString(reason) || utf8.RuneCountInString(reason) > maxReason {
		return false
	}
	for _, r := range reason {
		if unicode.IsControl(r) {
			return false
		}
	}
	return true
}
