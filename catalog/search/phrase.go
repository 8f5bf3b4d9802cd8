package search

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/artisan-eats/artisan/naming"
)

const (
	// maxQueryWords bounds what of a search counts.
	maxQueryWords = 10
	// maxQueryPairs bounds what of a run counts that has no spaces.
	maxQueryPairs = 20
	// leastBodyPrefix is from how many letters on a prefix is looked for in all texts.
	leastBodyPrefix = 4
)

// Phrase is what a shopper typed, as words of a language.
type Phrase struct {
	lexemes []lexeme
	tongue  *Tongue
	// whole is set when the last word is known to be complete: a space follows it.
	whole bool
}

// ParsePhrase reads any text: every one is a search, if perhaps of no words.
func ParsePhrase(s string, t *Tongue) Phrase {
	s = naming.Cut(s, 1000)
	all := lexemes(s)
	p := Phrase{lexemes: all[:min(len(all), maxQueryWords)], tongue: t}
	last, _ := utf8.DecodeLastRuneInString(s)
	p.whole = len(all) > maxQueryWords || last == ' '
	return p
}

// Empty reports whether there is nothing to look for.
func (p Phrase) Empty() bool { return len(p.lexemes) == 0 }

// half reports whether a word may go on.
func (p Phrase) half(i int) bool { return i == len(p.lexemes)-1 && !p.whole }

// Words are those that were looked for, without what was elided.
func (p Phrase) Words() []string {
	var words []string
	for _, l := range p.lexemes {
		if !l.article {
			words = append(words, l.word)
		}
	}
	return words
}

// required are the words that a product must have. The fillers only count for relevance, unless there is
// nothing else.
func (p Phrase) required() []int {
	var required, all []int
	for i, l := range p.lexemes {
		if all = append(all, i); !l.article && !fillers[l.word] {
			required = append(required, i)
		}
	}
	if len(required) == 0 {
		return all
	}
	return required
}

// ExactTerms are for the products that have the very words of the phrase in their titles.
func (p Phrase) ExactTerms() []Term {
	return p.terms(func(i int) Term { return Term{{Word: titleWord + p.lexemes[i].word}} }, titleWord,
		titlePrefix)
}

// TitleTerms are for the products that have the phrase in their titles, in these or other forms.
func (p Phrase) TitleTerms() []Term {
	return p.terms(func(i int) Term {
		t := p.options(i, p.titleOptions)
		if w := p.lexemes[i].word; p.tongue.writesTogether && utf8.RuneCountInString(w) >= leastPart {
			t = append(t, option{Word: titleHead + p.tongue.stem(w)})
		}
		return t
	}, titleWord, titlePrefix)
}

// BodyTerms are for the products that have the phrase anywhere; with its last word perhaps half typed, if
// that is at least leastBodyPrefix long.
func (p Phrase) BodyTerms() []Term {
	return p.terms(func(i int) Term { return p.options(i, p.bodyOptions) }, "", "")
}

// terms makes a term of each word that a product must have, and one of each pair of letters where there are
// no spaces: after a mark, or that of a prefix for a single letter.
func (p Phrase) terms(of func(i int) Term, pairMark, letterMark string) []Term {
	var terms []Term
	for _, i := range p.required() {
		l := p.lexemes[i]
		if !l.dense {
			terms = append(terms, of(i))
			continue
		}
		pairs := l.bigrams()
		if utf8.RuneCountInString(l.word) == 1 {
			terms = append(terms, Term{{letterMark + l.word, letterMark == ""}})
			continue
		}
		for _, pair := range pairs[:min(len(pairs), maxQueryPairs)] {
			terms = append(terms, Term{{Word: pairMark + pair}})
		}
	}
	return terms
}

// options are what a word may be in the index: itself, and written together with one beside it.
func (p Phrase) options(i int, of func(w string, half bool) Term) Term {
	t := of(p.lexemes[i].word, p.half(i))
	if w := p.with(i - 1); w != "" {
		t = append(t, of(w, p.half(i))...)
	}
	if w := p.with(i); w != "" {
		t = append(t, of(w, p.half(i+1))...)
	}
	return t
}

// with is a word written together with the next; empty where nobody does that.
func (p Phrase) with(i int) string {
	if i < 0 || i+1 >= len(p.lexemes) || !p.lexemes[i+1].tied && !meets(p.lexemes[i], p.lexemes[i+1]) {
		return ""
	}
	return naming.Cut(p.lexemes[i].word+p.lexemes[i+1].word, naming.MaxWord)
}

func (p Phrase) titleOptions(w string, half bool) Term {
	stem := p.tongue.stem(w)
	switch {
	case half && utf8.RuneCountInString(w) <= shortPrefix:
		return Term{{Word: titlePrefix + w}, {Word: titleWord + stem}}
	case stem == w:
		return Term{{titleWord + w, half}}
	}
	return Term{{titleWord + w, half}, {Word: titleWord + stem}}
}

func (p Phrase) bodyOptions(w string, half bool) Term {
	prefix := half && utf8.RuneCountInString(w) >= leastBodyPrefix
	if stem := p.tongue.stem(w); stem != w {
		return Term{{w, prefix}, {Word: stem}}
	}
	return Term{{w, prefix}}
}

// fillers are words that stand in titles everywhere and tell nothing.
var fillers = naming.SetOf("a an and at by for from in no of on or the to with " +
	"au aux avec d de des du en et l la le les " + "con de del el los y " +
	"am aus das der die im mit und vom von " + "di e il lo")

// String is the phrase as relevance compares it with titles.
func (p Phrase) String() string { return spelled(p.lexemes) }

func spelled(all []lexeme) string {
	var b strings.Builder
	for i, l := range all {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(l.word)
	}
	return b.String()
}

// Begins makes what reports whether each word of a phrase begins one of findable texts, or is another form of
// one.
func (p Phrase) Begins() func(findable string) bool {
	type sought struct{ begun, formed, within string }
	var all []sought
	for _, i := range p.required() {
		l := p.lexemes[i]
		s := sought{begun: " " + l.word, formed: " " + p.tongue.stem(l.word) + " "}
		if l.dense {
			s.within = l.word
		}
		all = append(all, s)
	}
	return func(findable string) bool {
		return !slices.ContainsFunc(all, func(s sought) bool {
			return !strings.Contains(findable, s.begun) && !strings.Contains(findable, s.formed) &&
				(s.within == "" || !strings.Contains(findable, s.within))
		})
	}
}

// Findable are the words of texts and their stems with a space before and behind each, so that one is found
// by one look.
func (t *Tongue) Findable(texts ...string) string {
	var b strings.Builder
	put := func(w string) {
		b.WriteByte(' ')
		b.WriteString(w)
		if stem := t.stem(w); stem != w {
			b.WriteByte(' ')
			b.WriteString(stem)
		}
	}
	for _, text := range texts {
		all := lexemes(text)
		for _, l := range all {
			put(l.word)
		}
		for _, w := range joined(all, false) {
			put(w)
		}
	}
	b.WriteByte(' ')
	return b.String()
}
