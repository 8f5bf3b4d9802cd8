package catalog

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/sqldb"
)

// The order "featured" is a page to look at: each maker's best thing, then each one's second, and so on; what
// is sold out comes last. An item's place is a number that it has for a day, so pages go on where the one
// before ended.

// What makes a thing the best of its maker's: it is ripe, it is new, it does not keep, much of it was sold
// lately.
const (
	ripeMerit  = 4
	newMerit   = 3
	newerMerit = 1
	freshMerit = 2
	soldMerit  = 1 // a grade
	mostMerit  = ripeMerit + newMerit + freshMerit + 4*soldMerit

	newFor, newerFor, freshFor = 14 * 24 * time.Hour, 42 * 24 * time.Hour, 8 * 24 * time.Hour
)

// The parts of a rank, the first counting most: sold out, turn, merit, luck.
const (
	goneShift  = 60
	turnShift  = 40
	meritShift = 32
	lastTurn   = 1<<(goneShift-turnShift) - 1
)

// showcase says what is worth showing on a day.
type showcase struct {
	today, fresh goods.Day
	month        int32
	now          time.Time
	week         string
}

func showcaseOf(today goods.Day) showcase {
	now, _ := time.Parse(time.DateOnly, today)
	year, week := now.ISOWeek()
	return showcase{today, goods.DayOf(now.Add(freshFor)), int32(now.Month()), now, fmt.Sprint(year, week)}
}

func (c *showcase) merit(i *item) int64 {
	merit := soldMerit * i.sold
	if i.season&goods.InMonth(c.month) != 0 {
		merit += ripeMerit
	}
	switch age := c.now.Sub(time.UnixMilli(i.created)); {
	case age < newFor:
		merit += newMerit
	case age < newerFor:
		merit += newerMerit
	}
	if i.goodUntil <= c.fresh && !c.gone(i) {
		merit += freshMerit
	}
	return merit
}

func (c *showcase) gone(i *item) bool { return i.goodUntil < c.today }

// luck sorts what is equally good, another way each week, so that nobody's name is an advantage.
func (c *showcase) luck(i *item) int64 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(c.week))
	_, _ = h.Write([]byte(i.id))
	return int64(h.Sum32())
}

// rank gives the things of one maker their places. Those that are shared already are copied where their place
// is another.
func (c *showcase) rank(items []*item, fresh map[string]bool) (moved []*item) {
	type ranked struct {
		item *item
		key  int64 // a rank without a turn
	}
	places := make([]ranked, len(items))
	for n, i := range items {
		places[n] = ranked{i, sqldb.Flag(c.gone(i) || !i.listed)<<goneShift |
			(mostMerit-c.merit(i))<<meritShift | c.luck(i)}
	}
	slices.SortFunc(places,
		func(a, b ranked) int { return cmp.Or(cmp.Compare(a.key, b.key), compareTitles(a.item, b.item)) })
	for n, p := range places {
		i, rank := p.item, p.key|int64(min(n, lastTurn))<<turnShift
		if !fresh[i.id] && i.rank != rank {
			copied := *i
			i, moved = &copied, append(moved, &copied)
		}
		if i.rank != rank {
			i.rank = rank
		}
		items[n] = i
	}
	return moved
}

// rank gives a place to what changed, and tells what else of the same makers stands elsewhere by that. On
// another day everything is looked at anew. The caller holds refreshing.
func (s *marketIndex) rank(changed []*item) (moved []*item) {
	c := showcaseOf(s.today)
	fresh, of := map[string]bool{}, map[label][]*item{}
	for _, i := range changed {
		fresh[i.id], of[i.producer] = true, append(of[i.producer], i)
	}
	for _, i := range changed {
		if before := s.items[i.id]; before != nil && of[before.producer] == nil {
			of[before.producer] = []*item{}
		}
	}
	if s.today != s.ranked {
		for maker := range s.made {
			if of[maker] == nil {
				of[maker] = []*item{}
			}
		}
	}
	for maker, items := range of {
		for _, i := range s.made[maker] {
			if !fresh[i.id] {
				items = append(items, i)
			}
		}
		moved = append(moved, c.rank(items, fresh)...)
		s.made[maker] = items
	}
	return moved
}
