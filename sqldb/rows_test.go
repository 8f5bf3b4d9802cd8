package sqldb_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

func TestEachRowIsTakenInOrderUntilOneIsRefused(t *testing.T) {
	sqldbtest.Each(t, "rows", nil, func(t *testing.T, db *sqldb.DB) {
		const query = "SELECT column1 FROM (VALUES (1), (2), (3)) AS v WHERE column1 > $1 ORDER BY column1"
		got, err := sqldb.Column[int64](t.Context(), db.Read(), query, 1)
		if err != nil || !slices.Equal(got, []int64{2, 3}) {
			t.Errorf("%v, %v", got, err)
		}
		enough, taken := errors.New("enough"), 0
		err = db.Tx(t.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
			return sqldb.EachRow(ctx, tx, query, []any{0}, func(scan sqldb.Scanner) error {
				taken++
				return enough
			})
		})
		if !errors.Is(err, enough) || taken != 1 {
			t.Errorf("%d were taken: %v", taken, err)
		}
		if _, err := sqldb.Column[int64](t.Context(), db.Read(), "SELECT nothing FROM nowhere"); err == nil {
			t.Error("a query that cannot be is answered")
		}
	})
}
