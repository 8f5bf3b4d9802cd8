package sqldb_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

func TestAnyNumberOfRows(t *testing.T) {
	sqldbtest.Each(t, "t", schema, func(t *testing.T, db *sqldb.DB) {
		for _, n := range []int{0, 1, 2500} {
			var rows [][]any
			var ids []string
			for i := range n {
				ids = append(ids, fmt.Sprintf(`%d "'\`, i))
				rows = append(rows, []any{ids[i], int64(i)})
			}
			var changed int64
			err := db.Tx(t.Context(), func(ctx context.Context, tx *sqldb.Tx) (err error) {
				changed, err = sqldb.ExecRows(ctx, tx, rows, []string{"TEXT", "BIGINT"},
					func(rows string) string {
						return "INSERT INTO t (id, n) " + rows +
							" ON CONFLICT (id) DO UPDATE SET n = excluded.n"
					})
				return err
			})
			if err != nil || changed != int64(n) {
				t.Fatalf("%d rows: %d changed, %v", n, changed, err)
			}
			among, arg := sqldb.In(db.Read(), "id", 2, ids)
			var found int
			if err := db.Read().QueryRowContext(t.Context(), "SELECT COUNT(*) FROM t WHERE n >= $1 AND "+
				among, 0, arg).Scan(&found); err != nil || found != n {
				t.Errorf("%d of %d rows found, %v", found, n, err)
			}
		}
	})
}
