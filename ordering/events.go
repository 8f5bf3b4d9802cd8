package ordering

import (
	"context"
	"fmt"

	"github.com/artisan-eats/artisan/events"
	"github.com/artisan-eats/artisan/ordering/reading"
	"github.com/artisan-eats/artisan/sqldb"
)

// consume notes the windows that were moved, and whose links were ended.
func (s *Service) consume(ctx context.Context, tx *sqldb.Tx, batch []events.Event) error {
	for _, e := range batch {
		var err error
		switch e.Type {
		case "window.changed":
			err = s.Mover.NoteMove(ctx, tx, e)
		case "customer.links_ended":
			err = reading.EndLinks(ctx, tx, e)
		}
		if err != nil {
			return fmt.Errorf("take %s of %s: %w", e.Type, e.Aggregate, err)
		}
	}
	return nil
}
