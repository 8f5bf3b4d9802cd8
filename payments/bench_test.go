package payments

import (
	"context"
	"strconv"
	"testing"

	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/gen/artisan/payments/v1/paymentsv1connect"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

// BenchmarkAuthorise is the hot path: intent, provider, result, each its own commit, and
// paying at pickup, which is one.
func BenchmarkAuthorise(b *testing.B) {
	for _, engine := range sqldbtest.Engines {
		for _, method := range []string{MethodTest, MethodPickup} {
			for _, shoppers := range []int{1, 32} {
				b.Run(string(engine)+"/"+method+"/"+strconv.Itoa(shoppers), func(b *testing.B) {
					p := hosttest.Open(b, engine, []host.Service{Room()})
					client := paymentsv1connect.NewPaymentsServiceClient(p.Client("payments"))
					hosttest.Rate(b, shoppers, func(ctx context.Context) error {
						_, err := client.Authorise(ctx, &paymentsv1.AuthoriseRequest{
							OrderId: p.Host("payments").NewID(id.Order, "portland"),
							Amount:  money.New(1000, "USD").Proto(), Method: method, Token: tokenOK,
						})
						return err
					})
				})
			}
		}
	}
}
