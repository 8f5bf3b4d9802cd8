package shop_test

import (
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/web"
)

func TestSuggestionsHavePictureAndPriceAndAreTheOptionsOfTheSearchField(t *testing.T) {
	s := edgetest.Open(t)
	field := s.Open(t, "/m/portland", "", nil)
	if len(field.Find("input", "id", "q", "role", "combobox", "aria-controls", "found", "aria-expanded",
		"false")) != 1 ||
		len(field.Find("div", "id", "found", "role", "listbox", "aria-label", "Suggestions")) != 1 {
		t.Error("the search field has no list of options")
	}
	if len(field.Find("form", "action", "/m/portland/products", "method", "get")) == 0 {
		t.Error("without a script nothing is searched")
	}
	v := s.Open(t, "/m/portland/suggest?q=to", "", nil)
	options := v.Find("a", "role", "option", "tabindex", "-1")
	if len(options) != 3 {
		t.Fatalf("two suggestions and the way to all make %d options", len(options))
	}
	if got := strings.Join(strings.Fields(v.Text()), " "); !strings.Contains(got, "Hill Dairy from $14.50") ||
		strings.Count(got, "$") != 1 {
		t.Errorf("suggested: %s", got)
	}
	if len(v.Find("img", "src", web.ImageURL("tomme")+"?w=320", "alt", "")) != 1 {
		t.Error("what is suggested has no picture")
	}
}
