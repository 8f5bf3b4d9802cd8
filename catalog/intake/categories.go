package intake

import (
	"context"
	"maps"

	"github.com/artisan-eats/artisan/catalog/category"
	"github.com/artisan-eats/artisan/catalog/feed"
	"github.com/artisan-eats/artisan/naming"
)

// readCategories finds the categories that a batch names and that are not every market's.
func (im *importer) readCategories(ctx context.Context, batch []*feed.Product) error {
	var names []string
	asked := map[string]bool{}
	for _, p := range batch {
		c := category.For(p.Categories)
		key := naming.Identity(c.Name)
		if _, known := im.categories[key]; c.Slug == "" && c.Name != "" && !known && !asked[key] {
			asked[key] = true
			names = append(names, c.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	st := im.intake.store
	found, err := st.OwnCategories(ctx, st.DB.Read(), im.market.Code, names)
	if err != nil {
		return err
	}
	maps.Copy(im.categories, found)
	return nil
}

// categoryFor is where the file puts a product; without a slug when it does not say.
func (im *importer) categoryFor(names []string) category.Category {
	c := category.For(names)
	if c.Slug == "" && c.Name != "" {
		return im.categories[naming.Identity(c.Name)].Category
	}
	return c
}

// storeCategories makes sure that the categories of what is imported are in the market, by the names that
// they are written with.
func (im *importer) storeCategories(ctx context.Context, plans []plan) error {
	var names []string
	for i := range plans {
		name := plans[i].after.CategoryName
		if category, known := im.categories[naming.Identity(name)]; known && !category.Stored {
			names = append(names, name)
			category.Stored = true
			im.categories[naming.Identity(name)] = category
		}
	}
	if len(names) == 0 {
		return nil
	}
	named, err := im.intake.store.NameCategories(ctx, im.market.Code, names)
	if err != nil {
		return err
	}
	maps.Copy(im.categories, named)
	for i := range plans { // somebody else may have taken a slug since it was chosen
		if c, changed := named[naming.Identity(plans[i].after.CategoryName)]; changed {
			plans[i].after.Category = c.Slug
		}
	}
	return nil
}
