package desk

import (
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// FoundRows is how many orders a search shows.
const FoundRows = 200

// MaxLooked is how many orders a search looks through, LookedAtOnce of them at a time.
const MaxLooked = 1_000

// LookedAtOnce is how many orders a search reads at a time.
const LookedAtOnce = 100

// FoldedText is a text as a search compares it: without marks, in small letters.
func FoldedText(text string) string {
	out, _, err := transform.String(transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn))), text)
	if err != nil {
		out = text
	}
	return strings.ToLower(out)
}
