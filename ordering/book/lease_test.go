package book

import (
	"testing"
	"time"

	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/ordering/book/booktest"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/sqldb"
)

// TestLeasesGoByTheDatabasesClock has processes whose clocks are an hour off.
func TestLeasesGoByTheDatabasesClock(t *testing.T) {
	for name, off := range map[string]time.Duration{"ahead": time.Hour, "behind": -time.Hour} {
		t.Run(name, func(t *testing.T) {
			s := booktest.Open(t, sqldb.Postgres,
				func(c *host.Config) { c.Now = func() time.Time { return time.Now().Add(off) } })
			b := New(s.Host)
			const placed = "ord_portland_01k8y6v0xq7d3mz1n5r2t9w4bc"
			cart := newCart(s)
			s.Must(b.PutCart(t.Context(), &cart))
			o := order.Order{
				ID: placed, Market: market, CartID: cart.ID, Status: order.Placed, Epoch: 1, Revision: 1,
				Steps: []order.Step{{Status: order.Placed, At: time.Now()}},
			}
			wantLeased(s, b, placed, func() {
				s.Must(b.Place(t.Context(), &Placement{Order: o, CartRevision: 1, Key: "k"}))
			})
			wantLeased(s, b, placed, func() { s.Must(b.Save(t.Context(), &Saving{Order: o})) })
			got, err := b.Order(t.Context(), placed)
			s.Must(err)
			if _, mine, err := b.TakeLease(t.Context(), got); err != nil || mine {
				t.Errorf("a lease that lives is taken: %v, %v", mine, err)
			}
			s.Exec("UPDATE orders SET lease_until = lease_until - $1", leaseFor.Milliseconds()+1)
			now, err := b.Now(t.Context())
			s.Must(err)
			if over, err := b.LeasesOver(t.Context(), now, 5); err != nil || len(over) != 1 {
				t.Errorf("over are %v, %v", over, err)
			}
			wantLeased(s, b, placed, func() {
				if _, mine, err := b.TakeLease(t.Context(), got); err != nil || !mine {
					t.Errorf("a lease that is over is not taken: %v, %v", mine, err)
				}
			})
		})
	}
}

// wantLeased wants a lease that began, by the clock of PostgreSQL, while something was done.
func wantLeased(s *booktest.Shelf, b *Book, orderID string, do func()) {
	s.Helper()
	now := func() int64 {
		at, err := b.Now(s.Context())
		s.Must(err)
		return at.UnixMilli()
	}
	before := now()
	do()
	after := now()
	if began := s.Count("SELECT lease_until FROM orders WHERE id = $1",
		orderID) - leaseFor.Milliseconds(); began < before || began > after {
		s.Errorf("it is leased from %d on, want from %d to %d", began, before, after)
	}
}
