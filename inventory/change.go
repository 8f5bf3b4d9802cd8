package inventory

import (
	"slices"

	"github.com/artisan-eats/artisan/hold"
)

// change gives an order what its change has held, and gives back what the order no longer has. What had
// expired of it is allocated again, as far as there is something; the rest is a shortage of the order.
func (s *workingSet) change(m settlement) {
	if s.holds[m.order].State != hold.Kept {
		s.cancel(m.change)
		return
	}
	s.confirm(m.change, linesOf(s.lines[m.change]))
	for i := range s.shortages {
		if s.shortages[i].Order == m.change {
			s.shortages[i].Order = m.order
		}
	}
	has := s.lines[m.order]
	for _, a := range s.lines[m.change] {
		has = s.addTo(has, a)
	}
	s.reline(m.change, nil)
	s.holds[m.change].Pass()
	s.reline(m.order, s.cut(has, m))
}

// linesOf sums allocations by variant.
func linesOf(allocations []Allocation) (lines []Line) {
	for _, a := range allocations {
		at := slices.IndexFunc(lines, func(l Line) bool { return l.Variant == a.Variant })
		if at < 0 {
			at, lines = len(lines), append(lines, Line{Variant: a.Variant})
		}
		lines[at].Quantity += a.Quantity
	}
	return lines
}

// addTo adds what is taken of a lot to what is. What is added to is not packed, whether or not that was
// counted.
func (s *workingSet) addTo(has []Allocation, more Allocation) []Allocation {
	has = slices.Clone(has)
	if at := slices.IndexFunc(has, func(a Allocation) bool { return a.Lot == more.Lot }); at >= 0 {
		if more.Unpacked && !has[at].Unpacked {
			s.stock[more.Variant].owe(has[at].Quantity)
			has[at].Unpacked = true
		}
		has[at].Quantity += more.Quantity
		return has
	}
	return append(has, more)
}

// cut gives back what an order has beyond what it is to have: of the lots that it is to have less of first,
// so that what is written on the order is what is sold.
func (s *workingSet) cut(has []Allocation, m settlement) (kept []Allocation) {
	beyond := map[string]int64{}
	for _, a := range has {
		beyond[a.Variant] += a.Quantity
	}
	for _, line := range m.lines {
		beyond[line.Variant] -= line.Quantity
	}
	for _, least := range []func(Allocation) int64{
		func(a Allocation) int64 { return m.lots[a.Lot] },
		func(Allocation) int64 { return 0 },
	} {
		for i := range has {
			back := max(0, min(beyond[has[i].Variant], has[i].Quantity-least(has[i])))
			s.putBack(has[i], back, sold)
			has[i].Quantity -= back
			beyond[has[i].Variant] -= back
		}
	}
	return slices.DeleteFunc(has, func(a Allocation) bool { return a.Quantity == 0 })
}
