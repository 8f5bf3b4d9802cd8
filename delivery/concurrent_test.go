package delivery_test

import (
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

func TestTwoProcessesOnOneDatabaseGiveNoPlaceTwice(t *testing.T) {
	var prefix string
	var desks [2]desk
	for i := range desks {
		p := hosttest.Open(t, sqldb.Postgres, services, func(c *host.Config) {
			if i > 0 {
				c.SchemaPrefix = prefix
			}
			prefix = c.SchemaPrefix
			c.Secret = make([]byte, 32) // the same for both
		})
		desks[i] = desk{
			t, deliveryv1connect.NewDeliveryServiceClient(p.Client("delivery")), p,
			hosttest.NewClock(time.Now()),
		}
	}
	window := desks[0].window(10).GetId()
	var outcomes [25][2]error
	var all sync.WaitGroup
	for i := range outcomes {
		order := newID(id.Order)
		for j := range desks {
			all.Go(func() { _, outcomes[i][j] = desks[j].hold(order, window) })
		}
	}
	all.Wait()
	held := 0
	for _, o := range outcomes {
		if o[0] == nil && o[1] == nil {
			held++
		} else if !fault.Is(o[0], "window_full") || !fault.Is(o[1], "window_full") {
			t.Errorf("the same order was answered %v and %v", o[0], o[1])
		}
	}
	if held != 10 {
		t.Errorf("%d orders hold one of 10 places", held)
	}
	desks[0].wantRemaining(window, 0)
	desks[0].balanced()
}
