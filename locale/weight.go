package locale

import (
	"slices"
	"strconv"
	"strings"
)

// pounds are where food is weighed in them.
var pounds = []string{"PR", "US"}

const (
	// gramsOfPound is a pound in grams.
	gramsOfPound = 453.59237
	milli        = 1000
)

func (l *Locale) inPounds() bool { return slices.Contains(pounds, l.region) }

// Pound is the unit of who weighs in pounds.
const Pound = "lb"

// WeightUnit is what food is weighed in: "lb" or "kg".
func (l *Locale) WeightUnit() string {
	if l.inPounds() {
		return Pound
	}
	return "kg"
}

// Weight writes thousandths of a kilogram: "0.5 lb", "0,35 kg".
func (l *Locale) Weight(grams int64) string {
	return l.decimal(l.WeightNumber(grams)) + " " + l.WeightUnit()
}

// KeptWeight writes thousandths of a kilogram as desks keep them, with what shoppers read:
// "0.35 kg (0.77 lb)".
func (l *Locale) KeptWeight(grams int64) string {
	kept := plain(grams) + " kg"
	if l.inPounds() {
		return kept + " (" + l.Weight(grams) + ")"
	}
	return kept
}

// WeightNumber is a weight in the locale's unit, as fields and programs have numbers: "0.35". Pounds have two
// decimals.
func (l *Locale) WeightNumber(grams int64) string {
	if l.inPounds() {
		grams = int64(float64(grams)*(milli/gramsOfPound)/10+.5) * 10
	}
	return plain(grams)
}

// Grams is what so many thousandths of the locale's unit weigh, in thousandths of a kilogram. It is never
// more than was said, so that a price never comes to more than the label.
func (l *Locale) Grams(units int64) int64 {
	if l.inPounds() {
		return OfPounds(units)
	}
	return units
}

// OfPounds is what so many thousandths of a pound weigh, in thousandths of a kilogram; see Grams.
func OfPounds(units int64) int64 { return int64(float64(units) * gramsOfPound / milli) }

// PerUnit is what the locale's unit of weight costs, of a price in minor units for a kilogram.
func (l *Locale) PerUnit(perKilogram int64) int64 {
	if l.inPounds() {
		return int64(float64(perKilogram)*gramsOfPound/milli + .5)
	}
	return perKilogram
}

// Number writes thousandths of a piece: "2", "1,5".
func (l *Locale) Number(thousandths int64) string { return l.decimal(plain(thousandths)) }

// decimal has a number's point as the language has it.
func (l *Locale) decimal(number string) string {
	if l.language == "en" || (l.language == "es" && slices.Contains(letterPaper, l.region) &&
		l.region != "CL" && l.region != "CO") {
		return number
	}
	return strings.Replace(number, ".", ",", 1)
}

func plain(thousandths int64) string {
	text := strconv.FormatInt(thousandths/milli, 10)
	if rest := thousandths % milli; rest != 0 {
		text += "." + strings.TrimRight(strconv.FormatInt(milli+rest, 10)[1:], "0")
	}
	return text
}
