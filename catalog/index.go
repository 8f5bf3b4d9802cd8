package catalog

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"unique"

	"github.com/artisan-eats/artisan/allergen"
	"github.com/artisan-eats/artisan/catalog/category"
	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/catalog/search"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/sqldb"
)

// item is what lists need to know of a product to filter, sort and count it. It is never changed.
type item struct {
	id, titleKey       string
	category, producer label
	categoryName       string // what the market calls it, if it is the market's own
	price, created     int64
	allergens          allergen.Set // or unstated
	published          bool
	tags               string // their words, parted by spaces
	season             goods.Season
	goodUntil          goods.Day // of any variant
	listed             bool
	version            int64
	score              int64 // relevance, in the results of one search
	sold               int64 // how much of it lately: see soldGrade
	rank               int64 // its place among what is worth looking at; see showcase

	categoryNumber, producerNumber int32 // on its index
}

// numbers counts labels through, so that what is counted by them is an array.
type numbers struct {
	of     map[label]int32
	labels []label
}

func (n *numbers) number(l label) int32 {
	at, known := n.of[l]
	if !known {
		at = int32(len(n.labels))
		n.of[l], n.labels = at, append(n.labels, l)
	}
	return at
}

// words are those by which it adds to what its market speaks: none while it is not listed, or not there.
func (i *item) words() []string {
	if i == nil || !i.listed {
		return nil
	}
	return slices.Concat(search.Spoken(i.titleKey), strings.Fields(i.tags),
		search.Spoken(category.Named(i.category.Value(), i.categoryName).Name))
}

// label is a text that many items share: quick to compare and to count by.
type label = unique.Handle[string]

// ordering is one way to sort a list.
type ordering struct {
	name    string
	compare func(a, b *item) int // never 0 for two items
}

func (o ordering) number(i *item) int64 {
	switch o.name {
	case "price", "-price":
		return i.price
	case "newest":
		return i.created
	case "featured":
		return i.rank
	case byRelevance.name:
		return i.score
	}
	return 0
}

func compareTitles(a, b *item) int {
	return cmp.Or(cmp.Compare(a.titleKey, b.titleKey), cmp.Compare(a.id, b.id))
}

var (
	byRelevance = ordering{
		"relevance",
		func(a, b *item) int { return cmp.Or(cmp.Compare(b.score, a.score), compareTitles(a, b)) },
	}
	// orderings are those that an index keeps, the first being the one without a wish.
	orderings = []ordering{
		{"title", compareTitles},
		{"price", func(a, b *item) int { return cmp.Or(cmp.Compare(a.price, b.price), compareTitles(a, b)) }},
		{
			"-price",
			func(a, b *item) int { return cmp.Or(cmp.Compare(b.price, a.price), compareTitles(a, b)) },
		},
		{
			"newest",
			func(a, b *item) int { return cmp.Or(cmp.Compare(b.created, a.created), compareTitles(a, b)) },
		},
		{
			"featured",
			func(a, b *item) int { return cmp.Or(cmp.Compare(a.rank, b.rank), compareTitles(a, b)) },
		},
	}
)

// marketIndex is a market's products in memory, in each order. So every filter is a walk over a
// sorted slice, whatever it combines, and counts are exact.
type marketIndex struct {
	tongue     *search.Tongue
	refreshing sync.Mutex // one reader of the database at a time

	mu      sync.RWMutex
	version int64
	items   map[string]*item
	sorted  map[string][]*item // by the name of the ordering
	counts  map[filterKey]counts

	makers    map[string]*listedProducer // the market's producers
	byName    []*listedProducer
	published map[label]int64   // how many products of each producer are
	standing  map[label]int64   // how many listed products stand in each category
	names     map[string]string // of the market's own categories, by slug
	known     search.Vocabulary

	// for which places are given, and for which they were; today is refreshing's
	today, ranked goods.Day
	made          map[label][]*item // what each producer has; refreshing's

	categoryNumbers, producerNumbers numbers
}

// newMarketIndex is an empty index, behind every version.
func newMarketIndex(t *search.Tongue) *marketIndex {
	return &marketIndex{
		tongue: t, version: -1, items: map[string]*item{}, sorted: map[string][]*item{},
		counts: map[filterKey]counts{},
		makers: map[string]*listedProducer{}, published: map[label]int64{},
		standing: map[label]int64{}, names: map[string]string{}, known: search.NewVocabulary(t),
		made:            map[label][]*item{},
		categoryNumbers: numbers{of: map[label]int32{}}, producerNumbers: numbers{of: map[label]int32{}},
	}
}

// maxCounted bounds for how many filters an index remembers its counts.
const maxCounted = 256

// marketIndexes are those of all markets, each filled when it is first asked for.
type marketIndexes struct {
	store *goods.Store
	mu    sync.Mutex
	of    map[string]*marketIndex
}

func newMarketIndexes(s *goods.Store) *marketIndexes {
	return &marketIndexes{store: s, of: map[string]*marketIndex{}}
}

// fresh is the index of a market, not behind what is committed when it is called. The fault
// of a market that is not there is NotFound.
func (s *marketIndexes) fresh(ctx context.Context, market string) (*marketIndex, error) {
	version, tag, err := s.store.MarketVersion(ctx, market)
	if err != nil {
		return nil, err
	}
	t := search.TongueOf(tag)
	s.mu.Lock()
	sh := s.of[market]
	if sh == nil || sh.tongue.Code != t.Code {
		sh = newMarketIndex(t)
		s.of[market] = sh
	}
	s.mu.Unlock()
	return sh, sh.catchUp(ctx, s.store, market, version)
}

// catchUp reads what changed. Versions commit in their order, each writer holding the
// market's row, so whoever sees a version sees all before it.
func (s *marketIndex) catchUp(ctx context.Context, st *goods.Store, market string, version int64) error {
	today := goods.DayOf(st.Now())
	if !s.behind(version, today) {
		return nil
	}
	s.refreshing.Lock()
	defer s.refreshing.Unlock()
	if !s.behind(version, today) {
		return nil
	}
	at := s.at()
	s.today = today
	changed, err := changedItems(ctx, st, market, at)
	if err != nil {
		return err
	}
	makers, err := changedMakers(ctx, st, market, at, s.tongue)
	if err != nil {
		return err
	}
	categories, err := st.ChangedCategories(ctx, market, at)
	if err != nil {
		return err
	}
	s.name(categories)
	s.apply(changed, makers, version)
	return nil
}

// name keeps what categories are called.
func (s *marketIndex) name(categories []category.Category) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range categories {
		s.names[c.Slug] = c.Name
	}
}

func (s *marketIndex) at() int64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.version
}

// behind reports whether the index is not of a version, or of another day.
func (s *marketIndex) behind(version int64, today goods.Day) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.version < version || s.ranked != today
}

// apply puts changed items and makers in the place of their old selves. Slices that readers may hold are not
// touched. Makers are read after items: one of a later version says nothing of the items before it.
func (s *marketIndex) apply(changed []*item, makers []*listedProducer, version int64) {
	s.mu.RLock()
	old := s.items
	s.mu.RUnlock()
	isChanged := make(map[*item]bool, len(changed))
	s.learn(changed, makers)
	changed = append(changed, s.rank(changed)...)
	for _, i := range changed {
		if before := old[i.id]; before != nil {
			isChanged[before] = true
		}
		version = max(version, i.version)
	}
	sorted := make(map[string][]*item, len(orderings))
	for _, o := range orderings {
		slices.SortFunc(changed, o.compare)
		sorted[o.name] = merge(s.sorted[o.name], changed, isChanged, o.compare)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, i := range changed {
		s.countItem(s.items[i.id], -1)
		s.countItem(i, 1)
		i.categoryNumber, i.producerNumber = s.categoryNumbers.number(i.category),
			s.producerNumbers.number(i.producer)
		s.items[i.id] = i
	}
	s.applyMakers(makers)
	s.sorted, s.version, s.counts, s.ranked = sorted, version, map[filterKey]counts{}, s.today
}

// countItem counts an item, if there is one, among its producer's and in its category, or takes it out. The
// caller holds the lock.
func (s *marketIndex) countItem(i *item, by int64) {
	if i == nil {
		return
	}
	s.published[i.producer] += by * sqldb.Flag(i.published)
	if s.standing[i.category] += by * sqldb.Flag(i.listed); s.standing[i.category] == 0 {
		delete(s.standing, i.category)
	}
}

// learn takes the words of what changed for those of what was there before.
func (s *marketIndex) learn(changed []*item, makers []*listedProducer) {
	s.known.Update(func(count func(words []string, by int32)) {
		for _, i := range changed {
			count(s.items[i.id].words(), -1)
			count(i.words(), 1)
		}
		for _, st := range makers {
			count(s.makers[st.id].names(), -1)
			count(st.names(), 1)
		}
	})
}

// counted gives the counts that were kept for a filter.
func (s *marketIndex) counted(f *filter) (counts, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	n, ok := s.counts[f.filterKey]
	return n, ok
}

// keep remembers the counts of a filter, counted when the index was at a version.
func (s *marketIndex) keep(f *filter, n counts, version int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.version == version && len(s.counts) < maxCounted {
		s.counts[f.filterKey] = n
	}
}

// merge is old without those that are gone, and with what is fresh, in order.
func merge(old, fresh []*item, gone map[*item]bool, compare func(a, b *item) int) []*item {
	out := make([]*item, 0, len(old)+len(fresh))
	for _, next := range fresh {
		end, _ := slices.BinarySearchFunc(old, next, compare)
		out, old = appendKept(out, old[:end], gone), old[end:]
		out = append(out, next)
	}
	return appendKept(out, old, gone)
}

func appendKept(out, items []*item, gone map[*item]bool) []*item {
	if len(gone) == 0 {
		return append(out, items...)
	}
	for _, i := range items {
		if !gone[i] {
			out = append(out, i)
		}
	}
	return out
}

// in is the whole index in an order. The slice is the caller's to read.
func (s *marketIndex) in(o ordering) []*item {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.sorted[o.name]
}

// pick finds the items of some products, copied, with their relevance to a phrase.
func (s *marketIndex) pick(ids []string, p search.Phrase) []*item {
	picked := make([]*item, 0, len(ids))
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, productID := range ids {
		if i := s.items[productID]; i != nil {
			scored := *i
			scored.score = p.Relevance(i.titleKey)
			picked = append(picked, &scored)
		}
	}
	return picked
}

func findOrdering(name string, searching bool) (ordering, error) {
	if name == "" && searching {
		return byRelevance, nil
	}
	if name == "" {
		return orderings[0], nil
	}
	for _, o := range orderings {
		if o.name == name {
			return o, nil
		}
	}
	return ordering{}, fault.New(fault.Invalid, "invalid", "Products cannot be sorted that way.",
		fault.Field{Name: "sort", Message: "This must be title, price, -price, newest or featured."})
}

// load fills the indexes of all markets.
func (s *marketIndexes) load(ctx context.Context) error {
	markets, err := s.store.Markets(ctx)
	for _, m := range markets {
		_, failure := s.fresh(ctx, m.Code)
		err = errors.Join(err, failure)
	}
	return err
}
