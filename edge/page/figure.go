package page

import (
	"slices"
	"strconv"
	"unicode/utf8"
)

// Bar is one thing in a figure: how much of it there is, and of how much, where that is known.
type Bar struct {
	Label, Value string
	// Size and Of are compared with those of the other bars; Of is zero where there is no whole.
	Size, Of int64
	// Bad is what somebody has to look at; its value says so too.
	Bad bool
	// Tick is written below a column, and Mark above a line at its end.
	Tick, Mark string
}

// Figure shows how much there is of each of some things: as rows, or as columns along time. Readers who see
// no pictures have its Title, Desc and table.
type Figure struct {
	ID, Title, Desc string
	Columns         bool
	// Things and Amount head the table.
	Things, Amount string
	Bars           []Bar
	// Empty is said where there is nothing to show.
	Empty string
}

// A figure is drawn figureWide wide, as wide as a phone, and scaled from there.
const (
	figureWide  = 340
	rowHigh     = 38
	barTop      = 18
	columnsHigh = 110
	columnsTop  = 26
)

func (f Figure) high() int {
	if f.Columns {
		return columnsTop + columnsHigh + 20
	}
	return rowHigh * len(f.Bars)
}

func (f Figure) viewBox() string {
	return "0 0 " + strconv.Itoa(figureWide) + " " + strconv.Itoa(f.high())
}

// share is how long something is of so much, compared with the largest bar.
func (f Figure) share(size int64, of int) string {
	largest := int64(1)
	for _, b := range f.Bars {
		largest = max(largest, b.Size, b.Of)
	}
	return strconv.FormatInt(min(size, largest)*int64(of)/largest, 10)
}

// tallest is the first of the highest columns, whose value is written on it; -1 where all are empty.
func (f Figure) tallest() int {
	at := slices.IndexFunc(f.Bars, func(b Bar) bool { return b.Size > 0 })
	for i, b := range f.Bars {
		if at >= 0 && b.Size > f.Bars[at].Size {
			at = i
		}
	}
	return at
}

// left is where a column begins, in tenths of a unit.
func (f Figure) left(i int) string { return tenths(i * figureWide * 10 / len(f.Bars)) }

// wide is how wide a column is: there is a little between two.
func (f Figure) wide() string { return tenths(max(10, figureWide*8/len(f.Bars))) }

func tenths(n int) string { return strconv.Itoa(n/10) + "." + strconv.Itoa(n%10) }

func (f Figure) top(b Bar) string {
	high, _ := strconv.Atoi(f.share(b.Size, columnsHigh))
	return strconv.Itoa(columnsTop + columnsHigh - high)
}

// anchor keeps what is written at a column within the figure.
func (f Figure) anchor(i int) string {
	switch {
	case i*4 < len(f.Bars):
		return "start"
	case i*4 >= len(f.Bars)*3:
		return "end"
	}
	return "middle"
}

// above is where a column's value is written.
func (f Figure) above(b Bar) string {
	top, _ := strconv.Atoi(f.top(b))
	return strconv.Itoa(top - 4)
}

// rowChars is how many characters a row has room for.
const rowChars = 48

// short is a label as far as there is room for it beside a value; the table has all of it.
func short(label, value string) string {
	room := max(12, rowChars-utf8.RuneCountInString(value))
	if utf8.RuneCountInString(label) <= room {
		return label
	}
	return string([]rune(label)[:room-1]) + "…"
}
