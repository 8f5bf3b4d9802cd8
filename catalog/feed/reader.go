package feed

import (
	"errors"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/artisan-eats/artisan/fault"
)

// Reader reads one file. It is not safe for concurrent use.
type Reader struct {
	records *records
	columns *columns
	dialect Dialect
	rows    int64
	groups  *groups
	figures *figures
	reads   dialect
	queue   []Event
}

// dialect reads the rows of its kind of file.
type dialect interface {
	// row reads one row: it opens or finds the row's product and adds the variant to it.
	row(r *Reader, row row)
	// numbers are the columns that hold numbers; -1 for those that are not there.
	numbers() []int
	// end is told that no more rows come, before the open products are handed out.
	end(r *Reader)
}

// NewReader reads the header and finds out the dialect. Its errors are faults of the kind
// Invalid, or those of the reader it is given.
func NewReader(in io.Reader, o Options) (*Reader, error) {
	records, columns, err := openRecords(in)
	if err != nil {
		return nil, err
	}
	name, columns, err := detect(columns, o.Dialect)
	if err != nil {
		return nil, err
	}
	r := &Reader{records: records, columns: columns, dialect: name, rows: 1}
	r.groups, r.reads = newGroups(r), r.newDialect()
	r.figures = &figures{
		comma: records.comma == ';', currency: o.Currency, told: map[int]bool{},
		note: func(row int64, column int, message string) {
			r.note(row, r.nameOf(column), message)
		},
	}
	r.figures.watch(r.reads.numbers())
	records.lookAhead(r.figures.see)
	return r, nil
}

// Dialect is the file's.
func (r *Reader) Dialect() Dialect { return r.dialect }

// Rows is how many rows were read, the header with them.
func (r *Reader) Rows() int64 { return r.rows }

// Events hands out what the file says, once. An error ends it: a fault when the file
// cannot be read on.
func (r *Reader) Events() iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		for {
			err := r.step(r.reads)
			for _, e := range r.queue {
				if !yield(e, nil) {
					return
				}
			}
			r.queue = r.queue[:0]
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(Event{}, err)
				return
			}
		}
	}
}

func (r *Reader) newDialect() dialect {
	switch r.dialect {
	case WooCommerce:
		return newWoo(r.columns)
	case Square:
		return newSquare(r.columns)
	case OFN:
		return newOFN(r.columns)
	default:
		return newShopify(r.columns)
	}
}

// step reads one row into the queue; at the end what is still open.
func (r *Reader) step(d dialect) error {
	rec, err := r.records.next()
	if errors.Is(err, io.EOF) {
		d.end(r)
		r.groups.flushAll()
		return io.EOF
	}
	if err != nil {
		return err
	}
	if r.rows++; r.rows > MaxRows {
		return fault.Newf(fault.Invalid, "file_too_large", "The file has more than %d rows; split it.",
			MaxRows)
	}
	row := row{
		number: r.rows, fields: rec.fields, figures: r.figures,
		cleaned: slices.ContainsFunc(rec.fields, isCleaned),
	}
	r.figures.see(rec.fields)
	switch {
	case rec.bad != "":
		r.refuse(row.number, "", rec.bad)
	case rec.unread:
		r.refuse(row.number, "", "Some characters of this row cannot be read. Save the file as UTF-8.")
	case !empty(rec.fields):
		if rec.lost {
			r.note(row.number, "",
				"Some characters of this row were lost when the file was saved, and are left out. Save it as UTF-8.")
		}
		d.row(r, row)
	}
	return nil
}

// A row that is refused counts as such; a message is for the person who has the file.
func (r *Reader) refuse(row int64, column, message string) {
	r.issue(Issue{Row: row, Column: column, Message: message, Verdict: Refused})
}

// skip counts a row that has no goods of its own; the message may be empty.
func (r *Reader) skip(row int64, message string) {
	r.issue(Issue{Row: row, Message: message, Verdict: Skipped})
}

func (r *Reader) note(row int64, column, message string) {
	r.issue(Issue{Row: row, Column: column, Message: message, Verdict: Noted})
}

func (r *Reader) issue(i Issue) { r.queue = append(r.queue, Event{Issue: &i}) }

// row is a record with its number.
type row struct {
	number  int64
	fields  []string
	figures *figures
	// cleaned: some cell may not be read as versions before this one read it.
	cleaned bool
}

// raw is the cell of a column as it stands; empty when the row or the file does not have it.
func (r row) raw(column int) string {
	if column < 0 || column >= len(r.fields) {
		return ""
	}
	return unguard(r.fields[column])
}

// at is a cell as one clean line.
func (r row) at(column int) string {
	if column < 0 || column >= len(r.fields) {
		return ""
	}
	return strings.Clone(clean(r.fields[column]))
}

// was is a cell as versions before this one read it: with its entities, and characters that are not composed.
func (r row) was(column int) string {
	if column < 0 || column >= len(r.fields) {
		return ""
	}
	return unguard(line(r.fields[column]))
}

// list splits a cell into its items.
func (r row) list(column int, separators string) []string {
	cell := r.raw(column)
	if strings.Contains(separators, ";") {
		cell = unescape(cell)
	}
	items := list(cell, separators)
	for i, item := range items {
		items[i] = clean(item)
	}
	return slices.DeleteFunc(items, func(item string) bool { return item == "" })
}

// former is a key as versions before this one made it of the row; empty when that is the same.
func (r row) former(key string, of func(at func(column int) string) string) string {
	if !r.cleaned {
		return ""
	}
	if was := of(r.was); was != key {
		return was
	}
	return ""
}

// refuseCell refuses a row for what a cell of it says.
func (r *Reader) refuseCell(row row, column int, err error) {
	name, value := r.nameOf(column), firstRunes(row.at(column), 60)
	message := err.Error()
	if value != "" {
		message = "“" + value + "”: " + message
	}
	r.refuse(row.number, name, message)
}

// nameOf is a column's name, for messages; empty for none.
func (r *Reader) nameOf(column int) string {
	if column < 0 {
		return ""
	}
	return r.columns.told[column]
}

// fail makes an error that refuses a row for a cell.
func fail(column int, err error) error { return &cellError{column, err} }

type cellError struct {
	column int
	err    error
}

func (e *cellError) Error() string { return e.err.Error() }

// refuseFor refuses a row for an error of fail.
func (r *Reader) refuseFor(row row, err error) {
	var cell *cellError
	if errors.As(err, &cell) {
		r.refuseCell(row, cell.column, cell.err)
		return
	}
	r.refuse(row.number, "", err.Error())
}
