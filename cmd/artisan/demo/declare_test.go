package demo

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// tells are the ingredients that name an allergen.
var tells = map[string]*regexp.Regexp{
	"gluten":      regexp.MustCompile(`\b(wheat|rye|barley|oats?|oatmeal|spelt|semolina|breadcrumbs)\b`),
	"crustaceans": regexp.MustCompile(`\b(crab|shrimp|prawns?)\b`),
	"egg":         regexp.MustCompile(`\b(eggs?|mayonnaise)\b`),
	"fish":        regexp.MustCompile(`\b(fish|salmon|tuna|anchovy|lingcod|rockfish|sablefish)\b`),
	"peanuts":     regexp.MustCompile(`\bpeanuts?\b`),
	"soy":         regexp.MustCompile(`\b(soy|soybeans?|tofu)\b`),
	"milk":        regexp.MustCompile(`\b(milk|butter|cream|cheese|buttermilk|whey|yoghurt|ricotta)\b`),
	"nuts":        regexp.MustCompile(`\b(hazelnuts?|walnuts?|almonds?|pecans?|cashews?|pistachios?)\b`),
	"celery":      regexp.MustCompile(`\b(celery|celeriac)\b`),
	"mustard":     regexp.MustCompile(`\bmustard\b`),
	"sesame":      regexp.MustCompile(`\b(sesame|tahini)\b`),
	"sulphites":   regexp.MustCompile(`\b(wine|sulphites|sulphur dioxide|sherry)\b`),
	"lupin":       regexp.MustCompile(`\blupin\b`),
	"molluscs":    regexp.MustCompile(`\b(oysters?|clams?|mussels?)\b`),
}

// harmless are those that only sound like one.
var harmless = strings.NewReplacer(
	"cocoa butter", "", "coconut milk", "", "cream of tartar", "", "oyster mushroom", "", "apple butter", "",
)

func TestWhatIsInTheFoodIsDeclared(t *testing.T) {
	for _, maker := range loaded(t).Producers {
		for _, p := range maker.Products {
			ingredients := harmless.Replace(strings.ToLower(p.Ingredients))
			for allergen, tell := range tells {
				if found := tell.FindString(ingredients); found != "" &&
					!slices.Contains(p.Allergens, allergen) {
					t.Errorf("%s has %s and does not declare %s", p.Title, found, allergen)
				}
			}
		}
	}
}

// animal are ingredients that no vegan eats.
var animal = regexp.MustCompile(`\b(honey|lard|beef|pork|chicken|duck|lamb|suet|gelatine|tallow)\b`)

func TestWhatIsCalledVeganIsVegan(t *testing.T) {
	for _, maker := range loaded(t).Producers {
		for _, p := range maker.Products {
			claims := slices.Concat(maker.Certifications, p.Certifications, p.Tags)
			if !slices.Contains(claims, "vegan") {
				continue
			}
			if found := animal.FindString(strings.ToLower(p.Ingredients)); found != "" {
				t.Errorf("%s has %s", p.Title, found)
			}
			for _, allergen := range []string{"crustaceans", "egg", "fish", "milk", "molluscs"} {
				if slices.Contains(p.Allergens, allergen) {
					t.Errorf("%s has %s", p.Title, allergen)
				}
			}
		}
	}
}

func TestWhatIsCalledGlutenFreeHasNone(t *testing.T) {
	for _, maker := range loaded(t).Producers {
		for _, p := range maker.Products {
			claims := slices.Concat(maker.Certifications, p.Certifications)
			if slices.Contains(claims, "gluten-free") && slices.Contains(p.Allergens, "gluten") {
				t.Errorf("%s contains gluten", p.Title)
			}
		}
	}
}
