package intake

import (
	"context"
	"slices"

	"github.com/artisan-eats/artisan/catalog/feed"
	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/size"
	"github.com/artisan-eats/artisan/sqldb"
)

// plan is what the import does to one product.
type plan struct {
	file   *feed.Product
	before *goods.Product // nil when it is new, or new earlier in a dry run
	after  goods.Product
	rows   []rowPlan
	// about says what changes of the product's own fields.
	about []string
	// rekeyed: it is known by a key that an earlier version made, and gets its own.
	rekeyed bool
	// near are notes of sizes that differ from others by their marks only.
	near []feed.Issue
}

// rowPlan is what one row does to a variant of its product.
type rowPlan struct {
	file  feed.Variant
	at    int // in plan.after.Variants
	fresh bool
	about []string
	// rekeyed is as a plan's.
	rekeyed bool
}

// flush carries out the batch.
func (im *importer) flush(ctx context.Context) error {
	batch := im.batch
	im.batch, im.variants = nil, 0
	clear(im.inBatch)
	if len(batch) == 0 {
		return nil
	}
	plans, err := im.plan(ctx, batch)
	if err != nil {
		return err
	}
	if !im.dryRun {
		if err := im.write(ctx, plans); err != nil {
			return err
		}
	}
	if err := im.setStock(ctx, plans); err != nil {
		return err
	}
	for i := range plans {
		if err := im.count(&plans[i]); err != nil {
			return err
		}
	}
	return nil
}

// plan works out what the batch changes; what cannot be is refused.
func (im *importer) plan(ctx context.Context, batch []*feed.Product) ([]plan, error) {
	if len(im.producers) > maxKnownProducers {
		clear(im.producers)
		clear(im.folded)
		clear(im.titles)
		clear(im.categories)
	}
	var kept []*feed.Product
	for _, p := range batch {
		ok, err := im.admit(ctx, p)
		if err != nil {
			return nil, err
		}
		if ok {
			kept = append(kept, p)
		}
	}
	if err := im.readCategories(ctx, kept); err != nil {
		return nil, err
	}
	found, err := im.find(ctx, kept)
	if err != nil {
		return nil, err
	}
	plans := make([]plan, 0, len(kept))
	for i, p := range kept {
		made, err := im.planProduct(p, found[i])
		if err != nil {
			return nil, err
		}
		if made != nil {
			plans = append(plans, *made)
		}
	}
	return plans, im.tellNear(ctx, plans)
}

// planProduct merges a product of the file into the one that is there. It gives nil when
// nothing of it can be used.
func (im *importer) planProduct(p *feed.Product, before *goods.Product) (*plan, error) {
	switch {
	case before == nil && p.MustExist:
		return nil, im.refuseProduct(p, "", "There is no such product whose stock could be changed.")
	case before == nil && p.Continued && !im.dryRun:
		return nil, im.refuseProduct(p, "", "Its product is not there any more.")
	}
	made := &plan{file: p, before: before, after: goods.Product{Title: p.Title}}
	if !p.Continued || before != nil {
		if ok, err := im.planFields(made); !ok {
			return nil, err
		}
	}
	if err := im.planRows(made); err != nil || len(made.rows) > 0 {
		return made, err
	}
	if before == nil {
		im.refused[im.digest(p)] = true
	}
	return nil, nil
}

// planFields merges the product's own fields, and refuses the product when they cannot be kept.
func (im *importer) planFields(p *plan) (bool, error) {
	notes := im.merge(p)
	bare := p.after
	bare.Variants = nil
	if err := bare.Check(); err != nil {
		field := fault.Of(err).Fields[0]
		return false, im.refuseProduct(p.file, field.Name, field.Message)
	}
	for _, note := range notes {
		if err := im.issue(feed.Issue{
			Row: p.file.Row, Column: note.column,
			Message: note.message,
		}); err != nil {
			return false, err
		}
	}
	return true, nil
}

// planRows merges the variants, and refuses the rows of those that cannot be kept.
func (im *importer) planRows(p *plan) error {
	for _, v := range p.file.Variants {
		if problem := p.addRow(im.market.Currency, im.format, v); problem != nil {
			if err := im.refuse(v.Row, problem.column, problem.message); err != nil {
				return err
			}
		}
	}
	return nil
}

// problem is why a row, or a part of it, is not used.
type problem struct{ column, message string }

// isNew reports whether the product is made by this part of the file.
func (p *plan) isNew() bool { return p.before == nil && !p.file.Continued }

// changes reports whether there is something to write for the product.
func (p *plan) changes() bool {
	return p.isNew() || p.rekeyed || len(p.about) > 0 ||
		slices.ContainsFunc(p.rows, func(r rowPlan) bool { return r.fresh || r.rekeyed || len(r.about) > 0 })
}

// write stores what changes, in one transaction after those of new producers.
func (im *importer) write(ctx context.Context, plans []plan) error {
	if err := im.storeCategories(ctx, plans); err != nil {
		return err
	}
	var products []goods.Product
	var from []*plan
	for i := range plans {
		if plans[i].changes() {
			if err := im.storeProducer(ctx, &plans[i]); err != nil {
				return err
			}
			products = append(products, plans[i].after)
			from = append(from, &plans[i])
		}
	}
	audited := im.auditImport(products)
	err := im.intake.putProducts(ctx, im.market.Code, products, im.mine, audited)
	if fault.Is(err, "slug_taken") { // by someone else, since we looked
		for i := range products {
			if from[i].isNew() {
				products[i].Slug = ""
			}
		}
		err = im.intake.putProducts(ctx, im.market.Code, products, im.mine, audited)
	}
	for i := range products {
		from[i].after = products[i]
	}
	return err
}

// newDetails are what somebody who is shown a new variant has to know of it.
func (p *plan) newDetails(row rowPlan, currency string) []string {
	v := p.after.Variants[row.at]
	details := []string{"price: " + money.New(v.Price, currency).Decimal(), "stock: "}
	if v.SoldBy == goods.Weight {
		details[0] += " for 1 kg"
	}
	switch row.file.Stock {
	case feed.Counted:
		details[1] += shownQuantity(row.file.Quantity)
	case feed.Unlimited:
		details[1] += "not counted"
	case feed.Unsaid:
		details[1] += "the file has none"
	}
	if !p.file.Continued {
		details = append(details, "allergens: "+p.after.Declaration())
	}
	return details
}

// count counts what was done, or would be, and tells of it row by row.
func (im *importer) count(p *plan) error {
	if p.isNew() {
		im.counts.products++
	}
	for _, row := range p.rows {
		made := change{
			row: row.file.Row, fresh: row.fresh, title: p.after.Title,
			details: slices.Concat(p.about, row.about),
		}
		v := p.after.Variants[row.at]
		if title := size.Name(v.Title, v.UnitValue, v.Unit, v.SoldBy == goods.Weight); title != "" {
			made.title += " – " + title
		}
		switch {
		case row.fresh:
			im.counts.variants++
			made.details = p.newDetails(row, im.market.Currency)
		case len(made.details) > 0:
			im.counts.updated++
		default:
			continue
		}
		if err := im.to.tellChange(made); err != nil {
			return err
		}
	}
	return nil
}

// putProducts is the store's, and tells of it.
func (s *Service) putProducts(
	ctx context.Context, market string, products []goods.Product,
	also ...func(context.Context, *sqldb.Tx) error,
) error {
	defer s.changed()
	return s.store.PutProducts(ctx, market, products, also...)
}
