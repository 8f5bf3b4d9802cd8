package naming

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Look is what people see of a name: two names that look alike have the same, whatever their letters,
// accents, case and spaces are. It follows the skeletons of UTS #39. It is "-" for a name without letters.
func Look(name string) string {
	plain := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsNumber(r) {
				return r
			}
			return -1
		}, norm.NFKD.String(s))
	}
	// Capitals look like other letters than small ones do, and what they look like has a small form again.
	s := resemble(Fold(resemble(plain(name))))
	if s == "" {
		return "-"
	}
	return Cut(s, maxSortKey)
}

func resemble(s string) string {
	var b strings.Builder
	for _, r := range s {
		if like, ok := lookalikes[r]; ok {
			b.WriteString(like)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// MixedWord finds a word that has Latin letters and, among them, letters of another alphabet that look like
// Latin ones; "" when there is none. A word in one alphabet is honest, and so are two words in two.
func MixedWord(s string) string {
	for _, word := range strings.FieldsFunc(s,
		func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r) }) {
		latin, foreign := false, false
		for _, r := range word {
			_, looks := lookalikes[r]
			latin = latin || unicode.Is(unicode.Latin, r)
			foreign = foreign || looks && unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r)
		}
		if latin && foreign {
			return word
		}
	}
	return ""
}

// Unseen reports whether a line has characters that nobody sees or that change what others look like:
// invisible ones, those that turn the direction, private ones, and heaps of accents.
func Unseen(s string) bool {
	accents, before := 0, rune(0)
	for _, r := range s {
		if accents++; !unicode.Is(unicode.Mn, r) {
			accents = 0
		}
		if accents > maxAccents || isUnseen(r) && !joins(before, r) {
			return true
		}
		before = r
	}
	return false
}

// maxAccents is how many marks a letter may have. No writing needs more.
const maxAccents = 4

func isUnseen(r rune) bool {
	return r > unicode.MaxLatin1 && !unicode.IsGraphic(r) || r == 0xad || r == 0x2800 ||
		unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// joins reports whether a character that is not seen says how what stands before it is written: joiners of
// the writings that need them, and those of pictures.
func joins(before, r rune) bool {
	const nonJoiner, joiner, asPicture = 0x200c, 0x200d, 0xfe0f
	switch r {
	case nonJoiner, joiner:
		return (unicode.IsLetter(before) || unicode.IsMark(before)) &&
			!unicode.In(before, unicode.Latin, unicode.Greek, unicode.Cyrillic) ||
			r == joiner && (unicode.In(before, unicode.So, unicode.Sk) || before == asPicture)
	case asPicture:
		return unicode.In(before, unicode.So, unicode.Sm, unicode.Po)
	}
	return false
}

// Turns reports whether a text has characters that turn the direction of all that follows.
func Turns(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r >= 0x202a && r <= 0x202e })
}
