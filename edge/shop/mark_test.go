package shop

import (
	"slices"
	"testing"

	"github.com/artisan-eats/artisan/edge/page"
)

func TestWhatWasLookedForIsMarked(t *testing.T) {
	for _, c := range []struct {
		title string
		words []string
		want  []page.Mark
	}{
		{"Goat's milk caramel", []string{"goat"}, []page.Mark{
			{Text: "Goat", Hit: true},
			{Text: "'"},
			{Text: "s"},
			{Text: " "},
			{Text: "milk"},
			{Text: " "},
			{Text: "caramel"},
		}},
		{
			"Crème fraîche",
			[]string{"creme"},
			[]page.Mark{{Text: "Crème", Hit: true}, {Text: " "}, {Text: "fraîche"}},
		},
		{"Goats", []string{"goa", "goat"}, []page.Mark{{Text: "Goat", Hit: true}, {Text: "s"}}},
		{"<b>", []string{"b"}, []page.Mark{{Text: "<"}, {Text: "b", Hit: true}, {Text: ">"}}},
		{"", []string{"b"}, nil},
		{"Zucchini", []string{"cchini", ""}, []page.Mark{{Text: "Zucchini"}}},
	} {
		if got := marks(c.title, c.words); !slices.Equal(got, c.want) {
			t.Errorf("%q for %q: %v", c.title, c.words, got)
		}
	}
}
