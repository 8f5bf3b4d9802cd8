package book

import (
	"fmt"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/ordering/book/booktest"
	"github.com/artisan-eats/artisan/sqldb"
)

// TestCartsAreClaimedByTheirKeys asks each engine how it would claim a batch: the carts that were left behind
// are many.
func TestCartsAreClaimedByTheirKeys(t *testing.T) {
	each(t, func(s *booktest.Shelf, b *Book) {
		explain := "EXPLAIN "
		if b.DB.Engine == sqldb.SQLite {
			explain = "EXPLAIN QUERY PLAN "
		}
		for _, members := range []int{1, 8, MaxBatch} {
			claims := make([][]any, members)
			for i := range claims {
				claims[i] = []any{fmt.Sprint("cart ", i), "order", int64(1)}
			}
			values, args := sqldb.Rows(b.DB.Engine, claims, claimTypes...)
			plan := planOf(s, b.DB, explain+fmt.Sprintf(claimCarts(1), values), args)
			if strings.Contains(plan, "SCAN carts") || strings.Contains(plan, "Seq Scan on carts") ||
				!strings.Contains(plan, "carts") {
				s.Errorf("%d carts are claimed by\n%s", members, plan)
			}
		}
	})
}

// planOf answers the lines of a query's plan.
func planOf(s *booktest.Shelf, db *sqldb.DB, query string, args []any) string {
	rows, err := db.Read().QueryContext(s.Context(), query, args...)
	s.Must(err)
	defer func() { s.Must(rows.Close()) }()
	columns, err := rows.Columns()
	s.Must(err)
	var lines []string
	for rows.Next() {
		line := make([]any, len(columns))
		for i := range line {
			line[i] = new(any)
		}
		s.Must(rows.Scan(line...))
		lines = append(lines, fmt.Sprint(*line[len(line)-1].(*any))) //nolint:forcetypeassert // made above
	}
	s.Must(rows.Err())
	return strings.Join(lines, "\n")
}
