package goods

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/idempotency"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/stamp"
)

// Price is what a variant costs, in minor units.
type Price struct {
	VariantID string
	Amount    int64
	Was       *int64 // what it was when it was seen; nil where that does not matter
}

// SetPrices writes prices of a producer's variants, and what its products cost at the least, unless their
// form has come before. The fault is NotFound when a variant is another's or withdrawn.
func (s *Store) SetPrices(
	ctx context.Context, market, producerID string, prices []Price, form idempotency.Form,
) (again bool, err error) {
	return s.once(ctx, form, func(ctx context.Context, tx *sqldb.Tx) error {
		version, err := catalogdb.New(tx).RaiseMarketVersion(ctx, market)
		if err != nil {
			return NotFound("market", err)
		}
		if err := checkPrices(ctx, tx, prices); err != nil {
			return err
		}
		if err := writePrices(ctx, tx, producerID, prices); err != nil {
			return err
		}
		ofVariants, arg := sqldb.In(tx.Querier, "v.id", 3,
			Distinct(prices, func(p Price) string { return p.VariantID }))
		_, err = tx.ExecContext(ctx, `UPDATE product SET version = $1, updated_at = $2,
			price_from = (SELECT MIN(v.price) FROM variant v
			WHERE v.product_id = product.id AND v.withdrawn = 0)
			WHERE id IN (SELECT v.product_id FROM variant v
			WHERE `+ofVariants+`)`, version, s.Now().UnixMilli(), arg)
		if err != nil {
			return fmt.Errorf("write what products cost: %w", err)
		}
		return s.auditPrices(ctx, tx, producerID, prices)
	})
}

// once does something in a transaction, or nothing where its form has come before, and reports that.
func (s *Store) once(
	ctx context.Context, form idempotency.Form, do func(context.Context, *sqldb.Tx) error,
) (again bool, err error) {
	err = s.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		again = true
		_, err := idempotency.Do(ctx, tx, form, func() (string, error) {
			again = false
			return "", do(ctx, tx)
		})
		return err
	})
	return again, err
}

// checkPrices refuses the change of a price that is neither as it was seen nor as it is to be.
func checkPrices(ctx context.Context, tx *sqldb.Tx, prices []Price) error {
	seen := map[string]Price{}
	for _, p := range prices {
		if p.Was != nil {
			seen[p.VariantID] = p
		}
	}
	if len(seen) == 0 {
		return nil
	}
	ofVariants, arg := sqldb.In(tx.Querier, "id", 1, slices.Sorted(maps.Keys(seen)))
	err := sqldb.EachRow(ctx, tx, "SELECT id, price FROM variant WHERE "+ofVariants, []any{arg},
		func(scan sqldb.Scanner) error {
			var variantID string
			var now int64
			if err := scan(&variantID, &now); err != nil {
				return err
			}
			if p := seen[variantID]; now != *p.Was && now != p.Amount {
				return stamp.Check(stamp.Of(*p.Was), stamp.Of(now))
			}
			return nil
		})
	if err != nil {
		return fmt.Errorf("look at prices: %w", err)
	}
	return nil
}

func writePrices(ctx context.Context, tx *sqldb.Tx, producerID string, prices []Price) error {
	rows := make([][]any, len(prices))
	for i, p := range prices {
		rows[i] = []any{p.VariantID, p.Amount, producerID}
	}
	n, err := sqldb.ExecRows(ctx, tx, rows, []string{"TEXT", "BIGINT", "TEXT"}, func(rows string) string {
		return `UPDATE variant SET price = v.column2 FROM (` + rows + `) AS v
			WHERE variant.id = v.column1 AND variant.withdrawn = 0
			AND EXISTS (SELECT 1 FROM product p WHERE p.id = variant.product_id
			AND p.producer_id = v.column3)`
	})
	if err != nil {
		return fmt.Errorf("write prices: %w", err)
	}
	if n != int64(len(prices)) {
		return fault.New(fault.NotFound, "not_found", "There is no such variant of this producer.")
	}
	return nil
}
