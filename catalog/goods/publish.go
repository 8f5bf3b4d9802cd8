package goods

import (
	"context"
	"fmt"
	"strconv"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/idempotency"
	"github.com/artisan-eats/artisan/sqldb"
)

// SetPublished writes which products are published, and so listed and found, unless their form has come
// before. The fault is NotFound where one is another producer's.
func (s *Store) SetPublished(
	ctx context.Context, market, producerID string, ids []string, published bool, form idempotency.Form,
) (again bool, err error) {
	return s.once(ctx, form, func(ctx context.Context, tx *sqldb.Tx) error {
		version, err := catalogdb.New(tx).RaiseMarketVersion(ctx, market)
		if err != nil {
			return NotFound("market", err)
		}
		others, err := unlikePublished(ctx, tx, producerID, ids, published)
		if err != nil || len(others) == 0 {
			return err
		}
		if err := s.publish(ctx, tx, others, published, version); err != nil {
			return err
		}
		action := "products.hide"
		if published {
			action = "products.show"
		}
		return s.Audit(ctx, tx, action, producerID, map[string]string{"products": strconv.Itoa(len(others))})
	})
}

// unlikePublished are those of a producer's products that are not published so already.
func unlikePublished(
	ctx context.Context, tx *sqldb.Tx, producerID string, ids []string, published bool,
) (others []string, err error) {
	ofIDs, arg := sqldb.In(tx.Querier, "id", 2, ids)
	own := 0
	err = sqldb.EachRow(ctx, tx, "SELECT id, published FROM product WHERE producer_id = $1 AND "+ofIDs,
		[]any{producerID, arg}, func(scan sqldb.Scanner) error {
			var productID string
			var is bool
			err := scan(&productID, &is)
			if own++; is != published {
				others = append(others, productID)
			}
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("read what is published: %w", err)
	}
	if own != len(ids) {
		return nil, fault.New(fault.NotFound, "not_found", "There is no such product of this producer.")
	}
	return others, nil
}

func (s *Store) publish(
	ctx context.Context, tx *sqldb.Tx, ids []string, published bool, version int64,
) error {
	ofIDs, arg := sqldb.In(tx.Querier, "id", 4, ids)
	_, err := tx.ExecContext(ctx, `UPDATE product SET published = CAST($1 AS BIGINT), version = $2,
		updated_at = $3,
		listed = CASE WHEN EXISTS (SELECT 1 FROM producer r
		WHERE r.id = product.producer_id AND r.approved = 1)
			AND EXISTS (SELECT 1 FROM variant v WHERE v.product_id = product.id
			AND v.withdrawn = 0) THEN CAST($1 AS BIGINT) ELSE 0 END
		WHERE `+ofIDs, sqldb.Flag(published), version, s.Now().UnixMilli(), arg)
	if err != nil {
		return fmt.Errorf("write what is published: %w", err)
	}
	products, err := s.productsIn(ctx, tx.Querier, ids)
	if err != nil {
		return err
	}
	return s.Index.Put(ctx, tx, documents(products))
}
