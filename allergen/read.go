package allergen

import (
	"slices"
	"strings"
	"unicode"

	"github.com/artisan-eats/artisan/naming"
)

// pattern is a word of the lexicon; an asterisk at an end stands for any letters.
type pattern struct {
	word         string
	before, more bool // it may have letters before it, and behind it
	set          Set
}

func patternOf(word string, set Set) pattern {
	return pattern{strings.Trim(word, "*"), strings.HasPrefix(word, "*"), strings.HasSuffix(word, "*"), set}
}

func (p pattern) matches(token string) bool {
	switch {
	case p.before && p.more:
		return strings.Contains(token, p.word)
	case p.before:
		return strings.HasSuffix(token, p.word)
	case p.more:
		return strings.HasPrefix(token, p.word)
	}
	return slices.Contains(singulars(token), p.word)
}

// singulars are a word as it is, and what it may be the plural of.
func singulars(token string) []string {
	one, ok := strings.CutSuffix(token, "s")
	if !ok {
		return []string{token}
	}
	return []string{token, one, strings.TrimSuffix(one, "e")}
}

// together is several words, or one of a compound, that mean something else than each by itself.
type together []pattern

// lexicon is allergenWords and wordsTogether, ready to be looked up.
type lexicon struct {
	exact    map[string]Set
	patterns []pattern // with asterisks
	// by their first words, those that begin with an asterisk's under ""
	together                         map[string][]together
	fillers, not, free, freeOf, ends map[string]bool
}

var allergenLexicon = func() *lexicon {
	l := &lexicon{
		exact: map[string]Set{}, together: map[string][]together{}, fillers: naming.SetOf(allergenFillers),
		not: naming.SetOf(saysNot), free: naming.SetOf(saysFree), freeOf: naming.SetOf(saysFreeOf),
		ends: naming.SetOf(endsInFree),
	}
	for code, words := range allergenWords {
		for word := range strings.FieldsSeq(words) {
			if p := patternOf(word, bitOf(code)); p.before || p.more {
				l.patterns = append(l.patterns, p)
			} else {
				l.exact[word] |= p.set
			}
		}
	}
	for code, phrases := range wordsTogether {
		for _, phrase := range phrases {
			l.addTogether(phrase, bitOf(code))
		}
	}
	return l
}()

func (l *lexicon) addTogether(phrase string, set Set) {
	var words together
	for word := range strings.FieldsSeq(phrase) {
		words = append(words, patternOf(word, set))
	}
	first := words[0].word
	if words[0].more {
		first = ""
	}
	l.together[first] = append(l.together[first], words)
}

// bitOf is the set of one allergen; of none without a code.
func bitOf(code string) Set {
	if code == "" {
		return 0
	}
	return 1 << allergenBit(code)
}

// token is a word of a text, as it was written and folded.
type token struct{ written, folded string }

// runsOf are the words of a text, from each mark that parts its things to the next.
func runsOf(text string) (runs [][]token) {
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return !inWord(r) && !withinRun(r) }) {
		var run []token
		for word := range strings.FieldsFuncSeq(part, func(r rune) bool { return !inWord(r) }) {
			run = append(run, token{word, naming.Fold(naming.Cut(word, naming.MaxWord))})
		}
		runs = append(runs, run)
	}
	return runs
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) }

func withinRun(r rune) bool {
	return r != '\n' && (unicode.IsSpace(r) || strings.ContainsRune("'’ʼ-‐_%", r))
}

// said is a word of a text, or several together, and which allergens it names.
type said struct {
	text, first string // as it was written, and its first word folded
	set         Set
	understood  bool // it names an allergen, or adds nothing to one that does
}

// Reader reads many texts, of which words come again.
type Reader map[string]Set

// maxReadWords bounds what a reader remembers.
const maxReadWords = 20_000

// read is what a text says word by word, without those allergens that it says are not there.
func (known Reader) read(text string) (all []said) {
	for _, run := range runsOf(text) {
		var parts []said
		for i := 0; i < len(run); {
			part, n := known.at(run[i:])
			parts, i = append(parts, part), i+n
		}
		all = append(all, takeBack(parts)...)
	}
	return all
}

// at reads the first words of a run, and says how many they are.
func (known Reader) at(run []token) (said, int) {
	l := allergenLexicon
	for _, first := range append(singulars(run[0].folded), "") {
		for _, words := range l.together[first] {
			if words.begin(run) {
				var written []string
				for _, t := range run[:len(words)] {
					written = append(written, t.written)
				}
				return said{strings.Join(written, " "), run[0].folded, words[0].set, words[0].set != 0},
					len(words)
			}
		}
	}
	set := known.word(run[0].folded)
	return said{run[0].written, run[0].folded, set, set != 0 ||
		slices.ContainsFunc(singulars(run[0].folded), func(w string) bool { return l.fillers[w] })}, 1
}

func (words together) begin(run []token) bool {
	if len(words) > len(run) {
		return false
	}
	for i, p := range words {
		if !p.matches(run[i].folded) {
			return false
		}
	}
	return true
}

// word is what one word names by itself.
func (known Reader) word(folded string) Set {
	if set, ok := known[folded]; ok {
		return set
	}
	set := allergenLexicon.word(folded)
	if len(known) < maxReadWords {
		known[folded] = set
	}
	return set
}

func (l *lexicon) word(folded string) (set Set) {
	for end := range l.ends {
		if strings.HasSuffix(folded, end) {
			return 0
		}
	}
	for _, word := range singulars(folded) {
		set |= l.exact[word]
	}
	for _, p := range l.patterns {
		if p.matches(folded) {
			set |= p.set
		}
	}
	return set
}

// takeBack takes away the allergens that a run says are not there: "without milk or eggs", "nut-free".
func takeBack(run []said) []said {
	l, reach := allergenLexicon, 0
	follows := func(i int, of map[string]bool) bool { return i+1 < len(run) && of[run[i+1].first] }
	for i := range run {
		freeBehind := follows(i, l.free) && !follows(i+1, l.freeOf)
		switch {
		case l.not[run[i].first], l.free[run[i].first] && follows(i, l.freeOf):
			reach = reachOfANot
		case run[i].set != 0 && (reach > 0 || freeBehind):
			run[i].set, run[i].understood = 0, false
			reach = min(reach, 1) * reachOfANot
		default:
			reach--
		}
	}
	return run
}

// OfCell is the set that the words of a cell name, or that they say there are none, and the words that are
// not understood.
func OfCell(known Reader, names []string) (set Set, none bool, unknown []string) {
	if len(names) == 1 && noneWords[naming.Fold(names[0])] {
		return 0, true, nil
	}
	for _, name := range names {
		found, understood := Set(0), true
		for _, word := range known.read(name) {
			found |= word.set
			understood = understood && word.understood
		}
		if !understood || found == 0 {
			unknown = append(unknown, name)
		}
		set |= found
	}
	return set, false, unknown
}
