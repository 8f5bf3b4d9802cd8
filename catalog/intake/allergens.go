package intake

import (
	"fmt"

	"github.com/artisan-eats/artisan/allergen"
)

// mergeAllergens takes over what the file states. A cell that is empty states nothing, and changes nothing;
// one that is not understood leaves the product without a statement, for what it has is then not known.
func (p *plan) mergeAllergens(known allergen.Reader) (notes []problem) {
	set, none, unknown := allergen.OfCell(known, p.file.Allergens)
	if set == 0 && !none && len(unknown) == 0 {
		return nil
	}
	for _, word := range unknown {
		notes = append(notes,
			problem{
				"allergens",
				fmt.Sprintf(
					"“%s” is not understood as an allergen, so the product’s allergens are not stated. State them in its form.", word),
			})
	}
	if len(unknown) > 0 {
		set, none = 0, false
	}
	p.after.Allergens, p.after.NoAllergens = set, none
	return notes
}
