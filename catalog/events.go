package catalog

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/events"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

// consume keeps what inventory tells of stock. The market's version follows, and so the shelves.
func consume(ctx context.Context, tx *sqldb.Tx, batch []events.Event) error {
	changes, err := stockChanges(batch)
	if err != nil {
		return err
	}
	// Markets are locked in their order, so that two batches do not wait for each other.
	slices.SortFunc(changes, func(a, b stockChange) int {
		return cmp.Or(cmp.Compare(a.market, b.market), cmp.Compare(a.variantID, b.variantID))
	})
	for len(changes) > 0 {
		market := changes[0].market
		n := slices.IndexFunc(changes, func(c stockChange) bool { return c.market != market })
		if n < 0 {
			n = len(changes)
		}
		version, err := catalogdb.New(tx).RaiseMarketVersion(ctx, market)
		if err != nil && !errors.Is(err, sql.ErrNoRows) { // the market may yet be made
			return fmt.Errorf("raise the market's version: %w", err)
		}
		if err := putStock(ctx, tx, changes[:n], version); err != nil {
			return err
		}
		changes = changes[n:]
	}
	return nil
}

// stockChanges reads what a batch of events says, the last word on each variant.
func stockChanges(batch []events.Event) ([]stockChange, error) {
	last := map[string]stockChange{}
	for _, e := range batch {
		if e.Type != "stock.changed" {
			continue
		}
		change, err := stockChangeFromEvent(e)
		if err != nil {
			return nil, err
		}
		last[change.variantID] = change
	}
	changes := make([]stockChange, 0, len(last))
	for _, change := range last {
		changes = append(changes, change)
	}
	return changes, nil
}

func stockChangeFromEvent(e events.Event) (stockChange, error) {
	var m inventoryv1.StockEvent
	if err := proto.Unmarshal(e.Payload, &m); err != nil {
		return stockChange{}, fmt.Errorf("read %s of %s: %w", e.Type, e.Aggregate, err)
	}
	market, err := id.Market(id.Variant, m.GetVariantId())
	if err != nil {
		return stockChange{}, fmt.Errorf("read %s of %s: %w", e.Type, e.Aggregate, err)
	}
	change := stockChange{variantID: m.GetVariantId(), market: market}
	if m.GetInStock() {
		change.goodUntil = cmp.Or(m.GetGoodUntil(), undated)
	}
	return change, nil
}
