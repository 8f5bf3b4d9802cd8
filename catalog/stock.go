package catalog

import (
	"context"
	"fmt"
	"time"

	"github.com/artisan-eats/artisan/sqldb"
)

// day is a date as YYYY-MM-DD, which texts compare in time's order: up to which the freshest of what can be
// had is good. Empty stands for what is sold out, undated for what has no date.
type day = string

// undated is after every date.
const undated day = "9999-99-99"

func dayOf(t time.Time) day { return t.UTC().Format(time.DateOnly) }

// validDay reports whether a text is a date.
func validDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// stockChange is what inventory told of a variant.
type stockChange struct {
	variantID, market string
	goodUntil         day
	told              int64 // inventory's version of it
}

// putStock writes what was told of the variants of a market, each once, in a transaction
// that holds the market's row at a version.
func putStock(ctx context.Context, tx *sqldb.Tx, changes []stockChange, version int64) error {
	rows := make([][]any, len(changes))
	for i, c := range changes {
		rows[i] = []any{c.variantID, c.market, c.goodUntil, c.told, version}
	}
	_, err := sqldb.ExecRows(ctx, tx, rows, []string{"TEXT", "TEXT", "TEXT", "BIGINT", "BIGINT"}, func(rows string) string {
		return `INSERT INTO variant_stock (variant_id, market, good_until, told, version) ` + rows + `
			ON CONFLICT (variant_id) DO UPDATE SET good_until = excluded.good_until, told = excluded.told, version = excluded.version
			WHERE variant_stock.told < excluded.told`
	})
	if err != nil {
		return fmt.Errorf("write stock: %w", err)
	}
	return nil
}
