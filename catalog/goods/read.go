package goods

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

// Distinct collects a text of each item, once.
func Distinct[T any](items []T, text func(T) string) []string {
	seen := make(map[string]bool, len(items))
	texts := make([]string, 0, len(items))
	for _, item := range items {
		if s := text(item); !seen[s] {
			seen[s] = true
			texts = append(texts, s)
		}
	}
	return texts
}

// Products reads products with their variants and pictures, in the order of the
// IDs; those that are not there are left out.
func (s *Store) Products(ctx context.Context, ids []string) ([]Product, error) {
	return s.productsIn(ctx, s.DB.Read(), ids)
}

// Product reads one product; the fault is NotFound when there is none.
func (s *Store) Product(ctx context.Context, productID string) (Product, error) {
	products, err := s.Products(ctx, []string{productID})
	if err == nil && len(products) == 0 {
		err = NotFound("product", sql.ErrNoRows)
	}
	if err != nil {
		return Product{}, err
	}
	return products[0], nil
}

// productsIn is products, inside of a transaction too.
func (s *Store) productsIn(ctx context.Context, q sqldb.Querier, ids []string) ([]Product, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var products []Product
	ofIDs, arg := sqldb.In(q, "p.id", 1, ids)
	err := sqldb.EachRow(ctx, q, `SELECT p.id, p.market, m.currency, m.locale, p.producer_id, r.name, p.title,
		p.slug, p.description, p.ingredients, p.category,
		p.tags, p.allergens, p.certifications, p.published, p.listed, p.import_key, p.created_at,
		p.updated_at, p.season, p.allergens_none,
		COALESCE((SELECT c.name FROM category c WHERE c.market = p.market
		AND c.slug = p.category), ''), r.holidays, m.time_zone
		FROM product p JOIN producer r ON r.id = p.producer_id JOIN market m ON m.code = p.market
		WHERE `+ofIDs, []any{arg}, func(scan sqldb.Scanner) error {
		p, err := scanProduct(scan, s.Now())
		products = append(products, p)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read products: %w", err)
	}
	place := make(map[string]int, len(ids))
	for i, productID := range ids {
		place[productID] = i
	}
	slices.SortStableFunc(products, func(a, b Product) int { return place[a.ID] - place[b.ID] })
	return products, s.addParts(ctx, q, products)
}

func scanProduct(scan sqldb.Scanner, now time.Time) (Product, error) {
	var p Product
	var tags, certifications, away, zone string
	err := scan(&p.ID, &p.Market, &p.Currency, &p.Locale, &p.ProducerID, &p.ProducerName, &p.Title, &p.Slug,
		&p.Description, &p.Ingredients, &p.Category,
		&tags, &p.Allergens, &certifications, &p.Published, &p.Listed, &p.ImportKey, &p.CreatedAt,
		&p.UpdatedAt, &p.Season, &p.NoAllergens, &p.CategoryName, &away, &zone)
	if err != nil {
		return p, err
	}
	holidays, err := ReadHolidays(away)
	if err != nil {
		return p, err
	}
	if len(holidays) > 0 {
		p.AwayUntil = AwayUntil(holidays, TodayIn(ZoneOf(zone), now))
	}
	if p.Tags, err = ReadList(tags); err != nil {
		return p, err
	}
	p.Certifications, err = ReadList(certifications)
	return p, err
}

// addParts reads the variants and pictures of products.
func (s *Store) addParts(ctx context.Context, q sqldb.Querier, products []Product) error {
	if len(products) == 0 {
		return nil
	}
	byID := make(map[string]*Product, len(products))
	ids := make([]string, len(products))
	for i := range products {
		byID[products[i].ID] = &products[i]
		ids[i] = products[i].ID
	}
	ofProducts, arg := sqldb.In(q, "product_id", 1, ids)
	today := DayOf(s.Now())
	// Stock is no join, which PostgreSQL would make by reading all there is of it.
	err := sqldb.EachRow(ctx, q, `SELECT product_id, id, title, sku, price, sold_by, unit_value, unit,
		barcode, import_key,
			COALESCE((SELECT s.good_until FROM variant_stock s WHERE s.variant_id = variant.id), '')
		FROM variant WHERE `+ofProducts+` AND withdrawn = 0 ORDER BY product_id, position`, []any{arg},
		func(scan sqldb.Scanner) error {
			var productID string
			var v Variant
			var until Day
			if err := scan(&productID, &v.ID, &v.Title, &v.SKU, &v.Price, &v.SoldBy, &v.UnitValue, &v.Unit,
				&v.Barcode, &v.ImportKey, &until); err != nil {
				return err
			}
			p := byID[productID]
			p.Variants = append(p.Variants, v)
			p.GoodUntil = max(p.GoodUntil, until)
			p.InStock = p.GoodUntil >= today
			return nil
		})
	if err != nil {
		return fmt.Errorf("read variants: %w", err)
	}
	err = sqldb.EachRow(ctx, q, `SELECT product_id, key, alt FROM product_image WHERE `+ofProducts+
		` ORDER BY product_id, position`, []any{arg}, func(scan sqldb.Scanner) error {
		var productID string
		var picture Picture
		if err := scan(&productID, &picture.Key, &picture.Alt); err != nil {
			return err
		}
		byID[productID].Pictures = append(byID[productID].Pictures, picture)
		return nil
	})
	if err != nil {
		return fmt.Errorf("read pictures: %w", err)
	}
	return nil
}

// MarketVersion counts the changes of a market's products, and tells its locale; see index.
func (s *Store) MarketVersion(ctx context.Context, market string) (version int64, tag string, err error) {
	if !id.ValidMarket(market) {
		return 0, "", NotFound("market", sql.ErrNoRows)
	}
	row, err := s.Read().MarketVersion(ctx, market)
	return row.Version, row.Locale, NotFound("market", err)
}
