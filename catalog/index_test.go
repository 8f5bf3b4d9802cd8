package catalog

import (
	"testing"
	"unique"

	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/catalog/search"
)

func TestAMakerThatIsReadLateHidesNoItemThatWasReadEarlier(t *testing.T) {
	s := newMarketIndex(search.TongueOf("en"))
	// the item of version 6 came between
	s.apply([]*item{{id: "bread", version: 5}}, []*listedProducer{{id: "baker", version: 7}}, 4)
	if at := s.at(); at != 5 {
		t.Errorf("the index takes itself to be at %d", at)
	}
}

func TestEachDayIsLookedAtAnew(t *testing.T) {
	s := newMarketIndex(search.TongueOf("en"))
	s.today = "2026-08-31"
	maker := unique.Make("maker")
	plum := &item{
		id: "plum", category: maker, producer: maker, listed: true, goodUntil: goods.Undated,
		season: goods.InMonth(8),
	}
	quince := &item{
		id: "quince", category: maker, producer: maker, listed: true, goodUntil: goods.Undated,
		season: goods.InMonth(9),
	}
	s.apply([]*item{plum, quince}, nil, 1)
	if first := s.in(mustOrder(t, "featured"))[0]; first.id != "plum" {
		t.Errorf("in August comes first: %s", first.id)
	}
	if !s.behind(1, "2026-09-01") {
		t.Error("on another day nothing is to be done")
	}
	s.today = "2026-09-01"
	s.apply(nil, nil, 1)
	for _, o := range orderings {
		if n := len(s.in(o)); n != 2 {
			t.Errorf("by %s there are %d things", o.name, n)
		}
	}
	if first := s.in(mustOrder(t, "featured"))[0]; first.id != "quince" || s.behind(1, "2026-09-01") {
		t.Errorf("in September comes first: %s", first.id)
	}
}

func mustOrder(t *testing.T, name string) ordering {
	t.Helper()
	o, err := findOrdering(name, false)
	if err != nil {
		t.Fatal(err)
	}
	return o
}
