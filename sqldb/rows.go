package sqldb

import (
	"context"
	"database/sql"
)

// Scanner reads the columns of a row.
type Scanner func(targets ...any) error

// Queryer is a Querier, or a transaction.
type Queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// EachRow runs a query and hands each row to take, until that fails. The errors of the engine are faults.
func EachRow(ctx context.Context, q Queryer, query string, args []any, take func(Scanner) error) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return Classify(err)
	}
	defer rows.Close()
	scan := Scanner(rows.Scan)
	for rows.Next() {
		if err := take(scan); err != nil {
			return err
		}
	}
	return Classify(rows.Err())
}

// Column reads the only column of a query, as EachRow does.
func Column[T any](ctx context.Context, q Queryer, query string, args ...any) (values []T, err error) {
	err = EachRow(ctx, q, query, args, func(scan Scanner) error {
		var value T
		err := scan(&value)
		values = append(values, value)
		return err
	})
	return values, err
}

// Flag is a truth as it is stored.
func Flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
