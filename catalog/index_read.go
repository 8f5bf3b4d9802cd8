package catalog

import (
	"context"
	"fmt"
	"strings"
	"unique"

	"github.com/artisan-eats/artisan/allergen"
	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/catalog/search"
	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/sqldb"
)

// changedProducts is what an index asks for whenever its market has another version; by indices alone,
// whatever changed.
const changedProducts = `SELECT p.id, p.title_key, p.category, p.producer_id, p.price_from, p.created_at,
	p.allergens, p.published, p.listed, p.season, p.tags, c.version, p.allergens_none,
		COALESCE((SELECT k.name FROM category k WHERE k.market = p.market AND k.slug = p.category), ''),
		COALESCE((SELECT MAX(s.good_until) FROM variant v JOIN variant_stock s ON s.variant_id = v.id
		WHERE v.product_id = p.id AND v.withdrawn = 0), ''),
		COALESCE((SELECT o.grade FROM product_sold o WHERE o.product_id = p.id), 0)
	FROM (SELECT changed.id, MAX(changed.version) AS version FROM (
			SELECT id, version FROM product WHERE market = $1 AND version > $2
			UNION ALL SELECT v.product_id, s.version FROM variant_stock s
			JOIN variant v ON v.id = s.variant_id WHERE s.market = $1 AND s.version > $2
			UNION ALL SELECT o.product_id, o.version FROM product_sold o
			WHERE o.market = $1 AND o.version > $2
		) AS changed GROUP BY changed.id) AS c JOIN product p ON p.id = c.id`

// changedItems reads the products of a market that changed after a version.
func changedItems(ctx context.Context, st *goods.Store, market string, after int64) ([]*item, error) {
	var items []*item
	err := sqldb.EachRow(ctx, st.DB.Read(), changedProducts, []any{market, after},
		func(scan sqldb.Scanner) error {
			var i item
			var category, name, producer, tags, until string
			var none bool
			err := scan(&i.id, &i.titleKey, &category, &producer, &i.price, &i.created, &i.allergens,
				&i.published, &i.listed, &i.season, &tags, &i.version, &none, &name, &until, &i.sold)
			if err != nil {
				return err
			}
			i.allergens = allergen.MayContain(i.allergens, none)
			labels, err := goods.ReadList(tags)
			i.tags = strings.Join(search.Spoken(labels...), " ")
			i.categoryName = unique.Make(name).Value()
			i.category, i.producer, i.goodUntil = unique.Make(category), unique.Make(producer),
				unique.Make(until).Value()
			items = append(items, &i)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("read what changed: %w", err)
	}
	return items, nil
}

// changedMakers reads the producers of a market that changed after a version.
func changedMakers(
	ctx context.Context, st *goods.Store, market string, after int64, t *search.Tongue,
) ([]*listedProducer, error) {
	rows, err := st.Read().ChangedProducers(ctx,
		catalogdb.ChangedProducersParams{Market: market, Version: after})
	if err != nil {
		return nil, fmt.Errorf("read which producers changed: %w", sqldb.Classify(err))
	}
	makers := make([]*listedProducer, len(rows))
	for i, row := range rows {
		holidays, err := goods.ReadHolidays(row.Holidays)
		if err != nil {
			return nil, err
		}
		makers[i] = &listedProducer{
			holidays: holidays,
			id:       row.ID, name: row.Name, nameKey: row.NameKey, town: row.Town, image: row.Image,
			approved:  row.Approved == 1,
			suspended: goods.IsSuspended(row.Approved == 1, row.DecidedAt, row.DecidedByKind),
			created:   row.CreatedAt, version: row.Version,
			words: t.Findable(row.Name, row.Town, row.Tagline), named: t.Findable(row.Name, row.Town),
		}
	}
	return makers, nil
}
