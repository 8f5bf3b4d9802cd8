package catalog

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/events"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/sqldb"
)

// consume keeps what inventory tells of stock. The market's version follows, and so the indexes.
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
		var m inventoryv1.StockEvent
		if err := proto.Unmarshal(e.Payload, &m); err != nil {
			return nil, fmt.Errorf("read %s %s: %w", e.Type, e.ID, err)
		}
		for _, told := range m.GetChanges() {
			change, err := stockChangeFromProto(told)
			if err != nil {
				return nil, fmt.Errorf("read %s %s: %w", e.Type, e.ID, err)
			}
			if change.told > last[change.variantID].told {
				last[change.variantID] = change
			}
		}
	}
	return slices.Collect(maps.Values(last)), nil
}
