package catalog_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

func TestAnOutlineHasAllThatIsShownAndNothingElse(t *testing.T) {
	each(t, func(s shop) {
		var shown []string
		for i := range 7 {
			shown = append(shown, s.sell(fmt.Sprintf("Loaf %d", i), "bread", 500).GetId())
		}
		hidden := s.product("Not yet", "bread", 500)
		hidden.Published = false
		s.put(hidden)
		slices.Sort(shown)
		pages := s.outline(&catalogv1.OutlineRequest{
			Market: "portland", Kind: "product", Limit: 3,
			Pages: true,
		})
		s.wants("the pages begin at", ids(pages), []string{shown[0], shown[3], shown[6]})
		var walked []string
		for _, page := range pages {
			walked = append(walked,
				ids(s.outline(&catalogv1.OutlineRequest{
					Market: "portland", Kind: "product",
					From: page.GetId(), Limit: 3,
				}))...)
		}
		s.wants("the pages have", walked, shown)
		for _, page := range pages {
			s.wants("a time of change is told", page.GetUpdatedAt() > 0, true)
		}
	})
}

func TestAnOutlineOfProducersHasThoseWhoAreApproved(t *testing.T) {
	each(t, func(s shop) {
		s.putProducer(&catalogv1.Producer{Market: "portland", Name: "Not Yet", Approved: false})
		s.wants("the producers",
			ids(s.outline(&catalogv1.OutlineRequest{Market: "portland", Kind: "producer"})),
			[]string{s.producer.GetId()})
		_, err := s.Outline(s.Context(), &catalogv1.OutlineRequest{Market: "portland", Kind: "secret"})
		s.wantsFault("an outline of something else", err, fault.Invalid, "invalid")
		_, err = s.Outline(s.Context(), &catalogv1.OutlineRequest{Market: "nowhere", Kind: "product"})
		s.wantsFault("an outline of nowhere", err, fault.NotFound, "not_found")
		_, err = s.Outline(s.Context(), &catalogv1.OutlineRequest{
			Market: "portland", Kind: "product",
			From: "' OR 1=1 --",
		})
		s.wantsFault("an outline from nothing", err, fault.NotFound, "not_found")
	})
}

func (s shop) outline(r *catalogv1.OutlineRequest) []*catalogv1.OutlineEntry {
	s.Helper()
	answer, err := s.Outline(s.Context(), r)
	if err != nil {
		s.Fatal(err)
	}
	return answer.GetEntries()
}

func ids(entries []*catalogv1.OutlineEntry) (list []string) {
	for _, e := range entries {
		list = append(list, e.GetId())
	}
	return list
}
