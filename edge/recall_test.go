package edge

import (
	"net/http"
	"strings"
	"testing"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

// freeFrom is what the last list that was asked for leaves out, and of which day it is.
func (s *shop) freeFrom() string {
	r := s.peers.last["ListProducts"].(*catalogv1.ListProductsRequest)
	return strings.Join(r.GetAllergenFree(), ",") + " " + r.GetGoodOn()
}

func TestWhatIsChosenIsRememberedForTheVisit(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.open(t, "/m/portland/products?chosen=1&allergen_free=egg&day=2026-11-21", "", nil)
	if v.status != http.StatusOK || len(v.cookies) != 1 || v.cookies[0].MaxAge != 0 || !v.cookies[0].HttpOnly || v.header.Get("Cache-Control") != "private, max-age=0" {
		t.Fatalf("status %d, cookies %v, %s", v.status, v.cookies, v.header.Get("Cache-Control"))
	}
	visit := v.cookies[0].Name + "=" + v.cookies[0].Value
	v = s.open(t, "/m/portland/products?q=bread", visit, nil)
	if s.freeFrom() != "egg 2026-11-21" || v.header.Get("Cache-Control") != "private, max-age=0" || len(v.cookies) != 0 {
		t.Errorf("a search leaves out %q, %s", s.freeFrom(), v.header.Get("Cache-Control"))
	}
	v.says(t, http.StatusOK, "No egg ×", "Sat, Nov 21 ×")
	s.open(t, "/m/portland/products?q=rye&allergen_free=milk", visit, nil)
	if s.freeFrom() != "milk " {
		t.Errorf("an address that says it itself leaves out %q", s.freeFrom())
	}
	v = s.open(t, "/m/portland/products?chosen=1&q=oats", visit, nil)
	if s.freeFrom() != " " || len(v.cookies) != 1 || v.cookies[0].MaxAge >= 0 {
		t.Errorf("what was removed is still left out: %q, %v", s.freeFrom(), v.cookies)
	}
}

func TestAListIsForEverybodyAsLongAsNothingIsRemembered(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for _, cookie := range []string{"", "cart=" + guestCart, "visit=allergen_free%3Ddust", "visit=%zz", "visit=day%3D1999-01-01"} {
		v := s.open(t, "/m/portland/products", cookie, nil)
		if v.header.Get("Cache-Control") != briefly[0] || len(v.cookies) != 0 || s.freeFrom() != " " {
			t.Errorf("%s: %s, %v, without %q", cookie, v.header.Get("Cache-Control"), v.cookies, s.freeFrom())
		}
	}
	if n := s.peers.count("ListProducts"); n != 1 {
		t.Errorf("the same list is asked for %d times", n)
	}
	s.open(t, "/m/portland/products?allergen_free=egg", "", nil)
	asked := s.peers.count("ListProducts")
	s.open(t, "/m/portland/products", "visit=allergen_free%3Degg", nil)
	if s.peers.count("ListProducts") != asked {
		t.Error("what is remembered is not the page of who asks for it")
	}
}

func TestMoreOfAListSaysHowMuchThereIs(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) { p.more = 60 })
	v := s.open(t, "/m/portland/products?category=cheese", "", nil)
	v.says(t, http.StatusOK, "24 of 60", "Show 60")
	next := v.find("a", "hx-target", "#goods")
	if len(next) != 1 {
		t.Fatal("nothing leads on")
	}
	href, _ := attribute(next[0], "href")
	here, _ := attribute(next[0], "hx-replace-url")
	s.open(t, href, "", nil).says(t, http.StatusOK, "48 of 60")
	v = s.open(t, here, "", nil)
	v.says(t, http.StatusOK, "48 of 60")
	if n := len(v.find("li", "class", "card")); n != 48 {
		t.Errorf("who comes back sees %d", n)
	}
	href, _ = attribute(v.find("a", "hx-target", "#goods")[0], "href")
	v = s.open(t, href, "", nil)
	if v.says(t, http.StatusOK, "60 of 60"); len(v.find("a", "hx-target", "#goods")) != 0 {
		t.Error("something leads on from the end")
	}
	for _, odd := range []string{"-1", "x", "99999999999999999999", "0"} {
		s.open(t, "/m/portland/products?shown="+odd, "", nil).says(t, http.StatusOK, "24 of 60")
	}
}
