package checkout_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/web"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

func TestALinkInALetterOpensItsOrderAndLeavesTheAddress(t *testing.T) {
	s := edgetest.Open(t)
	v := s.Open(t, edgetest.OrderAt+"?token="+edgetest.OrderToken, "", nil)
	if v.Status != http.StatusSeeOther || v.Header.Get("Location") != edgetest.OrderAt {
		t.Fatalf("status %d to %s", v.Status, v.Header.Get("Location"))
	}
	if value, kept, _ := v.CookieAt(web.OrderCookie, edgetest.OrderAt); value != edgetest.OrderToken ||
		!kept {
		t.Errorf("the browser keeps %q, %v", value, kept)
	}
	if v = s.Open(t, edgetest.OrderAt+"?token="+edgetest.OrderToken, edgetest.AsAnn,
		nil); v.Status != http.StatusSeeOther ||
		len(v.Cookies) != 0 {
		t.Errorf("whose session opens it is answered with %d and %v", v.Status, v.Cookies)
	}
	for _, bad := range []string{"x", "%00", strings.Repeat("a", web.MaxToken+1), "a%20b"} {
		v = s.Open(t, edgetest.OrderAt+"?token="+bad, "", nil)
		v.Says(t, http.StatusNotFound, "This link is no longer good.")
		if len(v.Cookies) != 0 {
			t.Errorf("for %q the browser keeps %v", bad, v.Cookies)
		}
	}
}

func TestOfTooManyLinksTheOldestGoes(t *testing.T) {
	s := edgetest.Open(t)
	before := edgetest.OrderIDs(maxKept)
	v := s.Open(t, edgetest.OrderAt+"?token="+edgetest.OrderToken, "orders="+strings.Join(before, "."), nil)
	if _, kept, set := v.CookieAt(web.OrderCookie, web.OrderPath(before[0])); kept || !set {
		t.Errorf("the oldest is not dropped: %v", v.Cookies)
	}
	list, _, _ := v.CookieAt(edgetest.OrdersCookie, "/")
	if want := append(slices.Clone(before[1:]), edgetest.PlacedOrder); list != strings.Join(want, ".") {
		t.Errorf("the list is %s", list)
	}
}

// TestACheckoutShowsTheLinksOfTheBrowser: an order's link is kept for the checkout too, and shown to it by a
// guest only.
func TestACheckoutShowsTheLinksOfTheBrowser(t *testing.T) {
	s := edgetest.Open(t)
	before := edgetest.OrderIDs(maxProofs)
	kept := before[0] + ".t0~" + before[1] + ".t1~nonsense~" + before[2] + ".t2"
	v := s.Open(t, edgetest.OrderAt+"?token="+edgetest.OrderToken, "proofs="+kept, nil)
	proofs, _, _ := v.CookieAt(edgetest.ProofsCookie, "/")
	if want := edgetest.PlacedOrder + "." + edgetest.OrderToken + "~" + before[0] + ".t0~" + before[1] +
		".t1"; proofs != want {
		t.Fatalf("the browser keeps %q, want %q", proofs, want)
	}
	form := edgetest.Typed("the-key")
	s.Open(t, "/checkout", "cart="+edgetest.GuestCart+"; proofs="+proofs, form)
	links := s.Peers.Last["Checkout"].(*orderingv1.CheckoutRequest).GetLinks()
	if len(links) != maxProofs || links[0].GetId() != edgetest.PlacedOrder ||
		links[0].GetToken() != edgetest.OrderToken {
		t.Errorf("the checkout is shown %v", links)
	}
	form.Set("as", "acc_x_1")
	s.Open(t, "/checkout", edgetest.AsAnn+"; cart="+edgetest.GuestCart+"; proofs="+proofs, form)
	if asked := s.Peers.Last["Checkout"].(*orderingv1.CheckoutRequest); len(asked.GetLinks()) != 0 ||
		asked.GetViewer().GetEmail() == "" {
		t.Errorf("a member's checkout is %v", asked)
	}
}

func TestAMembersOrderNeedsNoLink(t *testing.T) {
	s := edgetest.Open(t)
	for cookie, guest := range map[string]bool{"": true, edgetest.AsAnn + "; ": false} {
		form := edgetest.Typed("the-key")
		if !guest {
			form.Set("as", "acc_x_1")
		}
		v := s.Open(t, "/checkout", cookie+"cart="+edgetest.GuestCart, form)
		if v.Status != http.StatusSeeOther || v.Header.Get("Location") != edgetest.OrderAt+justOrdered {
			t.Fatalf("status %d to %s", v.Status, v.Header.Get("Location"))
		}
		if _, kept, _ := v.CookieAt(web.OrderCookie, edgetest.OrderAt); kept != guest {
			t.Errorf("with %q the browser keeps a link: %v", cookie, kept)
		}
	}
	v := s.Open(t, edgetest.OrderAt, edgetest.AsAnn+"; "+edgetest.WithOrder, nil)
	if _, kept, set := v.CookieAt(web.OrderCookie, edgetest.OrderAt); kept || !set {
		t.Error("a link of before stays beside the session")
	}
}
