package notify

import (
	"slices"
	"strings"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/locale"
)

// whyWords are what letters say of the reasons that the shop has words for.
var whyWords = map[string]string{
	"sold_out": locale.Key("sold out"),
	"harvest":  locale.Key("not enough was harvested or made"),
	"quality":  locale.Key("it was not good enough"),
}

// why says why goods are not there. Words of the maker's own go to nobody whose address is not known.
func why(in *locale.Locale, l Line, to Person) string {
	if words, known := whyWords[l.Why]; known {
		return in.Text(words)
	}
	if to.Verified {
		return harmless(l.Why, maxWords)
	}
	return ""
}

// shortLines are those of an order of which something is missing.
func shortLines(o Order) []Line {
	return slices.DeleteFunc(slices.Clone(o.Lines), func(l Line) bool { return !l.Short })
}

// nothingLeft reports whether nothing at all of an order is there.
func nothingLeft(o Order) bool {
	return len(o.Lines) > 0 &&
		!slices.ContainsFunc(o.Lines, func(l Line) bool { return !l.Short || l.Milli > 0 })
}

// missing tells what is not there and why.
func missing(b *strings.Builder, in *locale.Locale, o Order, to Person) {
	for _, l := range shortLines(o) {
		what := quantityOf(in, l) + " " + goods(l)
		if words := why(in, l, to); words != "" {
			what = in.Text("{field}: {problem}", what, words)
		}
		b.WriteString("  " + what + "\n")
	}
	b.WriteByte('\n')
}

// quantityOf is a quantity, and of how much where something is missing.
func quantityOf(in *locale.Locale, l Line) string {
	if !l.Short {
		return quantity(in, l)
	}
	ordered := l
	ordered.Milli = l.Ordered
	switch {
	case l.Milli == 0:
		return in.Text("none of {amount}", quantity(in, ordered))
	case l.ByWeight:
		return in.Text("{amount} of {all}", in.Weight(l.Milli), quantity(in, ordered))
	}
	return in.Text("{amount} of {all}", in.Number(l.Milli), quantity(in, ordered))
}

// writePacked tells that all that there is is packed, and answers the subject.
func writePacked(b *strings.Builder, o Order, m Market, to Person) (subject string) {
	l, short := m.Says, ShortID(o.ID)
	switch {
	case nothingLeft(o):
		b.WriteString(
			l.Text(
				"we are sorry: nothing of your order {number} is there to be packed. You are charged nothing.", short) + "\n\n")
		missing(b, l, o, to)
		return l.Text("Nothing of your order {number} is there", short)
	case len(shortLines(o)) > 0:
		subject = l.Text("Your order {number} is packed, and something is missing", short)
		b.WriteString(l.Text("your order {number} is packed, but not all of it was there:", short) + "\n\n")
		missing(b, l, o, to)
		b.WriteString(l.Text("You are not charged for what is missing.") + " " + finalTotal(o, m) + "\n\n")
	default:
		subject = l.Text("Your order {number} is packed", short)
		b.WriteString(l.Text("good news: everything in your order {number} is packed.", short) + " " +
			finalTotal(o, m) + "\n\n")
	}
	lines(b, o, m)
	window(b, o, m, to)
	return subject
}

// writeShort tells that one maker could not pack all, while others still pack, and answers the subject.
func writeShort(b *strings.Builder, o Order, m Market, to Person) string {
	l, short := m.Says, ShortID(o.ID)
	b.WriteString(l.Text("something of your order {number} is not there:", short) + "\n\n")
	missing(b, l, o, to)
	b.WriteString(
		l.Text(
			"You are not charged for what is missing: the order now comes to {amount}. The rest goes on as it was.", o.Total.Format(m.Locale)) + "\n\n")
	window(b, o, m, to)
	return l.Text("Something is missing from your order {number}", short)
}

// isShort reports whether something of a part that was packed is missing while other parts still wait to be
// packed: when the last one is packed the letter of the whole order says so.
func isShort(o *orderingv1.Order, partID string) bool {
	at := slices.IndexFunc(o.GetParts(), func(p *orderingv1.Part) bool { return p.GetId() == partID })
	return at >= 0 && o.GetStatus() == state.OrderConfirmed &&
		slices.ContainsFunc(o.GetLines(), func(l *orderingv1.OrderLine) bool {
			return l.GetShort() && l.GetProducerId() == o.GetParts()[at].GetProducerId()
		})
}

// allReady reports whether no part is left to wait for. A part that comes to nothing is waited for by nobody,
// and a whole order that does is never ready.
func allReady(o *orderingv1.Order) bool {
	something := false
	for _, p := range o.GetParts() {
		switch p.GetStatus() {
		case state.PartCancelled:
		case state.PartReady, state.PartDone:
			something = something || !comesToNothing(o, p)
		default:
			if !comesToNothing(o, p) {
				return false
			}
		}
	}
	return something
}

// comesToNothing reports whether a part is packed and has nothing in it.
func comesToNothing(o *orderingv1.Order, p *orderingv1.Part) bool {
	mine := slices.DeleteFunc(slices.Clone(o.GetLines()),
		func(l *orderingv1.OrderLine) bool { return l.GetProducerId() != p.GetProducerId() })
	return len(mine) > 0 &&
		!slices.ContainsFunc(mine, func(l *orderingv1.OrderLine) bool {
			return !l.GetPacked() ||
				l.GetPackedQuantity() > 0
		})
}

// lacksAPart reports whether one of the parts comes to nothing.
func lacksAPart(o *orderingv1.Order) bool {
	return slices.ContainsFunc(o.GetParts(), func(p *orderingv1.Part) bool { return comesToNothing(o, p) })
}
