package demo

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/cmd/artisan/demo/picture"
)

// neverFood are the files of objects that no picture of ours is made of, whatever it is dyed: they are
// organs, have a face, or are no food.
var neverFood = map[string]string{
	"1f9e0": "a brain", "1f41f": "a fish with a face", "1f420": "a fish with a face",
	"1f421": "a fish with a face",
	"1f980": "a crab with a face", "1f404": "a cow", "1f402": "an ox", "1f416": "a pig", "1f410": "a goat",
	"1f411": "a sheep",
	"1f413": "a rooster", "1f414": "a hen", "1f986": "a duck", "1fabf": "a goose", "1f41d": "a bee",
	"1f6a3": "a person",
	"1f3a3": "a fish on a rod", "1fac0": "a heart", "1fac1": "lungs", "1f9b7": "a tooth", "1f9b4": "a bone",
	"1f525": "a fire", "1faa8": "a stone", "1f6b2": "a bicycle", "1f3ed": "a factory", "1f3e0": "a house",
}

// faces are the stretches of Unicode that have people, what they are made of, and animals. An oyster is a
// shell.
var faces = [][2]int64{
	{0x1f400, 0x1f450},
	{0x1f464, 0x1f487},
	{0x1f479, 0x1f480},
	{0x1f4a9, 0x1f4aa},
	{0x1f574, 0x1f57a},
	{0x1f600, 0x1f64f},
	{0x1f6a3, 0x1f6a3},
	{0x1f90c, 0x1f93f},
	{0x1f970, 0x1f97a},
	{0x1f980, 0x1f9a9},
	{0x1f9ab, 0x1f9bb},
	{0x1f9cc, 0x1f9e0},
	{0x1fab0, 0x1fab6},
	{0x1fabc, 0x1facf},
	{0x1fae0, 0x1faff},
}

func TestNoPictureShowsAFaceOrAnOrgan(t *testing.T) {
	for name, o := range planned(t).Objects {
		what := neverFood[o.From]
		code, _, _ := strings.Cut(o.From, "-")
		point, err := strconv.ParseInt(code, 16, 64)
		if err != nil {
			t.Errorf("%s is made of %q", name, o.From)
		}
		for _, stretch := range faces {
			if what == "" && stretch[0] <= point && point <= stretch[1] {
				what = "a face, or a part of somebody"
			}
		}
		if what != "" {
			t.Errorf("%s, called %q, is made of %s", name, o.One, what)
		}
	}
}

func TestNothingStandsBesideAProductThatIsNotInIt(t *testing.T) {
	ingredients := map[string]string{}
	for _, m := range loaded(t).Producers {
		for _, p := range m.Products {
			ingredients[p.Title] = strings.ToLower(p.Ingredients)
		}
	}
	plan := planned(t)
	for _, m := range plan.Makers {
		for _, p := range m.Products {
			for _, name := range picture.Names(p.With) {
				food := plan.Objects[name].Food
				if !slices.ContainsFunc(food,
					func(word string) bool { return strings.Contains(ingredients[p.Title], word) }) {
					t.Errorf("%s stands beside %s, which is made of %s", name, p.Title, ingredients[p.Title])
				}
			}
		}
	}
}

// TestAMakersPictureShowsItsOwnGoods holds it against those of the maker's products.
func TestAMakersPictureShowsItsOwnGoods(t *testing.T) {
	for _, m := range planned(t).Makers {
		var own []string
		for _, p := range m.Products {
			own = append(own, picture.Names(p.Of)...)
		}
		for _, name := range picture.Names(slices.Concat(m.Of, m.With)) {
			if !slices.Contains(own, name) {
				t.Errorf("%s has %s on its picture, and sells nothing that shows it", m.Name, name)
			}
		}
	}
}

// suggests are words of titles and pictures by which a shopper tells an allergen.
var suggests = map[string][]string{
	"milk":   {"butter", "cheese", "milk", "cream", "yoghurt", "curds", "ricotta", "feta"},
	"nuts":   {"nut", "almond"},
	"egg":    {"egg"},
	"fish":   {"salmon", "tuna"},
	"soy":    {"tofu", "soy"},
	"sesame": {"sesame"},
}

// lookAlikes have an allergen's word in their name, and none of it in them.
var lookAlikes = strings.NewReplacer("apple butter", "apple", "damson cheese", "damson", "soy milk", "soy",
	"coconut", "coco",
	"cream egg", "egg", "hazelnut butter", "hazelnut")

func TestAPictureShowsNoAllergenThatIsNotDeclared(t *testing.T) {
	declared := map[string][]string{}
	for _, m := range loaded(t).Producers {
		for _, p := range m.Products {
			declared[p.Title] = p.Allergens
		}
	}
	plan := planned(t)
	for _, m := range plan.Makers {
		for _, p := range m.Products {
			if p.Layout == picture.Label {
				continue // it says its title, and shows nothing
			}
			shown := lookAlikes.Replace(strings.ToLower(plan.Alt(p.Still)))
			for allergen, words := range suggests {
				if slices.ContainsFunc(words, func(w string) bool { return strings.Contains(shown, w) }) &&
					!slices.Contains(declared[p.Title], allergen) {
					t.Errorf("%s shows %s, and declares no %s", p.Title, shown, allergen)
				}
			}
		}
	}
}
