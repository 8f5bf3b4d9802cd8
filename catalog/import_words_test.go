package catalog

import (
	"fmt"
	"testing"
)

func TestACategoryIsFoundByTheNameThatExportWrites(t *testing.T) {
	for _, c := range Categories {
		if got := categoryFor([]string{c.Name}); got != c.Slug {
			t.Errorf("%q: got %s, want %s", c.Name, got, c.Slug)
		}
	}
	for _, slug := range []string{"goat-things", "2-for-1", "x"} {
		if got := categoryFor([]string{CategoryOf(slug).Name}); got != slug {
			t.Errorf("%s comes back as %s", slug, got)
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
		{[]string{"Goat things", "Farm > Gifts"}, "goat-things"},
		{[]string{"奶酪"}, ""},
	} {
		if got := categoryFor(c.names); got != c.want {
			t.Errorf("%q: got %q, want %q", c.names, got, c.want)
		}
	}
}

func TestAllergensAreKnownByTheirCommonNames(t *testing.T) {
	for _, a := range Allergens {
		for _, word := range []string{a.Code, a.Name} {
			if set, unknown := allergensFor([]string{word}); fmt.Sprint(set.Codes(), unknown) != fmt.Sprintf("[%s] []", a.Code) {
				t.Errorf("%q: got %v, %q", word, set.Codes(), unknown)
			}
		}
	}
	for word, codes := range allergenWords {
		if set, unknown := allergensFor([]string{word}); len(set.Codes()) != len(codes) || unknown != nil {
			t.Errorf("%q: got %v, %q", word, set.Codes(), unknown)
		}
	}
}
