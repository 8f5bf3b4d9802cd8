package shop_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

// withGoods are pages that show what can be put into the basket.
var withGoods = []string{"/", "/m/portland", "/producers/" + edgetest.Dairy, "/p/" + edgetest.Cheese}

func TestEveryPageWithGoodsKeepsToWhatIsAvoided(t *testing.T) {
	for _, path := range withGoods {
		t.Run(path, func(t *testing.T) {
			s := edgetest.Open(t)
			var lists []string
			s.Peers.Set(func(p *edgetest.Peers) {
				p.Listed = func(r *catalogv1.ListProductsRequest) {
					lists = append(lists, fmt.Sprint(r.GetAllergenFree(), r.GetGoodOn()))
				}
			})
			v := s.Open(t, path, "visit=allergen_free=egg%2Cnuts&day=2026-11-21", nil)
			v.Says(t, http.StatusOK, "No egg ×", "No nuts ×", "Sat, Nov 21 ×",
				"Goods whose maker has not stated allergens are left out.")
			if len(lists) == 0 ||
				slices.ContainsFunc(lists,
					func(asked string) bool { return asked != "[egg nuts]2026-11-21" }) {
				t.Errorf("goods are shown of %q", lists)
			}
			if v.Header.Get("Cache-Control") != "private, max-age=0" {
				t.Errorf("it is kept as %s", v.Header.Get("Cache-Control"))
			}
			for _, pill := range v.Find("a", "class", "pill") {
				href, _ := edgetest.Attribute(pill, "href")
				if pill.FirstChild == nil || !strings.HasPrefix(pill.FirstChild.Data, "No egg") {
					continue
				}
				if to, after := s.Chooses(t, href,
					"visit=allergen_free=egg%2Cnuts&day=2026-11-21"); after != "visit=allergen_free=nuts&day=2026-11-21" || !strings.HasPrefix(to, path) {
					t.Errorf("the chip leads to %s with %s", to, after)
				}
			}
		})
	}
}

func TestAPageWithGoodsIsForEverybodyAsLongAsNothingIsRemembered(t *testing.T) {
	for _, path := range withGoods {
		s := edgetest.Open(t)
		for _, cookie := range []string{"", edgetest.WithCart, "visit=allergen_free=dust"} {
			v := s.Open(t, path, cookie, nil)
			if v.Header.Get("Cache-Control") != "public, max-age=0, must-revalidate" ||
				strings.Contains(v.Text(), "are left out") || len(v.Find("a", "class", "pill")) > 1 {
				t.Errorf("%s with %q: %s, %s", path, cookie, v.Header.Get("Cache-Control"), v.Text())
			}
		}
		asked := s.Peers.Count("ListProducts")
		s.Open(t, path+"?allergen_free=nuts", "", nil)
		again := s.Peers.Count("ListProducts")
		s.Open(t, path, edgetest.AvoidsNuts, nil)
		if again == asked || s.Peers.Count("ListProducts") != again {
			t.Errorf("%s: what is remembered is not the page of who asks for it", path)
		}
	}
}

func TestAProductsPageSaysThatItIsAvoided(t *testing.T) {
	for visit, says := range map[string]string{
		edgetest.AvoidsMilk: "⚠ Contains milk, which you avoid.", edgetest.AvoidsNuts: "", "": "",
	} {
		s := edgetest.Open(t)
		v := s.Open(t, "/p/"+edgetest.Cheese, visit, nil)
		if v.Says(t, http.StatusOK, "Contains milk.",
			says); len(v.Find("div", "class", "wrong")) != edgetest.Btoi(says != "") {
			t.Errorf("%q: it is marked, or not", visit)
		}
	}
	s := edgetest.Open(t)
	s.Peers.Ware = func(p *catalogv1.Product) { p.Allergens = nil }
	s.Open(t, "/p/"+edgetest.Cheese, edgetest.AvoidsNuts, nil).Says(t, http.StatusOK,
		"You avoid nuts; the maker has not stated allergens.")
	again := url.Values{"variant_id": {edgetest.Wheel}, "quantity": {"many"}}
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Declares = func(q *catalogv1.Quote) { q.ProductId = edgetest.Cheese }
	})
	s.Open(t, "/cart/lines", edgetest.WithCart+"; "+edgetest.AvoidsNuts, again).Says(t,
		http.StatusUnprocessableEntity,
		"You avoid nuts; the maker has not stated allergens.")
}

func TestASuggestionSaysThatItIsAvoided(t *testing.T) {
	s := edgetest.Open(t)
	for visit, marked := range map[string]int{edgetest.AvoidsMilk: 1, edgetest.AvoidsNuts: 0, "": 0} {
		v := s.Open(t, "/m/portland/suggest?q=tom", visit, nil)
		if n := len(v.Find("div", "class", "wrong")); n != marked || len(v.Find("a", "role", "option")) != 3 {
			t.Errorf("%q: %d suggestions are marked", visit, n)
		}
	}
}
