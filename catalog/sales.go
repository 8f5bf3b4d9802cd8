package catalog

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/artisan-eats/artisan/catalog/goods"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/sqldb"
)

// What was sold lately inventory is asked for now and then, and its answer is the whole truth: an order pays
// nothing for it, and whatever is asked twice, or told late, counts once (ADR 39).

const (
	askSalesEvery = 15 * time.Minute
	// salesAge is how long an answer is good, for all processes together.
	salesAge = 3 * time.Hour
	week     = 7 * 24 * time.Hour
)

// askSales asks what was sold in each market whose answer is old.
func (s *service) askSales(ctx context.Context) error {
	markets, err := s.store.Markets(ctx)
	for _, m := range markets {
		err = errors.Join(err, s.askSalesOf(ctx, m.Code))
	}
	return err
}

func (s *service) askSalesOf(ctx context.Context, market string) error {
	now := s.store.Now()
	known, err := s.store.Read().SalesAsked(ctx,
		catalogdb.SalesAskedParams{Market: market, AskedAt: now.Add(-salesAge).UnixMilli()})
	if err != nil || known > 0 {
		return sqldb.Classify(err)
	}
	ask := &inventoryv1.CountSalesRequest{Market: market}
	for weeks := goods.SoldWeeks; weeks >= 0; weeks-- {
		ask.Bounds = append(ask.Bounds, now.Add(-time.Duration(weeks)*week).UnixMilli())
	}
	answer, err := inventoryv1connect.NewInventoryServiceClient(s.host.Peer("inventory")).CountSales(ctx, ask)
	if err != nil {
		return fmt.Errorf("ask what was sold in %s: %w", market, err)
	}
	counted := map[string]int64{}
	for i, span := range answer.GetSpans() {
		for _, v := range span.GetVariants() {
			counted[v.GetVariantId()] += v.GetOrders() << i
		}
	}
	return s.store.PutSold(ctx, market, now, counted)
}
