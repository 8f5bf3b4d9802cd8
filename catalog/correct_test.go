package catalog_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

//nolint:misspell // the errors are what it is about
func TestASearchForgivesTypingErrors(t *testing.T) {
	each(t, func(s shop) {
		s.sell("Clothbound Cheddar", "cheese", 900)
		s.sell("Strawberry jam", "preserves", 600)
		tagged := s.product("Rye loaf", "bread", 500)
		tagged.Tags, tagged.Description = []string{"sourdough"}, "Baked on Thursday."
		s.put(tagged)
		for q, want := range map[string]string{
			"chedder":          "Clothbound Cheddar / cheddar",
			"hceddar":          "Clothbound Cheddar / cheddar",
			"clothbond chedar": "Clothbound Cheddar / clothbound cheddar",
			"strawbery ja":     "Strawberry jam / strawberry ja",
			"strawbr":          "Strawberry jam / strawberry",
			"jsm":              " / ",
			"sourdogh":         "Rye loaf / sourdough",
			"moswood chedar":   "Clothbound Cheddar / mosswood cheddar",
			"chees":            "Clothbound Cheddar / ",
			"chedd":            "Clothbound Cheddar / ",
			"thursday":         "Rye loaf / ",
			"thursday jam":     " / ",
			"elephant":         " / ",
		} {
			answer := s.list(&catalogv1.ListProductsRequest{Q: q})
			s.wants(q, titles(answer)+" / "+answer.GetCorrected(), want)
			words := answer.GetCorrected()
			if words == "" {
				words = q
			}
			s.wants("the words of "+q, strings.Join(answer.GetWords(), " "), words)
		}
		answer := s.list(&catalogv1.ListProductsRequest{Q: "chedder", Category: "bread", Facets: true})
		s.wants("what the filter leaves", fmt.Sprint(titles(answer), answer.GetTotal()), "0")
	})
}

func TestWhatIsNoLongerListedIsNoLongerMeant(t *testing.T) {
	each(t, func(s shop) {
		p := s.sell("Cheddar", "cheese", 900)
		s.wants("at first", s.list(&catalogv1.ListProductsRequest{Q: "chedder"}).GetCorrected(), "cheddar")
		p.Title = "Gouda"
		s.put(p)
		s.wants("after its renaming", s.list(&catalogv1.ListProductsRequest{Q: "chedder"}).GetCorrected(), "")
		s.wants("its new name", s.list(&catalogv1.ListProductsRequest{Q: "guoda"}).GetCorrected(), "gouda")
		s.producer.Approved = false
		s.putProducer(s.producer)
		s.wants("without approval", s.list(&catalogv1.ListProductsRequest{Q: "guoda"}).GetCorrected(), "")
	})
}

func (s shop) suggest(q string, limit int32) (string, *catalogv1.SuggestResponse) {
	s.Helper()
	answer, err := s.Suggest(s.Context(), &catalogv1.SuggestRequest{Market: "portland", Q: q, Limit: limit})
	if err != nil {
		s.Fatal(err)
	}
	var all []string
	for _, found := range answer.GetSuggestions() {
		all = append(all, fmt.Sprintf("%s %s (%s)", found.GetKind(), found.GetTitle(), found.GetDetail()))
	}
	return strings.Join(all, ", "), answer
}

func TestSuggestionsNameProductsProducersAndCategories(t *testing.T) {
	each(t, func(s shop) {
		s.putProducer(&catalogv1.Producer{
			Market: "portland", Name: "Cherry Barn", Town: "Hood River",
			Approved: true,
		})
		s.putProducer(&catalogv1.Producer{Market: "portland", Name: "Cheat", Town: "Hood River"})
		s.sell("Cheddar", "cheese", 900)
		s.sell("Bread with cheddar", "bread", 500)
		hidden := s.product("Chestnuts", "nuts-seeds", 500)
		hidden.Published = false
		s.put(hidden)
		for q, want := range map[string]string{
			"che":   "category Cheese (Dairy & eggs), product Cheddar (Mosswood Dairy), producer Cherry Barn (Hood River), product Bread with cheddar (Mosswood Dairy)",
			"hood":  "producer Cherry Barn (Hood River)",
			"ched":  "product Cheddar (Mosswood Dairy), product Bread with cheddar (Mosswood Dairy)",
			"cehd":  "product Cheddar (Mosswood Dairy), product Bread with cheddar (Mosswood Dairy)",
			"":      "",
			"!":     "",
			"zzzzz": "",
		} {
			got, _ := s.suggest(q, 0)
			s.wants(q, got, want)
		}
		if _, answer := s.suggest("che", 2); len(answer.GetSuggestions()) != 2 {
			t.Errorf("of two suggestions there are %d", len(answer.GetSuggestions()))
		}
		_, answer := s.suggest("chedder", 1)
		s.wants("the words", answer.GetWords(), "[cheddar]")
		_, err := s.Suggest(t.Context(), &catalogv1.SuggestRequest{Market: "portland", Limit: -1})
		s.wantsFault("a negative limit", err, fault.Invalid, "invalid")
		_, err = s.Suggest(t.Context(), &catalogv1.SuggestRequest{Market: "nowhere", Q: "che"})
		s.wantsFault("no market", err, fault.NotFound, "not_found")
	})
}
