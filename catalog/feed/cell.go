package feed

import (
	"slices"
	"strings"
)

func (r row) price(column int) (Price, error) {
	p, err := parsePrice(r.at(column), r.reading(column, prices))
	if err != nil {
		return Price{}, fail(column, err)
	}
	return p, nil
}

// amount reads a weight or a volume.
func (r row) amount(column int) (float64, error) { return r.figure(column, amounts) }

// quantity reads what there is of a variant, in what its price is for.
func (r row) quantity(column int, v *Variant) (float64, error) {
	return r.figure(column, v.counts())
}

func (r row) figure(column int, of measure) (float64, error) {
	value, err := parseAmount(r.at(column), r.reading(column, of))
	if err != nil {
		return 0, fail(column, err)
	}
	return value, nil
}

func (r row) reading(column int, of measure) reading {
	return reading{figures: r.figures, row: r.number, column: column, of: of}
}

// counts is what a variant's stock is a number of.
func (v *Variant) counts() measure {
	if v.ByWeight {
		return amounts
	}
	return pieces
}

// weigh makes a variant one that is sold by weight; its price is of so many of the unit.
func (v *Variant) weigh(unit string, units float64) {
	v.ByWeight, v.PriceWeight = true, units*kilograms[unit]
}

// count sets the stock, in what the price is for.
func (v *Variant) count(column int, quantity float64) error {
	if v.ByWeight {
		quantity *= v.PriceWeight
	}
	n, err := milli(quantity, v.ByWeight)
	if err != nil {
		return fail(column, err)
	}
	v.Stock, v.Quantity = Counted, n
	return nil
}

// has is fields when the column is there.
func has(column int, fields Fields) Fields {
	if column < 0 {
		return 0
	}
	return fields
}

// present are those that say something.
func present(words ...string) []string {
	return slices.DeleteFunc(words, func(s string) bool { return s == "" })
}

// barcode takes off what spreadsheets put around a long number.
func barcode(s string) string {
	return strings.Trim(strings.TrimPrefix(s, "="), "'\"`")
}
