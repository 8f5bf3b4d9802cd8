package goods

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/artisan-eats/artisan/catalog/search"
	"github.com/artisan-eats/artisan/sqldb"
)

// reindexed is how many products are indexed anew in one transaction: so few that nobody waits for it.
const reindexed = 100

// Reindex makes the documents anew that are of another form than today's: an earlier version wrote them, or
// their market spoke another language. Until then they are found as they were before.
func (s *Store) Reindex(ctx context.Context) error {
	markets, err := s.Markets(ctx)
	for _, m := range markets {
		err = errors.Join(err, s.reindexMarket(ctx, m))
	}
	return err
}

func (s *Store) reindexMarket(ctx context.Context, m Market) error {
	ids, err := s.Outdated(ctx, m)
	if err != nil || len(ids) == 0 {
		return err
	}
	for batch := range slices.Chunk(ids, reindexed) {
		if err := s.DB.Tx(ctx,
			func(ctx context.Context,
				tx *sqldb.Tx,
			) error {
				return s.indexAnew(ctx, tx, m.Code, batch)
			}); err != nil {
			return fmt.Errorf("index products anew: %w", err)
		}
	}
	return s.Index.Tidy(ctx)
}

// indexAnew holds the market's row, as every writer of products does: no document is of an older product than
// the one that it replaces.
func (s *Store) indexAnew(ctx context.Context, tx *sqldb.Tx, market string, ids []string) error {
	var version int64
	if err := tx.QueryRowContext(ctx, "SELECT version FROM market WHERE code = $1 FOR UPDATE",
		market).Scan(&version); err != nil {
		return err
	}
	products, err := s.productsIn(ctx, tx.Querier, ids)
	if err != nil {
		return err
	}
	return s.Index.Put(ctx, tx, documents(products))
}

// Outdated are the products of a market whose documents are not of today's form, or not there.
func (s *Store) Outdated(ctx context.Context, m Market) (ids []string, err error) {
	current := map[string]bool{}
	for _, listed := range []bool{true, false} {
		found, err := s.Index.Find(ctx, search.Query{
			Scope: search.Scope(m.Code, listed),
			Terms: []search.Term{{{Word: search.TongueOf(m.Locale).Form()}}}, Exclude: nil,
			Limit: math.MaxInt32,
		})
		if err != nil {
			return nil, err
		}
		for _, productID := range found {
			current[productID] = true
		}
	}
	err = sqldb.EachRow(ctx, s.DB.Read(), "SELECT id FROM product WHERE market = $1 ORDER BY id",
		[]any{m.Code}, func(scan sqldb.Scanner) error {
			var productID string
			err := scan(&productID)
			if !current[productID] {
				ids = append(ids, productID)
			}
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("read which products are not indexed: %w", err)
	}
	return ids, nil
}
