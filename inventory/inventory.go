package inventory

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/locale"
)

// Limits of one request. Quantities are thousandths of a variant's unit.
const (
	MaxLineQuantity = 10_000_000    // of a line to hold: ten thousand pieces, ten tonnes
	MaxLotQuantity  = 1_000_000_000 // of a lot, or of a variant by SetStock
	MaxLines        = 200           // of a hold
	MaxBatch        = 1000          // lots or levels of one call
	MaxAsked        = 10_000        // variants of one call of Availability
	maxCode         = 100           // bytes of a lot's code
	unit            = 1000          // a piece or a kilogram
)

// Lot is a batch of a variant, as it was received.
type Lot struct {
	ID, Variant string
	Code        string // the producer's own name for the batch
	BestBefore  string // YYYY-MM-DD, or empty
	Received    int64
	Remaining   int64 // neither held nor sold

	fresh, changed bool
}

// sellable reports whether a lot has something left that may be sold on a date.
func (l *Lot) sellable(today string) bool {
	return l.Remaining > 0 && !l.past(today)
}

func (l *Lot) past(today string) bool { return l.BestBefore != "" && l.BestBefore < today }

// firstExpiring orders lots as they are sold: by best-before, undated ones last, then as they came.
func firstExpiring(a, b *Lot) int {
	return cmp.Or(cmp.Compare(orLast(a.BestBefore), orLast(b.BestBefore)), cmp.Compare(a.ID, b.ID))
}

// undated is after every date.
const undated = "9999-99-99"

func orLast(date string) string { return cmp.Or(date, undated) }

// goodUntil is up to which day the freshest is good of what may be sold on a date; undated if it
// has no date, empty if there is nothing.
func goodUntil(lots []*Lot, today string) (day string) {
	for _, lot := range lots {
		if lot.sellable(today) {
			day = max(day, orLast(lot.BestBefore))
		}
	}
	return day
}

// countedLot is the ID of the one lot of a variant, without code or date, for what was counted and came with
// no lot.
func countedLot(variant string) string { return id.Lot + strings.TrimPrefix(variant, id.Variant) }

// Stock is a variant's balance: Available + Held + Sold = Received.
type Stock struct {
	Variant                         string
	Available, Held, Sold, Received int64
	// Unpacked is what is sold and still on the shelf.
	Unpacked int64

	// What subscribers were told last, as goodUntil gives it, and how often they were told.
	told        string
	toldVersion int64

	changed bool
}

// move shifts a quantity from one account of the balance to another.
func (s *Stock) move(from, to *int64, quantity int64) {
	*from -= quantity
	*to += quantity
	s.changed = true
}

// add books a quantity in; a negative one is written off.
func (s *Stock) add(quantity int64) {
	s.Available += quantity
	s.Received += quantity
	s.changed = true
}

// owe adds to what is sold and not packed yet; less, where it is negative. A version that does not count it
// may have sold some.
func (s *Stock) owe(quantity int64) {
	s.Unpacked = max(0, s.Unpacked+quantity)
	s.changed = true
}

// Line is how much of a variant an order wants.
type Line struct {
	Variant  string
	Quantity int64
}

// Allocation is how much of a line comes from a lot.
type Allocation struct {
	Variant, Lot, Code, BestBefore string
	Quantity                       int64
	// Unpacked: it is still on the shelf, as far as this is known.
	Unpacked bool
}

// Short is a line that cannot be served, and what is left of it.
type Short struct {
	Line
	Left int64
}

// Shortage is what a confirmed order lacks.
type Shortage struct {
	Order string
	Line
}

// allocate picks lots for lines, of different variants, from each variant's lots, which are in the order of
// firstExpiring. It picks what there is, at most what room each lot has where that is told, and says which
// lines are short. It changes nothing.
func allocate(
	lots map[string][]*Lot, today string, lines []Line, room map[string]int64,
) (picked []Allocation, short []Short) {
	for _, line := range lines {
		missing := line.Quantity
		for _, lot := range lots[line.Variant] {
			take := min(missing, lot.Remaining)
			if room != nil {
				take = min(take, room[lot.ID])
			}
			if take > 0 && lot.sellable(today) {
				picked = append(picked, Allocation{lot.Variant, lot.ID, lot.Code, lot.BestBefore, take, true})
				missing -= take
			}
		}
		if missing > 0 {
			short = append(short, Short{line, line.Quantity - missing})
		}
	}
	return picked, short
}

// outOfStock is conflict "out_of_stock", with a field for each line that is short.
func outOfStock(short []Short) error {
	fields := make([]fault.Field, len(short))
	for i, s := range short {
		fields[i] = fault.Field{Name: s.Variant, Message: left(s.Left)}
	}
	return fault.New(fault.Conflict, "out_of_stock", "Some of this order is no longer there.", fields...)
}

// left says what is left of a variant: "Only 2.5 left."
func left(milli int64) string {
	if milli == 0 {
		return locale.Key("Sold out.")
	}
	return "Only " + decimal(milli) + " left."
}

// decimal writes thousandths of a unit: "2.5".
func decimal(milli int64) string {
	whole, part := strconv.FormatInt(milli/1000, 10), strconv.FormatInt(1000+milli%1000, 10)[1:]
	return strings.TrimSuffix(whole+"."+strings.TrimRight(part, "0"), ".")
}

// sameLines reports whether what is allocated is what is asked for.
func sameLines(allocated []Allocation, lines []Line) bool {
	want := map[string]int64{}
	for _, line := range lines {
		want[line.Variant] += line.Quantity
	}
	for _, a := range allocated {
		if want[a.Variant] -= a.Quantity; want[a.Variant] == 0 {
			delete(want, a.Variant)
		}
	}
	return len(want) == 0
}

// News is that what a shopper can see of a variant changed in kind.
type News struct {
	Variant   string
	Version   int64
	GoodUntil string // as goodUntil gives it
}

// Availability is what a shopper sees of a variant's balance.
type Availability struct {
	Variant               string
	Available, Held, Sold int64
	Unpacked              int64  // see Stock
	BestBefore            string // of the lot that is sold next; empty when undated
}
