package naming

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// unaccented are small letters that Unicode's decomposition leaves as they are.
var unaccented = strings.NewReplacer(
	"ø", "o", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "æ", "ae", "œ", "oe", "ı", "i", "ħ", "h", "ß", "ss",
	"ς", "σ",
)

// Fold brings texts that people take for the same to one form: no accents, no case,
// compatible characters alike, outer space gone.
func Fold(s string) string {
	if isASCII(s) {
		return strings.ToLower(strings.TrimSpace(s))
	}
	// Taken apart, some characters show capitals, and some small letters come apart again.
	s = norm.NFKD.String(strings.ToLower(norm.NFKD.String(s)))
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, unaccented.Replace(s))
	return strings.TrimSpace(norm.NFC.String(s))
}

// Identity is the form in which two names are one: composed, without regard to case and space, and with all
// their marks. Search folds further; what a file says is never put to another maker's, product's or
// category's name that differs by a mark.
func Identity(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if isASCII(s) {
		return strings.ToLower(s)
	}
	return norm.NFC.String(cases.Fold().String(norm.NFC.String(s)))
}

// maxSortKey is above what any name folds to, but for a few characters that stand for whole phrases.
const maxSortKey = 3 * MaxName

// SortKey is a name as lists sort it and look it up.
func SortKey(name string) string { return Cut(Fold(name), maxSortKey) }

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
