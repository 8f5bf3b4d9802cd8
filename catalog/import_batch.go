package catalog

import (
	"context"
	"fmt"
	"slices"

	"github.com/artisan-eats/artisan/catalog/feed"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/id"
)

// plan is what the import does to one product.
type plan struct {
	file   *feed.Product
	before *Product // nil when it is new, or new earlier in a dry run
	after  Product
	rows   []rowPlan
	// about says what changes of the product's own fields.
	about []string
}

// rowPlan is what one row does to a variant of its product.
type rowPlan struct {
	file  feed.Variant
	at    int // in plan.after.Variants
	fresh bool
	about []string
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
		clear(im.titles)
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
	return plans, nil
}

// admit makes sure that a product has a producer who is in the market, and was not refused before.
func (im *importer) admit(ctx context.Context, p *feed.Product) (bool, error) {
	if im.refused[im.digest(p)] {
		for _, v := range p.Variants {
			if err := im.refuse(v.Row, "", "Its product was refused."); err != nil {
				return false, err
			}
		}
		return false, nil
	}
	if p.Producer == "" {
		return false, im.refuseProduct(p, "producer", "The row names no producer: name one for the whole file.")
	}
	_, err := im.producerOf(ctx, p)
	if fault.KindOf(err) == fault.Invalid && err != nil {
		return false, im.refuseProduct(p, "producer", fault.Of(err).Fields[0].Message)
	}
	return err == nil, err
}

// producerOf finds the producer by name, or makes it; a dry run makes it up.
func (im *importer) producerOf(ctx context.Context, p *feed.Product) (*Producer, error) {
	key := fold(p.Producer)
	if known := im.producers[key]; known != nil {
		return known, nil
	}
	producer, err := im.service.store.producerByName(ctx, im.market.Code, p.Producer)
	if err != nil && fault.KindOf(err) == fault.NotFound {
		producer = Producer{Market: im.market.Code, Name: p.Producer, Approved: true}
		if err = producer.check(); err == nil && !im.dryRun {
			producer, err = im.service.store.putProducer(ctx, producer)
		} else if err == nil {
			producer.ID = im.service.host.NewID(id.Producer, im.market.Code)
		}
	}
	if err != nil {
		return nil, err
	}
	im.producers[key] = &producer
	return &producer, nil
}

// planProduct merges a product of the file into the one that is there. It gives nil when
// nothing of it can be used.
func (im *importer) planProduct(p *feed.Product, before *Product) (*plan, error) {
	switch {
	case before == nil && p.MustExist:
		return nil, im.refuseProduct(p, "", "There is no such product whose stock could be changed.")
	case before == nil && p.Continued && !im.dryRun:
		return nil, im.refuseProduct(p, "", "Its product is not there any more.")
	}
	made := &plan{file: p, before: before, after: Product{Title: p.Title}}
	if !p.Continued || before != nil {
		notes := im.merge(made)
		bare := made.after
		bare.Variants = nil
		if err := bare.check(); err != nil {
			field := fault.Of(err).Fields[0]
			return nil, im.refuseProduct(p, field.Name, field.Message)
		}
		for _, note := range notes {
			if err := im.issue(feed.Issue{Row: p.Row, Column: note.column, Message: note.message}); err != nil {
				return nil, err
			}
		}
	}
	for _, v := range p.Variants {
		if problem := made.addRow(im.market.Currency, im.format, v); problem != nil {
			if err := im.refuse(v.Row, problem.column, problem.message); err != nil {
				return nil, err
			}
		}
	}
	if len(made.rows) == 0 {
		if before == nil {
			im.refused[im.digest(p)] = true
		}
		return nil, nil
	}
	return made, nil
}

// problem is why a row, or a part of it, is not used.
type problem struct{ column, message string }

// isNew reports whether the product is made by this part of the file.
func (p *plan) isNew() bool { return p.before == nil && !p.file.Continued }

// changes reports whether there is something to write for the product.
func (p *plan) changes() bool {
	return p.isNew() || len(p.about) > 0 || slices.ContainsFunc(p.rows, func(r rowPlan) bool { return r.fresh || len(r.about) > 0 })
}

// write stores what changes, in one transaction.
func (im *importer) write(ctx context.Context, plans []plan) error {
	var products []Product
	var from []*plan
	for i := range plans {
		if plans[i].changes() {
			products = append(products, plans[i].after)
			from = append(from, &plans[i])
		}
	}
	err := im.service.putProducts(ctx, im.market.Code, products)
	if fault.Is(err, "slug_taken") { // by someone else, since we looked
		for i := range products {
			if from[i].isNew() {
				products[i].Slug = ""
			}
		}
		err = im.service.putProducts(ctx, im.market.Code, products)
	}
	for i := range products {
		from[i].after = products[i]
	}
	return err
}

// stockAtOnce is what inventory takes in one call.
const stockAtOnce = 1000

// standingStock is what goods that the file sells without counting have, in thousandths,
// whenever they have run out: inventory knows only finite stock.
const standingStock = 1_000_000

// setStock brings inventory in line with the file's quantities where they differ.
func (im *importer) setStock(ctx context.Context, plans []plan) error {
	available, err := im.available(ctx, plans)
	if err != nil {
		return err
	}
	var levels []*inventoryv1.StockLevel
	for i := range plans {
		p := &plans[i]
		for j := range p.rows {
			row := &p.rows[j]
			variantID := p.after.Variants[row.at].ID
			want, differs := wantedStock(row.file, available[variantID])
			if !differs {
				continue
			}
			if !row.fresh {
				row.about = append(row.about, fmt.Sprintf("stock: %s to %s", shownQuantity(available[variantID]), shownQuantity(want)))
			}
			levels = append(levels, &inventoryv1.StockLevel{VariantId: variantID, Available: want})
		}
	}
	if im.dryRun || len(levels) == 0 {
		return nil
	}
	return im.sendStock(ctx, levels)
}

// sendStock sets levels while the next batch is read and written. An error comes out of
// the next call, or of awaitStock.
func (im *importer) sendStock(ctx context.Context, levels []*inventoryv1.StockLevel) error {
	if err := im.awaitStock(); err != nil {
		return err
	}
	done := make(chan error, 1)
	im.stocking = done
	go func() {
		var err error
		for chunk := range slices.Chunk(levels, stockAtOnce) {
			if _, err = im.stock.SetStock(ctx, &inventoryv1.SetStockRequest{Levels: chunk}); err != nil {
				err = fmt.Errorf("set stock: %w", err)
				break
			}
		}
		done <- err
	}()
	return nil
}

// awaitStock waits until the levels sent last are set.
func (im *importer) awaitStock() error {
	if im.stocking == nil {
		return nil
	}
	err := <-im.stocking
	im.stocking = nil
	return err
}

// wantedStock is what the file says there is, and whether that is something else.
func wantedStock(v feed.Variant, available int64) (int64, bool) {
	switch v.Stock {
	case feed.Counted:
		return v.Quantity, v.Quantity != available
	case feed.Unlimited:
		return standingStock, available == 0
	default:
		return 0, false
	}
}

// available asks for the stock of the variants that were there and have a figure in the file.
func (im *importer) available(ctx context.Context, plans []plan) (map[string]int64, error) {
	var ids []string
	for i := range plans {
		for _, row := range plans[i].rows {
			if row.file.Stock != feed.Unsaid && !row.fresh {
				ids = append(ids, plans[i].after.Variants[row.at].ID)
			}
		}
	}
	available := make(map[string]int64, len(ids))
	for chunk := range slices.Chunk(ids, stockAtOnce) {
		response, err := im.stock.Availability(ctx, &inventoryv1.AvailabilityRequest{VariantIds: chunk})
		if err != nil {
			return nil, fmt.Errorf("read stock: %w", err)
		}
		for _, v := range response.GetVariants() {
			available[v.GetVariantId()] = v.GetAvailable()
		}
	}
	return available, nil
}

// count counts what was done, or would be, and tells of it row by row.
func (im *importer) count(p *plan) error {
	if p.isNew() {
		im.counts.Products++
	}
	for _, row := range p.rows {
		change := &catalogv1.ImportChange{Row: row.file.Row, What: "changed", Title: p.after.Title, Details: slices.Concat(p.about, row.about)}
		if title := p.after.Variants[row.at].Title; title != "" {
			change.Title += " – " + title
		}
		switch {
		case row.fresh:
			im.counts.Variants++
			change.What, change.Details = "new", nil
		case len(change.Details) > 0:
			im.counts.Updated++
		default:
			continue
		}
		if err := im.send(&catalogv1.ImportResponse{Part: &catalogv1.ImportResponse_Change{Change: change}}); err != nil {
			return err
		}
	}
	return nil
}
