package ordering

import (
	"fmt"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/sqldb"
)

// TestCartsAreClaimedByTheirKeys asks each engine how it would claim a batch: the carts that were left behind
// are many.
func TestCartsAreClaimedByTheirKeys(t *testing.T) {
	each(t, func(s *shop) {
		db, explain := s.service.host.DB(), "EXPLAIN "
		if db.Engine == sqldb.SQLite {
			explain = "EXPLAIN QUERY PLAN "
		}
		for _, members := range []int{1, 8, maxBatch} {
			claims := make([][]any, members)
			for i := range claims {
				claims[i] = []any{fmt.Sprint("cart ", i), "order", int64(1)}
			}
			values, args := sqldb.Rows(db.Engine, claims, claimTypes...)
			plan := s.plan(db, explain+fmt.Sprintf(claimCarts(1), values), args)
			if strings.Contains(plan, "SCAN carts") || strings.Contains(plan, "Seq Scan on carts") ||
				!strings.Contains(plan, "carts") {
				s.Errorf("%d carts are claimed by\n%s", members, plan)
			}
		}
	})
}

// plan answers the lines of a query's plan.
func (s *shop) plan(db *sqldb.DB, query string, args []any) string {
	rows, err := db.Read().QueryContext(s.Context(), query, args...)
	s.must(err)
	defer func() { s.must(rows.Close()) }()
	columns, err := rows.Columns()
	s.must(err)
	var lines []string
	for rows.Next() {
		line := make([]any, len(columns))
		for i := range line {
			line[i] = new(any)
		}
		s.must(rows.Scan(line...))
		lines = append(lines, fmt.Sprint(*line[len(line)-1].(*any))) //nolint:forcetypeassert // made above
	}
	s.must(rows.Err())
	return strings.Join(lines, "\n")
}
