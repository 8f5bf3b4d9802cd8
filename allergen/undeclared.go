package allergen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/artisan-eats/artisan/naming"
)

// maxNamed bounds how many words a warning has.
const maxNamed = 8

// Undeclared warns, in a sentence, of words that name allergens which are not declared; empty without any.
// Those are words of the ingredients and, while nothing is stated, of the description, where many files have
// the ingredients.
func Undeclared(description, ingredients string, declared []string, none bool) string {
	set, err := Parse("allergens", declared)
	if err != nil {
		return ""
	}
	return Reader{}.Warn(description, ingredients, set, none)
}

// Warn is Undeclared of a set.
func (known Reader) Warn(description, ingredients string, declared Set, none bool) string {
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

// undeclared lists the words of some texts that name allergens beyond those declared, each with what it
// names, once.
func undeclared(known Reader, declared Set, texts ...string) string {
	var named []string
	for _, text := range texts {
		for _, word := range known.read(naming.Cut(text, naming.MaxText)) {
			if word.set&^declared == 0 {
				continue
			}
			entry := fmt.Sprintf("%s (%s)", strings.ToLower(word.text),
				strings.Join((word.set&^declared).Codes(), ", "))
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
