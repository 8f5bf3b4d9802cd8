package goods

import (
	"context"
	"fmt"
	"time"

	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/sqldb"
)

// SoldWeeks is how long a sale counts, half of it from week to week.
const SoldWeeks = 4

// SoldOnce is what an order of this week counts.
const SoldOnce = 1 << (SoldWeeks - 1)

// soldSteps are what each grade begins with: an order this week, then four times as many each.
var soldSteps = []int64{SoldOnce, 4 * SoldOnce, 16 * SoldOnce, 64 * SoldOnce}

// soldGrade is how much that is, from 0 to the number of steps.
func soldGrade(counted int64) (grade int64) {
	for _, step := range soldSteps {
		if counted >= step {
			grade++
		}
	}
	return grade
}

// PutSold writes what was sold of a market's variants lately, by what was answered at a time, unless a later
// answer is there.
func (s *Store) PutSold(ctx context.Context, market string, at time.Time, variants map[string]int64) error {
	products, err := s.soldProducts(ctx, market, variants)
	if err != nil {
		return err
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		q := catalogdb.New(tx)
		if n, err := q.NoteSalesAsked(ctx,
			catalogdb.NoteSalesAskedParams{Market: market, AskedAt: at.UnixMilli()}); err != nil || n == 0 {
			return err
		}
		rows, err := q.SoldGrades(ctx, market)
		if err != nil {
			return fmt.Errorf("read what was sold: %w", err)
		}
		grades := map[string]int64{}
		for productID, counted := range products {
			grades[productID] = soldGrade(counted)
		}
		for _, row := range rows {
			if grade := grades[row.ProductID]; grade == row.Grade {
				delete(grades, row.ProductID)
			} else {
				grades[row.ProductID] = grade
			}
		}
		return putGrades(ctx, tx, market, grades)
	})
}

// soldProducts sums what was counted of variants by their products.
func (s *Store) soldProducts(
	ctx context.Context, market string, variants map[string]int64,
) (map[string]int64, error) {
	products := map[string]int64{}
	if len(variants) == 0 {
		return products, nil
	}
	ids := make([]string, 0, len(variants))
	for variantID := range variants {
		ids = append(ids, variantID)
	}
	q := s.DB.Read()
	ofIDs, arg := sqldb.In(q, "v.id", 2, ids)
	err := sqldb.EachRow(ctx, q,
		"SELECT v.id, v.product_id FROM variant v JOIN product p ON p.id = v.product_id WHERE p.market = $1 AND "+ofIDs, []any{market, arg}, func(scan sqldb.Scanner) error {
			var variantID, productID string
			err := scan(&variantID, &productID)
			products[productID] += variants[variantID]
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("read whose the sold variants are: %w", err)
	}
	return products, nil
}

// putGrades writes those grades that are others now. The indexes follow the market's version.
func putGrades(ctx context.Context, tx *sqldb.Tx, market string, grades map[string]int64) error {
	if len(grades) == 0 {
		return nil
	}
	version, err := catalogdb.New(tx).RaiseMarketVersion(ctx, market)
	if err != nil {
		return fmt.Errorf("raise the market's version: %w", err)
	}
	rows := make([][]any, 0, len(grades))
	for productID, grade := range grades {
		rows = append(rows, []any{productID, market, grade, version})
	}
	_, err = sqldb.ExecRows(ctx, tx, rows, []string{"TEXT", "TEXT", "BIGINT", "BIGINT"},
		func(rows string) string {
			return `INSERT INTO product_sold (product_id, market, grade, version) ` + rows + `
			ON CONFLICT (product_id) DO UPDATE SET grade = excluded.grade, version = excluded.version`
		})
	if err != nil {
		return fmt.Errorf("write what was sold: %w", err)
	}
	return nil
}
