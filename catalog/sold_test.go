package catalog

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/sqldb"
)

func TestAnOlderAnswerOfWhatWasSoldIsNotKept(t *testing.T) {
	eachStore(t, func(t *testing.T, s *goods.Store, producer goods.Producer) {
		p := put(t, s, brie(producer))[0]
		sold := map[string]int64{p.Variants[0].ID: goods.SoldOnce}
		for _, answer := range []struct {
			at   int64
			sold map[string]int64
		}{{2, sold}, {1, nil}, {2, nil}} {
			if err := s.PutSold(t.Context(), "portland", time.UnixMilli(answer.at), answer.sold); err != nil {
				t.Fatal(err)
			}
		}
		items, err := changedItems(t.Context(), s, "portland", 0)
		if err != nil || len(items) != 1 || items[0].sold != 1 {
			t.Errorf("%d items, %v; want one that was sold", len(items), err)
		}
	})
}

// TestAnIndexFollowsItsMarketByIndices looks at how the engines would read what changed: nothing in it is
// read from end to end.
func TestAnIndexFollowsItsMarketByIndices(t *testing.T) {
	eachStore(t, func(t *testing.T, s *goods.Store, producer goods.Producer) {
		put(t, s, brie(producer))
		plan := planOf(t, s.DB)
		for _, index := range []string{"product_sold_version", "variant_stock_version"} {
			if !strings.Contains(plan, index) {
				t.Errorf("%s is not used:\n%s", index, plan)
			}
		}
		for _, table := range []string{"product_sold", "variant_stock", "variant", "p", "o", "s", "v"} {
			if strings.Contains(plan, "SCAN "+table+"\n") ||
				strings.Contains(plan, "Seq Scan on "+table+" ") {
				t.Errorf("%s is read from end to end:\n%s", table, plan)
			}
		}
	})
}

// planOf is how an engine reads what changed. PostgreSQL reads tables as small as a test's without an index,
// if it may.
func planOf(t *testing.T, db *sqldb.DB) (plan string) {
	t.Helper()
	explain := "EXPLAIN QUERY PLAN "
	err := db.Tx(t.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
		if db.Engine == sqldb.Postgres {
			explain = "EXPLAIN "
			if _, err := tx.ExecContext(ctx, "SET LOCAL enable_seqscan = off"); err != nil {
				return err
			}
		}
		return sqldb.EachRow(ctx, tx.Querier, explain+changedProducts, []any{"portland", 7},
			func(scan sqldb.Scanner) error {
				var line string
				targets := []any{new(int), new(int), new(int), &line}
				if db.Engine == sqldb.Postgres {
					targets = targets[3:]
				}
				err := scan(targets...)
				plan += line + "\n"
				return err
			})
	})
	if err != nil {
		t.Fatal(err)
	}
	return plan
}
