package delivery_test

import (
	"context"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

// TestWhoLooksAtAPlaceWaitsForNobody looks while somebody writes its hold and its window.
func TestWhoLooksAtAPlaceWaitsForNobody(t *testing.T) {
	each(t, time.Now(), func(d desk) {
		window, order := d.window(10).GetId(), newID(id.Order)
		_, err := d.hold(order, window)
		d.must(err)
		d.must(d.p.Host("delivery").DB().Tx(d.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
			for _, change := range []string{
				"UPDATE holds SET version = version",
				"UPDATE windows SET held = held",
			} {
				if _, err := tx.ExecContext(ctx, change); err != nil {
					return err
				}
			}
			d.wantState(order, "held")
			return nil
		}))
	})
}
