package category

import (
	"cmp"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/naming"
)

func TestACategoryIsFoundByTheNameThatExportWrites(t *testing.T) {
	for _, c := range All {
		if got := For([]string{c.Name}); got.Slug != c.Slug {
			t.Errorf("%q: got %v, want %s", c.Name, got, c.Slug)
		}
	}
	for _, slug := range []string{"goat-things", "2-for-1", "x"} {
		if got := For([]string{Of(slug).Name}); got.Slug != "" || naming.Slugify(got.Name) != slug {
			t.Errorf("%s comes back as %v", slug, got)
		}
	}
}

func TestACategoryIsTheMostTellingKnownOne(t *testing.T) {
	for _, c := range []struct {
		names []string
		want  string
	}{
		{nil, ""},
		{[]string{"", " > "}, ""},
		{[]string{"Cheese"}, "cheese"},
		{[]string{"CHARCUTERIE"}, "charcuterie"},
		{[]string{"Food, Beverages & Tobacco > Food Items > Dairy Products > Cheese"}, "cheese"},
		{[]string{"Bread > Rye loaves"}, "bread"},
		{[]string{"Our specials", "Pantry > Honey"}, "honey"},
		{[]string{"Goat things", "Farm > Gifts"}, "Goat things"},
		{[]string{"Farm > Épicerie  & huiles "}, "Épicerie & huiles"},
		{[]string{"奶酪"}, "奶酪"},
		{[]string{"&", "Salt & spices!"}, "spices"},
		{[]string{"Brèad"}, "Brèad"},
		{[]string{"ice cream"}, "ice-cream"},
		{[]string{strings.Repeat("é", 5_000)}, strings.Repeat("é", naming.MaxLabel)},
		{[]string{"Fro\u202emage"}, "Fromage"},
		{[]string{"Fro\u2062mage", "Pain"}, "Pain"},
	} {
		if got := For(c.names); cmp.Or(got.Slug, got.Name) != c.want {
			t.Errorf("%q: got %v, want %q", c.names, got, c.want)
		}
	}
}
