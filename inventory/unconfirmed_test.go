package inventory_test

import (
	"testing"

	"github.com/artisan-eats/artisan/fault"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/inventory"
)

// tentative holds a variant for an order that its shopper has not confirmed, within a tenth.
func (s store) tentative(order, variant string, quantity int64) error {
	_, err := s.Hold(s.Context(), &inventoryv1.HoldRequest{
		OrderId: order, TtlMs: 60_000, UnconfirmedPercent: 10,
		Lines: []*inventoryv1.HoldLine{{VariantId: variant, Quantity: quantity}},
	})
	return err
}

func (s store) wantCode(err error, code string) {
	s.Helper()
	if !fault.Is(err, code) {
		s.Errorf("got %v, want %s", err, code)
	}
}

func TestUnconfirmedHoldsTakeATenthTogether(t *testing.T) {
	each(t, func(s store) {
		variant := newID(id.Variant)
		s.set(variant, 20_000)
		first, second, third := newID(id.Order), newID(id.Order), newID(id.Order)
		s.must(s.tentative(first, variant, 1000))
		s.must(s.tentative(second, variant, 1000))
		s.wantCode(s.tentative(third, variant, 1000), "unconfirmed_full")
		s.wantStock(variant, 18_000, 2000, 0)
		s.must(s.tentative(first, variant, 1000)) // the same again takes nothing more
		_, err := s.hold(newID(id.Order), variant, 5000)
		s.must(err) // others are not in their way

		_, err = s.hold(first, variant, 1000) // its shopper confirmed it
		s.must(err)
		s.must(s.tentative(third, variant, 1000))
		s.wantCode(s.tentative(newID(id.Order), variant, 1000), "unconfirmed_full")
		s.overdue(third)
		inventory.ExpireNow(s.T, s.p.Host("inventory"))
		s.must(s.tentative(newID(id.Order), variant, 1000))
		s.wantCode(s.tentative(newID(id.Order), newID(id.Variant), 1000), "out_of_stock")
	})
}

func TestUnconfirmedHoldsTakeATenthOfEachLot(t *testing.T) {
	each(t, func(s store) {
		variant := newID(id.Variant)
		soon, later := s.lot(variant, "2099-01-01", 10_000), s.lot(variant, "2099-06-01", 40_000)
		for range 5 {
			s.must(s.tentative(newID(id.Order), variant, 1000))
		}
		s.wantCode(s.tentative(newID(id.Order), variant, 1000), "unconfirmed_full")
		for lot, want := range map[string]int64{soon: 1000, later: 4000} {
			if n := s.count("SELECT COALESCE(SUM(quantity), 0) FROM hold_lines WHERE lot_id = $1",
				lot); n != want {
				s.Errorf("%d of lot %s are held, want %d", n, lot, want)
			}
		}
	})
}

func TestWhatIsGivenUpForNowIsHeldAgain(t *testing.T) {
	each(t, func(s store) {
		variant, order := newID(id.Variant), newID(id.Order)
		s.set(variant, 20_000)
		s.must(s.tentative(order, variant, 1000))
		_, err := s.Release(s.Context(), &inventoryv1.ReleaseRequest{OrderId: order, ForNow: true})
		s.must(err)
		s.wantStock(variant, 20_000, 0, 0)
		_, err = s.hold(order, variant, 1000)
		s.must(err)
		s.must(s.release(order))
		_, err = s.Release(s.Context(), &inventoryv1.ReleaseRequest{OrderId: order, ForNow: true})
		s.must(err)
		_, err = s.hold(order, variant, 1000)
		s.wantCode(err, "hold_closed")
	})
}

// newly holds a variant for somebody who has never picked up an order, within a tenth.
func (s store) newly(order, variant string, quantity int64) error {
	_, err := s.Hold(s.Context(), &inventoryv1.HoldRequest{
		OrderId: order, TtlMs: 60_000, NewcomerPercent: 10,
		Lines: []*inventoryv1.HoldLine{{VariantId: variant, Quantity: quantity}},
	})
	return err
}

// TestANewcomersOrderTakesATenth: each by itself, of each variant and lot, and a unit at the least.
func TestANewcomersOrderTakesATenth(t *testing.T) {
	each(t, func(s store) {
		variant, rare := newID(id.Variant), newID(id.Variant)
		soon, later := s.lot(variant, "2099-01-01", 10_000), s.lot(variant, "2099-06-01", 40_000)
		s.set(rare, 2000)
		s.wantCode(s.newly(newID(id.Order), variant, 6000), "newcomer_share")
		s.wantStock(variant, 50_000, 0, 0)
		order := newID(id.Order)
		s.must(s.newly(order, variant, 5000))
		for lot, want := range map[string]int64{soon: 1000, later: 4000} {
			if n := s.count("SELECT COALESCE(SUM(quantity), 0) FROM hold_lines WHERE lot_id = $1",
				lot); n != want {
				s.Errorf("%d are taken of a lot, want %d", n, want)
			}
		}
		s.must(s.newly(order, variant, 5000)) // the same again takes nothing more
		s.must(s.newly(newID(id.Order), variant, 5000))
		s.must(s.newly(newID(id.Order), rare, 1000))
		s.wantCode(s.newly(newID(id.Order), rare, 2000), "out_of_stock")
	})
}
