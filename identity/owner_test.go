package identity_test

import (
	"testing"

	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
)

// TestTheLastOwnerOfAnOpenShopIsNotErased has a hand who stays, another owner, and a shop that is closed.
func TestTheLastOwnerOfAnOpenShopIsNotErased(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		f := s.farm(t)
		leaves := func(account string) error {
			_, err := s.Erase(t.Context(), &identityv1.EraseRequest{CustomerId: account, Password: password})
			return err
		}
		hand, _ := f.hire(t, "bob@example.org", "goods")
		wantCode(t, "the last owner", leaves(f.owner), fault.Conflict, "last_owner")
		s.Makers.Set(false, true)
		wantCode(t, "while nobody knows whether the shop is open", leaves(f.owner), fault.Unavailable,
			"unavailable")
		s.Makers.Set(false, false)
		if got := f.may(t, f.token); got != "everything" {
			t.Fatalf("who was refused may do %s", got)
		}
		other, token := f.hire(t, "cid@example.org", "owner")
		if err := leaves(hand); err != nil {
			t.Errorf("a hand may not go: %v", err)
		}
		if err := leaves(f.owner); err != nil {
			t.Errorf("one of two owners may not go: %v", err)
		}
		f.token = token
		wantCode(t, "the one who is left", leaves(other), fault.Conflict, "last_owner")
		s.Makers.Set(true, false)
		if err := leaves(other); err != nil {
			t.Errorf("the owner of a shop that is closed may not go: %v", err)
		}
	})
}

// TestOfTwoOwnersWhoLeaveAtOnceOneStays erases both at the same time.
func TestOfTwoOwnersWhoLeaveAtOnceOneStays(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		f := s.farm(t)
		other, _ := f.hire(t, "cid@example.org", "owner")
		results := make(chan error, 2)
		for _, account := range []string{f.owner, other} {
			go func() {
				_, err := s.Erase(t.Context(),
					&identityv1.EraseRequest{CustomerId: account, Password: password})
				results <- err
			}()
		}
		refused := 0
		for range 2 {
			if err := <-results; fault.Is(err, "last_owner") {
				refused++
			} else if err != nil {
				t.Error(err)
			}
		}
		if refused != 1 {
			t.Errorf("%d of two owners may not go, want one", refused)
		}
	})
}
