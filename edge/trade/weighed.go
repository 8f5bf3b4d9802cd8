package trade

import (
	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/edge/web"
)

// Steps are a quantity's field: how it counts, and in what.
func Steps(p *web.Market, soldBy string) (step, unit string) {
	switch {
	case soldBy != web.ByWeight:
		return "1", p.Text("Pieces")
	case p.Locale.WeightUnit() == "lb":
		return weightStep, p.Text("Pounds")
	}
	return weightStep, p.Text("Kilograms")
}

// weightStep is by how much a field of weight goes up.
const weightStep = "0.05"

// Kilograms is what desks weigh in.
const Kilograms = "kg"

// MostOf is the most that a field may ask for of what is left, in thousandths of what it counts in.
func MostOf(p *web.Market, left int64, soldBy string) int64 {
	most, err := input.ParseQuantity(FieldNumber(p, left, soldBy))
	for err == nil && most > 0 && Milli(p, most, soldBy) > left {
		most -= 10 // a field of pounds has two decimals
	}
	return max(0, min(most, MostOfAKind))
}
