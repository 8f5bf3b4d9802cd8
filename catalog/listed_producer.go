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

// listedProducer is what lists need to know of a producer. It is never changed.
type listedProducer struct {
	id, name, nameKey string
	town, image       string
	words             string // of the name, the town and the tagline: see findable
	named             string // those of the name and the town
	holidays          []goods.Holiday
	approved          bool
	suspended         bool
	created, version  int64
}

// names are the words by which it adds to what its market speaks: none while it is not approved, or not
// there.
func (s *listedProducer) names() []string {
	if s == nil || !s.approved {
		return nil
	}
	return search.Spoken(s.nameKey)
}

// producerOrder is a way to sort producers.
type producerOrder struct {
	name    string
	compare func(a, b *listedProducer) int // never 0 for two makers
}

var (
	makersByName = producerOrder{"name", func(a, b *listedProducer) int {
		return cmp.Or(cmp.Compare(a.nameKey, b.nameKey), cmp.Compare(a.id, b.id))
	}}
	makersByWaiting = producerOrder{"waiting", func(a, b *listedProducer) int {
		return cmp.Or(cmp.Compare(a.created, b.created), cmp.Compare(a.id, b.id))
	}}
)

// makerListing is a question to the list of producers.
type makerListing struct {
	q      string
	begins func(findable string) bool // of q
	// also those that are not approved, or only those, without the suspended
	all, waiting bool
	suspended    bool // only those
	order        producerOrder
	after        *cursor
	limit        int
}

func (l *makerListing) shows(s *listedProducer) bool {
	switch {
	case l.suspended && !s.suspended, l.waiting && (s.approved || s.suspended), !l.suspended && !l.waiting &&
		!l.all && !s.approved:
		return false
	}
	return l.begins(s.words)
}

// listMakers is a page of a market's producers, how many published products each has, and where the next page
// begins.
func (s *marketIndex) listMakers(l makerListing) (ids []string, published map[string]int64, next string) {
	l.begins = search.ParsePhrase(l.q, s.tongue).Begins()
	s.mu.RLock()
	defer s.mu.RUnlock()
	makers := s.byName
	if l.waiting || l.suspended {
		makers = slices.SortedFunc(s.unapproved(), l.order.compare)
	}
	if l.after != nil {
		at, found := slices.BinarySearchFunc(makers, l.after.maker(), l.order.compare)
		if found {
			at++
		}
		makers = makers[at:]
	}
	published = map[string]int64{}
	var last *listedProducer
	for _, st := range makers {
		if !l.shows(st) {
			continue
		}
		if len(ids) == l.limit {
			return ids, published, cursor{
				Sort: l.order.name, Number: last.created, Text: last.nameKey,
				ID: last.id,
			}.String()
		}
		last = st
		ids = append(ids, st.id)
		published[st.id] = s.published[unique.Make(st.id)]
	}
	return ids, published, ""
}

// away are the producers that are on holiday on a day; none without one.
func (s *marketIndex) away(on goods.Day) map[label]bool {
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
func (s *marketIndex) unapproved() iter.Seq[*listedProducer] {
	return func(yield func(*listedProducer) bool) {
		for _, st := range s.byName {
			if !st.approved && !yield(st) {
				return
			}
		}
	}
}

// maker is one that stands at the cursor's place.
func (c *cursor) maker() *listedProducer {
	return &listedProducer{id: c.ID, nameKey: c.Text, created: c.Number}
}

// applyMakers puts changed producers in the place of their old selves. The slice that readers may hold is not
// touched. The caller holds the lock.
func (s *marketIndex) applyMakers(changed []*listedProducer) {
	if len(changed) == 0 {
		return
	}
	for _, st := range changed {
		s.makers[st.id] = st
	}
	s.byName = slices.SortedFunc(maps.Values(s.makers), makersByName.compare)
}
