package trade

import (
	"slices"
	"strings"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/web"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/locale"
)

// WhyShort are the reasons that the shop has words for why something is not there.
var WhyShort = []page.Choice{
	{Value: "sold_out", Label: locale.Key("Sold out")},
	{Value: "harvest", Label: locale.Key("Not enough was harvested or made")},
	{Value: "quality", Label: locale.Key("It was not good enough")},
}

// WhyWords says in words why something is not there: the shop's, or the maker's own.
func WhyWords(reason string) string {
	for _, why := range WhyShort {
		if why.Value == reason {
			return why.Label
		}
	}
	return reason
}

// WasPacked reports whether it is known what was packed of a line. A service of the version before tells only
// how much.
func WasPacked(l *orderingv1.OrderLine) bool { return l.GetPacked() || l.GetPackedQuantity() > 0 }

// PackedWords say what was packed of a line where that is not what was ordered, written by amount, none being
// a word; empty where it is what was ordered, or is not packed yet.
func PackedWords(
	l *orderingv1.OrderLine, amount func(milli int64, soldBy string) string, none string,
) string {
	switch packed := l.GetPackedQuantity(); {
	case !WasPacked(l) || packed == l.GetQuantity():
		return ""
	case packed == 0:
		return none
	default:
		return amount(packed, l.GetSoldBy())
	}
}

// ShortWords tell the shopper what of a line is not there, and why; empty where everything is.
func ShortWords(p *web.Market, l *orderingv1.OrderLine) string {
	if !l.GetShort() {
		return ""
	}
	words := p.Text("Not there.")
	if packed := l.GetPackedQuantity(); packed > 0 {
		words = p.Text("Only {amount} of it was there.", p.Amount(packed, l.GetSoldBy()))
	}
	if why := WhyWords(l.GetShortReason()); why != "" {
		words += " " + strings.TrimRight(p.Text(why), ".") + "."
	}
	return words + " " + p.Text("You are not charged for what is missing.")
}

// ComesToNothing reports whether a part is packed and has nothing in it.
func ComesToNothing(o *orderingv1.Order, p *orderingv1.Part) bool {
	lines := LinesOf(o, p.GetProducerId())
	return len(lines) > 0 &&
		!slices.ContainsFunc(lines,
			func(l *orderingv1.OrderLine) bool { return !WasPacked(l) || l.GetPackedQuantity() > 0 })
}

// IsNothing reports whether nothing at all of an order is there.
func IsNothing(o *orderingv1.Order) bool {
	return len(o.GetParts()) > 0 &&
		!slices.ContainsFunc(o.GetParts(), func(p *orderingv1.Part) bool { return !ComesToNothing(o, p) })
}

// MaxPacked bounds how many lines a packing note may have.
const MaxPacked = 500

// MaxWhy bounds the words of a maker's own, in characters.
const MaxWhy = 200

// MilliPiece is one piece.
const MilliPiece = 1000
