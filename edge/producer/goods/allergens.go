package goods

import (
	"net/url"

	"github.com/artisan-eats/artisan/edge/page"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

// What a maker answers when the product's form asks for allergens.
const (
	ContainsSome = "some"
	ContainsNone = "none"
	NotStated    = "unsaid"
)

// answerOf is what a product says of its allergens, as its form has it.
func answerOf(p *catalogv1.Product) string {
	switch {
	case len(p.GetAllergens()) > 0:
		return ContainsSome
	case p.GetAllergensNone():
		return ContainsNone
	}
	return NotStated
}

func answers(form url.Values) (choices []page.Choice) {
	for _, c := range [][2]string{{ContainsNone, "No, none of these"}, {NotStated, "I cannot say yet"}, {ContainsSome, "Yes, those ticked here:"}} {
		choices = append(choices, page.Choice{Value: c[0], Label: c[1], Chosen: form.Get("contains") == c[0]})
	}
	return choices
}

// typeAllergens writes the answer over a product. Ticks without an answer are one; nothing at all is no statement, and a form that
// asked wants one.
func typeAllergens(p *catalogv1.Product, form url.Values, wrong map[string]string) {
	ticked, answer := form["allergens"], form.Get("contains")
	switch {
	case answer != "" && answer != ContainsSome && answer != ContainsNone && answer != NotStated:
		wrong["contains"] = "Choose one of these answers."
	case answer == ContainsSome && len(ticked) == 0:
		wrong["contains"] = "Tick what it contains, or choose another answer."
	case answer != ContainsSome && answer != "" && len(ticked) > 0:
		wrong["contains"] = "Some allergens are ticked. Choose “Yes”, or take the ticks off."
	case answer == "" && len(ticked) == 0 && form.Get("asked") != "":
		wrong["contains"] = "Say whether it contains any of these."
	}
	p.Allergens, p.AllergensNone = ticked, answer == ContainsNone
}
