package goods

import (
	"context"
	"fmt"

	"github.com/artisan-eats/artisan/sqldb"
)

// IdsOfProducer are a producer's products that have something to sell, by title and slug.
func (s *Store) IdsOfProducer(ctx context.Context, producerID string) (ids []string, err error) {
	err = sqldb.EachRow(ctx, s.DB.Read(), `SELECT p.id FROM product p WHERE p.producer_id = $1
		AND EXISTS (SELECT 1 FROM variant v WHERE v.product_id = p.id AND v.withdrawn = 0)
		ORDER BY p.title_key, p.title, p.slug`, []any{producerID}, func(scan sqldb.Scanner) error {
		var id string
		err := scan(&id)
		ids = append(ids, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list products: %w", err)
	}
	return ids, nil
}

// ListedIDs are a market's listed products by producer, title and slug.
func (s *Store) ListedIDs(ctx context.Context, market string) (ids []string, err error) {
	err = sqldb.EachRow(ctx, s.DB.Read(), `SELECT p.id FROM product p JOIN producer r ON r.id = p.producer_id
		WHERE p.market = $1 AND p.listed = 1 ORDER BY r.name_key, p.title_key, p.title,
		p.slug`, []any{market}, func(scan sqldb.Scanner) error {
		var id string
		err := scan(&id)
		ids = append(ids, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list products: %w", err)
	}
	return ids, nil
}

// MakerKey is a producer's ID and an import key.
type MakerKey struct{ ProducerID, Key string }

// ImportedIDs finds the products that were imported under some keys.
func (s *Store) ImportedIDs(ctx context.Context, keys []MakerKey) ([]string, error) {
	pairs := make([][]any, len(keys))
	for i, k := range keys {
		pairs[i] = []any{k.ProducerID, k.Key}
	}
	return s.IdsByPair(ctx, "import_key <> '' AND (producer_id, import_key)", pairs)
}

// IdsByPair finds the products of which two columns are one of some pairs. That they are pairs makes
// PostgreSQL look each up in the index of both, whatever it believes of a table that is being filled.
func (s *Store) IdsByPair(ctx context.Context, columns string, pairs [][]any) (ids []string, err error) {
	if len(pairs) == 0 {
		return nil, nil
	}
	wanted, args := sqldb.Rows(s.DB.Engine, pairs, "TEXT", "TEXT")
	err = sqldb.EachRow(ctx, s.DB.Read(), "SELECT id FROM product WHERE "+columns+" IN ("+wanted+")", args,
		func(scan sqldb.Scanner) error {
			var productID string
			err := scan(&productID)
			ids = append(ids, productID)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("find products: %w", err)
	}
	return ids, nil
}
