package feed

import (
	"fmt"
	"strings"

	"github.com/artisan-eats/artisan/money"
)

// figures are what a file's numbers say of each other: a number such as "1,250" or "1.500" is one of two, and
// is read as the rest of the file is written, or not at all.
type figures struct {
	columns map[int]*decimalSigns // of those columns that hold numbers
	all     decimalSigns
	// comma: without a word from the file's numbers, its separator says that the comma is for decimals.
	comma    bool
	currency string
	told     map[int]bool // the columns of which it was told how they are read
	note     func(row int64, column int, message string)
}

// decimalSigns are those that were seen. thirds says that three decimals were.
type decimalSigns struct{ points, commas, thirds bool }

// one is the sign that was seen alone: 0 when none was, mixed when both were.
func (d decimalSigns) one() byte {
	switch {
	case d.points && d.commas:
		return mixed
	case d.points:
		return '.'
	case d.commas:
		return ','
	}
	return 0
}

// mixed stands for both signs.
const mixed = 'x'

func (d *decimalSigns) add(sign byte) {
	d.points = d.points || sign == '.'
	d.commas = d.commas || sign == ','
}

// watch says which columns hold numbers.
func (f *figures) watch(columns []int) {
	f.columns = make(map[int]*decimalSigns, len(columns))
	for _, column := range columns {
		if column >= 0 {
			f.columns[column] = &decimalSigns{}
		}
	}
}

// see learns from a row's numbers.
func (f *figures) see(fields []string) {
	for column, signs := range f.columns {
		if column < len(fields) {
			sign, thirds := signOf(fields[column])
			signs.add(sign)
			signs.thirds = signs.thirds || thirds
			f.all.add(sign)
		}
	}
}

// signOf is the decimal sign that a cell shows by itself, 0 when it shows none, and whether three decimals
// follow it.
func signOf(cell string) (sign byte, thirds bool) {
	if !strings.ContainsAny(cell, ".,") {
		return 0, false
	}
	before, number, behind := splitNumber(line(cell))
	if len([]rune(before)) > 4 || len([]rune(behind)) > 4 {
		return 0, false // words
	}
	dots, commas := strings.Count(number, "."), strings.Count(number, ",")
	switch last := strings.LastIndexAny(number, ".,"); {
	case dots > 0 && commas > 0, dots+commas == 1 && !inDoubt(number):
		return number[last], last == len(number)-4
	case dots > 1:
		return ',', false
	case commas > 1:
		return '.', false
	}
	return 0, false
}

// inDoubt reports whether a number has one sign of which nobody can say whether it parts thousands or
// decimals.
func inDoubt(number string) bool {
	at := strings.IndexAny(number, ".,")
	if at < 1 || at > 3 || len(number)-at-1 != 3 || strings.Trim(number[:at], "0") == "" {
		return false
	}
	return strings.Trim(number[:at]+number[at+1:], "0123456789") == ""
}

// sign is the decimal sign of a column, as far as is known.
func (f *figures) sign(column int) byte {
	if signs := f.columns[column]; signs != nil && signs.one() != 0 {
		return signs.one()
	}
	if sign := f.all.one(); sign != 0 {
		return sign
	}
	if f.comma {
		return ','
	}
	return 0
}

// measure is what a number counts.
type measure int

const (
	prices  measure = iota
	amounts         // of a weight or a volume
	pieces          // which are whole
)

// doubt is a number that could be two.
type doubt struct {
	number   string
	sign     byte // the one in it
	of       measure
	decimals int // of the currency, for prices
}

// part are the three digits behind the sign.
func (d doubt) part() string { return d.number[len(d.number)-3:] }

// small is the number with decimals, large the one without.
func (d doubt) small() string {
	part := strings.TrimRight(d.part(), "0")
	if part == "" {
		return d.number[:len(d.number)-4]
	}
	return d.number[:len(d.number)-4] + "." + part
}

func (d doubt) large() string { return d.number[:len(d.number)-4] + d.part() }

// Error says what the number could be.
func (d doubt) Error() string {
	return fmt.Sprintf("This can be %s or %s. Write the one that is meant.", d.large(), d.plainlySmall())
}

// plainlySmall is the number with decimals, and never three of them, which could be taken for thousands
// again.
func (d doubt) plainlySmall() string {
	if small := d.small(); len(small) < len(d.number) {
		return small
	}
	return d.small() + "0"
}

// verdict is how a number in doubt is read.
type verdict int

const (
	refuse verdict = iota
	small
	large
	// The same, and worth telling.
	smallSay
	largeSay
)

// judge reads a number in doubt by the decimal sign of the file's other numbers. Programs write decimals with
// a point wherever they are, so a point is not taken for thousands only because commas are decimals
// elsewhere.
func (d doubt) judge(sign byte) verdict {
	if sign == mixed && (d.of != prices || d.decimals > 0) {
		return refuse
	}
	switch d.of {
	case prices:
		return d.judgePrice(sign)
	case pieces:
		return d.judgePieces(sign)
	case amounts:
	}
	switch {
	case d.sign == '.' && sign != ',':
		return small
	case d.sign == '.' || sign == 0:
		return refuse
	case sign == ',':
		return smallSay
	}
	return largeSay
}

func (d doubt) judgePrice(sign byte) verdict {
	fits := len(strings.TrimRight(d.part(), "0")) <= d.decimals
	switch {
	case d.decimals == 0 && !fits && d.sign == ',':
		return large
	case d.sign == '.' && sign != ',' && (fits || d.decimals > 0):
		return small // and money says what is wrong with it
	case d.sign == '.', sign == mixed:
		return refuse
	case sign == ',' && fits && d.decimals == 3:
		return small
	case sign == ',' && fits && d.decimals > 0:
		return smallSay
	case sign == ',', d.decimals == 3:
		return refuse
	}
	return large
}

func (d doubt) judgePieces(sign byte) verdict {
	whole := d.part() == "000"
	switch {
	case d.sign == ',' && sign != ',':
		return large
	case d.sign == ',' && whole:
		return smallSay
	case d.sign == '.' && sign != ',' && whole:
		return small
	case d.sign == '.' && sign == ',' && !whole:
		return largeSay
	}
	return refuse
}

// reading is who is asked about a number in doubt: a cell's place in the file, and what it counts.
type reading struct {
	figures *figures
	row     int64
	column  int
	of      measure
}

// settle makes a number of one that may be in doubt: without doubt it stays as it is. The currency is the one
// that the cell names.
func (r reading) settle(number, currency string) (string, error) {
	if !inDoubt(number) {
		return number, nil
	}
	if currency == "" {
		currency = r.figures.currency
	}
	d := doubt{number: number, sign: number[len(number)-4], of: r.of, decimals: money.Digits(currency)}
	if signs := r.figures.columns[r.column]; signs != nil && signs.thirds {
		d.decimals = 3 // as the file has them, whatever its currency is
	}
	switch d.judge(r.figures.sign(r.column)) {
	case refuse:
		return "", d
	case smallSay:
		r.say(number, d.plainlySmall())
		fallthrough
	case small:
		return d.number[:len(d.number)-4] + "." + d.part(), nil
	case largeSay:
		r.say(number, d.large())
	case large:
	}
	return d.large(), nil
}

// say tells once of a column how its numbers are read.
func (r reading) say(number, read string) {
	if !r.figures.told[r.column] {
		r.figures.told[r.column] = true
		r.figures.note(r.row, r.column,
			fmt.Sprintf("“%s” is read as %s, after the way that the file's other numbers are written.",
				number, read))
	}
}
