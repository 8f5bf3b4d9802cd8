package edgetest

import (
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

// Statements are what may be said of allergens, with what a product's page says of each.
var Statements = []struct {
	Name   string
	Of     func(*catalogv1.Product)
	Says   string
	Stated bool
	Answer string
}{
	{"declared", func(*catalogv1.Product) {}, "Contains milk", true, containsSome},
	{
		"declared none", func(p *catalogv1.Product) { p.Allergens, p.AllergensNone = nil, true },
		"None of the 14 major allergens", true, containsNone,
	},
	{
		"not stated", func(p *catalogv1.Product) { p.Allergens = nil },
		"The maker has not stated allergens. Ask before you eat.", false, notStated,
	},
}

// AvoidsMilk and AvoidsNuts are cookies of who does.
const (
	AvoidsMilk = "visit=allergen_free=milk"
	AvoidsNuts = "visit=allergen_free=nuts"
)
