package search

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

const (
	// leastCorrected is from how many letters on a word may have a typing error; a shorter one is too like
	// others.
	leastCorrected = 4
	// leastKnown is from how many letters on a word is taken for what was meant.
	leastKnown = 3
	// shortWord is up to how many letters a word may have but one error; a longer one may have two.
	shortWord = 5
)

// Vocabulary is the words that a market speaks: those of the titles, tags and categories of what is listed,
// and of its producers' names.
type Vocabulary struct {
	tongue *Tongue
	mu     sync.RWMutex
	count  map[string]int32 // in how many of them each is
	stems  map[string]int32 // how many of these words have each
}

// NewVocabulary is that of a market which speaks nothing yet.
func NewVocabulary(t *Tongue) Vocabulary {
	return Vocabulary{tongue: t, count: map[string]int32{}, stems: map[string]int32{}}
}

// Spoken are the words of texts that may be taken for what somebody meant to type.
func Spoken(texts ...string) []string {
	var words []string
	for _, text := range texts {
		all := lexemes(text)
		for _, l := range all {
			if !l.dense && !l.article {
				words = append(words, l.word)
			}
		}
		words = append(words, joined(all, false)...)
	}
	return words
}

// Update counts words up or down, all of them at once for whoever looks.
func (v *Vocabulary) Update(by func(count func(words []string, by int32))) {
	v.mu.Lock()
	defer v.mu.Unlock()
	by(v.change)
}

// change counts words up or down. The caller holds the lock.
func (v *Vocabulary) change(words []string, by int32) {
	for _, w := range words {
		if utf8.RuneCountInString(w) < leastKnown || strings.ContainsFunc(w, unicode.IsNumber) {
			continue
		}
		n, there := v.count[w]
		switch n += by; {
		case n <= 0:
			delete(v.count, w)
			v.changeStem(w, -1)
		case there:
			v.count[w] = n
		default:
			v.count[strings.Clone(w)] = n
			v.changeStem(w, 1)
		}
	}
}

func (v *Vocabulary) changeStem(w string, by int32) {
	stem := strings.Clone(v.tongue.stem(w))
	if v.stems[stem] += by; v.stems[stem] <= 0 {
		delete(v.stems, stem)
	}
}

// knows reports whether a word, or another form of it, is spoken here; or one that a half typed word begins.
func (v *Vocabulary) knows(w string, half bool) bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if v.count[w] > 0 || v.stems[v.tongue.stem(w)] > 0 {
		return true
	}
	if half {
		for known := range v.count {
			if strings.HasPrefix(known, w) {
				return true
			}
		}
	}
	return false
}

// doubt is a word of a phrase that is not known, and the known one that is likeliest meant.
type doubt struct {
	at      int
	Alone   Phrase // the word by itself
	nearest string
}

// Doubts are the words of a phrase that may have typing errors.
func (p Phrase) Doubts(known *Vocabulary) (all []doubt) {
	for i, x := range p.lexemes {
		half := p.half(i)
		if x.dense || x.article || fillers[x.word] || known.knows(x.word, half) {
			continue
		}
		if nearest := known.nearest(x.word, half); nearest != "" {
			all = append(all, doubt{i, Phrase{[]lexeme{{word: x.word}}, p.tongue, !half}, nearest})
		}
	}
	return all
}

// Corrected is a phrase with what was likeliest meant.
func (p Phrase) Corrected(d doubt) Phrase {
	p.lexemes = slices.Clone(p.lexemes)
	p.lexemes[d.at].word = d.nearest
	return p
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
		falseFirst(g.half, h.half), cmp.Compare(g.errors, h.errors), falseFirst(h.sameHead, g.sameHead),
		cmp.Compare(h.count, g.count), cmp.Compare(g.word, h.word),
	)
}

func falseFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// nearest is the known word that is likeliest meant by one with typing errors, which may be half typed. Empty
// if there is none near enough.
func (v *Vocabulary) nearest(typed string, half bool) string {
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
