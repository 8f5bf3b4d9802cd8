package goods

import (
	"net/url"

	"github.com/artisan-eats/artisan/edge/page"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

// What a maker answers when the product's form asks for allergens.
const (
	containsSome = "some"
	containsNone = "none"
	notStated    = "unsaid"
)

// answerOf is what a product says of its allergens, as its form has it.
func answerOf(p *catalogv1.Product) string {
	switch {
	case len(p.GetAllergens()) > 0:
		return containsSome
	case p.GetAllergensNone():
		return containsNone
	}
	return notStated
}

func answers(form url.Values) (choices []page.Choice) {
	for _, c := range [][2]string{
		{containsNone, "No, none of these"},
		{notStated, "I cannot say yet"},
		{containsSome, "Yes, those ticked here:"},
	} {
		choices = append(choices, page.Choice{Value: c[0], Label: c[1], Chosen: form.Get("contains") == c[0]})
	}
	return choices
}

// typeAllergens writes the answer over a product. Ticks without an answer are one; nothing at all is no
// statement, and a form that asked wants one.
func typeAllergens(p *catalogv1.Product, form url.Values, wrong map[string]string) {
	ticked, answer := form["allergens"], form.Get("contains")
	switch {
	case answer != "" && answer != containsSome && answer != containsNone && answer != notStated:
		wrong["contains"] = "Choose one of these answers."
	case answer == containsSome && len(ticked) == 0:
		wrong["contains"] = "Tick what it contains, or choose another answer."
	case answer != containsSome && answer != "" && len(ticked) > 0:
		wrong["contains"] = "Some allergens are ticked. Choose “Yes”, or take the ticks off."
	case answer == "" && len(ticked) == 0 && form.Get("asked") != "":
		wrong["contains"] = "Say whether it contains any of these."
	}
	p.Allergens, p.AllergensNone = ticked, answer == containsNone
}
