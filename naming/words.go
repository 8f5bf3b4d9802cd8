package naming

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// SetOf are the words of a text.
func SetOf(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}

// PlainWord is a word without its apostrophes.
func PlainWord(w string) string {
	if strings.ContainsAny(w, "'’ʼ") {
		return apostrophes.Replace(w)
	}
	return w
}

// MaxWord is the most bytes of a word that count.
const MaxWord = 48

// Words are the runs of letters and digits in a folded text. An apostrophe does not
// part a word: "baker's" is "bakers".
func Words(s string) []string {
	if s = Fold(s); strings.ContainsAny(s, "'’ʼ") {
		s = apostrophes.Replace(s)
	}
	fields := strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
	for i, w := range fields {
		fields[i] = Cut(w, MaxWord)
	}
	return fields
}

var apostrophes = strings.NewReplacer("'", "", "’", "", "ʼ", "")

// Cut shortens a text to at most n bytes, at a character's edge.
func Cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
