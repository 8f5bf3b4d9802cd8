package catalog

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

const (
	// leastCorrected is from how many letters on a word may have a typing error; a shorter one is too like others.
	leastCorrected = 4
	// leastKnown is from how many letters on a word is taken for what was meant.
	leastKnown = 3
	// shortWord is up to how many letters a word may have but one error; a longer one may have two.
	shortWord = 5
)

// vocabulary is the words that a market speaks: those of the titles, tags and categories of what is listed, and of
// its producers' names.
type vocabulary struct {
	mu    sync.RWMutex
	count map[string]int32 // in how many of them each is
}

// change counts words up or down. The caller holds the lock.
func (v *vocabulary) change(words []string, by int32) {
	for _, w := range words {
		if utf8.RuneCountInString(w) < leastKnown || strings.ContainsFunc(w, unicode.IsNumber) {
			continue
		}
		n, there := v.count[w]
		switch n += by; {
		case n <= 0:
			delete(v.count, w)
		case there:
			v.count[w] = n
		default:
			v.count[strings.Clone(w)] = n
		}
	}
}

// guess is a word that may have been meant.
type guess struct {
	word     string
	errors   int  // what parts it from what was typed
	half     bool // it is longer than what was typed, which is near its beginning
	sameHead bool // it begins with the same letter: people seldom mistake that
	count    int32
}

// compare puts the likelier guess first.
func (g guess) compare(h guess) int {
	return cmp.Or(
		cmp.Compare(flag(g.half), flag(h.half)), cmp.Compare(g.errors, h.errors), cmp.Compare(flag(h.sameHead), flag(g.sameHead)),
		cmp.Compare(h.count, g.count), cmp.Compare(g.word, h.word),
	)
}

func flag(b bool) int { return int(bit(b)) }

// nearest is the known word that is likeliest meant by one with typing errors, which may be half typed. Empty if
// there is none near enough.
func (v *vocabulary) nearest(typed string, half bool) string {
	letters := []rune(typed)
	if len(letters) < leastCorrected || slices.ContainsFunc(letters, unicode.IsNumber) {
		return ""
	}
	most := 2
	if len(letters) <= shortWord {
		most = 1
	}
	d := newDistance(letters, most)
	var best guess
	v.mu.RLock()
	defer v.mu.RUnlock()
	for w, n := range v.count {
		whole, beginning := d.to(w, half)
		g := guess{word: w, errors: whole, count: n, sameHead: w[0] == typed[0]}
		if whole > most {
			g.errors, g.half = beginning+most-1, true // half a word may have one error only
		}
		if g.errors <= most && (best.word == "" || g.compare(best) < 0) {
			best = g
		}
	}
	return best.word
}
