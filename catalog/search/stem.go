package search

import (
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/language"

	"github.com/artisan-eats/artisan/catalog/category"
	"github.com/artisan-eats/artisan/locale"
)

// Tongue is how the words of a language are taken for one another: by a light stemmer, which knows plurals
// and the endings of adjectives and little else. It works on folded words, for people leave accents out. A
// language without one is simply folded.
type Tongue struct {
	odd    map[string]string // words by no rule
	passes [][]ending        // of each the first rule that fits
	// writesTogether is set where "Vollkorn" and "Brot" are one word.
	writesTogether bool
	learn          sync.Once // what follows
	Code           string
	shop           *locale.Locale
	// categories are the words by which those of every market are found: see Findable.
	categories map[string]string
}

// ending is a rule: what a word ends in, and what that becomes where enough letters stand before it.
type ending struct {
	from, to string
	least    int
}

// tongues are those with a stemmer, by the code of their language.
var tongues = map[string]*Tongue{
	"en": {
		odd: pairs(
			"loaves loaf leaves leaf halves half calves calf knives knife shelves shelf wolves wolf hooves hoof geese goose " +
				"teeth tooth feet foot mice mouse dried dry fried fry"),
		passes: [][]ending{
			rules(
				"sses ss 1 shes sh 2 ches ch 2 xes x 2 zzes zz 2 ies i 1 oes o 2 ss ss 0 us us 0 is is 0 es e 2 s - 2"),
			rules("eed eed 0 ed - 4 ing - 4 ie i 1 oe o 2 ey ey 0 ay ay 0 oy oy 0 y i 2 e - 4 che ch 0"),
			rules("bb b 2 dd d 2 gg g 2 mm m 2 nn n 2 pp p 2 rr r 2 tt t 2"),
		},
	},
	"de": {
		odd: pairs("eier ei ole ol"),
		passes: [][]ending{
			rules(
				"ss ss 0 us us 0 eis eis 0 ais ais 0 innen in 3 nen - 4 ern - 4 em - 4 en - 3 er - 4 es - 4 e - 3 ns n 3 as a 4 is i 4 os o 4 s - 4 n - 5"),
		},
		writesTogether: true,
	},
	"fr": {
		odd: pairs(
			"fraiche frais fraiches frais seche sec seches sec douce doux douces doux rousse roux rousses roux epaisse epais epaisses epais yeux oeil"),
		passes: [][]ending{
			rules("eaux eau 2 oux ou 2 aux al 2 ss ss 0 s - 2"),
			rules("anche anc 1 ee - 3 e - 3"),
			rules("nn n 2 tt t 2 ll l 2"),
		},
	},
	"es": {
		passes: [][]ending{
			rules("ces z 2 as - 3 os - 3 es - 3 s - 3 a - 3 o - 3 e - 3"),
		},
	},
}

// TongueOf is that of a market, by its BCP 47 tag.
func TongueOf(tag string) *Tongue {
	base, _ := language.Make(tag).Base()
	t, known := tongues[base.String()]
	if !known {
		return &Tongue{Code: base.String(), shop: locale.Default}
	}
	t.learn.Do(func() {
		t.Code, t.shop, t.categories = base.String(), locale.New(base.String(), ""), map[string]string{}
		for _, c := range category.All {
			t.categories[c.Slug] = t.Findable(t.Names(c.Name)...)
		}
	})
	return t
}

// OfCategory are the words by which a category is found.
func (t *Tongue) OfCategory(c category.Category) string {
	if known := t.categories[c.Slug]; known != "" {
		return known
	}
	return t.Findable(t.Names(c.Name)...)
}

// stem is what a folded word has in common with its other forms: another word, or none at all.
func (t *Tongue) stem(w string) string {
	if t.writesTogether {
		w = unmarked(w)
	}
	if odd, ok := t.odd[w]; ok {
		w = odd
	}
	for _, pass := range t.passes {
		for _, e := range pass {
			if len(w) >= len(e.from)+e.least && strings.HasSuffix(w, e.from) {
				w = w[:len(w)-len(e.from)] + e.to
				break
			}
		}
	}
	return w
}

// unmarked takes the "ae" of who has no "ä" for the "a" that fold makes of it.
func unmarked(w string) string {
	for _, pair := range []string{"ae", "oe", "ue"} {
		for at := strings.Index(w, pair); at >= 0; at = strings.Index(w, pair) {
			if pair == "ue" && at > 0 && strings.IndexByte("aeoq", w[at-1]) >= 0 {
				break
			}
			w = w[:at+1] + w[at+2:]
		}
	}
	return w
}

// leastPart is how many letters a word has at the least that stands in a word which is written together.
const leastPart = 4

// heads are the words that one may end in which is written together: what a "Vollkornbrot" is.
func (t *Tongue) heads(w string) []string {
	if !t.writesTogether {
		return nil
	}
	var heads []string
	for at := range w {
		if at >= leastPart-1 && utf8.RuneCountInString(w[at:]) >= leastPart {
			heads = append(heads, w[at:])
		}
	}
	return heads
}

// Names are what the shop calls a category: in English and in the language of the market.
func (t *Tongue) Names(category string) []string {
	if own := t.shop.Sentence(category); own != category {
		return []string{own, category}
	}
	return []string{category}
}

func pairs(list string) map[string]string {
	all := map[string]string{}
	for words := strings.Fields(list); len(words) > 0; words = words[2:] {
		all[words[0]] = words[1]
	}
	return all
}

// rules reads rules: an ending, what it becomes ("-" for nothing), and how many letters stand before it.
func rules(list string) []ending {
	var all []ending
	for words := strings.Fields(list); len(words) > 0; words = words[3:] {
		all = append(all, ending{words[0], strings.TrimPrefix(words[1], "-"), int(words[2][0] - '0')})
	}
	return all
}
