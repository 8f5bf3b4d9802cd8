package order

import (
	"cmp"
	"slices"
	"time"

	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/stamp"
)

// Cart is what a shopper has chosen.
type Cart struct {
	ID, Market, CustomerID string
	// OrderID is the order that it became or is becoming; empty before, and again when that failed.
	OrderID   string
	Revision  int64
	CreatedAt time.Time
	Lines     []Line
	// Kept is the place that is kept for it.
	Kept KeptPlace
	// Unkept: it says prices of today that were not kept.
	Unkept bool
}

// KeptPlace is a place that is kept for a cart's next order, by the one that came to nothing. The zero value:
// none is.
type KeptPlace struct {
	OrderID, WindowID string
	Until             time.Time
}

// Total sums a cart's lines; an empty cart has the zero Amount.
func (c Cart) Total() (money.Amount, error) { return sumLines(c.Lines) }

// OldestQuote is when the price was shown that was shown first; far ahead for an empty cart.
func (c Cart) OldestQuote() time.Time {
	oldest := time.Unix(1<<40, 0)
	for _, line := range c.Lines {
		if line.QuotedAt.Before(oldest) {
			oldest = line.QuotedAt
		}
	}
	return oldest
}

// Stamp tells what is in a cart from what was in it before. Prices are the shop's.
func (c Cart) Stamp() string {
	what := make([]any, 0, 2*len(c.Lines))
	for _, l := range slices.SortedFunc(slices.Values(c.Lines),
		func(a, b Line) int { return cmp.Compare(a.VariantID, b.VariantID) }) {
		what = append(what, l.VariantID, l.Quantity)
	}
	return stamp.Of(what...)
}

// Shown tells what a cart says from what it said before: what is in it, its prices, and what its makers
// declare.
func (c Cart) Shown() string {
	what := make([]any, 0, 5*len(c.Lines))
	for _, l := range slices.SortedFunc(slices.Values(c.Lines),
		func(a, b Line) int { return cmp.Compare(a.VariantID, b.VariantID) }) {
		what = append(what, l.VariantID, l.Quantity, l.Price.Minor, l.Price.Currency, string(l.Declared))
	}
	return stamp.Of(what...)
}

// With is the cart after a line was set; nil takes it out.
func (c Cart) With(variantID string, line *Line) Cart {
	c.Lines = slices.DeleteFunc(slices.Clone(c.Lines),
		func(l Line) bool { return l.VariantID == variantID })
	if line != nil {
		c.Lines = append(c.Lines, *line)
	}
	c.Lines = SortLines(c.Lines)
	return c
}

// SortLines sorts lines by their maker and title, in place.
func SortLines(lines []Line) []Line {
	slices.SortFunc(lines, func(a, b Line) int {
		return cmp.Or(cmp.Compare(a.ProducerName, b.ProducerName),
			cmp.Compare(a.ProductTitle, b.ProductTitle), cmp.Compare(a.VariantID, b.VariantID))
	})
	return lines
}

// VariantIDs are those of lines, in their order.
func VariantIDs(lines []Line) []string {
	ids := make([]string, len(lines))
	for i, line := range lines {
		ids[i] = line.VariantID
	}
	return ids
}
