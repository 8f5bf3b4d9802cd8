package catalog

import (
	"fmt"
	"slices"
	"strings"
)

// maxNamed bounds how many words a warning has.
const maxNamed = 8

// NamesUndeclared warns, in a sentence, of words that name allergens which are not declared; empty without any. Those are words of the
// ingredients and, while nothing is stated, of the description, where many files have the ingredients.
func NamesUndeclared(description, ingredients string, declared []string, none bool) string {
	set, err := ParseAllergens("allergens", declared)
	if err != nil {
		return ""
	}
	return allergenReader{}.warn(description, ingredients, set, none)
}

func (p Product) namesUndeclared(known allergenReader) string {
	return known.warn(p.Description, p.Ingredients, p.Allergens, p.NoAllergens)
}

// warn is NamesUndeclared of a set.
func (known allergenReader) warn(description, ingredients string, declared AllergenSet, none bool) string {
	if declared == 0 && !none {
		if named := undeclared(known, 0, ingredients, description); named != "" {
			return "Its allergens are not stated, and its words name some: " + named + "."
		}
		return ""
	}
	if named := undeclared(known, declared, ingredients); named != "" {
		return "The ingredients name what is not declared: " + named + "."
	}
	return ""
}

// undeclared lists the words of some texts that name allergens beyond those declared, each with what it names, once.
func undeclared(known allergenReader, declared AllergenSet, texts ...string) string {
	var named []string
	for _, text := range texts {
		for _, word := range known.read(cut(text, maxText)) {
			if word.set&^declared == 0 {
				continue
			}
			entry := fmt.Sprintf("%s (%s)", strings.ToLower(word.text), strings.Join((word.set&^declared).Codes(), ", "))
			if !slices.Contains(named, entry) {
				named = append(named, entry)
			}
		}
	}
	if len(named) > maxNamed {
		named = append(named[:maxNamed], "…")
	}
	return strings.Join(named, ", ")
}
