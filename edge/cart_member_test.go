package edge

import (
	"net/http"
	"net/url"
	"testing"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// TestAMembersBasketIsTheAccounts looks at the basket with a session, which asks for the account's and shows
// it what the device has, and without one.
func TestAMembersBasketIsTheAccounts(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for _, path := range []string{"/cart", "/me", "/checkout"} {
		before := s.peers.count("MemberCart")
		s.open(t, path, "session=shopper; cart="+guestCart, nil)
		if asked := s.peers.last["MemberCart"].(*orderingv1.MemberCartRequest); s.peers.count(
			"MemberCart") == before || asked.GetCustomerId() != "acc_x_1" || asked.GetCartId() != guestCart ||
			asked.GetMarket() != "" {
			t.Errorf("%s asks for %v", path, asked)
		}
	}
	s.open(t, "/cart/lines", "session=shopper", url.Values{"variant_id": {wheel}, "quantity": {"1"}})
	if asked := s.peers.last["MemberCart"].(*orderingv1.MemberCartRequest); asked.GetMarket() != "portland" ||
		asked.GetCartId() != "" {
		t.Errorf("the first thing on another device goes into %v", asked)
	}
	before := s.peers.count("MemberCart")
	s.open(t, "/cart", "cart="+guestCart, nil).says(t, http.StatusOK, "Hill Tomme")
	if s.peers.count("MemberCart") != before {
		t.Error("a guest's basket is taken for a member's")
	}
}

func TestAMemberOrdersAgainIntoTheOneBasket(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.open(t, orderAt+"/again", "session=shopper; cart="+guestCart, url.Values{})
	if v.status != http.StatusSeeOther || v.header.Get("Location") != "/cart" {
		t.Fatalf("status %d to %s", v.status, v.header.Get("Location"))
	}
	if set := s.peers.last["SetLine"].(*orderingv1.SetLineRequest); set.GetCartId() != guestCart ||
		set.GetQuantity() != 4000 {
		t.Errorf("two of before and two again are %v", set)
	}
}
