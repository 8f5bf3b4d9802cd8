package delivery

import (
	"testing"

	"github.com/artisan-eats/artisan/hold"
	"github.com/artisan-eats/artisan/host"
)

// ExpireNow runs the job that expires holds, RollNow the one that rolls windows ahead.
func ExpireNow(t *testing.T, h *host.Host) {
	t.Helper()
	if err := hold.Sweep(t.Context(), h.DB(), (&service{h: h, db: h.DB()}).expire); err != nil {
		t.Fatal(err)
	}
}

func RollNow(t *testing.T, h *host.Host) {
	t.Helper()
	if err := (&service{h: h, db: h.DB()}).roll(t.Context()); err != nil {
		t.Fatal(err)
	}
}
