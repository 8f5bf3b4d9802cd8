package guard

import (
	"slices"
	"strings"
	"unicode"
)

// contextWords are what a guesser tries first at this shop, longest first, beside the parts of the account's
// own address. The documents name them too.
var contextWords = []string{
	"artisaneats", "artisan", "operator", "producer", "shopper", "market", "eats",
	"food", "shop",
}

// ownLetters is how many letters a password has to have beside the words of its context.
const ownLetters = 4

// ofContext reports whether a password is hardly more than words that belong to the shop or to the account:
// "ArtisanEats2026!".
func ofContext(password, email string) bool {
	words := slices.Clone(contextWords)
	for part := range strings.FieldsFuncSeq(strings.ToLower(email),
		func(r rune) bool { return !unicode.IsLetter(r) }) {
		if len(part) >= ownLetters {
			words = append(words, part)
		}
	}
	slices.SortStableFunc(words, func(a, b string) int { return len(b) - len(a) })
	rest := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, password)
	letters := len([]rune(rest))
	for _, word := range words {
		rest = strings.ReplaceAll(rest, word, "")
	}
	left := len([]rune(rest))
	return left < letters && left < ownLetters
}
