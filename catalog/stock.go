package catalog

import (
	"context"
	"fmt"

	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/sqldb"
)

// stockChange is what inventory told of a variant.
type stockChange struct {
	variantID, market string
	goodUntil         goods.Day
	told              int64 // inventory's version of it
}

// putStock writes what was told of the variants of a market, each once, in a transaction
// that holds the market's row at a version.
func putStock(ctx context.Context, tx *sqldb.Tx, changes []stockChange, version int64) error {
	rows := make([][]any, len(changes))
	for i, c := range changes {
		rows[i] = []any{c.variantID, c.market, c.goodUntil, c.told, version}
	}
	_, err := sqldb.ExecRows(ctx, tx, rows, []string{"TEXT", "TEXT", "TEXT", "BIGINT", "BIGINT"},
		func(rows string) string {
			return `INSERT INTO variant_stock (variant_id, market, good_until, told, version) ` + rows + `
			ON CONFLICT (variant_id) DO UPDATE SET good_until = excluded.good_until, told = excluded.told,
			version = excluded.version
			WHERE variant_stock.told < excluded.told`
		})
	if err != nil {
		return fmt.Errorf("write stock: %w", err)
	}
	return nil
}
