package intake

import (
	"context"
	"fmt"
	"slices"

	"github.com/artisan-eats/artisan/catalog/feed"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
)

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
				row.about = append(row.about,
					fmt.Sprintf("stock: %s to %s", shownQuantity(available[variantID]), shownQuantity(want)))
			}
			levels = append(levels, &inventoryv1.StockLevel{VariantId: variantID, Available: want})
		}
	}
	if im.dryRun || len(levels) == 0 {
		return nil
	}
	if err := im.intake.store.DB.Tx(ctx, im.mine); err != nil {
		return err
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
