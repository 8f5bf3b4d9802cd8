package sqldb

import (
	"context"
	"slices"
	"strconv"
	"strings"
)

// Values writes n rows of parameters for a multi-row INSERT or a VALUES list:
//
//	Values(2, "TEXT", "BIGINT")  =>  (CAST($1 AS TEXT),CAST($2 AS BIGINT)),($3,$4)
//
// Both engines call the columns of a bare VALUES list column1, column2, ... The casts
// of the first row give the list its types, which PostgreSQL cannot infer by itself.
func Values(n int, types ...string) string { return ValuesFrom(1, n, types...) }

// ValuesFrom is Values with parameters counted from first.
func ValuesFrom(first, n int, types ...string) string {
	var b strings.Builder
	b.Grow(n * len(types) * 6)
	for row := range n {
		for col, typ := range types {
			switch {
			case col > 0:
				b.WriteByte(',')
			case row > 0:
				b.WriteString("),(")
			default:
				b.WriteByte('(')
			}
			parameter := "$" + strconv.Itoa(first)
			if row == 0 {
				parameter = "CAST(" + parameter + " AS " + typ + ")"
			}
			b.WriteString(parameter)
			first++
		}
	}
	b.WriteByte(')')
	return b.String()
}

// Blob is what the engine calls bytes, for Values.
func (e Engine) Blob() string {
	if e == Postgres {
		return "BYTEA"
	}
	return "BLOB"
}

// Placeholders writes n parameters counted from first: "$3,$4,$5".
func Placeholders(first, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(first + i))
	}
	return b.String()
}

// Args makes the arguments for Placeholders of a slice.
func Args[T any](values []T) []any {
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	return args
}

// maxRows is how many rows one statement of ExecRows takes: the engines bound the number of parameters.
const maxRows = 1000

// ExecRows runs a statement for any number of rows of parameters, many rows at a time.
// compose writes the statement around a VALUES list; see Values for the types.
func ExecRows(ctx context.Context, tx *Tx, rows [][]any, types []string, compose func(values string) string) error {
	for chunk := range slices.Chunk(rows, maxRows) {
		if _, err := tx.ExecContext(ctx, compose(Values(len(chunk), types...)), slices.Concat(chunk...)...); err != nil {
			return err
		}
	}
	return nil
}
