package goods

import (
	"context"
	"fmt"

	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/naming"
	"github.com/artisan-eats/artisan/sqldb"
)

// Caution is what has to be known of a producer's name before it is approved; "" when there is nothing.
func Caution(ctx context.Context, q *catalogdb.Queries, p Producer) (string, error) {
	alike, err := q.ProducersAlike(ctx,
		catalogdb.ProducersAlikeParams{Market: p.Market, Look: naming.Look(p.Name), ID: p.ID})
	if err != nil {
		return "", fmt.Errorf("read who has a name like another's: %w", sqldb.Classify(err))
	}
	word := naming.MixedWord(p.Name)
	switch {
	case len(alike) > 0 && word != "":
		return fmt.Sprintf("The name looks like that of %s, and “%s” has letters of two alphabets.", alike[0],
			word), nil
	case len(alike) > 0:
		return fmt.Sprintf("The name looks like that of %s.", alike[0]), nil
	case word != "":
		return fmt.Sprintf("“%s” has letters of two alphabets.", word), nil
	}
	return "", nil
}

// WorkOutLooks fills in the looks of names that were written by a version that did not know of them.
func (s *Store) WorkOutLooks(ctx context.Context) error {
	const batch = 500
	for {
		rows, err := s.Read().ProducersWithoutLook(ctx, batch)
		if err != nil || len(rows) == 0 {
			return sqldb.Classify(err)
		}
		err = s.Write(ctx, "work out how names look", func(q *catalogdb.Queries) error {
			for _, row := range rows {
				if err := q.SetLook(ctx,
					catalogdb.SetLookParams{
						ID: row.ID, Name: row.Name,
						Look: naming.Look(row.Name),
					}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}
