package catalog

import (
	"context"
	"hash/fnv"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/artisan-eats/artisan/sqldb"
)

// The words of a document are of several sorts, told apart by how they begin, after the
// mark of their scope. A bare one stands somewhere in the product's texts. The others are:
const (
	titleWord    = ":" // in the title
	titlePrefix  = "^" // the first letters of a word in the title, up to shortPrefix
	madeBy       = "p:"
	standsIn     = "c:"       // the category, and the one above it
	containsWord = "a:"       // an allergen
	unsaid       = "a:unsaid" // its allergens are not stated
	ripeIn       = "m:"       // a month of its season
)

// scope marks the words of a market's products, those that are listed apart from those that are
// not. So a search need not cross its words with the long list of all that stand in the market. The
// mark is short, for every word bears it; should two markets share one, the shelf tells them apart.
func scope(market string, listed bool) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(market))
	mark := strconv.FormatUint(uint64(h.Sum32()%(36*36*36*36)), 36)
	if listed {
		return mark + "_"
	}
	return mark + "-"
}

// shortPrefix is up to how many letters a prefix is a word of its own in the index. So many
// words begin with a few letters that looking each of them up would be slow.
const shortPrefix = 5

// leastBodyPrefix is from how many letters on a prefix is looked for in all texts.
const leastBodyPrefix = 4

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
	b := bag{scope: scope(p.Market, p.Listed), seen: make(map[string]bool, maxBodyWords)}
	for _, w := range words(p.Title) {
		b.add(titleWord + w)
		b.add(w)
		b.addPrefixes(w)
	}
	category := p.category()
	body := []string{p.ProducerName, category.Name, CategoryOf(category.Parent).Name}
	body = append(append(append(body, p.Tags...), p.Certifications...), p.Ingredients, p.Description)
	b.addBody(body)
	b.add(madeBy + p.ProducerID)
	b.add(standsIn + p.Category)
	if category.Parent != "" {
		b.add(standsIn + category.Parent)
	}
	for _, code := range p.Allergens.Codes() {
		b.add(containsWord + code)
	}
	if !p.allergensStated() {
		b.add(unsaid)
	}
	for _, w := range p.Season.words() {
		b.add(w)
	}
	return document{p.ID, b.words}
}

// bag is words of a scope, each once.
type bag struct {
	scope string
	seen  map[string]bool
	words []string
}

func (b *bag) add(w string) {
	if !b.seen[w] {
		b.seen[w] = true
		b.words = append(b.words, b.scope+w)
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

// term is a word that a document must have, or the beginning of one.
type term struct {
	word   string
	prefix bool
}

// query is what an index is asked for: documents of a scope with every term and no excluded word.
type query struct {
	scope   string
	terms   []term
	exclude []string
	limit   int
}

// index is an engine's full text.
type index interface {
	// put writes documents in the place of those they were.
	put(ctx context.Context, tx *sqldb.Tx, docs []document) error
	// find answers with the IDs of products, in no order that matters.
	find(ctx context.Context, q query) ([]string, error)
	// tidy brings what was written in haste into its place, for quick searches. It is done now and then.
	tidy(ctx context.Context) error
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
	return p.terms(func(w string, whole bool) term {
		if whole {
			return term{word: titleWord + w}
		}
		if utf8.RuneCountInString(w) <= shortPrefix {
			return term{word: titlePrefix + w}
		}
		return term{word: titleWord + w, prefix: true}
	})
}

// bodyTerms are for the products that have the phrase anywhere; with its last word
// perhaps half typed, if that is at least leastBodyPrefix long.
func (p phrase) bodyTerms(halfTyped bool) []term {
	return p.terms(func(w string, whole bool) term {
		return term{word: w, prefix: halfTyped && !whole && utf8.RuneCountInString(w) >= leastBodyPrefix}
	})
}

// terms makes a term of each word that a product must have. The fillers only count for relevance,
// unless there is nothing else.
func (p phrase) terms(of func(w string, whole bool) term) []term {
	var terms, all []term
	for i, w := range p.words {
		t := of(w, i < len(p.words)-1 || p.whole)
		all = append(all, t)
		if !fillers[w] {
			terms = append(terms, t)
		}
	}
	if len(terms) == 0 {
		return all
	}
	return terms
}

// fillers are words that stand in titles everywhere and tell nothing.
var fillers = func() map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields("a an and at by for from in no of on or the to with " +
		"au aux avec d de des du en et l la le les " + "con de del el los y " + "am aus das der die im mit und vom von " + "di e il lo") {
		set[w] = true
	}
	return set
}()

// String is the phrase as relevance compares it with titles.
func (p phrase) String() string { return strings.Join(p.words, " ") }
