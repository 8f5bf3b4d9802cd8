package shop_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/web"
)

func TestAListWithoutGoodsSaysOnceWhereToGo(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) { p.More = 1 })
	v := s.Open(t, "/m/portland/products?cursor=1", "", nil)
	if said := strings.Count(strings.ToLower(v.Text()), "see everything"); said != 1 ||
		len(v.Find("a", "href", "/m/portland/products?chosen=1")) != 1 {
		t.Errorf("it says %d times where everything is", said)
	}
}

func TestTheFormSaysWhatItWasMadeWith(t *testing.T) {
	s := edgetest.Open(t)
	for visit, n := range map[string]int{"": 0, "visit=allergen_free=egg": 1} {
		v := s.Open(t, "/m/portland/products", visit, nil)
		if len(v.Find("input", "type", "hidden", "name", web.ChosenParam, "value", "egg")) != n ||
			len(v.Find("input", "name", "allergen_free", "checked", "")) != n {
			t.Errorf("with %q the form does not say that %d allergens are avoided", visit, n)
		}
	}
}

func TestMoreOfAListSaysHowMuchThereIs(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) { p.More = 60 })
	v := s.Open(t, "/m/portland/products?category=cheese", "", nil)
	v.Says(t, http.StatusOK, "24 of 60", "Show 60")
	next := v.Find("a", "hx-target", "#goods")
	if len(next) != 1 {
		t.Fatal("nothing leads on")
	}
	href, _ := edgetest.Attribute(next[0], "href")
	here, _ := edgetest.Attribute(next[0], "hx-replace-url")
	s.Open(t, href, "", nil).Says(t, http.StatusOK, "48 of 60")
	v = s.Open(t, here, "", nil)
	v.Says(t, http.StatusOK, "48 of 60")
	if n := len(v.Find("li", "class", "card")); n != 48 {
		t.Errorf("who comes back sees %d", n)
	}
	href, _ = edgetest.Attribute(v.Find("a", "hx-target", "#goods")[0], "href")
	v = s.Open(t, href, "", nil)
	if v.Says(t, http.StatusOK, "60 of 60"); len(v.Find("a", "hx-target", "#goods")) != 0 {
		t.Error("something leads on from the end")
	}
	for _, odd := range []string{"-1", "x", "99999999999999999999", "0"} {
		s.Open(t, "/m/portland/products?shown="+odd, "", nil).Says(t, http.StatusOK, "24 of 60")
	}
}
