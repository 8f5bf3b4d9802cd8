package catalog

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"unique"

	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/catalog/search"
)

// stall is what lists need to know of a producer. It is never changed.
type stall struct {
	id, name, nameKey string
	town, image       string
	words             string // of the name, the town and the tagline: see findable
	named             string // those of the name and the town
	holidays          []goods.Holiday
	approved          bool
	suspended         bool
	created, version  int64
}

// names are the words by which it adds to what its market speaks: none while it is not approved, or not there.
func (s *stall) names() []string {
	if s == nil || !s.approved {
		return nil
	}
	return search.Spoken(s.nameKey)
}

// stallOrder is a way to sort producers.
type stallOrder struct {
	name    string
	compare func(a, b *stall) int // never 0 for two stalls
}

var (
	stallsByName = stallOrder{"name", func(a, b *stall) int {
		return cmp.Or(cmp.Compare(a.nameKey, b.nameKey), cmp.Compare(a.id, b.id))
	}}
	stallsByWaiting = stallOrder{"waiting", func(a, b *stall) int {
		return cmp.Or(cmp.Compare(a.created, b.created), cmp.Compare(a.id, b.id))
	}}
)

// stallListing is a question to the list of producers.
type stallListing struct {
	q            string
	begins       func(findable string) bool // of q
	all, waiting bool                       // also those that are not approved, or only those, without the suspended
	suspended    bool                       // only those
	order        stallOrder
	after        *cursor
	limit        int
}

func (l *stallListing) shows(s *stall) bool {
	switch {
	case l.suspended && !s.suspended, l.waiting && (s.approved || s.suspended), !l.suspended && !l.waiting && !l.all && !s.approved:
		return false
	}
	return l.begins(s.words)
}

// listStalls is a page of a market's producers, how many published products each has, and where the next page begins.
func (s *shelf) listStalls(l stallListing) (ids []string, published map[string]int64, next string) {
	l.begins = search.ParsePhrase(l.q, s.tongue).Begins()
	s.mu.RLock()
	defer s.mu.RUnlock()
	stalls := s.byName
	if l.waiting || l.suspended {
		stalls = slices.SortedFunc(s.unapproved(), l.order.compare)
	}
	if l.after != nil {
		at, found := slices.BinarySearchFunc(stalls, l.after.stall(), l.order.compare)
		if found {
			at++
		}
		stalls = stalls[at:]
	}
	published = map[string]int64{}
	var last *stall
	for _, st := range stalls {
		if !l.shows(st) {
			continue
		}
		if len(ids) == l.limit {
			return ids, published, cursor{Sort: l.order.name, Number: last.created, Text: last.nameKey, ID: last.id}.String()
		}
		last = st
		ids = append(ids, st.id)
		published[st.id] = s.published[unique.Make(st.id)]
	}
	return ids, published, ""
}

// away are the producers that are on holiday on a day; none without one.
func (s *shelf) away(on goods.Day) map[label]bool {
	if on == "" {
		return nil
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	var all map[label]bool
	for _, st := range s.byName {
		if goods.AwayUntil(st.holidays, on) != "" {
			if all == nil {
				all = map[label]bool{}
			}
			all[unique.Make(st.id)] = true
		}
	}
	return all
}

// unapproved are those who may not sell.
func (s *shelf) unapproved() iter.Seq[*stall] {
	return func(yield func(*stall) bool) {
		for _, st := range s.byName {
			if !st.approved && !yield(st) {
				return
			}
		}
	}
}

// stall is one that stands at the cursor's place.
func (c *cursor) stall() *stall { return &stall{id: c.ID, nameKey: c.Text, created: c.Number} }

// applyStalls puts changed producers in the place of their old selves. The slice that readers may hold is not touched.
// The caller holds the lock.
func (s *shelf) applyStalls(changed []*stall) {
	if len(changed) == 0 {
		return
	}
	for _, st := range changed {
		s.stalls[st.id] = st
	}
	s.byName = slices.SortedFunc(maps.Values(s.stalls), stallsByName.compare)
}
