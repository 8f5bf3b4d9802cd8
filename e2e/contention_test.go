package e2e

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
	"github.com/artisan-eats/artisan/quick"

	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

const (
	shoppers = 50
	rarity   = 10
)

// repeats is how often they rush.
func repeats(t *testing.T) int { return quick.Usually(t, 100, 30, 6, "rushes") }

// TestTheLastTenOfAVariantAreSoldToTen lets 50 shoppers at once want the last 10.
func TestTheLastTenOfAVariantAreSoldToTen(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *shop) {
		g := s.stock(0, 100_000)
		rounds := repeats(t)
		for round := range rounds {
			s.setStock(g.variantID, rarity)
			s.rush(t, round, g.variantID, g.pickupID, "out_of_stock")
		}
		s.seesStock(t, g.variantID, 0, 0, int64(rounds*rarity*1000))
	})
}

// TestTheLastTenPlacesOfAWindowGoToTen lets 50 shoppers at once want the last 10 places.
func TestTheLastTenPlacesOfAWindowGoToTen(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *shop) {
		g := s.stock(1_000_000, 1)
		rounds := repeats(t)
		for round := range rounds {
			s.rush(t, round, g.variantID, s.addWindow("pickup", rarity), "window_full")
		}
		client := inventoryv1connect.NewInventoryServiceClient(s.client("inventory"))
		eventually(t, 60*time.Second, "whoever got no place holds no stock", func() bool {
			r, err := client.Availability(t.Context(),
				&inventoryv1.AvailabilityRequest{VariantIds: []string{g.variantID}})
			return err == nil && r.GetVariants()[0].GetHeld() == 0 &&
				r.GetVariants()[0].GetSold() == int64(rounds*rarity*1000)
		})
	})
}

// rush sends 50 checkouts at once of which 10 may succeed; the others are refused with a code.
func (s *shop) rush(t *testing.T, round int, variantID, windowID, code string) {
	t.Helper()
	carts := make([]string, shoppers)
	var ready sync.WaitGroup
	for i := range carts {
		ready.Go(func() { carts[i] = s.cart(t, variantID, 1) })
	}
	ready.Wait()
	if t.Failed() {
		t.FailNow()
	}
	answers := make([]answer, shoppers)
	errs := make([]error, shoppers)
	gate := make(chan struct{})
	var all sync.WaitGroup
	for i, cart := range carts {
		all.Go(func() {
			<-gate
			answers[i], errs[i] = s.buy(cart, fmt.Sprint("k", i), order(windowID, "ok"))
		})
	}
	close(gate)
	all.Wait()
	counts := map[string]int{}
	for i, a := range answers {
		if errs[i] != nil {
			t.Fatal(errs[i])
		}
		counts[fmt.Sprint(a.status, " ", a.code())]++
	}
	if counts["201 "] != rarity || counts["409 "+code] != shoppers-rarity {
		t.Fatalf("round %d: %v, want 10 orders and 40 times %s", round, counts, code)
	}
}

// TestOneKeyMakesOneOrder sends one checkout 20 times at once.
func TestOneKeyMakesOneOrder(t *testing.T) { eachShape(t, sendsOneCheckoutOften) }

func sendsOneCheckoutOften(t *testing.T, s *shop) {
	g := s.stock(1000, 1000)
	for round := range 10 {
		cart := s.cart(t, g.variantID, 1)
		answers := make([]answer, 20)
		var all sync.WaitGroup
		for i := range answers {
			all.Go(func() {
				var err error
				if answers[i], err = s.buy(cart, "same", order(g.pickupID, "ok")); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		first, err := s.buy(cart, "same", order(g.pickupID, "ok"))
		if err != nil || first.status != 201 {
			t.Fatalf("asked again: %v %d %s", err, first.status, first.raw)
		}
		orders := 0
		for _, a := range answers {
			switch {
			case a.status == 201 && string(a.raw) == string(first.raw):
				orders++
			case a.status == 409 && a.code() == "in_progress":
			default:
				t.Errorf("round %d: %d %s", round, a.status, a.raw)
			}
		}
		if orders == 0 {
			t.Errorf("round %d: nobody got the order", round)
		}
		other, err := s.buy(cart, "same", order(g.pickupID, "declined"))
		if err != nil || other.status != 422 || other.code() != "idempotency_key_reused" {
			t.Errorf("another body under the same key: %v %d %s", err, other.status, other.raw)
		}
	}
	s.seesStock(t, g.variantID, 990_000, 0, 10_000)
}

// TestAProviderThatDoesNotAnswerChargesOnce: the effect happens, the answer does not come.
func TestAProviderThatDoesNotAnswerChargesOnce(t *testing.T) {
	eachShape(t, func(t *testing.T, s *shop) {
		g := s.stock(1000, 1000)
		cart := s.cart(t, g.variantID, 2)
		var a answer
		eventually(t, 60*time.Second, "the checkout has an answer", func() bool {
			var err error
			a, err = s.buy(cart, "slow", order(g.pickupID, "timeout"))
			if err != nil {
				t.Fatal(err)
			}
			return a.status != 409 && a.status != 503
		})
		if a.status != 201 {
			t.Fatalf("checkout: %d %s", a.status, a.raw)
		}
		s.seesMoney(t, a.body.str("id"), state.PaymentAuthorised)
		if n := s.authorisations(t); n != 1 {
			t.Errorf("the provider has %d authorisations that stand, want 1", n)
		}
	})
}
