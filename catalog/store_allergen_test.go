package catalog

import (
	"context"
	"io/fs"
	"testing"
	"testing/fstest"
	"time"

	"github.com/artisan-eats/artisan/allergen"
	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

// before are the migrations up to a number.
func before(t *testing.T, number string) fs.FS {
	t.Helper()
	files := fstest.MapFS{}
	names, err := fs.Glob(Migrations(), "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if name < number {
			content, err := fs.ReadFile(Migrations(), name)
			if err != nil {
				t.Fatal(err)
			}
			files[name] = &fstest.MapFile{Data: content}
		}
	}
	return files
}

// olderProduct is written as by a version that knows allergens only.
func olderProduct(t *testing.T, db *sqldb.DB, id string, allergens allergen.Set) {
	t.Helper()
	err := db.Tx(t.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO product (id, market, producer_id, title, title_key, slug,
			description, ingredients, category, tags,
				allergens, certifications, published, listed, price_from, import_key, version, created_at,
				updated_at, season)
			VALUES ($1, 'portland', 'pro_portland_1', $1, $1, $1, '', '', 'bread', '[]', $2, '[]', 1, 1, 100,
			'', 1, 1, 1, 0)
			ON CONFLICT (id) DO UPDATE SET allergens = excluded.allergens`, id, int64(allergens))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestWhatWasStoredWithNoneIsNotStated also holds for what an older version writes beside this one.
func TestWhatWasStoredWithNoneIsNotStated(t *testing.T) {
	sqldbtest.Each(t, "catalog", before(t, "00007"), func(t *testing.T, db *sqldb.DB) {
		err := db.Tx(t.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
			for _, query := range []string{
				`INSERT INTO market (code, name, currency, time_zone, country, commission_bp, locale, version)
					VALUES ('portland', 'Portland', 'USD', 'UTC', 'US', 0, 'en', 1)`,
				`INSERT INTO producer (id, market, name, name_key, slug, town, tagline, story, certifications,
					approved, image, created_at, updated_at)
					VALUES ('pro_portland_1', 'portland', 'Oak', 'oak', 'oak', '', '', '', '[]', 1, '', 1,
					1)`,
			} {
				if _, err := tx.ExecContext(ctx, query); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		olderProduct(t, db, "nothing", 0)
		olderProduct(t, db, "milk", 1<<6)
		if err := db.Migrate(t.Context(), "catalog", Migrations()); err != nil {
			t.Fatal(err)
		}
		olderProduct(t, db, "nothing since", 0)
		olderProduct(t, db, "milk since", 1<<6)
		olderProduct(t, db, "milk no more", 1<<6)
		olderProduct(t, db, "milk no more", 0)

		s, err := goods.Open(t.Context(), db, time.Now, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		items, err := changedItems(t.Context(), s, "portland", 0)
		if err != nil || len(items) != 5 {
			t.Fatal(items, err)
		}
		free := newFilter(filterKey{without: 1})
		for _, i := range items {
			p, err := s.Product(t.Context(), i.id)
			if err != nil {
				t.Fatal(err)
			}
			milk := i.id == "milk" || i.id == "milk since"
			if p.AllergensStated() != milk || free.shows(i) != milk || p.NoAllergens {
				t.Errorf("%s: stated %v, shown as free of gluten %v, none %v", i.id, p.AllergensStated(),
					free.shows(i), p.NoAllergens)
			}
		}
	})
}
