package inventory

import (
	"fmt"
	"maps"
	"slices"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/hold"
)

// workingSet is the part of the inventory that one transaction works on, in memory. Its methods are
// the rules; they do no input or output. load fills a workingSet and save writes what changed.
type workingSet struct {
	now   int64  // Unix milliseconds by the database's clock
	today string // its date, in UTC

	stock map[string]*Stock       // by variant
	lots  map[string][]*Lot       // by variant, in the order of firstExpiring
	lot   map[string]*Lot         // by ID
	holds map[string]*hold.Hold   // by order
	lines map[string][]Allocation // by order: what its hold has, or had

	relined   []string   // orders whose lines are new
	shortages []Shortage // new ones
	news      []News     // what is to be told
	settled   []string   // orders whose shortages are over

	unconfirmed map[string]int64 // by lot: what unconfirmed holds have; only read where one is asked for
}

// put adds a lot to the working set.
func (s *workingSet) put(lot *Lot) {
	s.lot[lot.ID] = lot
	lots := s.lots[lot.Variant]
	at, _ := slices.BinarySearchFunc(lots, lot, firstExpiring)
	s.lots[lot.Variant] = slices.Insert(lots, at, lot)
}

// hold sets an order's lines aside until a time, all or none. The hold of an order that
// has a living one is that one, extended: ordering asks again when an answer was lost.
func (s *workingSet) hold(order string, lines []Line, until int64, most shares) error {
	h := s.holds[order]
	if renewed, err := h.Renew(s.now, until, sameLines(s.lines[order], lines),
		most.unconfirmed > 0); renewed || err != nil {
		return err
	}
	s.expire(order) // what it had before is on the shelf again, so that it may be picked for it
	picked, err := s.pick(lines, most)
	if err != nil {
		return err
	}
	h.Begin(until, most.unconfirmed > 0)
	s.take(order, picked, held)
	return nil
}

// shares bound what an order takes, in hundredths of what there is; zero where it is not bounded so: what all
// orders hold together that are not confirmed, and what one of a newcomer does, with what the order has that
// it is a change of.
type shares struct {
	unconfirmed, newcomer int64
	addsTo                string
}

// pick is allocate within the shares of an order.
func (s *workingSet) pick(lines []Line, most shares) (picked []Allocation, err error) {
	picked, short := allocate(s.lots, s.today, lines, nil)
	if len(short) > 0 {
		return nil, outOfStock(short)
	}
	if most.newcomer > 0 {
		if picked, short = s.pickWithin(lines, most.newcomer, s.byLot(most.addsTo)); len(short) > 0 {
			return nil, newcomerShare(short)
		}
	}
	if most.unconfirmed > 0 {
		if picked, short = s.pickWithin(lines, most.unconfirmed, s.unconfirmed); len(short) > 0 {
			return nil, hold.ErrUnconfirmed
		}
	}
	return picked, nil
}

// newcomerShare is conflict "newcomer_share", with a field for each line that is too much.
func newcomerShare(short []Short) error {
	fields := make([]fault.Field, len(short))
	for i, line := range short {
		fields[i] = fault.Field{Name: line.Variant, Message: "Take less of this, or pay by card."}
	}
	return fault.New(fault.Conflict, "newcomer_share",
		"Until you have picked up a first order here, one that is paid on pickup takes a small share of what there is. Pay for this one by card, or take less.", fields...)
}

// pickWithin is allocate within a share of each variant, and of each lot, of which some is taken already.
func (s *workingSet) pickWithin(
	lines []Line, percent int64, has map[string]int64,
) (picked []Allocation, short []Short) {
	room := map[string]int64{}
	for _, line := range lines {
		var there, taken int64
		for _, lot := range s.lots[line.Variant] {
			if has := has[lot.ID]; lot.sellable(s.today) || has > 0 {
				there, taken = there+lot.Remaining+has, taken+has
				room[lot.ID] = hold.MostUnconfirmed(lot.Remaining+has, percent, unit) - has
			}
		}
		if taken+line.Quantity > hold.MostUnconfirmed(there, percent, unit) {
			short = append(short, Short{line, 0})
		}
	}
	if len(short) > 0 {
		return nil, short
	}
	return allocate(s.lots, s.today, lines, room)
}

// byLot is what an order has, by lot.
func (s *workingSet) byLot(order string) map[string]int64 {
	has := map[string]int64{}
	for _, a := range s.lines[order] {
		has[a.Lot] += a.Quantity
	}
	return has
}

// countUnconfirmed adds so many times what an order has to the sums of unconfirmed holds, if its hold is one.
func (s *workingSet) countUnconfirmed(order string, times int64) {
	if h := s.holds[order]; s.unconfirmed == nil || !h.Unconfirmed || h.State != hold.Held {
		return
	}
	for _, a := range s.lines[order] {
		s.unconfirmed[a.Lot] += times * a.Quantity
	}
}

// expire gives back what a hold has whose time is over.
func (s *workingSet) expire(order string) {
	if s.holds[order].Expire(s.now) {
		s.giveBack(order, held)
	}
}

// yield gives back what an order holds, which may be held for it again.
func (s *workingSet) yield(order string) {
	if s.holds[order].Yield() {
		s.giveBack(order, held)
	}
}

// release closes an order's hold and gives back what it has.
func (s *workingSet) release(order string) error {
	giveBack, err := s.holds[order].Release()
	if giveBack {
		s.giveBack(order, held)
	}
	return err
}

// confirm makes what an order holds sold. When the hold had ended its lines are allocated again, as far as
// there is something; the rest is a shortage.
func (s *workingSet) confirm(order string, lines []Line) {
	switch s.holds[order].Keep() {
	case hold.Kept, hold.Returned:
	case hold.Held:
		// Held though its time may be over: as long as nobody has swept it, it is nobody else's.
		for _, a := range s.lines[order] {
			stock := s.stock[a.Variant]
			stock.move(&stock.Held, &stock.Sold, a.Quantity)
			if a.Unpacked {
				stock.owe(a.Quantity)
			}
		}
	default:
		// The money is promised and the shopper was told, so a confirmed order is never refused here: what is
		// missing is the operator's to settle.
		picked, short := allocate(s.lots, s.today, lines, nil)
		s.take(order, picked, sold)
		for _, a := range picked {
			s.stock[a.Variant].owe(a.Quantity)
		}
		for _, line := range short {
			s.shortages = append(s.shortages, Shortage{order, Line{line.Variant, line.Quantity - line.Left}})
		}
	}
}

// pack takes what an order has of some variants for packed, and books back what it has of weighed goods
// beyond what was packed of them.
func (s *workingSet) pack(order string, packed []Line, of []string) {
	if s.holds[order].State != hold.Kept {
		return
	}
	s.offShelf(order, of)
	for _, line := range packed {
		var kept []Allocation
		for _, a := range s.lines[order] {
			if a.Variant == line.Variant {
				beyond := a.Quantity - min(a.Quantity, line.Quantity)
				s.putBack(a, beyond, sold)
				a.Quantity -= beyond
				line.Quantity -= a.Quantity
			}
			if a.Quantity > 0 {
				kept = append(kept, a)
			}
		}
		s.reline(order, kept)
	}
}

// offShelf notes that what an order has of some variants is not on the shelf any more.
func (s *workingSet) offShelf(order string, variants []string) {
	lines, packed := slices.Clone(s.lines[order]), false
	for i, a := range lines {
		if a.Unpacked && slices.Contains(variants, a.Variant) {
			s.stock[a.Variant].owe(-a.Quantity)
			lines[i].Unpacked, packed = false, true
		}
	}
	if packed {
		s.reline(order, lines)
	}
}

// backOnShelf notes that what an order has of some variants is to be packed again.
func (s *workingSet) backOnShelf(order string, variants []string) {
	if s.holds[order].State != hold.Kept {
		return
	}
	lines := slices.Clone(s.lines[order])
	for i, a := range lines {
		if !a.Unpacked && slices.Contains(variants, a.Variant) {
			s.stock[a.Variant].owe(a.Quantity)
			lines[i].Unpacked = true
		}
	}
	s.reline(order, lines)
}

// cancel closes an order's hold and gives back what it has, held or sold.
func (s *workingSet) cancel(order string) {
	switch s.holds[order].Cancel() {
	case hold.Held:
		s.giveBack(order, held)
	case hold.Kept:
		s.giveBack(order, sold)
		// Confirmed and cancelled may be of one batch, and then the shortage is not written yet.
		s.settled = append(s.settled, order)
		s.shortages = slices.DeleteFunc(s.shortages,
			func(short Shortage) bool { return short.Order == order })
	default:
	}
}

// account picks the account of a balance that an order's goods are in.
type account func(*Stock) *int64

func held(s *Stock) *int64 { return &s.Held }
func sold(s *Stock) *int64 { return &s.Sold }

// take gives an order what was picked for it.
func (s *workingSet) take(order string, picked []Allocation, to account) {
	for _, a := range picked {
		stock, lot := s.stock[a.Variant], s.lot[a.Lot]
		stock.move(&stock.Available, to(stock), a.Quantity)
		lot.Remaining -= a.Quantity
		lot.changed = true
	}
	s.reline(order, picked)
}

// reline gives an order other allocations.
func (s *workingSet) reline(order string, lines []Allocation) {
	s.lines[order] = lines
	if !slices.Contains(s.relined, order) {
		s.relined = append(s.relined, order)
	}
}

// giveBack returns what an order has to its lots.
func (s *workingSet) giveBack(order string, from account) {
	for _, a := range s.lines[order] {
		s.putBack(a, a.Quantity, from)
	}
}

// putBack returns a quantity of an allocation to its lot.
func (s *workingSet) putBack(a Allocation, quantity int64, from account) {
	stock, lot := s.stock[a.Variant], s.lot[a.Lot]
	stock.move(from(stock), &stock.Available, quantity)
	if a.Unpacked && from(stock) == &stock.Sold { // what is only held was never owed
		stock.owe(-quantity)
	}
	lot.Remaining += quantity
	lot.changed = true
}

// receive books a lot in. A lot that is there already is not booked in again, but gets
// another code or date.
func (s *workingSet) receive(lot Lot) error {
	known := s.lot[lot.ID]
	if known == nil {
		lot.Remaining, lot.fresh = lot.Received, true
		s.put(&lot)
		s.stock[lot.Variant].add(lot.Received)
		return nil
	}
	if known.Variant != lot.Variant || known.Received != lot.Received {
		return fault.Newf(fault.Conflict, "lot_differs",
			"The lot %s is already booked in, of another variant or quantity.", lot.ID)
	}
	if known.Code != lot.Code || known.BestBefore != lot.BestBefore {
		known.Code, known.BestBefore, known.changed = lot.Code, lot.BestBefore, true
		slices.SortFunc(s.lots[lot.Variant], firstExpiring)
	}
	return nil
}

// setLevel makes what is available of a variant equal a figure. What is past its best-before is written
// off first, then what would be sold last. What was counted beyond the known lots goes into a lot of its own.
func (s *workingSet) setLevel(variant string, level int64) error {
	stock, lots := s.stock[variant], s.lots[variant]
	for _, lot := range lots {
		if lot.past(s.today) {
			s.writeOff(lot, lot.Remaining)
		}
	}
	for _, lot := range slices.Backward(lots) {
		s.writeOff(lot, stock.Available-level)
	}
	if more := level - stock.Available; more > 0 {
		s.count(variant, more)
	}
	if stock.Available != level {
		return fmt.Errorf("inventory: the lots of %s do not sum to its stock: %d available of %d", variant,
			stock.Available, level)
	}
	return nil
}

// counted makes what is available what was counted on the shelf, but for what orders have of it; at the least
// nothing. While something is past its best-before, more than there is besides would make that fresh.
func (s *workingSet) counted(variant string, quantity int64) error {
	stock, past := s.stock[variant], int64(0)
	for _, lot := range s.lots[variant] {
		if lot.past(s.today) {
			past += lot.Remaining
		}
	}
	if good := stock.Available - past + stock.Held + stock.Unpacked; past > 0 && quantity > good {
		return fault.InvalidField("counted",
			"%s of it are past their date: count without them. What is good beyond %s comes in as a lot.",
			decimal(past), decimal(good))
	}
	return s.setLevel(variant, max(0, quantity-stock.Held-stock.Unpacked))
}

// correct makes what may be sold of a variant more, or less.
func (s *workingSet) correct(variant string, by int64) error {
	var there int64
	for _, lot := range s.lots[variant] {
		if lot.sellable(s.today) {
			there += lot.Remaining
		}
	}
	switch {
	case there+by < 0:
		return fault.InvalidField("by", "There is less than that to take away from.")
	case there+by > MaxLotQuantity:
		return fault.InvalidField("by", "That is too much.")
	}
	return s.setLevel(variant, there+by)
}

func (s *workingSet) writeOff(lot *Lot, most int64) {
	if quantity := min(most, lot.Remaining); quantity > 0 {
		lot.Remaining -= quantity
		lot.changed = true
		s.stock[lot.Variant].add(-quantity)
	}
}

// count adds what was found to a variant's counted lot.
func (s *workingSet) count(variant string, quantity int64) {
	s.stock[variant].add(quantity)
	lot := s.lot[countedLot(variant)]
	if lot == nil {
		lot = &Lot{ID: countedLot(variant), Variant: variant, fresh: true}
		s.put(lot)
	}
	lot.Received += quantity
	lot.Remaining += quantity
	lot.changed = true
}

// tell gathers what subscribers do not know yet, and takes it for told.
func (s *workingSet) tell() {
	for _, variant := range slices.Sorted(maps.Keys(s.stock)) {
		stock := s.stock[variant]
		if day := goodUntil(s.lots[variant], s.today); day != stock.told {
			stock.told = day
			stock.toldVersion++
			s.news = append(s.news, News{variant, stock.toldVersion, day})
		}
	}
}
