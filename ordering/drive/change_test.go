package drive_test

import (
	"fmt"
	"testing"

	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/ordering/orderingtest"
)

// halfway begins a change and goes so many steps of it, then leaves it, as a process does that is killed:
// each commit is a step, and each call to peers. It answers how many steps were left over.
func (s *shop) halfway(r *orderingv1.ChangeOrderRequest, most int) int {
	s.Helper()
	life := s.KilledAfter(1 + most) // first it is written down
	_, err := s.ChangeOrder(s.Context(), r)
	if err != nil && !fault.Is(err, "internal") && !fault.Is(err, "payment_declined") {
		s.Fatal(err)
	}
	return s.LivesOn(life)
}

// TestAChangeThatIsKilledAnywhereIsDoneOrUndone leaves a change after each of its steps and has the sweeper
// take it on: either the old order stands, or the new one, with all that belongs to it and nothing else; and
// the shopper who asks again under the same key is told which, or has the change.
func TestAChangeThatIsKilledAnywhereIsDoneOrUndone(t *testing.T) {
	each(t, func(s *shop) {
		dairy := s.Producer("Dairy")
		gouda, brie := s.Product(dairy, "Gouda", "each", 1250), s.Product(dairy, "Brie", "each", 900)
		window, other := s.Window(2), s.Window(3)
		for _, card := range []string{"ok", "declined"} {
			outcomes := map[string]int{}
			for steps, left := 0, 0; left == 0; steps++ {
				bought := s.Order(window.GetId(), want{gouda, 2000}, want{brie, 1000})
				r := s.Wants(bought, other.GetId(), want{gouda, 3000})
				r.PaymentToken = card
				left = s.halfway(r, steps)
				s.Exec("UPDATE orders SET lease_until = 0 WHERE id = $1", r.GetId())
				s.Must(s.Service.Driver.Sweep(s.Context()))
				got := s.Get(r.GetId())
				switch fmt.Sprint(orderingtest.Quantities(got), got.GetWindowId() == other.GetId(),
					got.GetTotal().GetAmount()) {
				case "map[Brie:1000 Gouda:2000] false 3400":
					outcomes["old"]++
				case "map[Gouda:3000] true 3750":
					outcomes["new"]++
				default:
					s.Errorf("%s, killed after %d steps: neither the old order nor the new one: %v", card,
						steps, got)
				}
				s.WantSound(r.GetId())
				s.asksAgain(r, card)
				s.Cancelled(r.GetId())
			}
			if card == "ok" && (outcomes["old"] < 2 || outcomes["new"] < 2) || card == "declined" &&
				(outcomes["old"] < 4 || outcomes["new"] > 0) {
				s.Errorf("with %s the old order stood %d times and the new one %d times", card,
					outcomes["old"], outcomes["new"])
			}
		}
	})
}

// asksAgain repeats a change that was killed: with a good card it is done in the end, once.
func (s *shop) asksAgain(r *orderingv1.ChangeOrderRequest, card string) {
	s.Helper()
	for range 2 {
		got, err := s.ChangeOrder(s.Context(), r)
		if card == "declined" {
			s.WantCode(err, "payment_declined")
			continue
		}
		if s.Must(err); orderingtest.Quantities(got.GetOrder())["Gouda"] != 3000 ||
			got.GetOrder().GetVersion() != r.GetVersion()+1 {
			s.Errorf("asked again, the order is %v", got.GetOrder())
		}
	}
	s.WantSound(r.GetId())
}
