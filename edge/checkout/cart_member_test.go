package checkout_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// TestAMembersBasketIsTheAccounts looks at the basket with a session, which asks for the account's and shows
// it what the device has, and without one.
func TestAMembersBasketIsTheAccounts(t *testing.T) {
	s := edgetest.Open(t)
	for _, path := range []string{"/cart", "/me", "/checkout"} {
		before := s.Peers.Count("MemberCart")
		s.Open(t, path, "session=shopper; cart="+edgetest.GuestCart, nil)
		if asked := s.Peers.Last["MemberCart"].(*orderingv1.MemberCartRequest); s.Peers.Count(
			"MemberCart") == before || asked.GetCustomerId() != "acc_x_1" ||
			asked.GetCartId() != edgetest.GuestCart ||
			asked.GetMarket() != "" {
			t.Errorf("%s asks for %v", path, asked)
		}
	}
	s.Open(t, "/cart/lines", "session=shopper", url.Values{"variant_id": {edgetest.Wheel}, "quantity": {"1"}})
	if asked := s.Peers.Last["MemberCart"].(*orderingv1.MemberCartRequest); asked.GetMarket() != "portland" ||
		asked.GetCartId() != "" {
		t.Errorf("the first thing on another device goes into %v", asked)
	}
	before := s.Peers.Count("MemberCart")
	s.Open(t, "/cart", "cart="+edgetest.GuestCart, nil).Says(t, http.StatusOK, "Hill Tomme")
	if s.Peers.Count("MemberCart") != before {
		t.Error("a guest's basket is taken for a member's")
	}
}

func TestAMemberOrdersAgainIntoTheOneBasket(t *testing.T) {
	s := edgetest.Open(t)
	v := s.Open(t, edgetest.OrderAt+"/again", "session=shopper; cart="+edgetest.GuestCart, url.Values{})
	if v.Status != http.StatusSeeOther || v.Header.Get("Location") != "/cart" {
		t.Fatalf("status %d to %s", v.Status, v.Header.Get("Location"))
	}
	if set := s.Peers.Last["SetLine"].(*orderingv1.SetLineRequest); set.GetCartId() != edgetest.GuestCart ||
		set.GetQuantity() != 4000 {
		t.Errorf("two of before and two again are %v", set)
	}
}
