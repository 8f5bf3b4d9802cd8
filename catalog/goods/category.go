package goods

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/artisan-eats/artisan/catalog/category"
	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/naming"
	"github.com/artisan-eats/artisan/sqldb"
)

// OwnCategories finds what a market's own categories of some names are; one that it has not gets the slug
// that it would have.
func (s *Store) OwnCategories(
	ctx context.Context, q sqldb.Querier, market string, names []string,
) (map[string]OwnCategory, error) {
	byKey, bySlug := map[string]OwnCategory{}, map[string]string{}
	for _, name := range names {
		key := naming.Identity(name)
		rows, err := s.categoriesWhere(ctx, q, market, "name_key", key)
		if err != nil {
			return nil, err
		}
		if len(rows) > 0 {
			byKey[key] = OwnCategory{Category: rows[0], Stored: true}
			continue
		}
		slug := naming.Slugify(name)
		taken, err := s.categoriesWhere(ctx, q, market, "slug", slug)
		if err != nil {
			return nil, err
		}
		made := OwnCategory{Category: category.Category{Slug: slug, Name: name}, Like: bySlug[slug]}
		if len(taken) > 0 {
			made.Like = taken[0].Name
		}
		if category.IsFixed(slug) || made.Like != "" || slug == naming.NoSlug {
			made.Slug = distinctCategory(slug, key)
		}
		if !naming.IsNear(made.Like, name) {
			made.Like = ""
		}
		byKey[key], bySlug[slug] = made, cmp.Or(bySlug[slug], name)
	}
	return byKey, nil
}

// distinctCategory makes a slug that is another's, or none, unique by the name that it stands for.
func distinctCategory(slug, key string) string {
	sum := sha256.Sum256([]byte(key))
	if slug == naming.NoSlug {
		slug = "category"
	}
	return slug + "-" + hex.EncodeToString(sum[:4])
}

// categoriesWhere reads the category of a market of which a column has a value.
func (s *Store) categoriesWhere(
	ctx context.Context, q sqldb.Querier, market, column, value string,
) (found []category.Category, err error) {
	err = sqldb.EachRow(ctx, q, "SELECT slug, name FROM category WHERE market = $1 AND "+column+" = $2",
		[]any{market, value}, func(scan sqldb.Scanner) error {
			var c category.Category
			err := scan(&c.Slug, &c.Name)
			found = append(found, c)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("read categories: %w", err)
	}
	return found, nil
}

// NameCategories makes sure that a market has categories of some names, and answers them by their names'
// identities. Holding the market's row, no other writer can take a slug meanwhile.
func (s *Store) NameCategories(
	ctx context.Context, market string, names []string,
) (named map[string]OwnCategory, err error) {
	err = s.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		version, err := catalogdb.New(tx).RaiseMarketVersion(ctx, market)
		if err != nil {
			return NotFound("market", err)
		}
		if named, err = s.OwnCategories(ctx, tx.Querier, market, names); err != nil {
			return err
		}
		for key, c := range named {
			err := catalogdb.New(tx).NameCategory(ctx,
				catalogdb.NameCategoryParams{
					Market: market, Slug: c.Slug, Name: c.Name, NameKey: key,
					Version: version,
				})
			if err != nil {
				return fmt.Errorf("name a category: %w", err)
			}
			named[key] = OwnCategory{Category: c.Category, Stored: true}
		}
		return nil
	})
	return named, err
}

// ChangedCategories reads the categories of a market whose names changed after a version.
func (s *Store) ChangedCategories(
	ctx context.Context, market string, after int64,
) ([]category.Category, error) {
	rows, err := s.Read().ChangedCategories(ctx,
		catalogdb.ChangedCategoriesParams{Market: market, Version: after})
	if err != nil {
		return nil, fmt.Errorf("read which categories changed: %w", sqldb.Classify(err))
	}
	changed := make([]category.Category, len(rows))
	for i, row := range rows {
		changed[i] = category.Category{Slug: row.Slug, Name: row.Name}
	}
	return changed, nil
}

// nameProducts fills in what the categories are called that products stand in.
func (w *productWrite) nameProducts(ctx context.Context) error {
	names := map[string]string{}
	for i := range w.products {
		p := &w.products[i]
		if category.IsFixed(p.Category) || p.CategoryName != "" {
			continue
		}
		if _, read := names[p.Category]; !read {
			own, err := w.store.categoriesWhere(ctx, w.tx.Querier, w.market, "slug", p.Category)
			if err != nil {
				return err
			}
			names[p.Category] = ""
			if len(own) > 0 {
				names[p.Category] = own[0].Name
			}
		}
		p.CategoryName = names[p.Category]
	}
	return nil
}

// InCategory is what a product stands in, by the name that it has in its market.
func (p Product) InCategory() category.Category { return category.Named(p.Category, p.CategoryName) }

// OwnCategory is a category of the market that is named by the file. One that is not stored yet has the slug
// that it would get.
type OwnCategory struct {
	category.Category
	Stored bool
	// Like is the name of another that differs by its marks only, while that is still to be told.
	Like string
}
