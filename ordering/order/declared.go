package order

import (
	"slices"
	"strings"
)

// Declared is what a maker says of a product's allergens: the codes of those it has, with commas between,
// declaresNone, or saysNothing. The zero value is of what was kept before that was.
type Declared string

const (
	declaresNone Declared = "none"
	saysNothing  Declared = "unstated"
)

// Declare makes what a maker says of its codes and of whether the maker has said anything; nil where that is
// not known.
func Declare(codes []string, stated *bool) Declared {
	switch {
	case stated == nil:
		return ""
	case !*stated:
		return saysNothing
	case len(codes) == 0:
		return declaresNone
	}
	return Declared(strings.Join(codes, ","))
}

// codes are the allergens; none where none is declared.
func (d Declared) codes() []string {
	if d == "" || d == declaresNone || d == saysNothing {
		return nil
	}
	return strings.Split(string(d), ",")
}

// stated reports whether the maker has said which allergens there are, or that there are none; nil where that
// was not kept.
func (d Declared) stated() *bool {
	if d == "" {
		return nil
	}
	stated := d != saysNothing
	return &stated
}

// Beyond reports whether it warns of something that what was seen does not: of another allergen, or that
// nothing is stated. Whether it does is not known of what was kept without.
func (d Declared) Beyond(seen Declared) bool {
	switch {
	case d == "" || seen == "" || d == seen || d == declaresNone:
		return false
	case d == saysNothing:
		return true
	}
	return slices.ContainsFunc(d.codes(),
		func(code string) bool { return !slices.Contains(seen.codes(), code) })
}
