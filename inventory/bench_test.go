package inventory_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

const benchClients = 32

// BenchmarkHold compares Hold, called by 32 clients, with the least that plain SQL does for
// a hold, one transaction each, on the same database: x-plain is how many times as many a second.
func BenchmarkHold(b *testing.B) {
	for _, engine := range sqldbtest.Engines {
		for _, n := range []int{1000, 1} {
			b.Run(fmt.Sprintf("%s/variants=%d", engine, n), func(b *testing.B) { benchHold(b, engine, n) })
		}
	}
}

func benchHold(b *testing.B, engine sqldb.Engine, n int) {
	p := hosttest.Open(b, engine, services)
	client := inventoryv1connect.NewInventoryServiceClient(p.Client("inventory"))
	variants := make([]string, n)
	levels := make([]*inventoryv1.StockLevel, n)
	for i := range variants {
		variants[i] = newID(id.Variant)
		levels[i] = &inventoryv1.StockLevel{VariantId: variants[i], Available: 1_000_000_000}
	}
	if _, err := client.SetStock(b.Context(), &inventoryv1.SetStockRequest{Levels: levels}); err != nil {
		b.Fatal(err)
	}
	var plain float64
	b.Run("plain", func(b *testing.B) {
		plain = hosttest.Rate(b, benchClients, func(ctx context.Context) error {
			return plainHold(ctx, p.Host("inventory").DB(), variants[rand.IntN(n)])
		})
	})
	b.Run("hold", func(b *testing.B) {
		rate := hosttest.Rate(b, benchClients, func(ctx context.Context) error {
			_, err := client.Hold(ctx, &inventoryv1.HoldRequest{
				OrderId: newID(id.Order), TtlMs: 900_000,
				Lines: []*inventoryv1.HoldLine{{VariantId: variants[rand.IntN(n)], Quantity: 1}},
			})
			return err
		})
		b.ReportMetric(rate/plain, "x-plain")
	})
}

func plainHold(ctx context.Context, db *sqldb.DB, variant string) error {
	order := newID(id.Order)
	return db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		for _, statement := range []struct {
			query string
			args  []any
		}{
			{"UPDATE stock SET available = available - 1, held = held + 1 WHERE variant_id = $1 AND available >= 1", []any{variant}},
			{
				"UPDATE lots SET remaining = remaining - 1 WHERE variant_id = $1 AND remaining >= 1",
				[]any{variant},
			},
			{
				"INSERT INTO holds (order_id, state, expires_at, version) VALUES ($1, 'held', 9000000000000, 1)",
				[]any{order},
			},
			{
				"INSERT INTO hold_lines (order_id, lot_id, variant_id, quantity) VALUES ($1, $2, $2, 1)",
				[]any{order, variant},
			},
		} {
			if _, err := tx.ExecContext(ctx, statement.query, statement.args...); err != nil {
				return err
			}
		}
		return nil
	})
}

// benchGoods is how many sizes the desk of a maker asks for at once, of ten times as many that there are.
const benchGoods = 10_000

// BenchmarkAvailability asks for the stock of a maker's sizes.
func BenchmarkAvailability(b *testing.B) {
	for _, engine := range sqldbtest.Engines {
		b.Run(string(engine), func(b *testing.B) {
			p := hosttest.Open(b, engine, services)
			client := inventoryv1connect.NewInventoryServiceClient(p.Client("inventory"))
			asked := &inventoryv1.AvailabilityRequest{}
			for i := range 10 * benchGoods / 1000 {
				levels := make([]*inventoryv1.StockLevel, 1000)
				for j := range levels {
					levels[j] = &inventoryv1.StockLevel{
						VariantId: newID(id.Variant),
						Available: 1000 * rand.Int64N(50),
					}
					if i%10 == 0 {
						asked.VariantIds = append(asked.VariantIds, levels[j].GetVariantId())
					}
				}
				if _, err := client.SetStock(b.Context(),
					&inventoryv1.SetStockRequest{Levels: levels}); err != nil {
					b.Fatal(err)
				}
			}
			// what its autovacuum does within a minute
			if db := p.Host("inventory").DB(); engine == sqldb.Postgres {
				if err := db.Tx(b.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
					_, err := tx.ExecContext(ctx, "ANALYSE")
					return err
				}); err != nil {
					b.Fatal(err)
				}
			}
			b.ResetTimer()
			for b.Loop() {
				if _, err := client.Availability(b.Context(), asked); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
