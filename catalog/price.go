package catalog

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/rights"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/stamp"
)

// maxPrices bounds one call of SetPrices.
const maxPrices = 500

// SetPrices changes what variants of a producer cost, all of them or none.
func (s *service) SetPrices(ctx context.Context, r *catalogv1.SetPricesRequest) (*catalogv1.SetPricesResponse, error) {
	code, err := id.Market(id.Producer, r.GetProducerId())
	if err != nil {
		return nil, err
	}
	if err := rights.Check(ctx, r.GetProducerId(), rights.Goods); err != nil {
		return nil, err
	}
	market, err := s.store.market(ctx, code)
	if err != nil {
		return nil, err
	}
	prices, err := pricesFromProto(r.GetChanges(), market)
	if err != nil || len(prices) == 0 {
		return &catalogv1.SetPricesResponse{}, err
	}
	defer s.quotes.forget()
	return &catalogv1.SetPricesResponse{}, s.store.setPrices(ctx, code, r.GetProducerId(), prices)
}

// price is what a variant costs, in minor units.
type price struct {
	variantID string
	amount    int64
	was       *int64 // what it was when it was seen; nil where that does not matter
}

// pricesFromProto reads new prices. The fault is Invalid, with a field for each that cannot be asked in a market.
func pricesFromProto(changes []*catalogv1.PriceChange, market Market) ([]price, error) {
	var c checker
	if len(changes) > maxPrices {
		c.add("changes", "There may be at most %d.", maxPrices)
		return nil, c.err("prices")
	}
	seen := make(map[string]bool, len(changes))
	prices := make([]price, len(changes))
	for i, change := range changes {
		field := fmt.Sprintf("changes.%d.", i)
		prices[i] = price{variantID: change.GetVariantId(), amount: change.GetPrice().GetAmount()}
		if change.GetWas() != nil {
			prices[i].was = &change.GetWas().Amount
		}
		of, err := id.Market(id.Variant, change.GetVariantId())
		c.require(err == nil && of == market.Code, field+"variant_id", "There is no such variant in this market.")
		c.require(!seen[change.GetVariantId()], field+"variant_id", "This variant is there twice.")
		c.require(change.GetPrice().GetCurrency() == market.Currency, field+"price", "Prices are in the market's currency, "+market.Currency+".")
		c.require(prices[i].amount >= 0 && prices[i].amount <= maxVariantCost, field+"price", "This is not a price that can be asked.")
		seen[change.GetVariantId()] = true
	}
	return prices, c.err("prices")
}

// setPrices writes prices of a producer's variants, and what its products cost at the least. The fault is
// NotFound when a variant is another's or withdrawn.
func (s *store) setPrices(ctx context.Context, market, producerID string, prices []price) error {
	return s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		version, err := catalogdb.New(tx).RaiseMarketVersion(ctx, market)
		if err != nil {
			return found("market", err)
		}
		if err := checkPrices(ctx, tx, prices); err != nil {
			return err
		}
		if err := writePrices(ctx, tx, producerID, prices); err != nil {
			return err
		}
		ofVariants, arg := sqldb.In(tx.Querier, "v.id", 3, distinct(prices, func(p price) string { return p.variantID }))
		_, err = tx.ExecContext(ctx, `UPDATE product SET version = $1, updated_at = $2,
			price_from = (SELECT MIN(v.price) FROM variant v WHERE v.product_id = product.id AND v.withdrawn = 0)
			WHERE id IN (SELECT v.product_id FROM variant v WHERE `+ofVariants+`)`, version, s.now().UnixMilli(), arg)
		if err != nil {
			return fmt.Errorf("write what products cost: %w", err)
		}
		return s.toldOfPrices(ctx, tx, producerID, prices)
	})
}

// checkPrices refuses the change of a price that is neither as it was seen nor as it is to be.
func checkPrices(ctx context.Context, tx *sqldb.Tx, prices []price) error {
	seen := map[string]price{}
	for _, p := range prices {
		if p.was != nil {
			seen[p.variantID] = p
		}
	}
	if len(seen) == 0 {
		return nil
	}
	ofVariants, arg := sqldb.In(tx.Querier, "id", 1, slices.Sorted(maps.Keys(seen)))
	err := sqldb.EachRow(ctx, tx, "SELECT id, price FROM variant WHERE "+ofVariants, []any{arg}, func(scan sqldb.Scanner) error {
		var variantID string
		var now int64
		if err := scan(&variantID, &now); err != nil {
			return err
		}
		if p := seen[variantID]; now != *p.was && now != p.amount {
			return stamp.Check(stamp.Of(*p.was), stamp.Of(now))
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("look at prices: %w", err)
	}
	return nil
}

func writePrices(ctx context.Context, tx *sqldb.Tx, producerID string, prices []price) error {
	rows := make([][]any, len(prices))
	for i, p := range prices {
		rows[i] = []any{p.variantID, p.amount, producerID}
	}
	n, err := sqldb.ExecRows(ctx, tx, rows, []string{"TEXT", "BIGINT", "TEXT"}, func(rows string) string {
		return `UPDATE variant SET price = v.column2 FROM (` + rows + `) AS v WHERE variant.id = v.column1 AND variant.withdrawn = 0
			AND EXISTS (SELECT 1 FROM product p WHERE p.id = variant.product_id AND p.producer_id = v.column3)`
	})
	if err != nil {
		return fmt.Errorf("write prices: %w", err)
	}
	if n != int64(len(prices)) {
		return fault.New(fault.NotFound, "not_found", "There is no such variant of this producer.")
	}
	return nil
}
