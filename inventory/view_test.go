package inventory_test

import (
	"context"
	"testing"

	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

// TestWhoLooksAtAHoldWaitsForNobody looks while somebody writes it.
func TestWhoLooksAtAHoldWaitsForNobody(t *testing.T) {
	each(t, func(s store) {
		cheese, order := newID(id.Variant), newID(id.Order)
		s.set(cheese, 1000)
		_, err := s.hold(order, cheese, 1000)
		s.must(err)
		s.must(s.p.Host("inventory").DB().Tx(s.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
			_, err := tx.ExecContext(ctx, "UPDATE holds SET state = 'released' WHERE order_id = $1", order)
			if got := s.state(order); got.GetState() != state.GoodsHeld || len(got.GetAllocations()) != 1 {
				s.Errorf("it sees %v", got)
			}
			_, back := tx.ExecContext(ctx, "UPDATE holds SET state = 'held' WHERE order_id = $1", order)
			s.must(back)
			return err
		}))
	})
}
