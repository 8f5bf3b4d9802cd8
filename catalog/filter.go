package catalog

import (
	"slices"
	"unique"

	"github.com/artisan-eats/artisan/allergen"
	"github.com/artisan-eats/artisan/catalog/category"
	"github.com/artisan-eats/artisan/catalog/goods"
)

// filter says which items a list shows. The zero filter shows those that are listed.
type filter struct {
	filterKey
	categories []label // the category and those below; nil for any
	maker      label
	away       map[label]bool // the makers who are on holiday on the day
}

// filterKey is what was asked of a filter.
type filterKey struct {
	category string // a slug; what stands below it counts as in it
	producer string
	without  allergen.Set // with unstated, unless it is none
	unlisted bool         // show these too
	today    goods.Day    // which says what is in stock
	goodOn   goods.Day    // what can be had and is good on this day; empty for any
	day      goods.Day    // on which makers have to be there; empty for any
	month    int32        // what is in season then; zero for any
}

func newFilter(key filterKey) filter {
	if key.without != 0 {
		key.without |= allergen.Unstated
	}
	f := filter{filterKey: key, maker: unique.Make(key.producer)}
	if key.category == "" {
		return f
	}
	f.categories = []label{unique.Make(key.category)}
	for _, c := range category.All {
		if c.Parent == key.category {
			f.categories = append(f.categories, unique.Make(c.Slug))
		}
	}
	return f
}

func (f *filter) shows(i *item) bool {
	return (i.listed || f.unlisted) &&
		i.allergens&f.without == 0 &&
		i.goodUntil >= f.goodOn &&
		!f.away[i.producer] &&
		(f.month == 0 || i.season&goods.InMonth(f.month) != 0) &&
		(f.producer == "" || f.maker == i.producer) &&
		(f.categories == nil || slices.Contains(f.categories, i.category))
}

// page takes from sorted items those after a place that the filter shows, at most limit,
// and says whether there are more.
func page(sorted []*item, o ordering, after *item, f *filter, limit int) (items []*item, more bool) {
	if after != nil {
		at, found := slices.BinarySearchFunc(sorted, after, o.compare)
		if found {
			at++
		}
		sorted = sorted[at:]
	}
	for _, i := range sorted {
		if !f.shows(i) {
			continue
		}
		if len(items) == limit {
			return items, true
		}
		items = append(items, i)
	}
	return items, false
}
