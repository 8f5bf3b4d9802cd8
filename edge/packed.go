package edge

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/locale"
)

// whyShort are the reasons that the shop has words for why something is not there.
var whyShort = []page.Choice{
	{Value: "sold_out", Label: locale.Key("Sold out")},
	{Value: "harvest", Label: locale.Key("Not enough was harvested or made")},
	{Value: "quality", Label: locale.Key("It was not good enough")},
}

// whyWords says in words why something is not there: the shop's, or the maker's own.
func whyWords(reason string) string {
	for _, why := range whyShort {
		if why.Value == reason {
			return why.Label
		}
	}
	return reason
}

// wasPacked reports whether it is known what was packed of a line. A service of the version before tells only how much.
func wasPacked(l *orderingv1.OrderLine) bool { return l.GetPacked() || l.GetPackedQuantity() > 0 }

// packedWords say what was packed of a line where that is not what was ordered, written by amount, none being a word; empty where it is
// what was ordered, or is not packed yet.
func packedWords(l *orderingv1.OrderLine, amount func(milli int64, soldBy string) string, none string) string {
	switch packed := l.GetPackedQuantity(); {
	case !wasPacked(l) || packed == l.GetQuantity():
		return ""
	case packed == 0:
		return none
	default:
		return amount(packed, l.GetSoldBy())
	}
}

// shortWords tell the shopper what of a line is not there, and why; empty where everything is.
func (p *place) shortWords(l *orderingv1.OrderLine) string {
	if !l.GetShort() {
		return ""
	}
	words := p.Text("Not there.")
	if packed := l.GetPackedQuantity(); packed > 0 {
		words = p.Text("Only {amount} of it was there.", p.amount(packed, l.GetSoldBy()))
	}
	if why := whyWords(l.GetShortReason()); why != "" {
		words += " " + strings.TrimRight(p.Text(why), ".") + "."
	}
	return words + " " + p.Text("You are not charged for what is missing.")
}

// comesToNothing reports whether a part is packed and has nothing in it.
func comesToNothing(o *orderingv1.Order, p *orderingv1.Part) bool {
	lines := linesOf(o, p.GetProducerId())
	return len(lines) > 0 && !slices.ContainsFunc(lines, func(l *orderingv1.OrderLine) bool { return !wasPacked(l) || l.GetPackedQuantity() > 0 })
}

// isNothing reports whether nothing at all of an order is there.
func isNothing(o *orderingv1.Order) bool {
	return len(o.GetParts()) > 0 && !slices.ContainsFunc(o.GetParts(), func(p *orderingv1.Part) bool { return !comesToNothing(o, p) })
}

// Names of the fields of what is packed, each before the variant's ID.
const (
	// packedField is what goods sold by weight weigh.
	packedField = "packed."
	// piecesField is how many pieces there are, where some are missing.
	piecesField = "pieces."
	// whyField is why there is less than was ordered, one of the shop's words, and ownWhyField the maker's own.
	whyField    = "why."
	ownWhyField = "own-why."
)

// maxPacked bounds how many lines a packing note may have.
const maxPacked = 500

// maxWhy bounds the words of a maker's own, in characters.
const maxWhy = 200

// packing reads what was packed of a part, and says beside each field what is wrong with it.
func packing(form url.Values, lines []*orderingv1.OrderLine) (packed []*orderingv1.PackedLine, err error) {
	var wrong []fault.Field
	for _, l := range lines {
		if badText(strings.TrimSpace(form.Get(ownWhyField+l.GetVariantId())), maxWhy) != "" {
			wrong = append(wrong, fault.Field{Name: ownWhyField + l.GetVariantId(), Message: "Write one line of at most 200 characters."})
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
		return nil, fault.New(fault.Invalid, "invalid", "Nothing is packed yet: something is missing or not right.", wrong...)
	}
	return packed, nil
}

// packedLine reads what was packed of a line; nil where all of it was. why says what is wrong with which field.
func packedLine(form url.Values, l *orderingv1.OrderLine) (line *orderingv1.PackedLine, field, why string) {
	field = packedField
	if l.GetSoldBy() != byWeight {
		field = piecesField
	}
	typed := strings.TrimSpace(form.Get(field + l.GetVariantId()))
	if field == piecesField && typed == "" {
		return nil, "", ""
	}
	milli, err := typedQuantity(typed)
	switch {
	case typed == "":
		return nil, field, "Weigh it, and write down what the scales say. 0 is none."
	case err != nil:
		return nil, field, err.Error()
	case milli > l.GetPackedMost() && l.GetPackedMost() > 0:
		return nil, field, "That is more than was ordered: " + amount(l.GetPackedMost(), l.GetSoldBy()) + " at the most."
	case field == piecesField && milli%milliPiece != 0:
		return nil, field, errPieces.Error()
	}
	line = &orderingv1.PackedLine{VariantId: l.GetVariantId(), Quantity: milli}
	if milli >= l.GetPackedLeast() {
		return line, "", ""
	}
	line.Reason = cmp.Or(strings.TrimSpace(form.Get(ownWhyField+l.GetVariantId())), form.Get(whyField+l.GetVariantId()))
	switch {
	case line.GetReason() == "":
		return nil, whyField, "Say why it is less than was ordered: the shopper is told."
	case badText(line.GetReason(), maxWhy) != "":
		return nil, whyField, "Choose a reason, or write one."
	}
	return line, "", ""
}

// milliPiece is one piece.
const milliPiece = 1000

// packRange says what a line may weigh; nothing where that is not told.
func packRange(l *orderingv1.OrderLine) string {
	if l.GetPackedMost() == 0 {
		return ""
	}
	return quantity(l.GetPackedLeast()).String() + " to " + amount(l.GetPackedMost(), l.GetSoldBy())
}
