package sqldb

import (
	"context"
	"database/sql"
)

// Scanner reads the columns of a row.
type Scanner func(targets ...any) error

// asker is a Querier, or a transaction.
type asker interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// EachRow runs a query and hands each row to take, until that fails. The errors of the engine are faults.
func EachRow(ctx context.Context, q asker, query string, args []any, take func(Scanner) error) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return Classify(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := take(rows.Scan); err != nil {
			return err
		}
	}
	return Classify(rows.Err())
}

// Flag is a truth as it is stored.
func Flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
