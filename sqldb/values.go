package sqldb

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgtype"
)

// Values writes n rows of parameters for a multi-row INSERT or a VALUES list:
//
//	Values(2, "TEXT", "BIGINT")  =>  (CAST($1 AS TEXT),CAST($2 AS BIGINT)),($3,$4)
//
// Both engines call the columns of a bare VALUES list column1, column2, ... The casts
// of the first row give the list its types, which PostgreSQL cannot infer by itself.
func Values(n int, types ...string) string {
	var b strings.Builder
	number := 1
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
			parameter := "$" + strconv.Itoa(number)
			if row == 0 {
				parameter = "CAST(" + parameter + " AS " + typ + ")"
			}
			b.WriteString(parameter)
			number++
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

// In writes that a column is one of these texts (in valid UTF-8), as one parameter with a number. The SQL
// text is the same for any number of them: PostgreSQL prepares it once, and no engine's bound on parameters
// is met.
func In(q Querier, column string, number int, these []string) (text string, arg any) {
	parameter := "$" + strconv.Itoa(number)
	if q.Engine == Postgres {
		return column + " = ANY(" + parameter + ")", these
	}
	list, _ := json.Marshal(these)
	return column + " IN (SELECT value FROM json_each(" + parameter + "))", string(list)
}

// maxRows is how many rows one statement of ExecRows takes on SQLite, which bounds the number of parameters
// (32,766).
const maxRows = 1000

// Rows gives rows of values as a query, with columns column1, column2, ... of these types (TEXT, BIGINT,
// or Blob's): a VALUES list on SQLite, and on PostgreSQL a query over arrays, whose text is
// the same for any number of rows, so that it is prepared once. Its parameters are $1 and on.
func Rows(e Engine, rows [][]any, types ...string) (query string, args []any) {
	if e == Postgres {
		return arrays(rows, types)
	}
	return "VALUES " + Values(len(rows), types...), slices.Concat(rows...)
}

// ExecRows runs a statement for any number of rows, and answers how many rows of its table it changed.
// compose writes the statement around the query that Rows gives. So a batch is one statement a table and not
// one a row: on PostgreSQL a statement costs mostly its way there and back, during which the rows of the
// batch are locked.
func ExecRows(
	ctx context.Context, tx *Tx, rows [][]any, types []string, compose func(rows string) string,
) (changed int64, err error) {
	size := maxRows
	if tx.Engine == Postgres {
		size = max(1, len(rows))
	}
	for chunk := range slices.Chunk(rows, size) {
		query, args := Rows(tx.Engine, chunk, types...)
		result, err := tx.ExecContext(ctx, compose(query), args...)
		if err != nil {
			return changed, err
		}
		n, err := result.RowsAffected()
		if err != nil {
			return changed, err
		}
		changed += n
	}
	return changed, nil
}

// arrays turns rows into one array for each column, and a query that turns them back.
func arrays(rows [][]any, types []string) (query string, args []any) {
	var from, names []string
	for col, typ := range types {
		number := strconv.Itoa(col + 1)
		from = append(from, "CAST($"+number+" AS "+typ+"[])")
		names = append(names, "column"+number)
		array := make(pgtype.FlatArray[any], len(rows)) // a slice of any is gone through by reflection
		for i, row := range rows {
			array[i] = row[col]
		}
		args = append(args, array)
	}
	return "SELECT * FROM unnest(" + strings.Join(from, ",") + ") AS r (" + strings.Join(names, ",") + ")",
		args
}
