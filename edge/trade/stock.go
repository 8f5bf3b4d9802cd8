package trade

import (
	"context"
	"slices"
	"time"

	"github.com/artisan-eats/artisan/edge/web"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/money"
)

// StockPatience is how long a list of products waits for figures.
const StockPatience = 500 * time.Millisecond

// Availability joins what is there of each variant. Without inventory products are
// shown without figures: the answer is nil.
func Availability(ctx context.Context, site *web.Site, products ...*catalogv1.Product) map[string]int64 {
	balances := Balances(ctx, site, products...)
	if balances == nil {
		return nil
	}
	stock := make(map[string]int64, len(balances))
	for variant, a := range balances {
		stock[variant] = a.GetAvailable()
	}
	return stock
}

// Balances is availability with what is held and what is not packed yet.
func Balances(
	ctx context.Context, site *web.Site, products ...*catalogv1.Product,
) map[string]*inventoryv1.Availability {
	var ids []string
	for _, p := range products {
		for _, v := range p.GetVariants() {
			ids = append(ids, v.GetId())
		}
	}
	return BalancesOf(ctx, site, ids)
}

// AllergensStated reports whether the maker has said which allergens a product has, or that it has none.
func AllergensStated(p *catalogv1.Product) bool {
	return len(p.GetAllergens()) > 0 || p.GetAllergensNone()
}

// askedAtOnce is of how many sizes the inventory is asked at a time.
const askedAtOnce = 10_000

// BalancesOf is what there is of sizes, with what is held and what is not packed yet; nil where that cannot
// be had.
func BalancesOf(ctx context.Context, site *web.Site, sizes []string) map[string]*inventoryv1.Availability {
	if len(sizes) == 0 {
		return nil
	}
	balances := make(map[string]*inventoryv1.Availability, len(sizes))
	err := site.Part(ctx, "inventory", StockPatience, func(ctx context.Context) error {
		for asked := range slices.Chunk(sizes, askedAtOnce) {
			answer, err := site.Inventory.Availability(ctx,
				&inventoryv1.AvailabilityRequest{VariantIds: asked})
			if err != nil {
				return err
			}
			for _, a := range answer.GetVariants() {
				balances[a.GetVariantId()] = a
			}
		}
		return nil
	})
	if site.Missing(ctx, "stock", err) != nil {
		return nil
	}
	return balances
}

// FewLeft is from when on it is worth telling, in thousandths.
const FewLeft = 5 * money.Milli
