package search

import (
	"context"
	"fmt"
	"strings"

	"github.com/artisan-eats/artisan/sqldb"
)

// postgresIndex is full text in a tsvector with a GIN index. The vectors are written
// word by word, as the configuration "simple" would make them of our folded words.
type postgresIndex struct{ db *sqldb.DB }

func (x postgresIndex) Put(ctx context.Context, tx *sqldb.Tx, docs []Document) error {
	rows := make([][]any, len(docs))
	for i, d := range docs {
		rows[i] = []any{d.ProductID, "'" + strings.Join(d.Words, "' '") + "'"}
	}
	_, err := sqldb.ExecRows(ctx, tx, rows, []string{"TEXT", "TEXT"}, func(rows string) string {
		return `INSERT INTO product_search (product_id, words) SELECT v.column1, CAST(v.column2 AS TSVECTOR)
			FROM (` + rows + `) AS v
			ON CONFLICT (product_id) DO UPDATE SET words = excluded.words
			WHERE product_search.words <> excluded.words`
	})
	if err != nil {
		return fmt.Errorf("index documents: %w", err)
	}
	return nil
}

func (x postgresIndex) Find(ctx context.Context, q Query) ([]string, error) {
	var ids []string
	err := sqldb.EachRow(ctx, x.db.Read(), `SELECT product_id FROM product_search
		WHERE words @@ CAST($1 AS TSQUERY) LIMIT $2`,
		[]any{queryText(q), q.Limit}, func(scan sqldb.Scanner) error {
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

// Tidy empties GIN's list of pending words, which every search reads through.
func (x postgresIndex) Tidy(ctx context.Context) error {
	return x.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		if _, err := tx.ExecContext(ctx,
			"SELECT gin_clean_pending_list('product_search_words')"); err != nil {
			return fmt.Errorf("tidy the search: %w", err)
		}
		return nil
	})
}

// queryText writes a query as a tsquery. Words have letters, digits and our own marks
// only; quoted they are never operators.
func queryText(q Query) string {
	var b strings.Builder
	for i, t := range q.Terms {
		if i > 0 {
			b.WriteString(" & ")
		}
		b.WriteByte('(')
		for j, o := range t {
			if j > 0 {
				b.WriteString(" | ")
			}
			b.WriteString("'" + q.Scope + o.Word + "'")
			if o.prefix {
				b.WriteString(":*")
			}
		}
		b.WriteByte(')')
	}
	for _, w := range q.Exclude {
		b.WriteString(" & !'" + q.Scope + w + "'")
	}
	return b.String()
}
