package catalog

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/artisan-eats/artisan/sqldb"
)

// The words of a document are of several sorts, told apart by how they begin. A bare
// one stands somewhere in the product's texts. The others are:
const (
	titleWord    = "t:" // in the title
	titlePrefix  = "^"  // the first letters of a word in the title, up to shortPrefix
	listedIn     = "l:" // the market where the product is listed
	belongsTo    = "m:" // the market, listed or not
	madeBy       = "p:" // the producer
	standsIn     = "c:" // the category, and the one above it
	containsWord = "a:" // an allergen
)

// shortPrefix is up to how many letters a prefix is a word of its own in the index. So many
// words begin with a few letters that looking each of them up would be slow.
const shortPrefix = 3

// maxBodyWords bounds what a document has beside its title.
const maxBodyWords = 120

// document is a product as the index of an engine knows it.
type document struct {
	productID string
	words     []string // each once
}

func documents(products []Product) []document {
	docs := make([]document, len(products))
	for i, p := range products {
		docs[i] = documentOf(p)
	}
	return docs
}

func documentOf(p Product) document {
	b := bag{seen: map[string]bool{}}
	for _, w := range words(p.Title) {
		b.add(titleWord + w)
		b.add(w)
		for n := 1; n <= shortPrefix; n++ {
			b.add(titlePrefix + firstLetters(w, n))
		}
	}
	category := CategoryOf(p.Category)
	body := []string{p.ProducerName, category.Name, CategoryOf(category.Parent).Name}
	body = append(append(append(body, p.Tags...), p.Certifications...), p.Ingredients, p.Description)
	b.addBody(body)
	b.add(belongsTo + p.Market)
	if p.Listed {
		b.add(listedIn + p.Market)
	}
	b.add(madeBy + p.ProducerID)
	b.add(standsIn + p.Category)
	if category.Parent != "" {
		b.add(standsIn + category.Parent)
	}
	for _, code := range p.Allergens.Codes() {
		b.add(containsWord + code)
	}
	return document{p.ID, b.words}
}

// bag is words, each once.
type bag struct {
	seen  map[string]bool
	words []string
}

func (b *bag) add(w string) {
	if !b.seen[w] {
		b.seen[w] = true
		b.words = append(b.words, w)
	}
}

func (b *bag) addBody(texts []string) {
	most := len(b.words) + maxBodyWords
	for _, text := range texts {
		// What is so long that its words cannot all count is not worth folding to its end.
		for _, w := range words(cut(text, 2000)) {
			if b.add(w); len(b.words) >= most {
				return
			}
		}
	}
}

func firstLetters(w string, n int) string {
	for i := range w {
		if n--; n < 0 {
			return w[:i]
		}
	}
	return w
}

// term is a word that a document must have, or the beginning of one.
type term struct {
	word   string
	prefix bool
}

// query is what an index is asked for: documents with every term and no excluded word.
type query struct {
	terms   []term
	exclude []string
	limit   int
}

// index is an engine's full text. find answers with the IDs of products, in no order that matters.
type index interface {
	put(ctx context.Context, tx *sqldb.Tx, docs []document) error
	find(ctx context.Context, q query) ([]string, error)
}

// maxQueryWords bounds what of a search counts.
const maxQueryWords = 10

// phrase is what a shopper typed, as words.
type phrase struct {
	words []string
	// whole is set when the last word is known to be complete: a space follows it.
	whole bool
}

// parsePhrase reads any text: every one is a search, if perhaps of no words.
func parsePhrase(s string) phrase {
	s = cut(s, 1000)
	all := words(s)
	p := phrase{words: all[:min(len(all), maxQueryWords)]}
	last, _ := utf8.DecodeLastRuneInString(s)
	p.whole = len(all) > maxQueryWords || last == ' '
	return p
}

func (p phrase) empty() bool { return len(p.words) == 0 }

// titleTerms are for the products that have the phrase in their titles.
func (p phrase) titleTerms() []term {
	terms := make([]term, len(p.words))
	for i, w := range p.words {
		terms[i] = term{word: titleWord + w}
		if i < len(p.words)-1 || p.whole {
			continue
		}
		if utf8.RuneCountInString(w) <= shortPrefix {
			terms[i].word = titlePrefix + w
		} else {
			terms[i].prefix = true
		}
	}
	return terms
}

// bodyTerms are for the products that have the phrase anywhere.
func (p phrase) bodyTerms() []term {
	terms := make([]term, len(p.words))
	for i, w := range p.words {
		last := i == len(p.words)-1 && !p.whole
		terms[i] = term{word: w, prefix: last && utf8.RuneCountInString(w) > shortPrefix}
	}
	return terms
}

// String is the phrase as relevance compares it with titles.
func (p phrase) String() string { return strings.Join(p.words, " ") }
