package inventory

import (
	"testing"

	"github.com/artisan-eats/artisan/hold"
	"github.com/artisan-eats/artisan/host"
)

// ExpireNow runs the job that expires holds.
func ExpireNow(t *testing.T, h *host.Host) {
	t.Helper()
	s := &service{h: h, db: h.DB()}
	if err := hold.Sweep(t.Context(), h.DB(), s.expire); err != nil {
		t.Fatal(err)
	}
}

// TellOfStockNow runs the job that tells of stock that nobody was told of.
func TellOfStockNow(t *testing.T, h *host.Host) {
	t.Helper()
	s := &service{h: h, db: h.DB()}
	if err := s.tellOfStock(t.Context()); err != nil {
		t.Fatal(err)
	}
}
