package ordering

import (
	"testing"
	"time"

	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/sqldb"
)

// TestLeasesGoByTheDatabasesClock has processes whose clocks are an hour off.
func TestLeasesGoByTheDatabasesClock(t *testing.T) {
	for name, off := range map[string]time.Duration{"ahead": time.Hour, "behind": -time.Hour} {
		t.Run(name, func(t *testing.T) {
			s := &shop{T: t}
			hosttest.Open(t, sqldb.Postgres,
				[]host.Service{{
					Name: "ordering", Migrations: Migrations(),
					New: func(h *host.Host) (err error) {
						s.service, err = newService(h)
						return err
					},
				}}, func(c *host.Config) { c.Now = func() time.Time { return time.Now().Add(off) } })
			const placed = "ord_portland_01k8y6v0xq7d3mz1n5r2t9w4bc"
			cart := s.service.newCart(market, "")
			_, err := s.service.store.writes.Do(t.Context(), write{cart: &cart})
			s.must(err)
			o := Order{
				ID: placed, Market: market, CartID: cart.ID, Status: Placed, Epoch: 1, Revision: 1,
				Steps: []Step{{Status: Placed, At: time.Now()}},
			}
			for _, w := range []write{
				{place: &placement{order: o, cartRevision: 1, key: "k"}},
				{save: &saving{order: o}},
			} {
				s.leases(placed, func() {
					_, err = s.service.store.writes.Do(t.Context(), w)
					s.must(err)
				})
			}
			got, err := s.service.store.order(t.Context(), placed)
			s.must(err)
			if _, mine, err := s.service.store.takeLease(t.Context(), got); err != nil || mine {
				t.Errorf("a lease that lives is taken: %v, %v", mine, err)
			}
			s.exec("UPDATE orders SET lease_until = lease_until - $1", leaseFor.Milliseconds()+1)
			now, err := s.service.store.db.Now(t.Context())
			s.must(err)
			if over, err := s.service.store.leasesOver(t.Context(), now, 5); err != nil || len(over) != 1 {
				t.Errorf("over are %v, %v", over, err)
			}
			s.leases(placed, func() {
				if _, mine, err := s.service.store.takeLease(t.Context(), got); err != nil || !mine {
					t.Errorf("a lease that is over is not taken: %v, %v", mine, err)
				}
			})
		})
	}
}

// leases wants a lease that began, by the clock of PostgreSQL, while something was done.
func (s *shop) leases(orderID string, do func()) {
	s.Helper()
	now := func() int64 {
		at, err := s.service.store.db.Now(s.Context())
		s.must(err)
		return at.UnixMilli()
	}
	before := now()
	do()
	after := now()
	if began := s.count("SELECT lease_until FROM orders WHERE id = $1",
		orderID) - leaseFor.Milliseconds(); began < before || began > after {
		s.Errorf("it is leased from %d on, want from %d to %d", began, before, after)
	}
}
