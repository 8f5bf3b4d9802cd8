package shop

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/artisan-eats/artisan/edge/page"
)

// marks parts a text where its words begin as one of those that were looked for.
func marks(text string, words []string) []page.Mark {
	var parts []page.Mark
	for text != "" {
		letter := func(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }
		start := strings.IndexFunc(text, letter)
		if start < 0 {
			start = len(text)
		}
		end := strings.IndexFunc(text[start:], func(c rune) bool { return !letter(c) })
		if end < 0 {
			end = len(text) - start
		}
		parts = mark(parts, text[:start], 0)
		word := text[start : start+end]
		parts = mark(parts, word, hit(word, words))
		text = text[start+end:]
	}
	return parts
}

// mark adds a text whose first n bytes are a hit.
func mark(parts []page.Mark, text string, n int) []page.Mark {
	if n > 0 {
		parts = append(parts, page.Mark{Text: text[:n], Hit: true})
	}
	if n < len(text) {
		parts = append(parts, page.Mark{Text: text[n:]})
	}
	return parts
}

// hit is how many bytes of a word one of the words that were looked for covers.
func hit(word string, words []string) int {
	most := 0
	for _, w := range words {
		length := utf8.RuneCountInString(w)
		if n := bytesOf(word, length); length > 0 && n > most && plain(word[:n]) == w {
			most = n
		}
	}
	return most
}

// plain is a word in lower case and without accents, as the catalogue looks for it.
func plain(word string) string {
	return strings.Map(func(c rune) rune {
		if unicode.Is(unicode.Mn, c) {
			return -1
		}
		return unicode.ToLower(c)
	}, norm.NFD.String(word))
}

// bytesOf is how many bytes the first runes of a word take; 0 where it has fewer.
func bytesOf(word string, runes int) int {
	for at := range word {
		if runes == 0 {
			return at
		}
		runes--
	}
	if runes == 0 {
		return len(word)
	}
	return 0
}
