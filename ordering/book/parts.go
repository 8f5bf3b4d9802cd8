package book

import (
	"context"
	"fmt"

	"github.com/artisan-eats/artisan/gen/sql/orderingdb"
	"github.com/artisan-eats/artisan/sqldb"
)

const fillBatch = 200

// FillParts gives parts what the lists need of their orders, where an earlier version wrote them. It leaves
// alone what is written meanwhile.
func (s *Book) FillParts(ctx context.Context) error {
	for {
		orderIDs, err := orderingdb.New(s.DB.Read()).UnfilledParts(ctx, fillBatch)
		if err != nil || len(orderIDs) == 0 {
			return sqldb.Classify(err)
		}
		orders, err := s.Orders(ctx, orderIDs)
		if err != nil {
			return err
		}
		var rows [][]any
		for _, o := range orders {
			rows = appendParts(rows, o)
		}
		if err := s.fillRows(ctx, rows); err != nil {
			return err
		}
	}
}

func (s *Book) fillRows(ctx context.Context, rows [][]any) error {
	return s.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		_, err := sqldb.ExecRows(ctx, tx, rows, partTypes, func(rows string) string {
			return `UPDATE order_parts SET order_status = v.column3, status = v.column4,
				window_id = v.column5, window_ends_at = v.column6, total = v.column7
				FROM (` + rows + `) AS v WHERE order_parts.producer_id = v.column1
					AND order_parts.order_id = v.column2 AND order_parts.order_status = ''`
		})
		if err != nil {
			return fmt.Errorf("fill parts: %w", err)
		}
		return nil
	})
}
