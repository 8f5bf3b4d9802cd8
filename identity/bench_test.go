package identity_test

import (
	"testing"

	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/identity"
	"github.com/artisan-eats/artisan/identity/identitytest"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

// BenchmarkSealGuest is identity's part of a guest's checkout, 32 shoppers at once.
func BenchmarkSealGuest(b *testing.B) {
	services := []host.Service{identity.Room()}
	for _, engine := range sqldbtest.Engines {
		b.Run(string(engine), func(b *testing.B) {
			p := hosttest.Start(b, engine, services)
			client := identityv1connect.NewIdentityServiceClient(p.Client("identity"))
			b.SetParallelism(16)
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					order := p.Host("identity").NewID(id.Order, "portland")
					if _, err := client.Seal(b.Context(),
						&identityv1.SealRequest{
							OrderId: order,
							Contact: identitytest.Contact(),
						}); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}
