package edge

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/web"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// cookieAt is the value that an answer sets for a cookie at a path, and whether it is kept.
func (v *view) cookieAt(name, path string) (value string, kept, set bool) {
	for _, c := range v.cookies {
		if c.Name == name && c.Path == path {
			value, kept, set = c.Value, c.MaxAge > 0, true
		}
	}
	return value, kept, set
}

func orderIDs(n int) (orderIDs []string) {
	for i := range n {
		orderIDs = append(orderIDs, fmt.Sprintf("ord_portland_01k8y6v0xq7d3mz1n5r2t9w%03d", i))
	}
	return orderIDs
}

func TestALinkInALetterOpensItsOrderAndLeavesTheAddress(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.open(t, orderAt+"?token="+orderToken, "", nil)
	if v.status != http.StatusSeeOther || v.header.Get("Location") != orderAt {
		t.Fatalf("status %d to %s", v.status, v.header.Get("Location"))
	}
	if value, kept, _ := v.cookieAt(web.OrderCookie, orderAt); value != orderToken || !kept {
		t.Errorf("the browser keeps %q, %v", value, kept)
	}
	if v = s.open(t, orderAt+"?token="+orderToken, asAnn, nil); v.status != http.StatusSeeOther ||
		len(v.cookies) != 0 {
		t.Errorf("whose session opens it is answered with %d and %v", v.status, v.cookies)
	}
	for _, bad := range []string{"x", "%00", strings.Repeat("a", web.MaxToken+1), "a%20b"} {
		v = s.open(t, orderAt+"?token="+bad, "", nil)
		v.says(t, http.StatusNotFound, "This link is no longer good.")
		if len(v.cookies) != 0 {
			t.Errorf("for %q the browser keeps %v", bad, v.cookies)
		}
	}
}

func TestOfTooManyLinksTheOldestGoes(t *testing.T) {
	s := openShop(t, DefaultLimits)
	before := orderIDs(maxKept)
	v := s.open(t, orderAt+"?token="+orderToken, "orders="+strings.Join(before, "."), nil)
	if _, kept, set := v.cookieAt(web.OrderCookie, web.OrderPath(before[0])); kept || !set {
		t.Errorf("the oldest is not dropped: %v", v.cookies)
	}
	list, _, _ := v.cookieAt(ordersCookie, "/")
	if want := append(slices.Clone(before[1:]), placedOrder); list != strings.Join(want, ".") {
		t.Errorf("the list is %s", list)
	}
}

// TestACheckoutShowsTheLinksOfTheBrowser: an order's link is kept for the checkout too, and shown to it by a
// guest only.
func TestACheckoutShowsTheLinksOfTheBrowser(t *testing.T) {
	s := openShop(t, DefaultLimits)
	before := orderIDs(maxProofs)
	kept := before[0] + ".t0~" + before[1] + ".t1~nonsense~" + before[2] + ".t2"
	v := s.open(t, orderAt+"?token="+orderToken, "proofs="+kept, nil)
	proofs, _, _ := v.cookieAt(proofsCookie, "/")
	if want := placedOrder + "." + orderToken + "~" + before[0] + ".t0~" + before[1] + ".t1"; proofs != want {
		t.Fatalf("the browser keeps %q, want %q", proofs, want)
	}
	form := typed("the-key")
	s.open(t, "/checkout", "cart="+guestCart+"; proofs="+proofs, form)
	links := s.peers.last["Checkout"].(*orderingv1.CheckoutRequest).GetLinks()
	if len(links) != maxProofs || links[0].GetId() != placedOrder || links[0].GetToken() != orderToken {
		t.Errorf("the checkout is shown %v", links)
	}
	form.Set("as", "acc_x_1")
	s.open(t, "/checkout", asAnn+"; cart="+guestCart+"; proofs="+proofs, form)
	if asked := s.peers.last["Checkout"].(*orderingv1.CheckoutRequest); len(asked.GetLinks()) != 0 ||
		asked.GetViewer().GetEmail() == "" {
		t.Errorf("a member's checkout is %v", asked)
	}
}

func TestAMembersOrderNeedsNoLink(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for cookie, guest := range map[string]bool{"": true, asAnn + "; ": false} {
		form := typed("the-key")
		if !guest {
			form.Set("as", "acc_x_1")
		}
		v := s.open(t, "/checkout", cookie+"cart="+guestCart, form)
		if v.status != http.StatusSeeOther || v.header.Get("Location") != orderAt+justOrdered {
			t.Fatalf("status %d to %s", v.status, v.header.Get("Location"))
		}
		if _, kept, _ := v.cookieAt(web.OrderCookie, orderAt); kept != guest {
			t.Errorf("with %q the browser keeps a link: %v", cookie, kept)
		}
	}
	v := s.open(t, orderAt, asAnn+"; "+withOrder, nil)
	if _, kept, set := v.cookieAt(web.OrderCookie, orderAt); kept || !set {
		t.Error("a link of before stays beside the session")
	}
}

// TestSigningOutForgetsAll walks all ways to leave.
func TestSigningOutForgetsAll(t *testing.T) {
	s := openShop(t, DefaultLimits)
	kept := append(orderIDs(3), "nonsense", "ord_portland_x")
	cookies := asAnn + "; cart=" + guestCart + "; orders=" + strings.Join(kept, ".")
	for path, form := range map[string]url.Values{
		"/sign-out": {}, "/account/sign-out": {"as": {"acc_x_1"}},
		"/account/delete": {"as": {"acc_x_1"}, "password": {"right"}},
	} {
		s.peers.set(func(p *peers) { p.noOrders = true })
		v := s.open(t, path, cookies, form)
		if v.status >= http.StatusBadRequest {
			t.Fatalf("%s: status %d", path, v.status)
		}
		for name, at := range map[string]string{
			web.SessionCookie: "/", web.CartCookie: "/",
			ordersCookie: "/", proofsCookie: "/", visitCookie: "/", web.OrderCookie: web.OrderPath(kept[2]),
		} {
			if value, left, set := v.cookieAt(name, at); left || !set || value != "" {
				t.Errorf("%s leaves the cookie %s at %s: %v", path, name, at, v.cookies)
			}
		}
		if len(v.cookies) != 8 || !strings.Contains(v.header.Get("Clear-Site-Data"), "storage") {
			t.Errorf("%s: cookies %v, %q", path, v.cookies, v.header.Get("Clear-Site-Data"))
		}
	}
}

// TestNothingPersonalIsStoredByTheBrowser walks all that is one visitor's own.
func TestNothingPersonalIsStoredByTheBrowser(t *testing.T) {
	s := openShop(t, DefaultLimits)
	path := strings.NewReplacer("{id}", placedOrder, "{part}", onePart, "{variant}", wheel, "{window}",
		saturday, "{key}", "x", "{service}", "ordering")
	for _, rt := range s.edge.routes {
		if rt.Personal == nil && rt.Live == nil {
			continue
		}
		method, at, _ := strings.Cut(rt.Pattern, " ")
		for _, who := range []string{"", "shopper", "producer", "operator"} {
			if rt.Live != nil && who != "" {
				continue // it goes on; whoever may not see it is answered at once
			}
			answer, _ := s.send(t, call{method: method, path: path.Replace(at), header: []string{"Cookie", "session=" + who}}) //nolint:bodyclose // send closes it
			if answer.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s as %q: %d, Cache-Control %q", rt.Pattern, who, answer.StatusCode,
					answer.Header.Get("Cache-Control"))
			}
		}
	}
	_, lines := s.listen(t, withOrder) //nolint:bodyclose // listen closes it
	next(t, lines, "data: ")
}
