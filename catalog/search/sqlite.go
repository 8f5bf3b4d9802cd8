package search

import (
	"context"
	"fmt"
	"strings"

	"github.com/artisan-eats/artisan/sqldb"
)

// sqliteIndex is full text in SQLite's FTS5. Its rows have numbers, which the
// table search_doc gives to products.
type sqliteIndex struct{ db *sqldb.DB }

func (x sqliteIndex) Put(ctx context.Context, tx *sqldb.Tx, docs []Document) error {
	ids, rows := make([][]any, len(docs)), make([][]any, len(docs))
	for i, d := range docs {
		ids[i], rows[i] = []any{d.ProductID}, []any{d.ProductID, strings.Join(d.Words, " ")}
	}
	_, err := sqldb.ExecRows(ctx, tx, ids, []string{"TEXT"}, func(rows string) string {
		return "INSERT INTO search_doc (product_id) " + rows + " ON CONFLICT DO NOTHING"
	})
	if err != nil {
		return fmt.Errorf("number documents: %w", err)
	}
	_, err = sqldb.ExecRows(ctx, tx, rows, []string{"TEXT", "TEXT"}, func(rows string) string {
		return `INSERT OR REPLACE INTO product_search (rowid, words) SELECT d.doc, v.column2
			FROM (` + rows + `) AS v JOIN search_doc d ON d.product_id = v.column1`
	})
	if err != nil {
		return fmt.Errorf("index documents: %w", err)
	}
	return nil
}

func (x sqliteIndex) Find(ctx context.Context, q Query) ([]string, error) {
	var ids []string
	err := sqldb.EachRow(ctx, x.db.Read(), `SELECT d.product_id FROM product_search s
		JOIN search_doc d ON d.doc = s.rowid WHERE product_search MATCH $1 LIMIT $2`,
		[]any{matchText(q), q.Limit}, func(scan sqldb.Scanner) error {
			var productID string
			err := scan(&productID)
			ids = append(ids, productID)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	return ids, nil
}

// Tidy does nothing: FTS5 merges as it is written.
func (x sqliteIndex) Tidy(context.Context) error { return nil }

// matchText writes a query in FTS5's language. Words have letters, digits and our own
// marks only; quoted they are never operators.
func matchText(q Query) string {
	var b strings.Builder
	for i, t := range q.Terms {
		if i > 0 {
			b.WriteString(" AND ")
		}
		b.WriteByte('(')
		for j, o := range t {
			if j > 0 {
				b.WriteString(" OR ")
			}
			b.WriteString(`"` + q.Scope + o.Word + `"`)
			if o.prefix {
				b.WriteByte('*')
			}
		}
		b.WriteByte(')')
	}
	for _, w := range q.Exclude {
		b.WriteString(` NOT "` + q.Scope + w + `"`)
	}
	return b.String()
}
