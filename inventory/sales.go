package inventory

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/artisan-eats/artisan/fault"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/gen/sql/inventorydb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

const (
	maxSalesBounds = 10
	// mostSold is how many variants of a span are told.
	mostSold = 1000
	// lastTime is the last that an ID can tell, in Unix milliseconds.
	lastTime = 1<<48 - 1
)

// CountSales counts what was sold, by variant; see the contract. Holds are what is counted, so no order
// writes anything more for it.
func (s *service) CountSales(
	ctx context.Context, m *inventoryv1.CountSalesRequest,
) (*inventoryv1.CountSalesResponse, error) {
	bounds := m.GetBounds()
	if err := checkSales(m.GetMarket(), bounds); err != nil {
		return nil, err
	}
	response := &inventoryv1.CountSalesResponse{}
	for i := range bounds[1:] {
		rows, err := inventorydb.New(s.db.Read()).CountSales(ctx, inventorydb.CountSalesParams{
			First: ordersFrom(m.GetMarket(), bounds[i]), Past: ordersFrom(m.GetMarket(), bounds[i+1]),
			Most: mostSold,
		})
		if err != nil {
			return nil, fmt.Errorf("count sales: %w", sqldb.Classify(err))
		}
		span := &inventoryv1.SalesSpan{}
		for _, row := range rows {
			span.Variants = append(span.Variants,
				&inventoryv1.VariantSales{VariantId: row.VariantID, Orders: row.Orders})
		}
		response.Spans = append(response.Spans, span)
	}
	return response, nil
}

// ordersFrom is what no ID of a market's orders is below that were placed at a time or later.
func ordersFrom(market string, at int64) string {
	return id.Order + "_" + market + "_" + id.Earliest(time.UnixMilli(at))
}

func checkSales(market string, bounds []int64) error {
	if !id.ValidMarket(market) {
		return fault.InvalidField("market", "There is no such market.")
	}
	rising := slices.IsSorted(bounds) && len(slices.Compact(slices.Clone(bounds))) == len(bounds)
	if len(bounds) < 2 || len(bounds) > maxSalesBounds || bounds[0] < 0 || bounds[len(bounds)-1] > lastTime ||
		!rising {
		return fault.InvalidField("bounds", "The bounds are 2 to %d times, each later than the one before.",
			maxSalesBounds)
	}
	return nil
}
