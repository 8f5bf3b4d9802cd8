package delivery_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"
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
			b.Run(fmt.Sprintf("%s/windows=%d", engine, n), func(b *testing.B) { benchHold(b, engine, n) })
		}
	}
}

func benchHold(b *testing.B, engine sqldb.Engine, n int) {
	p := hosttest.Open(b, engine, services)
	client := deliveryv1connect.NewDeliveryServiceClient(p.Client("delivery"))
	windows := make([]string, n)
	start := time.Now().Add(24 * time.Hour).UnixMilli()
	for i := range windows {
		put, err := client.PutWindow(b.Context(), &deliveryv1.PutWindowRequest{Window: &deliveryv1.Window{
			Market: "portland", Kind: "pickup", Capacity: 100_000, StartsAt: start, EndsAt: start + 1,
			OrderBy: start,
		}})
		if err != nil {
			b.Fatal(err)
		}
		windows[i] = put.GetWindow().GetId()
	}
	var plain float64
	b.Run("plain", func(b *testing.B) {
		plain = hosttest.Rate(b, benchClients,
			func(ctx context.Context) error {
				return plainHold(ctx, p.Host("delivery").DB(),
					windows[rand.IntN(n)])
			})
	})
	b.Run("hold", func(b *testing.B) {
		rate := hosttest.Rate(b, benchClients, func(ctx context.Context) error {
			_, err := client.Hold(ctx,
				&deliveryv1.HoldRequest{
					OrderId: newID(id.Order), WindowId: windows[rand.IntN(n)],
					TtlMs: 900_000,
				})
			return err
		})
		b.ReportMetric(rate/plain, "x-plain")
	})
}

func plainHold(ctx context.Context, db *sqldb.DB, window string) error {
	order := newID(id.Order)
	return db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		if _, err := tx.ExecContext(ctx,
			"UPDATE windows SET held = held + 1 WHERE id = $1 AND taken + held < capacity",
			window); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx,
			"INSERT INTO holds (order_id, state, expires_at, version) VALUES ($1, 'held', 9000000000000, 1)",
			order); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO places (order_id, window_id) VALUES ($1, $2)", order,
			window)
		return err
	})
}
