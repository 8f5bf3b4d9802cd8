package producer

import (
	"cmp"
	"net/url"
	"strings"

	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// Names of the fields of what is packed, each before the variant's ID.
const (
	// packedField is what goods sold by weight weigh.
	packedField = "packed."
	// piecesField is how many pieces there are, where some are missing.
	piecesField = "pieces."
	// whyField is why there is less than was ordered, one of the shop's words, and ownWhyField the maker's
	// own.
	whyField    = "why."
	ownWhyField = "own-why."
)

// packing reads what was packed of a part, and says beside each field what is wrong with it.
func packing(form url.Values, lines []*orderingv1.OrderLine) (packed []*orderingv1.PackedLine, err error) {
	var wrong []fault.Field
	for _, l := range lines {
		if input.BadText(strings.TrimSpace(form.Get(ownWhyField+l.GetVariantId())), trade.MaxWhy) != "" {
			wrong = append(wrong,
				fault.Field{
					Name:    ownWhyField + l.GetVariantId(),
					Message: "Write one line of at most 200 characters.",
				})
		}
		line, field, why := packedLine(form, l)
		if why != "" {
			wrong = append(wrong, fault.Field{Name: field + l.GetVariantId(), Message: why})
		}
		if line != nil {
			packed = append(packed, line)
		}
	}
	if len(wrong) > 0 {
		return nil,
			fault.New(fault.Invalid, "invalid", "Nothing is packed yet: something is missing or not right.",
				wrong...)
	}
	return packed, nil
}

// packedLine reads what was packed of a line; nil where all of it was. why says what is wrong with which
// field.
func packedLine(form url.Values, l *orderingv1.OrderLine) (line *orderingv1.PackedLine, field, why string) {
	field = packedField
	if l.GetSoldBy() != web.ByWeight {
		field = piecesField
	}
	typed := strings.TrimSpace(form.Get(field + l.GetVariantId()))
	if field == piecesField && typed == "" {
		return nil, "", ""
	}
	milli, err := input.TypedQuantity(typed)
	switch {
	case typed == "":
		return nil, field, "Weigh it, and write down what the scales say. 0 is none."
	case err != nil:
		return nil, field, err.Error()
	case milli > l.GetPackedMost() && l.GetPackedMost() > 0:
		return nil, field, "That is more than was ordered: " + web.Amount(l.GetPackedMost(), l.GetSoldBy()) +
			" at the most."
	case field == piecesField && milli%trade.MilliPiece != 0:
		return nil, field, input.ErrPieces.Error()
	}
	line = &orderingv1.PackedLine{VariantId: l.GetVariantId(), Quantity: milli}
	if milli >= l.GetPackedLeast() {
		return line, "", ""
	}
	line.Reason = cmp.Or(strings.TrimSpace(form.Get(ownWhyField+l.GetVariantId())),
		form.Get(whyField+l.GetVariantId()))
	switch {
	case line.GetReason() == "":
		return nil, whyField, "Say why it is less than was ordered: the shopper is told."
	case input.BadText(line.GetReason(), trade.MaxWhy) != "":
		return nil, whyField, "Choose a reason, or write one."
	}
	return line, "", ""
}

// packRange says what a line may weigh; nothing where that is not told.
func packRange(l *orderingv1.OrderLine) string {
	if l.GetPackedMost() == 0 {
		return ""
	}
	return input.Quantity(l.GetPackedLeast()).String() + " to " + web.Amount(l.GetPackedMost(), l.GetSoldBy())
}
