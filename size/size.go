// Package size says what a piece of goods holds, and so tells the sizes of a product apart.
package size

import (
	"cmp"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// Of is what a piece holds, such as "250 g" or "1 bulb"; empty where that is not known.
func Of(value float64, unit string) string {
	unit = strings.TrimSpace(unit)
	if value <= 0 || unit == "" {
		return ""
	}
	return strconv.FormatFloat(math.Round(value*1e4)/1e4, 'f', -1, 64) + " " + unit
}

// Name is a variant's title with what it holds, once: "Jar, 250 g". What is sold by weight holds the kilogram
// that its price is for unless it says something else. It is empty for what has neither.
func Name(title string, value float64, unit string, byWeight bool) string {
	held := Of(value, unit)
	switch {
	case held == "" || says(title, value, unit) || (byWeight && same(value, unit, 1, "kg")):
		return title
	case strings.TrimSpace(title) == "":
		return held
	}
	return title + ", " + held
}

// Among is the Name of a variant that has none and stands with others: the nth of them.
func Among(sku string, n int, byWeight bool) string {
	if byWeight {
		return "by weight"
	}
	return cmp.Or(sku, "#"+strconv.Itoa(n))
}

// bases are how many of a smallest unit there are in one of each, and which kind of thing it measures.
var bases = map[string]struct {
	kind string
	of   float64
}{
	"mg": {"weight", 1}, "g": {"weight", 1e3}, "kg": {"weight", 1e6}, "t": {"weight", 1e9},
	"oz": {"weight", 28349.523125}, "lb": {"weight", 453592.37},
	"ml": {"volume", 1}, "cl": {"volume", 10}, "dl": {"volume", 100}, "l": {"volume", 1e3},
	"kl": {"volume", 1e6}, "gal": {"volume", 3785.411784},
}

// spellings are other ways to write a unit.
var spellings = map[string]string{
	"gr": "g", "gram": "g", "gramm": "g", "gramme": "g", "gramo": "g", "grammi": "g", "kilo": "kg",
	"kilogram": "kg", "kilogramm": "kg", "kilogramme": "kg",
	"ounce": "oz", "pound": "lb", "millilitre": "ml", "milliliter": "ml", "centilitre": "cl", "litre": "l", "liter": "l", "litro": "l", "gallon": "gal", //nolint:misspell // as titles have it
}

// unitOf is a unit without case, plural and point, by its short name.
func unitOf(s string) string {
	s = strings.ToLower(strings.Trim(s, ". "))
	for _, form := range []string{s, strings.TrimSuffix(s, "s")} {
		if short := spellings[form]; short != "" {
			return short
		}
		if bases[form].of > 0 {
			return form
		}
	}
	return strings.TrimSuffix(s, "s")
}

// figure is an amount in a title: "250g", "0,25 kg".
var figure = regexp.MustCompile(`(\d+(?:[.,]\d+)?)\s*(\pL+)`)

// says reports whether a title tells what a piece holds by itself.
func says(title string, value float64, unit string) bool {
	for _, found := range figure.FindAllStringSubmatch(title, -1) {
		number, err := strconv.ParseFloat(strings.Replace(found[1], ",", ".", 1), 64)
		if err == nil && same(number, found[2], value, unit) {
			return true
		}
	}
	// "Bunch" says that it is one bunch.
	words := strings.FieldsFunc(strings.ToLower(title), func(r rune) bool { return !unicode.IsLetter(r) })
	return value == 1 && bases[unitOf(unit)].of == 0 &&
		strings.Join(words, " ") == strings.ToLower(strings.TrimSpace(unit))
}

func same(a float64, ofA string, b float64, ofB string) bool {
	unitA, unitB := unitOf(ofA), unitOf(ofB)
	baseA, baseB := bases[unitA], bases[unitB]
	if baseA.of == 0 || baseB.of == 0 {
		return a == b && unitA == unitB
	}
	return baseA.kind == baseB.kind && math.Abs(a*baseA.of-b*baseB.of) < b*baseB.of/1000
}
