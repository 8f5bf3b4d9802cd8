package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/artisan-eats/artisan/naming"
)

// lexeme is a word of a text, folded. What is indexed and what is asked for is made of lexemes, so that an
// engine only has to find the same words again.
type lexeme struct {
	word string
	// tied is set where only a hyphen or an apostrophe parts it from the one before: "sour-dough", "d'olive".
	tied bool
	// article is set for what is elided: the "d" of "d'olive".
	article bool
	// dense is set for a run of a writing that puts no spaces between words.
	dense bool
}

// elided are articles and particles that lose their vowel before a word.
var elided = naming.SetOf("l d qu j m n s t c jusqu lorsqu puisqu all dall dell nell sull")

// unspaced are writings that put no spaces between words.
var unspaced = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai,
	unicode.Lao, unicode.Khmer, unicode.Myanmar,
}

func isDense(r rune) bool {
	return r > unicode.MaxLatin1 && (unicode.In(r, unspaced...) || r == 'ー')
}

// lexemes are the words of a text.
func lexemes(text string) []lexeme {
	c := cutter{text: naming.Fold(text)}
	for at, r := range c.text {
		c.take(at, r)
	}
	c.end(len(c.text), false)
	return c.found
}

// cutter cuts a folded text into words.
type cutter struct {
	text   string
	found  []lexeme
	within bool // a word is being read
	begin  int  // of that
	dense  bool // it is
	ties   bool // the next word is tied to the last one
}

func (c *cutter) take(at int, r rune) {
	switch {
	case unicode.IsLetter(r) || unicode.IsNumber(r):
		dense := isDense(r)
		if c.within && dense != c.dense {
			c.end(at, false)
		}
		if !c.within {
			c.within, c.begin, c.dense = true, at, dense
		}
	case !c.within:
		c.ties = false
	case isApostrophe(r):
		// A word goes on after it, but for one that is elided: "baker's", and "d'olive".
		if elided[naming.PlainWord(c.text[c.begin:at])] && beginsWord(c.text[at+utf8.RuneLen(r):]) {
			c.end(at, true)
			c.found[len(c.found)-1].article = true
		}
	default:
		c.end(at, r == '-' || r == '‐')
	}
}

// end ends the word that is being read, if there is one, and says whether the next is tied to it.
func (c *cutter) end(at int, ties bool) {
	if !c.within {
		return
	}
	word := naming.PlainWord(c.text[c.begin:at])
	if !c.dense {
		word = naming.Cut(word, naming.MaxWord)
	}
	c.found = append(c.found, lexeme{word: word, tied: c.ties, dense: c.dense})
	c.within, c.ties = false, ties
}

func isApostrophe(r rune) bool { return r == '\'' || r == '’' || r == 'ʼ' }

// beginsWord reports whether a text begins with two letters.
func beginsWord(text string) bool {
	first, n := utf8.DecodeRuneInString(text)
	second, _ := utf8.DecodeRuneInString(text[n:])
	return unicode.IsLetter(first) && unicode.IsLetter(second)
}

// bigrams are the pairs of letters of a dense run; a single letter stands for itself.
func (l lexeme) bigrams() []string {
	letters := []rune(l.word)
	if len(letters) < 2 {
		return []string{l.word}
	}
	pairs := make([]string, len(letters)-1)
	for i := range pairs {
		pairs[i] = string(letters[i : i+2])
	}
	return pairs
}

// joined are words of a text that others write as one: those that are tied, and where it is loose also those
// that stand beside each other and mean something.
func joined(all []lexeme, loose bool) []string {
	var words []string
	for i := 1; i < len(all); i++ {
		if all[i].tied || loose && meets(all[i-1], all[i]) {
			words = append(words, naming.Cut(all[i-1].word+all[i].word, naming.MaxWord))
		}
		if first := i - 2; first >= 0 && all[i].tied && all[i-1].tied && !all[first].tied {
			words = append(words, chain(all[first:]))
		}
	}
	return words
}

// chain is a word with all that is tied to it.
func chain(all []lexeme) string {
	var word strings.Builder
	for i, l := range all {
		if i > 0 && !l.tied {
			break
		}
		word.WriteString(l.word)
	}
	return naming.Cut(word.String(), naming.MaxWord)
}

// meets reports whether two words beside each other may be one that is written apart.
func meets(a, b lexeme) bool { return a.tells() && b.tells() }

// tells reports whether a word says by itself what something is.
func (l lexeme) tells() bool {
	return !l.dense && !l.article && !fillers[l.word] && len(l.word) > 2 &&
		!strings.ContainsFunc(l.word, unicode.IsNumber)
}
