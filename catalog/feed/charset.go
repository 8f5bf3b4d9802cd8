package feed

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// charsetOf tells where text that is not UTF-8 comes from, Windows or an old Mac: the one in which its bytes
// make the likelier words. On a Mac every byte stands for something, so it has to be likely in itself too.
func charsetOf(sample []byte) *charmap.Charmap {
	if mac := likelihood(sample, charmap.Macintosh); mac > 0 &&
		mac > likelihood(sample, charmap.Windows1252) {
		return charmap.Macintosh
	}
	return charmap.Windows1252
}

// likelihood sums up how likely the characters are that the bytes above ASCII stand for.
func likelihood(sample []byte, in *charmap.Charmap) (sum int) {
	at := func(i int) rune {
		if i < 0 || i >= len(sample) {
			return ' '
		}
		return in.DecodeByte(sample[i])
	}
	for i := 0; i < len(sample); i++ {
		if sample[i] < utf8.RuneSelf {
			continue
		}
		if _, size := utf8.DecodeRune(sample[i:]); size > 1 {
			i += size - 1
			continue
		}
		sum += likely([]rune{at(i - 2), at(i - 1), at(i), at(i + 1), at(i + 2), at(i + 3)})
	}
	return sum
}

const (
	usualSmall    = "àâäáãåæçèéêëìíîïñòóôöõøùúûüßœ"
	usualCapitals = "ÀÂÄÁÅÆÇÈÉÊÎÑÓÔÖØÜŒ"
	usualMarks    = "“”„‚‘«»–—…•·€£°½¼¾×®©™¿¡\u00a0"
)

// likely judges the third of six characters by its neighbours.
func likely(c []rune) int {
	before, r, behind := c[1], c[2], c[3]
	inWord := unicode.IsLetter(before) && unicode.IsLetter(behind)
	beside := unicode.IsLetter(before) || unicode.IsLetter(behind)
	switch {
	case r == utf8.RuneError || unicode.IsControl(r):
		return -4
	case strings.ContainsRune(usualSmall, r):
		return 1 + 2*oneIf(beside)
	case unicode.IsUpper(r) &&
		(unicode.IsLower(before) || unicode.IsLetter(before) && unicode.IsLower(behind)):
		return -2 // a capital within a word
	case strings.ContainsRune(usualCapitals, r):
		return 3 * oneIf(beside)
	case unicode.IsLetter(r):
		return oneIf(beside)
	case r == '’' && inWord:
		return 1 + 3*oneIf(elides(c))
	case r == '’', strings.ContainsRune(usualMarks, r):
		return 1 - 2*oneIf(inWord)
	}
	return -1 - oneIf(beside)
}

// isOfAnotherWriting reports whether text that was taken for Western is none: words there have no four
// letters in a row that are not ASCII's, but all words of Cyrillic, Greek or Chinese in an old encoding do.
func isOfAnotherWriting(s string) bool {
	run := 0
	for _, r := range s {
		if r < utf8.RuneSelf || !unicode.IsLetter(r) {
			run = 0
			continue
		}
		if run++; run == 4 {
			return true
		}
	}
	return false
}

func oneIf(b bool) int {
	if b {
		return 1
	}
	return 0
}

// endings follow an apostrophe in English.
var endings = []string{"s", "t", "m", "d", "ll", "re", "ve"}

// elides reports whether the third of six characters is an apostrophe where words have one: "l’ail",
// "baker’s".
func elides(c []rune) bool {
	if !unicode.IsLetter(c[0]) {
		return true
	}
	end := c[3:5]
	if !unicode.IsLetter(c[4]) {
		end = c[3:4]
	}
	return slices.Contains(endings, strings.ToLower(string(end))) && !unicode.IsLetter(c[3+len(end)])
}
