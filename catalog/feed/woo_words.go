package feed

import (
	_ "embed"
	"slices"
	"strings"
)

// wooWords are the columns of WooCommerce's exporter in the languages that it is translated to: a line each,
// what it is called in English and then, parted by |, in those of 2018 to 2026. %d is a number and %s a unit.
// They are in the order German, French, Spanish, Italian, Dutch, Polish, Portuguese, Russian, Swedish,
// Danish, Norwegian, Finnish, Greek, Turkish, Ukrainian, Japanese, each once and without regard to accents.
//
//go:embed woo_words.txt
var wooWords string

// wooEnglish is the English of each of them, and wooPatterns those that have a number or a unit.
var wooEnglish, wooPatterns = readWooWords()

// wooPattern is a column's name around a number or a unit, and its English around the same.
type wooPattern struct {
	before, behind string
	number         bool
	english        string
}

func readWooWords() (map[string]string, []wooPattern) {
	english, open, patterns := map[string]string{}, map[string]string{}, []wooPattern(nil)
	for entry := range strings.Lines(wooWords) {
		column, words, _ := strings.Cut(strings.TrimSpace(entry), " = ")
		for word := range strings.SplitSeq(words, "|") {
			key := foreign(word)
			before, behind, numbered := strings.Cut(key, "%d")
			if !numbered {
				before, behind, _ = strings.Cut(key, "%s")
			}
			if before != key {
				patterns = append(patterns, wooPattern{before, behind, numbered, column})
				continue
			}
			english[key] = column
			open[unasked(key)] = column
		}
	}
	for key, column := range open {
		if english[key] == "" {
			english[key] = column
		}
	}
	return english, patterns
}

// foreign folds a column's name: no case, no accents, one kind of apostrophe, and a question mark without its
// space.
func foreign(s string) string {
	s = strings.NewReplacer("_", " ", "’", "'", ";", "?", "¿", "").Replace(unmarked(s))
	return line(strings.ReplaceAll(strings.TrimRight(s, "*: "), " ?", "?"))
}

// unasked is a name without its question mark, which tells two of Finnish apart.
func unasked(s string) string { return strings.TrimRight(s, "?") }

// inEnglish is what WooCommerce calls a column in English; empty when it is not known, or is that already.
func inEnglish(cell string) string {
	key := foreign(unguard(cell))
	for _, name := range []string{key, unasked(key)} {
		if column := wooEnglish[name]; column != "" {
			return column
		}
	}
	for _, p := range wooPatterns {
		rest, ok := strings.CutPrefix(key, p.before)
		middle, fits := strings.CutSuffix(rest, p.behind)
		if ok && fits && middle != "" && (!p.number || strings.Trim(middle, "0123456789") == "") {
			return strings.NewReplacer("%d", middle, "%s", middle).Replace(p.english)
		}
	}
	return ""
}

// inEnglish are the columns with what WooCommerce's exporter translates of their names in English.
func (c *columns) inEnglish() *columns {
	names := slices.Clone(c.names)
	for i, cell := range c.cells {
		if column := inEnglish(cell); column != "" && c.column(column) < 0 {
			names[i] = column
		}
	}
	return namedColumns(names, c.told, c.cells)
}
