package delivery

import (
	"context"
	"fmt"
	"time"

	"github.com/artisan-eats/artisan/gen/sql/deliverydb"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/sqldb"
)

// overbookings are the confirmed orders without a place that nobody has seen yet.
func (s *service) overbookings(ctx context.Context) ([]host.Trouble, error) {
	rows, err := deliverydb.New(s.db.Read()).ListOverbookings(ctx, host.MaxTroubles)
	if err != nil {
		return nil, fmt.Errorf("list overbookings: %w", sqldb.Classify(err))
	}
	var found []host.Trouble
	for _, row := range rows {
		found = append(found, host.Trouble{
			ID: row.OrderID, About: row.OrderID, Since: time.UnixMilli(row.NoticedAt),
			What: "The order is confirmed, but has no place in " + row.WindowID + ", which is full.",
		})
	}
	return found, nil
}

// see marks an overbooking as seen.
func (s *service) see(ctx context.Context, orderID string) error {
	err := s.db.Tx(ctx,
		func(ctx context.Context, tx *sqldb.Tx) error {
			return deliverydb.New(tx).SeeOverbooking(ctx,
				orderID)
		})
	if err != nil {
		return fmt.Errorf("see an overbooking: %w", err)
	}
	return nil
}
