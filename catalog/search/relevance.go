package search

import (
	"strings"
)

// What a title's word is worth for one that was looked for: exact before stem.
const (
	sameWord  = 8
	oneWord   = 7 // "sour-dough" and "sourdough"
	sameStem  = 6
	beginning = 5
	sameHead  = 3 // "Vollkornbrot" for "Brot"
)

// NearPenalty puts what was found for a word that is only near behind all that was found for what was typed.
const NearPenalty = 2_000_000

// Relevance says how well a product fits a phrase, from 0; more is better. It looks at the
// title alone, for that is where people look: the title itself, its beginning, all the words
// of the phrase in it, some of them, none (the phrase is somewhere in the texts). Among equals
// the shorter title wins, being more to the point.
func (p Phrase) Relevance(titleKey string) int64 {
	title := lexemes(titleKey)
	joined, wanted := spelled(title), p.String()
	switch {
	case p.Empty():
		return 0
	case joined == wanted:
		return 1_000_000
	case strings.HasPrefix(joined, wanted+" "):
		return 900_000 - brevity(title)
	case strings.HasPrefix(joined, wanted) && p.goesOn(title[len(p.lexemes)-1]):
		return 800_000 - brevity(title)
	}
	hits := 0
	for i := range p.lexemes {
		hits += p.hit(title, i)
	}
	if hits == 0 {
		return 0
	}
	return int64(hits)*50_000/int64(len(p.lexemes)) - brevity(title)
}

// goesOn reports whether a title's word is one that the last word of the phrase begins, and no form of that
// itself.
func (p Phrase) goesOn(t lexeme) bool {
	last := p.lexemes[len(p.lexemes)-1].word
	return !p.whole && p.tongue.stem(t.word) != p.tongue.stem(last)
}

// hit is what a title has of a word that was looked for; 0 for nothing.
func (p Phrase) hit(title []lexeme, i int) int {
	wanted, best := p.lexemes[i], 0
	for _, t := range title {
		switch {
		case t.word == wanted.word:
			return sameWord
		case wanted.dense && strings.Contains(t.word, wanted.word):
			best = oneWord
		case p.half(i) && strings.HasPrefix(t.word, wanted.word):
			best = max(best, beginning)
		}
	}
	return max(best, p.otherForm(title, i))
}

// otherForm is what a title has of a word that it has not as it was written.
func (p Phrase) otherForm(title []lexeme, i int) int {
	wanted := p.lexemes[i].word
	for _, w := range joined(title, true) {
		if w == wanted || p.half(i) && strings.HasPrefix(w, wanted) {
			return oneWord
		}
	}
	stem, best := p.tongue.stem(wanted), 0
	for _, t := range title {
		switch of := p.tongue.stem(t.word); {
		case t.word == p.with(i), t.word == p.with(i-1):
			return oneWord
		case of == stem:
			best = sameStem
		case p.tongue.writesTogether && len(stem) >= leastPart && strings.HasSuffix(of, stem):
			best = max(best, sameHead)
		}
	}
	return best
}

func brevity(title []lexeme) int64 { return int64(min(len(title), 100)) * 100 }
