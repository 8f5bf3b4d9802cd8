package inventory_test

import (
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/inventory"
	"github.com/artisan-eats/artisan/sqldb"
)

// settle takes an order through its life in one of the ways that there are.
func (s store) settle(order, variant string) {
	line := &orderingv1.OrderLine{VariantId: variant, Quantity: 1000}
	_, err := s.hold(order, variant, 1000)
	if err != nil && !fault.Is(err, "out_of_stock") && !fault.Is(err, "hold_closed") {
		s.Error(err)
	}
	switch rand.IntN(5) {
	case 0:
		if err := s.release(order); err != nil && !fault.Is(err, "hold_closed") {
			s.Error(err)
		}
	case 1:
		s.deliver("order.confirmed", order, 1, line)
	case 2:
		s.deliver("order.confirmed", order, 1, line)
		s.deliver("order.cancelled", order, 2, line)
	case 3:
		s.overdue(order)
	}
}

func TestStockBalancesWhateverHappensAtOnce(t *testing.T) {
	each(t, func(s store) {
		variants := []string{newID(id.Variant), newID(id.Variant), newID(id.Variant)}
		var all sync.WaitGroup
		for _, variant := range variants {
			s.set(variant, 40_000)
		}
		for range 16 {
			all.Go(func() {
				for range 15 {
					s.settle(newID(id.Order), variants[rand.IntN(3)])
				}
			})
		}
		all.Go(func() {
			for range 10 {
				inventory.ExpireNow(s.T, s.p.Host("inventory"))
				s.set(variants[0], 20_000)
				s.lot(variants[1], "2999-01-01", 1000)
			}
		})
		all.Wait()
	})
}

func TestEveryExpiredHoldIsGivenBackHoweverMany(t *testing.T) {
	each(t, func(s store) {
		variant := newID(id.Variant)
		s.set(variant, 250_000)
		var all sync.WaitGroup
		for range 250 {
			all.Go(func() {
				if _, err := s.hold(newID(id.Order), variant, 1000); err != nil {
					s.Error(err)
				}
			})
		}
		all.Wait()
		s.exec("UPDATE holds SET expires_at = 1")
		inventory.ExpireNow(s.T, s.p.Host("inventory"))
		s.wantStock(variant, 250_000, 0, 0)
	})
}

func TestTwoProcessesOnOneDatabaseSellNothingTwice(t *testing.T) {
	var prefix string
	same := func(c *host.Config) {
		if prefix == "" {
			prefix = c.SchemaPrefix
		}
		c.SchemaPrefix = prefix
		c.Secret = make([]byte, 32) // the same for both
	}
	first, second := hosttest.Open(t, sqldb.Postgres, services, same),
		hosttest.Open(t, sqldb.Postgres, services, same)
	stores := []store{
		{t, inventoryv1connect.NewInventoryServiceClient(first.Client("inventory")), first},
		{t, inventoryv1connect.NewInventoryServiceClient(second.Client("inventory")), second},
	}
	variant := newID(id.Variant)
	stores[0].set(variant, 10_000)
	orders := make([]string, 25)
	for i := range orders {
		orders[i] = newID(id.Order)
	}
	outcomes := make([]error, 50)
	var all sync.WaitGroup
	for i := range outcomes {
		all.Go(func() { _, outcomes[i] = stores[i%2].hold(orders[i/2], variant, 1000) }) // each order by both
	}
	all.Wait()
	held := 0
	for i := range orders {
		a, b := outcomes[2*i], outcomes[2*i+1]
		if a == nil && b == nil {
			held++
		} else if !fault.Is(a, "out_of_stock") || !fault.Is(b, "out_of_stock") {
			t.Errorf("the same order was answered %v and %v", a, b)
		}
	}
	if held != 10 {
		t.Errorf("%d orders hold one of 10", held)
	}
	stores[0].wantStock(variant, 0, 10_000, 0)
	stores[0].balanced()
}
