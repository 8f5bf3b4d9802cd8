package feed

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

// kilograms of one of each unit of weight.
var kilograms = map[string]float64{
	"mg": 1e-6, "g": 1e-3, "kg": 1, "t": 1000, "oz": 0.028349523125, "lb": 0.45359237,
}

// volumes are the units of volume.
var volumes = map[string]bool{"ml": true, "cl": true, "dl": true, "l": true, "kl": true, "gal": true}

// spellings of units that programs and people use.
var spellings = map[string]string{
	"gram": "g", "grams": "g", "gr": "g", "kilogram": "kg", "kilograms": "kg", "kilo": "kg", "kilos": "kg",
	"kgs": "kg",
	"lbs": "lb", "pound": "lb", "pounds": "lb", "ounce": "oz", "ounces": "oz", "litre": "l", "litres": "l",
	"liter": "l", "liters": "l", "millilitre": "ml", "milliliter": "ml", "milliliters": "ml", //nolint:misspell // as files have it
	"gallon": "gal", "gallons": "gal", "tonne": "t",
}

// unitOf folds a unit's name; one that is no weight or volume is itself.
func unitOf(s string) string {
	folded := strings.TrimSuffix(fold(s), ".")
	if short := spellings[folded]; short != "" {
		return short
	}
	if isMeasure(folded) {
		return folded
	}
	return line(s)
}

// isMeasure reports whether a unit is of weight or volume.
func isMeasure(unit string) bool { return kilograms[unit] > 0 || volumes[unit] }

// inUnit turns grams into a unit of weight; with any other unit they stay grams. Grams are rounded where they
// come from, so the roundest figure that comes to as many is what it was: 454 g are 1 lb.
func inUnit(grams float64, unit string) (float64, string) {
	unit = unitOf(unit)
	if kilograms[unit] == 0 || unit == "mg" || unit == "t" {
		unit = "g"
	}
	within := math.Pow(10, -float64(decimalsOf(grams))) / 2
	for decimals := range mostDecimals {
		scale := math.Pow(10, float64(decimals))
		value := math.Round(grams/1000/kilograms[unit]*scale) / scale
		if value > 0 && math.Abs(value*kilograms[unit]*1000-grams) <= within {
			return value, unit
		}
	}
	return math.Round(grams/1000/kilograms[unit]*1e4) / 1e4, unit
}

// mostDecimals is one more than a figure needs that grams are rounded to.
const mostDecimals = 4

// decimalsOf is how many decimals a number is written with.
func decimalsOf(v float64) int {
	_, part, _ := strings.Cut(formatAmount(v), ".")
	return len(part)
}

// weighed are the ways to say, in the name of a variant or its unit, that a price is for a weight.
var weighed = regexp.MustCompile(
	`^(sold |price )?(by (the )?(weight|kilo|kilogram|kg|lb|pound)|(per|je|pro|au|/) ?(kilo|kilogram|kg|lb|lbs|pound))$`)

// soldByWeight reports whether a name plainly says so, and the unit that it names, kg when it names none.
func soldByWeight(name string) (unit string, ok bool) {
	name = strings.Trim(fold(name), "().")
	if !weighed.MatchString(name) {
		return "", false
	}
	words := strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || r == '/' })
	if unit = unitOf(words[len(words)-1]); kilograms[unit] == 0 {
		unit = "kg"
	}
	return unit, true
}

// formatAmount writes a number with six decimals at most.
func formatAmount(v float64) string { return strconv.FormatFloat(math.Round(v*1e6)/1e6, 'f', -1, 64) }
