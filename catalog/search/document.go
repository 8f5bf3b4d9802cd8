package search

import (
	"strconv"

	"github.com/artisan-eats/artisan/catalog/category"
	"github.com/artisan-eats/artisan/naming"
)

// maxBodyWords bounds what a document has beside its title.
const maxBodyWords = 200

// shortPrefix is up to how many letters a prefix is a word of its own in the index. So many
// words begin with a few letters that looking each of them up would be slow.
const shortPrefix = 5

// edition changes with what documents are made of. Those of another are made anew: see reindex.
const edition = "1"

// Form is the word that every document has which was made as today, in this language.
func (t *Tongue) Form() string { return madeAs + edition + t.Code }

// Document is a product as the index of an engine knows it.
type Document struct {
	ProductID string
	Words     []string // each once
}

// Subject is what can be found.
type Subject struct {
	ID, Market, Locale   string
	Listed               bool
	Title                string
	Producer, ProducerID string
	Category             category.Category
	Texts                []string // the most telling first
	Allergens            []string // their codes
	AllergensStated      bool
	Season               []int32 // months
}

// DocumentOf is a thing as the index knows it.
func DocumentOf(p Subject) Document {
	b := bag{
		scope: Scope(p.Market, p.Listed), tongue: TongueOf(p.Locale),
		seen: make(map[string]bool, maxBodyWords),
	}
	b.add(b.tongue.Form())
	b.addTitle(lexemes(p.Title))
	body := append([]string{p.Producer}, b.tongue.Names(p.Category.Name)...)
	body = append(body, b.tongue.Names(category.Of(p.Category.Parent).Name)...)
	b.addBody(append(body, p.Texts...))
	b.add(MadeBy + p.ProducerID)
	b.add(StandsIn + p.Category.Slug)
	if p.Category.Parent != "" {
		b.add(StandsIn + p.Category.Parent)
	}
	for _, code := range p.Allergens {
		b.add(ContainsWord + code)
	}
	if !p.AllergensStated {
		b.add(Unsaid)
	}
	for _, month := range p.Season {
		b.add(SeasonWord(month))
	}
	return Document{p.ID, b.words}
}

// bag is words of a scope, each once.
type bag struct {
	scope  string
	tongue *Tongue
	seen   map[string]bool
	words  []string
}

func (b *bag) add(w string) {
	if !b.seen[w] {
		b.seen[w] = true
		b.words = append(b.words, b.scope+w)
	}
}

// addForms adds a word and its stem, after a mark.
func (b *bag) addForms(mark, w string) {
	b.add(mark + w)
	b.add(mark + b.tongue.stem(w))
}

func (b *bag) addTitle(title []lexeme) {
	for _, l := range title {
		b.addTitleWord(naming.Cut(l.word, naming.MaxWord))
		if l.dense {
			b.addDense(l)
			continue
		}
		for _, head := range b.tongue.heads(l.word) {
			b.add(titleHead + b.tongue.stem(head))
		}
	}
	for _, w := range joined(title, false) {
		b.addTitleWord(w)
	}
	for _, w := range joined(title, true) {
		b.addForms(titleWord, w)
	}
}

func (b *bag) addTitleWord(w string) {
	b.addForms(titleWord, w)
	b.addForms("", w)
	b.addPrefixes(w)
}

// addDense adds a run of a title as its pairs of letters, and each of its letters.
func (b *bag) addDense(l lexeme) {
	for _, pair := range l.bigrams() {
		b.add(titleWord + pair)
		b.add(pair)
	}
	for _, letter := range l.word {
		b.add(titlePrefix + string(letter))
	}
}

func (b *bag) addBody(texts []string) {
	most := len(b.words) + maxBodyWords
	for _, text := range texts {
		// What is so long that its words cannot all count is not worth folding to its end.
		found := lexemes(naming.Cut(text, 2000))
		for _, l := range found {
			if b.addBodyWord(l); len(b.words) >= most {
				return
			}
		}
		for _, w := range joined(found, false) {
			b.addForms("", w)
		}
	}
}

func (b *bag) addBodyWord(l lexeme) {
	if !l.dense {
		b.addForms("", l.word)
		return
	}
	for _, pair := range l.bigrams() {
		b.add(pair)
	}
}

// addPrefixes adds the beginnings of a word.
func (b *bag) addPrefixes(w string) {
	letters := 0
	for i := range w {
		if letters > 0 {
			b.add(titlePrefix + w[:i])
		}
		if letters++; letters > shortPrefix {
			return
		}
	}
	b.add(titlePrefix + w)
}

// SeasonWord is a month as the index knows it.
func SeasonWord(month int32) string { return ripeIn + strconv.Itoa(int(month)) }
