package inventory

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/gen/sql/inventorydb"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/sqldb"
)

// unseenShortages are the shortages that the operator has not marked as seen.
func (s *service) unseenShortages(ctx context.Context) ([]host.Trouble, error) {
	rows, err := inventorydb.New(s.db.Read()).UnseenShortages(ctx, host.MaxTroubles)
	if err != nil {
		return nil, fmt.Errorf("list shortages: %w", sqldb.Classify(err))
	}
	var found []host.Trouble
	for _, row := range rows {
		found = append(found, host.Trouble{
			ID: row.OrderID + "/" + row.VariantID, About: row.OrderID,
			Since: time.UnixMilli(row.NoticedAt).UTC(),
			What: "This confirmed order lacks " + decimal(row.Quantity) + " of " + row.VariantID +
				": its hold had ended, and others bought the goods.",
		})
	}
	return found, nil
}

// seeShortage marks a shortage as seen.
func (s *service) seeShortage(ctx context.Context, troubleID string) error {
	order, variant, _ := strings.Cut(troubleID, "/")
	err := s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		return inventorydb.New(tx).MarkShortageSeen(ctx, inventorydb.MarkShortageSeenParams{
			OrderID: order, VariantID: variant, SeenAt: s.h.Now().UnixMilli(),
		})
	})
	if err != nil {
		return fmt.Errorf("mark a shortage as seen: %w", err)
	}
	return nil
}
