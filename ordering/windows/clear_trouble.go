package windows

import (
	"context"
	"fmt"
	"time"

	"github.com/artisan-eats/artisan/gen/sql/orderingdb"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/sqldb"
)

// stayedOrders are cancelled windows in which orders stay. Nothing more happens to them by itself: somebody
// decides on them at the window's page.
func (s *Mover) stayedOrders(ctx context.Context) ([]host.Trouble, error) {
	rows, err := orderingdb.New(s.Book.DB.Read()).WindowsWithStayed(ctx, host.MaxTroubles)
	if err != nil {
		return nil, fmt.Errorf("look for orders of cancelled windows: %w", sqldb.Classify(err))
	}
	var found []host.Trouble
	for _, row := range rows {
		what := "An order stays in this window"
		if row.Stay > 1 {
			what = fmt.Sprintf("%d orders stay in this window", row.Stay)
		}
		found = append(found, host.Trouble{
			ID: row.WindowID, About: row.WindowID, Since: time.UnixMilli(row.StartedAt),
			What: what + ", which is cancelled. The window's page says why, and moves or cancels what stays.",
		})
	}
	return found, nil
}
