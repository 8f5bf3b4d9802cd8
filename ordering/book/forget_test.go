package book

import (
	"context"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/ordering/book/booktest"
	"github.com/artisan-eats/artisan/sqldb"
)

// TestLotsAreLookedAtAFewAtATime has more than one run looks at.
func TestLotsAreLookedAtAFewAtATime(t *testing.T) {
	each(t, func(s *booktest.Shelf, b *Book) {
		h := s.Host
		before := h.Now().Add(-lotsKept - 24*time.Hour)
		lot := id.New(id.Lot, market, before, h.Random())
		s.Exec("INSERT INTO order_lots (lot_id, order_id, quantity) VALUES ($1, $2, 1)", "lot_zzz",
			id.New(id.Order, market, before, h.Random()))
		var rows [][]any
		for range lotsLooked {
			rows = append(rows, []any{lot, id.New(id.Order, market, h.Now(), h.Random()), 1})
		}
		s.Must(b.DB.Tx(s.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
			return batchWriter{ctx: ctx, tx: tx}.exec(
				"INSERT INTO order_lots (lot_id, order_id, quantity) %s", rows, "TEXT", "TEXT", "BIGINT")
		}))
		for run, want := range []int64{lotsLooked + 1, lotsLooked} {
			s.Must(b.ForgetOver(s.Context()))
			if n := s.Count("SELECT COUNT(*) FROM order_lots"); n != want {
				s.Errorf("after run %d: %d lots, want %d", run+1, n, want)
			}
		}
	})
}
