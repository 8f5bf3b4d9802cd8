package notify

import (
	"strings"
	"unicode"
)

// The longest that words of people may be in a letter, in characters.
const (
	maxNameWords = 60
	maxWords     = 120
)

// harmless makes a text of anybody's fit for a letter: one line of printable characters, so long at the most,
// in which no mail program sees a link, an address or a number to call.
func harmless(text string, longest int) string {
	text = oneLine(text)
	var b strings.Builder
	runes := []rune(text)
	for i, r := range runes {
		before, after := at(runes, i-1), at(runes, i+1)
		switch {
		case isDot(r) && isWord(before) && unicode.IsLetter(after):
			b.WriteString(". ")
		case r == ':' && unicode.IsLetter(before) && after != ' ' && after != 0:
			b.WriteString(": ")
		case (r == '/' || r == '\\') && (after == '/' || after == '\\'):
			b.WriteRune(' ')
		case r == '@':
			b.WriteString(" at ")
		default:
			b.WriteRune(r)
		}
	}
	return shorten(strings.Join(strings.Fields(b.String()), " "), longest)
}

func at(runes []rune, i int) rune {
	if i < 0 || i >= len(runes) {
		return 0
	}
	return runes[i]
}

// isDot: what separates the labels of a domain name, as UTS 46 has it.
func isDot(r rune) bool { return strings.ContainsRune(".\u3002\uff0e\uff61", r) }

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' }

func shorten(text string, longest int) string {
	runes := []rune(text)
	if len(runes) <= longest {
		return text
	}
	return strings.TrimRight(string(runes[:longest-1]), " :./\\") + "…"
}
