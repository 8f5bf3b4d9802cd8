package catalog

import "strings"

// relevance says how well a product fits a phrase, from 0; more is better. It looks at the
// title alone, for that is where people look: the title itself, its beginning, all the words
// of the phrase in it, some of them, none (the phrase is somewhere in the texts). Among equals
// the shorter title wins, being more to the point.
func (p phrase) relevance(titleKey string) int64 {
	title := words(titleKey)
	joined, wanted := strings.Join(title, " "), p.String()
	switch {
	case joined == wanted:
		return 1_000_000
	case strings.HasPrefix(joined, wanted+" "):
		return 900_000 - brevity(title)
	case !p.whole && strings.HasPrefix(joined, wanted):
		return 800_000 - brevity(title)
	}
	hits := 0
	for i, w := range p.words {
		hits += p.hit(title, w, i == len(p.words)-1 && !p.whole)
	}
	if hits == 0 {
		return 0
	}
	return int64(hits)*100_000/int64(len(p.words)) - brevity(title)
}

// hit is 4 for a word that the title has, 3 for the beginning of one, 0 for neither.
func (p phrase) hit(title []string, w string, prefix bool) int {
	best := 0
	for _, t := range title {
		if t == w {
			return 4
		}
		if prefix && strings.HasPrefix(t, w) {
			best = 3
		}
	}
	return best
}

func brevity(title []string) int64 { return int64(min(len(title), 100)) * 100 }
