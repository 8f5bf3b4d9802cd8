package order

import (
	"slices"
	"strings"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/money"
)

// Packing is what a producer says of lines that are packed, by variant. Of what is left out everything is
// there.
type Packing map[string]PackedLine

// PackedLine is how much was packed, and why that is less than was ordered.
type PackedLine struct {
	Quantity int64
	Reason   string
}

var errPacked = fault.New(fault.Conflict, "already_packed",
	"This was packed already, and stands as it was packed.")

// packed reports whether it is known what was packed of a part.
func (p Part) packed() bool {
	return p.Status == PartPacked || p.Status == PartReady || p.Status == PartDone
}

// IsPacked reports whether it is known what was packed of a line.
func (o Order) IsPacked(l Line) bool {
	return slices.ContainsFunc(o.Parts,
		func(p Part) bool { return p.ProducerID == l.ProducerID && p.packed() })
}

// packedRange is how much of a line may be packed: less than the least is short, and more than the most was
// not ordered.
func (l Line) packedRange() (least, most int64) {
	if l.SoldBy != "weight" {
		return l.Quantity, l.Quantity
	}
	buffer := l.Quantity * weightBuffer / 10_000
	return l.Quantity - buffer, l.Quantity + buffer
}

// Short reports whether a line that is packed has less than was ordered, so that the rest is not there.
func (l Line) Short() bool {
	least, _ := l.packedRange()
	return l.Packed < least
}

// comesToNothing reports whether a part is packed and has nothing in it.
func (o Order) comesToNothing(p Part) bool {
	return p.packed() &&
		!slices.ContainsFunc(o.Lines,
			func(l Line) bool { return l.ProducerID == p.ProducerID && l.Packed > 0 })
}

// isNothing reports whether nothing at all of an order is there.
func (o Order) isNothing() bool {
	return !slices.ContainsFunc(o.Parts,
		func(p Part) bool { return p.Status != PartCancelled && !o.comesToNothing(p) })
}

// ToldInFull reports whether it is told of each line of a part, and of nothing else, how much was packed:
// what was ordered, or less and why.
func (o *Order) ToldInFull(p Part, packed Packing) bool {
	lines := 0
	for _, l := range o.Lines {
		if l.ProducerID != p.ProducerID {
			continue
		}
		told, there := packed[l.VariantID]
		if least, most := l.packedRange(); !there || told.Quantity > most || told.Quantity < least &&
			told.Reason == "" {
			return false
		}
		lines++
	}
	return lines == len(packed)
}

// pack notes what was packed and sets the prices by it. Goods by weight may come to less than ordered, or to
// more within the buffer that was authorised; pieces come as ordered or fewer. What is not there costs
// nothing.
func pack(o *Order, at int, packed Packing) error {
	part := &o.Parts[at]
	lines := slices.Clone(o.Lines)
	part.Total = money.New(0, part.Total.Currency)
	known := 0
	for i := range lines {
		if lines[i].ProducerID != part.ProducerID {
			continue
		}
		told, there := packed[lines[i].VariantID]
		if there {
			known++
		} else {
			told.Quantity = lines[i].Quantity
		}
		if err := lines[i].pack(told); err != nil {
			return err
		}
		var err error
		if part.Total, err = part.Total.Add(lines[i].Total); err != nil {
			return err
		}
	}
	if known != len(packed) {
		return fault.InvalidAlone("packed", "Something is packed that was not ordered.")
	}
	o.Lines = lines
	return o.settleTotal()
}

// pack notes what was packed of a line, and what that costs.
func (l *Line) pack(told PackedLine) (err error) {
	if _, most := l.packedRange(); told.Quantity < 0 || told.Quantity > most {
		return fault.InvalidAlone("packed", "That is not what was ordered of %s.", l.ProductTitle)
	}
	if err := CheckQuantity(told.Quantity, l.SoldBy); err != nil {
		return err
	}
	l.Packed, l.ShortReason = told.Quantity, ""
	if l.Short() {
		l.ShortReason = told.Reason
	}
	l.Total, err = l.Price.Times(l.Packed)
	return err
}

// settleTotal sums what an order comes to. To bring nothing costs nothing.
func (o *Order) settleTotal() error {
	total, err := sumLines(o.Lines)
	if err != nil {
		return err
	}
	if o.isNothing() {
		o.Fee.Minor = 0
	}
	if o.Total, err = total.Add(o.Fee); err != nil {
		return err
	}
	if o.Total.Minor > o.Authorised.Minor {
		return fault.New(fault.Conflict, "above_authorised", "That is more than the shopper agreed to pay.")
	}
	return nil
}

// shortNote says of a step that packed a part what is missing of it.
func (o *Order) shortNote(at int, to string) string {
	var note strings.Builder
	for _, l := range o.Lines {
		if to == PartPacked && l.ProducerID == o.Parts[at].ProducerID && l.Short() {
			note.WriteString(", short of " + l.ProductTitle)
		}
	}
	return note.String()
}
