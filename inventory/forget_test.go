package inventory_test

import (
	"crypto/rand"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/hold"
	"github.com/artisan-eats/artisan/id"
)

// TestHoldsThatAreOverAreForgottenInTime has orders of several ages; what is held, sold or of late stays.
func TestHoldsThatAreOverAreForgottenInTime(t *testing.T) {
	each(t, func(s store) {
		cheese, stay := newID(id.Variant), map[string]string{}
		s.set(cheese, 10_000)
		for name, days := range map[string]int{
			"released": 91, "lately released": 89, "held": 91,
			"kept": 91,
		} {
			order := id.New(id.Order, "portland", time.Now().AddDate(0, 0, -days), rand.Reader)
			_, err := s.hold(order, cheese, 1000)
			s.must(err)
			switch name {
			case "released", "lately released":
				s.must(s.release(order))
			case "kept":
				s.deliver("order.confirmed", order, 1)
			}
			stay[name] = order
		}
		s.must(hold.Forget(s.Context(), s.p.Host("inventory").DB(), "hold_lines"))
		for name, want := range map[string]string{
			"released": "none", "lately released": "released",
			"held": "held", "kept": "sold",
		} {
			if got := s.state(stay[name]); got.GetState() != want ||
				(len(got.GetAllocations()) > 0) != (want != "none") {
				s.Errorf("%s: %v, want %s", name, got, want)
			}
		}
		s.wantStock(cheese, 8000, 1000, 1000)
	})
}
