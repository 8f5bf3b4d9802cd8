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
	p := Product{Description: description, Ingredients: ingredients, Allergens: set, NoAllergens: none}
	return p.namesUndeclared(allergenReader{})
}

func (p Product) namesUndeclared(known allergenReader) string {
	if !p.allergensStated() {
		if named := undeclared(known, 0, p.Ingredients, p.Description); named != "" {
			return "Its allergens are not stated, and its words name some: " + named + "."
		}
		return ""
	}
	if named := undeclared(known, p.Allergens, p.Ingredients); named != "" {
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
