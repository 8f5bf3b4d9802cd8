package catalog

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// unaccented are small letters that Unicode's decomposition leaves as they are.
var unaccented = strings.NewReplacer(
	"ø", "o", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "æ", "ae", "œ", "oe", "ı", "i", "ħ", "h", "ß", "ss", "ς", "σ",
)

// fold brings texts that people take for the same to one form: no accents, no case,
// compatible characters alike, outer space gone.
func fold(s string) string {
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

// identity is the form in which two names are one: composed, without regard to case and space, and with all their marks. Search
// folds further; what a file says is never put to another maker's, product's or category's name that differs by a mark.
func identity(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if isASCII(s) {
		return strings.ToLower(s)
	}
	return norm.NFC.String(cases.Fold().String(norm.NFC.String(s)))
}

// maxSortKey is above what any name folds to, but for a few characters that stand for whole phrases.
const maxSortKey = 3 * maxName

// sortKey is a name as lists sort it and look it up.
func sortKey(name string) string { return cut(fold(name), maxSortKey) }

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// maxWord is the most bytes of a word that count.
const maxWord = 48

// words are the runs of letters and digits in a folded text. An apostrophe does not
// part a word: "baker's" is "bakers".
func words(s string) []string {
	if s = fold(s); strings.ContainsAny(s, "'’ʼ") {
		s = apostrophes.Replace(s)
	}
	fields := strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
	for i, w := range fields {
		fields[i] = cut(w, maxWord)
	}
	return fields
}

var apostrophes = strings.NewReplacer("'", "", "’", "", "ʼ", "")

// cut shortens a text to at most n bytes, at a character's edge.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// slugify makes a slug of a text: its words in ASCII, joined by hyphens; "item" when there are none.
func slugify(s string) string {
	var parts []string
	length := 0
	for _, w := range words(s) {
		w = strings.Map(func(r rune) rune {
			if (r < 'a' || r > 'z') && (r < '0' || r > '9') {
				return -1
			}
			return r
		}, w)
		if length += len(w) + 1; w == "" || length > maxLabel-10 {
			continue
		}
		parts = append(parts, w)
	}
	if len(parts) == 0 {
		return "item"
	}
	return strings.Join(parts, "-")
}

func hasText(s string) bool { return strings.TrimSpace(s) != "" }
