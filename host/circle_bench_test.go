package host_test

import (
	"context"
	"testing"

	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	"github.com/artisan-eats/artisan/host/hosttest"
)

// BenchmarkACallBetweenProcesses is a call that does nothing, with certificates and by a secret in the clear,
// for nobody and for somebody: what lies between is what it costs to say who acts.
func BenchmarkACallBetweenProcesses(b *testing.B) {
	for _, way := range []string{"tls", "plain"} {
		s := openStreet(b, way == "tls")
		client := identityv1connect.NewActorServiceClient(s.all["kitchen"].Client("cellar"))
		for _, who := range []string{"nobody", "somebody"} {
			ctx := context.WithoutCancel(b.Context())
			if who == "somebody" {
				ctx = asAnn(ctx)
			}
			b.Run(way+"/"+who, func(b *testing.B) {
				hosttest.Rate(b, 8, func(context.Context) error {
					_, err := client.DescribeActors(ctx, &identityv1.DescribeActorsRequest{})
					return err
				})
			})
		}
	}
}
