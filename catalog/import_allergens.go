package catalog

import "fmt"

// mergeAllergens takes over what the file states. A cell that is empty states nothing, and changes nothing; one that is not understood
// leaves the product without a statement, for what it has is then not known.
func (p *plan) mergeAllergens(known allergenReader) (notes []problem) {
	set, none, unknown := allergensFor(known, p.file.Allergens)
	if set == 0 && !none && len(unknown) == 0 {
		return nil
	}
	for _, word := range unknown {
		notes = append(notes, problem{"allergens", fmt.Sprintf("“%s” is not understood as an allergen, so the product’s allergens are not stated. State them in its form.", word)})
	}
	if len(unknown) > 0 {
		set, none = 0, false
	}
	p.after.Allergens, p.after.NoAllergens = set, none
	return notes
}

// allergensFor is the set that the words of a cell name, or that they say there are none, and the words that are not understood.
func allergensFor(known allergenReader, names []string) (set AllergenSet, none bool, unknown []string) {
	if len(names) == 1 && noneWords[fold(names[0])] {
		return 0, true, nil
	}
	for _, name := range names {
		found, understood := AllergenSet(0), true
		for _, word := range known.read(name) {
			found |= word.set
			understood = understood && word.understood
		}
		if !understood || found == 0 {
			unknown = append(unknown, name)
		}
		set |= found
	}
	return set, false, unknown
}
