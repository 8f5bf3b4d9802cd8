package intake

import (
	"context"
	"fmt"

	"github.com/artisan-eats/artisan/catalog/feed"
	"github.com/artisan-eats/artisan/naming"
	"github.com/artisan-eats/artisan/sqldb"
)

// nearMiss notes a name that is new and differs from one that is there by its marks only.
func nearMiss(row int64, column, there, name, what string) feed.Issue {
	return feed.Issue{
		Row: row, Column: column,
		Message: fmt.Sprintf("There is “%s” already: “%s” is taken for another %s.", there, name, what),
	}
}

// tellNear notes what of a batch is new and has nearly the name of something else.
func (im *importer) tellNear(ctx context.Context, plans []plan) error {
	for i := range plans {
		p := &plans[i]
		if p.isNew() {
			there, err := im.nearTitle(ctx, p)
			if err != nil {
				return err
			}
			if there != "" {
				p.near = append(p.near, nearMiss(p.file.Row, "title", there, p.after.Title, "product"))
			}
		}
		key := naming.Identity(p.after.CategoryName)
		if category := im.categories[key]; category.Like != "" {
			p.near = append(p.near, nearMiss(p.file.Row, "category", category.Like, category.Name,
				"category"))
			category.Like = ""
			im.categories[key] = category
		}
		for _, note := range p.near {
			if err := im.issue(note); err != nil {
				return err
			}
		}
	}
	return nil
}

// maxNearTitles bounds for how many products titles are kept to be compared.
const maxNearTitles = 200_000

// nearTitle is the title of a product of the same producer that a new one's differs from by its marks only;
// "" when there is none.
func (im *importer) nearTitle(ctx context.Context, p *plan) (string, error) {
	maker := im.producers[naming.Identity(p.file.Producer)]
	if im.nearTitles > maxNearTitles {
		clear(im.near)
		im.nearTitles = 0
	}
	known := im.near[maker.Name]
	if known == nil {
		known = map[string]string{}
		im.near[maker.Name] = known
		if maker.stored {
			if err := im.readNearTitles(ctx, maker.ID, known); err != nil {
				return "", err
			}
		}
	}
	title, folded := p.after.Title, naming.Fold(p.after.Title)
	there, taken := known[folded]
	if !taken {
		known[folded] = title
		im.nearTitles++
	}
	if naming.IsNear(there, title) {
		return there, nil
	}
	return "", nil
}

func (im *importer) readNearTitles(ctx context.Context, producerID string, known map[string]string) error {
	err := sqldb.EachRow(ctx, im.intake.store.DB.Read(),
		"SELECT title FROM product WHERE producer_id = $1 ORDER BY id", []any{producerID},
		func(scan sqldb.Scanner) error {
			var title string
			err := scan(&title)
			if _, taken := known[naming.Fold(title)]; !taken {
				known[naming.Fold(title)] = title
				im.nearTitles++
			}
			return err
		})
	if err != nil {
		return fmt.Errorf("read titles: %w", err)
	}
	return nil
}

// noteNearSize notes a new size of a product that differs from another by its marks only.
func (p *plan) noteNearSize(row int64, title string) {
	for _, v := range p.after.Variants {
		if naming.IsNear(v.Title, title) {
			p.near = append(p.near, nearMiss(row, "variant", v.Title, title, "size"))
			return
		}
	}
}
