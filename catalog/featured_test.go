package catalog_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
)

func featured() *catalogv1.ListProductsRequest {
	return &catalogv1.ListProductsRequest{Sort: "featured"}
}

func TestWhatIsWorthLookingAtComesFirst(t *testing.T) {
	each(t, func(s shop) {
		month := int32(time.Now().UTC().Month())
		apples := s.product("Apples", "fruit", 300)
		apples.Season = []int32{month%12 + 1} // another month
		s.tell(1, s.put(apples), some(""))
		s.tell(1, s.sell("Bread that keeps", "bread", 500), some(inDays(60)))
		quince := s.product("Quince", "fruit", 300)
		quince.Season = []int32{month}
		ripe := s.put(quince)
		s.tell(1, ripe, some(""))
		fresh := s.sell("Rolls", "bread", 400)
		s.tell(1, fresh, some(inDays(2)))
		s.sell("Always gone", "bread", 400)

		got := titles(s.list(featured()))
		s.wants("what is ripe, what does not keep", strings.HasPrefix(got, "Quince, Rolls, "), true)
		s.wants("what is sold out", strings.HasSuffix(got, "Always gone"), true)
		s.wants("the same in pages", s.inPages(featured()), got)

		s.tell(2, ripe, &inventoryv1.StockChange{})
		got = titles(s.list(featured()))
		s.wants("when the best is gone", strings.HasPrefix(got, "Rolls, "), true)
		s.wants("the same in pages then", s.inPages(featured()), got)
	})
}

// TestWhatIsNewComesFirst has nothing else tell the goods apart, but luck, which four of each do not all
// have.
func TestWhatIsNewComesFirst(t *testing.T) {
	const day = 24 * time.Hour
	eachBusy(t, func(s busy) {
		sells := func(age string) {
			for n := range 4 {
				s.sell(fmt.Sprint(age, " ", n), "bread", 400)
			}
		}
		ages := func() string {
			var all []string
			for _, p := range s.list(featured()).GetProducts() {
				all = append(all, strings.Fields(p.GetTitle())[0])
			}
			return strings.Join(slices.Compact(all), ", ")
		}
		sells("Old")
		s.clock.Advance(22 * day)
		sells("Recent")
		s.clock.Advance(20 * day)
		sells("New")
		s.wants("on the day", ages(), "New, Recent, Old")
		s.wants("the same in pages", s.inPages(featured()), titles(s.list(featured())))
		s.clock.Advance(15 * day)
		s.wants("after two weeks, the last", strings.HasSuffix(ages(), ", Old"), true)
		s.wants("after two weeks, the first", strings.HasPrefix(ages(), "New, Recent, Old"), false)
	})
}

func TestMakersTakeTurnsInTheFirstOrder(t *testing.T) {
	each(t, func(s shop) {
		for _, maker := range []string{"Aaron", "Berta", "Cato"} {
			s.producer = s.putProducer(&catalogv1.Producer{Market: "portland", Name: maker, Approved: true})
			for _, thing := range []string{"one", "two", "three"} {
				s.tell(1, s.sell(maker+" "+thing, "bread", 400), some(""))
			}
		}
		answer := s.list(featured())
		for round := range 3 {
			makers := map[string]bool{}
			for _, p := range answer.GetProducts()[3*round : 3*round+3] {
				makers[p.GetProducerName()] = true
			}
			s.wants("makers in a round of "+titles(answer), len(makers), 3)
		}
		s.wants("the same in pages", s.inPages(featured()), titles(answer))
		first := answer.GetProducts()[0]
		first.Published = false
		s.put(first)
		s.wants("without the first", strings.Contains(titles(s.list(featured())), first.GetTitle()), false)
	})
}
