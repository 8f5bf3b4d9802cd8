package category

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/artisan-eats/artisan/naming"
)

// For is the first of some names or paths ("Food > Cheese") that is one of All, looked at from its end;
// without one the first name, which has no slug yet. Without names it is empty.
func For(names []string) Category {
	first := Category{}
	for _, name := range names {
		steps := strings.Split(name, ">")
		slices.Reverse(steps)
		for _, step := range steps {
			step = shelfName(step)
			if !strings.ContainsFunc(step, isWordRune) {
				continue
			}
			if known := knownCategory(step); known.Slug != "" {
				return known
			}
			if first.Name == "" {
				first.Name = step
			}
		}
	}
	return first
}

// shelfName is a category's name as it can be kept: a line of limited length, without what nobody sees.
func shelfName(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && !unicode.IsSpace(r) || r >= 0x202a && r <= 0x202e {
			return -1
		}
		return r
	}, norm.NFC.String(name))
	name = strings.Join(strings.Fields(name), " ")
	if runes := []rune(name); len(runes) > naming.MaxLabel {
		name = strings.TrimSpace(string(runes[:naming.MaxLabel]))
	}
	if naming.Unseen(name) {
		return ""
	}
	return name
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// knownCategory is one of All by its name or, failing that, its slug; empty when it is none.
func knownCategory(name string) Category {
	if slug := categoryByName[wordsOf(name)]; slug != "" {
		return categoryBySlug[slug]
	}
	return categoryBySlug[strings.ReplaceAll(wordsOf(name), " ", "-")]
}

// wordsOf are the words of a name's identity.
func wordsOf(name string) string {
	return strings.Join(strings.FieldsFunc(naming.Identity(name),
		func(r rune) bool { return !isWordRune(r) && !unicode.IsMark(r) }), " ")
}

var categoryByName = func() map[string]string {
	byName := map[string]string{}
	for _, c := range All {
		byName[wordsOf(c.Name)] = c.Slug
	}
	return byName
}()
