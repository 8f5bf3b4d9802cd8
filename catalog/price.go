package catalog

import (
	"context"
	"fmt"

	"github.com/artisan-eats/artisan/catalog/goods"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/idempotency"
	"github.com/artisan-eats/artisan/rights"
)

// maxPrices bounds one call of SetPrices.
const maxPrices = 500

// SetPrices changes what variants of a producer cost, all of them or none.
func (s *service) SetPrices(
	ctx context.Context, r *catalogv1.SetPricesRequest,
) (*catalogv1.SetPricesResponse, error) {
	code, err := ownMarket(ctx, r.GetProducerId(), rights.Goods)
	if err != nil {
		return nil, err
	}
	market, err := s.store.Market(ctx, code)
	if err != nil {
		return nil, err
	}
	prices, err := pricesFromProto(r.GetChanges(), market)
	if err != nil || len(prices) == 0 {
		return &catalogv1.SetPricesResponse{}, err
	}
	hash, err := idempotency.HashOf(r)
	if err != nil {
		return nil, err
	}
	defer s.quotes.forget()
	again, err := s.store.SetPrices(ctx, code, r.GetProducerId(), prices,
		idempotency.Form{Owner: r.GetProducerId(), Key: r.GetKey(), Hash: hash})
	return &catalogv1.SetPricesResponse{Again: again}, err
}

// pricesFromProto reads new prices. The fault is Invalid, with a field for each that cannot be asked in a
// market.
func pricesFromProto(changes []*catalogv1.PriceChange, market goods.Market) ([]goods.Price, error) {
	var c goods.Checker
	if len(changes) > maxPrices {
		c.Add("changes", "There may be at most %d.", maxPrices)
		return nil, c.Refusal("prices")
	}
	seen := make(map[string]bool, len(changes))
	prices := make([]goods.Price, len(changes))
	for i, change := range changes {
		field := fmt.Sprintf("changes.%d.", i)
		prices[i] = goods.Price{VariantID: change.GetVariantId(), Amount: change.GetPrice().GetAmount()}
		if change.GetWas() != nil {
			prices[i].Was = &change.GetWas().Amount
		}
		of, err := id.Market(id.Variant, change.GetVariantId())
		c.Require(err == nil && of == market.Code, field+"variant_id",
			"There is no such variant in this market.")
		c.Require(!seen[change.GetVariantId()], field+"variant_id", "This variant is there twice.")
		c.Require(change.GetPrice().GetCurrency() == market.Currency, field+"price",
			"Prices are in the market's currency, "+market.Currency+".")
		c.Require(prices[i].Amount >= 0 && prices[i].Amount <= goods.MaxVariantCost, field+"price",
			"This is not a price that can be asked.")
		seen[change.GetVariantId()] = true
	}
	return prices, c.Refusal("prices")
}
