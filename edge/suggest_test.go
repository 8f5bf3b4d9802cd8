package edge

import (
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/web"
)

func TestSuggestionsHavePictureAndPriceAndAreTheOptionsOfTheSearchField(t *testing.T) {
	s := openShop(t, DefaultLimits)
	field := s.open(t, "/m/portland", "", nil)
	if len(field.find("input", "id", "q", "role", "combobox", "aria-controls", "found", "aria-expanded",
		"false")) != 1 ||
		len(field.find("div", "id", "found", "role", "listbox", "aria-label", "Suggestions")) != 1 {
		t.Error("the search field has no list of options")
	}
	if len(field.find("form", "action", "/m/portland/products", "method", "get")) == 0 {
		t.Error("without a script nothing is searched")
	}
	v := s.open(t, "/m/portland/suggest?q=to", "", nil)
	options := v.find("a", "role", "option", "tabindex", "-1")
	if len(options) != 3 {
		t.Fatalf("two suggestions and the way to all make %d options", len(options))
	}
	if got := strings.Join(strings.Fields(v.text()), " "); !strings.Contains(got, "Hill Dairy from $14.50") ||
		strings.Count(got, "$") != 1 {
		t.Errorf("suggested: %s", got)
	}
	if len(v.find("img", "src", web.ImageURL("tomme")+"?w=320", "alt", "")) != 1 {
		t.Error("what is suggested has no picture")
	}
}
