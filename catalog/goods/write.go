package goods

import (
	"context"
	"fmt"
	"slices"

	"github.com/artisan-eats/artisan/catalog/search"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/idempotency"
	"github.com/artisan-eats/artisan/naming"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/stamp"
)

// PutProducts makes (without an ID) or changes products of one market with all
// their variants, in one transaction: all or none. Once done it fills in the IDs and slugs it
// made. Their Market is ignored. A variant that a product has no more is withdrawn. A few hundred
// products at a time are its best measure; they must have passed check. What is to be done in the same
// transaction comes before.
func (s *Store) PutProducts(
	ctx context.Context, market string, products []Product, also ...func(context.Context, *sqldb.Tx) error,
) error {
	if len(products) == 0 {
		return nil
	}
	w := s.writing(market, products)
	err := w.commit(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		for _, step := range append(also, w.run) {
			if err := step(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		copy(products, w.products)
	}
	return err
}

// PutProduct is putProducts of one, whose ID it answers. A new one is not made twice of one form.
func (s *Store) PutProduct(
	ctx context.Context, p Product, form idempotency.Form,
) (productID string, err error) {
	w := s.writing(p.Market, []Product{p})
	if p.ID != "" {
		form.Key = ""
	}
	err = w.commit(ctx, func(ctx context.Context, tx *sqldb.Tx) (err error) {
		productID, err = idempotency.Do(ctx, tx, form, func() (string, error) {
			if err := w.run(ctx, tx); err != nil {
				return "", err
			}
			return w.products[0].ID, s.auditProduct(ctx, tx, w.products[0])
		})
		return err
	})
	return productID, err
}

func (s *Store) writing(market string, products []Product) *productWrite {
	w := &productWrite{store: s, market: market, products: slices.Clone(products), fresh: map[string]bool{}}
	w.assignIDs()
	return w
}

func (w *productWrite) commit(ctx context.Context, run func(context.Context, *sqldb.Tx) error) error {
	err := w.store.DB.Tx(ctx, run)
	if sqldb.IsUnique(err) {
		return fault.New(fault.Conflict, "import_key_taken",
			"Two products, or two variants of one product, have the same import key.").Because(err)
	}
	return err
}

// productWrite is one transaction of putProducts.
type productWrite struct {
	store    *Store
	market   string
	products []Product
	fresh    map[string]bool // the IDs, of products and variants, that were made here
	slugs    []string        // those asked for
	tx       *sqldb.Tx
	version  int64
	stored   map[string]storedProduct
	makers   map[string]maker
}

type storedProduct struct{ producerID, slug string }

type maker struct {
	name, locale string // the locale is its market's
	approved     bool
}

func (w *productWrite) assignIDs() {
	name := func(kind string, target *string) {
		if *target == "" {
			*target = w.store.newID(kind, w.market)
			w.fresh[*target] = true
		}
	}
	for i := range w.products {
		w.products[i].Market = w.market
		name(id.Product, &w.products[i].ID)
		w.slugs = append(w.slugs, w.products[i].Slug)
		w.products[i].Variants = slices.Clone(w.products[i].Variants)
		for j := range w.products[i].Variants {
			name(id.Variant, &w.products[i].Variants[j].ID)
		}
	}
}

func (w *productWrite) run(ctx context.Context, tx *sqldb.Tx) (err error) {
	w.tx = tx
	if err := tx.PlanAnew(ctx); err != nil {
		return err
	}
	if w.version, err = catalogdb.New(tx).RaiseMarketVersion(ctx, w.market); err != nil {
		return NotFound("market", err)
	}
	if err := inTurn(ctx, w.checkSeen, w.readProducers, w.readStored, w.checkVariants, w.nameProducts,
		w.chooseSlugs, tx.PlanByKey); err != nil {
		return err
	}
	// Their words are gathered while the database is busy with the rest; of a copy, for run may fail
	// meanwhile and begin anew.
	docs, products := make(chan []search.Document, 1), slices.Clone(w.products)
	go func() { docs <- documents(products) }()
	if err := inTurn(ctx, w.writeProducts, w.withdraw, w.writeVariants, w.replacePictures); err != nil {
		return err
	}
	return w.store.Index.Put(ctx, tx, <-docs)
}

// inTurn takes steps until one fails.
func inTurn(ctx context.Context, steps ...func(context.Context) error) error {
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// checkSeen holds each change that names what was seen of its product to that. Holding the market's row, no
// other writer comes between.
func (w *productWrite) checkSeen(ctx context.Context) error {
	for _, p := range w.products {
		if p.Seen == "" || w.fresh[p.ID] {
			continue
		}
		stored, err := w.store.productsIn(ctx, w.tx.Querier, []string{p.ID})
		if err != nil || len(stored) == 0 {
			return err // one that is not there is told of later
		}
		if err := stamp.Check(p.Seen, stored[0].Stamp()); err != nil {
			return err
		}
	}
	return nil
}

// readProducers reads who makes the products, and so whether they are listed.
func (w *productWrite) readProducers(ctx context.Context) error {
	w.makers = map[string]maker{}
	ids := Distinct(w.products, func(p Product) string { return p.ProducerID })
	ofIDs, arg := sqldb.In(w.tx.Querier, "id", 1, ids)
	err := sqldb.EachRow(ctx, w.tx,
		"SELECT id, market, name, approved, (SELECT m.locale FROM market m WHERE m.code = producer.market) FROM producer WHERE "+ofIDs, []any{arg}, func(scan sqldb.Scanner) error {
			var producerID, market string
			var m maker
			err := scan(&producerID, &market, &m.name, &m.approved, &m.locale)
			if market == w.market {
				w.makers[producerID] = m
			}
			return err
		})
	if err != nil {
		return fmt.Errorf("read producers: %w", err)
	}
	for i := range w.products {
		p := &w.products[i]
		m, ok := w.makers[p.ProducerID]
		if !ok {
			return fault.New(fault.NotFound, "not_found", "There is no such producer in this market.")
		}
		p.ProducerName, p.Locale, p.Listed = m.name, m.locale, p.Published && m.approved &&
			len(p.Variants) > 0
	}
	return nil
}

// readStored finds which products are there; each stays with its producer.
func (w *productWrite) readStored(ctx context.Context) error {
	w.stored = map[string]storedProduct{}
	ids := Distinct(w.products, func(p Product) string { return p.ID })
	if len(ids) != len(w.products) {
		return fault.New(fault.Invalid, "invalid", "A product is there twice.")
	}
	ofIDs, arg := sqldb.In(w.tx.Querier, "id", 1, ids)
	err := sqldb.EachRow(ctx, w.tx, "SELECT id, producer_id, slug FROM product WHERE "+ofIDs, []any{arg},
		func(scan sqldb.Scanner) error {
			var productID string
			var p storedProduct
			err := scan(&productID, &p.producerID, &p.slug)
			w.stored[productID] = p
			return err
		})
	if err != nil {
		return fmt.Errorf("read products: %w", err)
	}
	for _, p := range w.products {
		before, ok := w.stored[p.ID]
		if !ok && !w.fresh[p.ID] {
			return fault.New(fault.NotFound, "not_found", "There is no such product.")
		}
		if ok && before.producerID != p.ProducerID {
			return fault.New(fault.Conflict, "producer_fixed", "A product stays with its producer.")
		}
	}
	return nil
}

// checkVariants makes sure that each variant which is not new belongs to its product.
func (w *productWrite) checkVariants(ctx context.Context) error {
	owner := map[string]string{}
	for _, p := range w.products {
		for _, v := range p.Variants {
			if !w.fresh[v.ID] {
				owner[v.ID] = p.ID
			}
		}
	}
	ids := make([]string, 0, len(owner))
	for variantID := range owner {
		ids = append(ids, variantID)
	}
	right := 0
	ofIDs, arg := sqldb.In(w.tx.Querier, "id", 1, ids)
	err := sqldb.EachRow(ctx, w.tx, "SELECT id, product_id FROM variant WHERE "+ofIDs, []any{arg},
		func(scan sqldb.Scanner) error {
			var variantID, productID string
			err := scan(&variantID, &productID)
			if owner[variantID] == productID {
				right++
			}
			return err
		})
	if err != nil {
		return fmt.Errorf("read variants: %w", err)
	}
	if right != len(ids) {
		return fault.New(fault.NotFound, "not_found", "There is no such variant of this product.")
	}
	return nil
}

// chooseSlugs gives each product its slug: the one asked for, or the one it had, or one
// of its title. Holding the market's row, no other writer can take it meanwhile.
func (w *productWrite) chooseSlugs(ctx context.Context) error {
	wanted := make([]string, len(w.products))
	for i, p := range w.products {
		switch {
		case w.slugs[i] != "":
			wanted[i] = w.slugs[i]
		case w.stored[p.ID].slug != "":
			wanted[i] = w.stored[p.ID].slug
		default:
			wanted[i] = naming.Slugify(p.Title)
		}
	}
	owners, err := w.slugOwners(ctx, wanted)
	if err != nil {
		return err
	}
	for i := range w.products {
		p := &w.products[i]
		if owner, taken := owners[wanted[i]]; taken && owner != p.ID {
			if w.slugs[i] != "" {
				return slugTaken()
			}
			wanted[i] = distinctSlug(wanted[i], p.ID)
		}
		p.Slug = wanted[i]
		owners[p.Slug] = p.ID
	}
	return nil
}

// slugOwners finds which products of the market have some slugs. That each is looked up by itself lets no
// planner walk along all products instead, whatever it believes of a table that is being filled.
func (w *productWrite) slugOwners(ctx context.Context, slugs []string) (map[string]string, error) {
	owners, rows := map[string]string{}, make([][]any, len(slugs))
	for i, slug := range slugs {
		rows[i] = []any{w.market, slug}
	}
	query, args := sqldb.Rows(w.tx.Engine, rows, "TEXT", "TEXT")
	err := sqldb.EachRow(ctx, w.tx, `SELECT column2, COALESCE((SELECT p.id FROM product p
		WHERE p.market = column1 AND p.slug = column2), '')
		FROM (`+query+`) AS wanted`, args, func(scan sqldb.Scanner) error {
		var slug, productID string
		if err := scan(&slug, &productID); err != nil || productID == "" {
			return err
		}
		owners[slug] = productID
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read slugs: %w", err)
	}
	return owners, nil
}

var productColumns = []string{
	"TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "BIGINT", "TEXT",
	"BIGINT", "BIGINT", "BIGINT", "TEXT", "BIGINT", "BIGINT", "BIGINT", "BIGINT", "BIGINT",
}

func (w *productWrite) writeProducts(ctx context.Context) error {
	now := w.store.Now().UnixMilli()
	rows := make([][]any, len(w.products))
	for i, p := range w.products {
		rows[i] = []any{
			p.ID, w.market, p.ProducerID, p.Title, naming.SortKey(p.Title), p.Slug, p.Description,
			p.Ingredients, p.Category, StoredList(p.Tags),
			int64(p.Allergens), StoredList(p.Certifications), sqldb.Flag(p.Published), sqldb.Flag(p.Listed),
			p.priceFrom(), p.ImportKey, w.version, now, now, int64(p.Season), sqldb.Flag(p.NoAllergens),
		}
	}
	_, err := sqldb.ExecRows(ctx, w.tx, rows, productColumns, func(rows string) string {
		return `INSERT INTO product (id, market, producer_id, title, title_key, slug, description,
			ingredients, category, tags,
			allergens, certifications, published, listed, price_from, import_key, version, created_at,
				updated_at, season, allergens_none) ` + rows + `
			ON CONFLICT (id) DO UPDATE SET title = excluded.title, title_key = excluded.title_key,
			slug = excluded.slug, description = excluded.description,
			ingredients = excluded.ingredients, category = excluded.category, tags = excluded.tags,
			allergens = excluded.allergens,
			certifications = excluded.certifications, published = excluded.published,
			listed = excluded.listed, price_from = excluded.price_from, season = excluded.season,
			allergens_none = excluded.allergens_none,
			import_key = CASE WHEN excluded.import_key = '' THEN product.import_key ELSE excluded.import_key
			END,
			version = excluded.version, updated_at = excluded.updated_at`
	})
	if err != nil {
		return fmt.Errorf("write products: %w", err)
	}
	return nil
}

// withdraw takes off sale the stored variants that their products have no more.
func (w *productWrite) withdraw(ctx context.Context) error {
	var stored, kept []string
	for _, p := range w.products {
		if w.fresh[p.ID] {
			continue
		}
		stored = append(stored, p.ID)
		for _, v := range p.Variants {
			if !w.fresh[v.ID] {
				kept = append(kept, v.ID)
			}
		}
	}
	if len(stored) == 0 {
		return nil
	}
	ofProducts, products := sqldb.In(w.tx.Querier, "product_id", 1, stored)
	query, args := "UPDATE variant SET withdrawn = 1, import_key = '' WHERE withdrawn = 0 AND "+ofProducts,
		[]any{products}
	if len(kept) > 0 {
		areKept, variants := sqldb.In(w.tx.Querier, "id", 2, kept)
		query, args = query+" AND NOT ("+areKept+")", append(args, variants)
	}
	if _, err := w.tx.ExecContext(ctx, query, args...); err != nil {
		return fmt.Errorf("withdraw variants: %w", err)
	}
	return nil
}

var variantColumns = []string{
	"TEXT", "TEXT", "BIGINT", "TEXT", "TEXT", "BIGINT", "TEXT", "DOUBLE PRECISION", "TEXT", "TEXT", "TEXT",
	"BIGINT",
}

func (w *productWrite) writeVariants(ctx context.Context) error {
	var rows [][]any
	for _, p := range w.products {
		for i, v := range p.Variants {
			rows = append(rows, []any{
				v.ID, p.ID, int64(i), v.Title, v.SKU, v.Price, v.SoldBy, v.UnitValue,
				v.Unit, v.Barcode, v.ImportKey, int64(0),
			})
		}
	}
	_, err := sqldb.ExecRows(ctx, w.tx, rows, variantColumns, func(rows string) string {
		return `INSERT INTO variant (id, product_id, position, title, sku, price, sold_by, unit_value, unit,
			barcode, import_key, withdrawn) ` + rows + `
			ON CONFLICT (id) DO UPDATE SET position = excluded.position, title = excluded.title,
			sku = excluded.sku, price = excluded.price,
			sold_by = excluded.sold_by, unit_value = excluded.unit_value, unit = excluded.unit,
			barcode = excluded.barcode,
			import_key = CASE WHEN excluded.import_key = '' THEN variant.import_key ELSE excluded.import_key
			END, withdrawn = 0`
	})
	if err != nil {
		return fmt.Errorf("write variants: %w", err)
	}
	return nil
}

func (w *productWrite) replacePictures(ctx context.Context) error {
	q := catalogdb.New(w.tx)
	for _, p := range w.products {
		if !p.ReplacePictures {
			continue
		}
		if err := q.DetachImages(ctx, p.ID); err != nil {
			return fmt.Errorf("replace pictures: %w", err)
		}
		for _, picture := range p.Pictures {
			if _, err := q.GetImage(ctx, picture.Key); err != nil {
				return NotFound("picture", err)
			}
			if _, err := q.AttachImage(ctx, catalogdb.AttachImageParams{
				ProductID: p.ID, Key: picture.Key,
				Alt: picture.Alt,
			}); err != nil {
				return fmt.Errorf("replace pictures: %w", err)
			}
		}
	}
	return nil
}

// documents are products as the index knows them.
func documents(products []Product) []search.Document {
	docs := make([]search.Document, len(products))
	for i, p := range products {
		docs[i] = search.DocumentOf(p.Subject())
	}
	return docs
}

// Subject is what of a product is searched.
func (p Product) Subject() search.Subject {
	return search.Subject{
		ID: p.ID, Market: p.Market, Locale: p.Locale, Listed: p.Listed, Title: p.Title,
		Producer: p.ProducerName, ProducerID: p.ProducerID,
		Category:  p.InCategory(),
		Texts:     slices.Concat(p.Tags, p.Certifications, []string{p.Ingredients, p.Description}),
		Allergens: p.Allergens.Codes(), AllergensStated: p.AllergensStated(), Season: p.Season.Months(),
	}
}
