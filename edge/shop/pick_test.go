package shop_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

func TestEveryCardPutsIntoTheBasketOrOpensItsSizes(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Stock = map[string]int64{
			edgetest.Wheel: 5000,
			edgetest.Slice: 3000,
		}
	})
	for _, path := range []string{"/", "/m/portland/products", "/producers/" + edgetest.Dairy} {
		v := s.Open(t, path, "", nil)
		if len(v.Find("li", "class", "card")) == 0 || len(v.Find("details", "class", "sizes")) == 0 {
			t.Errorf("%s: no card opens its sizes", path)
		}
	}
	s.Peers.Set(func(p *edgetest.Peers) { p.Stock = map[string]int64{edgetest.Wheel: 0, edgetest.Slice: 50} })
	v := s.Open(t, "/m/portland/products?sort=price", "", nil)
	if len(v.Find("details", "class", "sizes")) != 0 || len(v.Find("form", "class", "add")) == 0 {
		t.Fatal("where one size is left, it is not put in at once")
	}
	if v.Value("variant_id") != edgetest.Slice || v.Value("unit") != "lb" || v.Value("quantity") != "0.11" {
		t.Errorf("it puts in %s %s of %s", v.Value("quantity"), v.Value("unit"), v.Value("variant_id"))
	}
	s.Peers.Set(func(p *edgetest.Peers) { p.Stock = map[string]int64{edgetest.Wheel: 0, edgetest.Slice: 0} })
	if v := s.Open(t, "/m/portland/products?sort=newest", "", nil); len(v.Find("form", "class", "add")) != 0 {
		t.Error("what is sold out can be put in")
	}
}

func TestACardsStepsAddToTheBasketAndTakeFromIt(t *testing.T) {
	s := edgetest.Open(t)
	for _, c := range []struct {
		form url.Values
		want int64
	}{
		{url.Values{"variant_id": {edgetest.Wheel}, "quantity": {"1"}}, 3000},
		{url.Values{"variant_id": {edgetest.Wheel}, "quantity": {"1"}, "less": {"1"}}, 1000},
		{url.Values{"variant_id": {edgetest.Wheel}, "quantity": {"5"}, "less": {"1"}}, 0},
	} {
		v := s.Press(t, edgetest.WithCart, c.form)
		if set, _ := s.Peers.Last["SetLine"].(*orderingv1.SetLineRequest); v.Status != http.StatusOK ||
			set.GetQuantity() != c.want {
			t.Errorf("%v: status %d, set to %v", c.form, v.Status, set)
		}
		if me := v.Find("nav", "id", "me"); len(me) != 1 ||
			!edgetest.HasAll(me[0], []string{"data-lines", edgetest.Wheel + "=2"}) {
			t.Errorf("%v: the answer does not tell what the basket has", c.form)
		}
	}
}

func TestACardsPageStaysWhereTheBasketTakesNoMore(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) { p.Stock = map[string]int64{edgetest.Wheel: 2000} })
	v := s.Press(t, edgetest.WithCart, url.Values{"variant_id": {edgetest.Wheel}, "quantity": {"1"}})
	v.Says(t, http.StatusConflict, "Only 2 left. Please take less.")
	if len(v.Find("p", "id", "said", "class", "toast")) != 1 || len(v.Find("main")) != 0 ||
		s.Peers.Count("SetLine") != 0 {
		t.Error("the answer is not why, beside the basket as it is")
	}
	if v := s.Open(t, "/cart/lines", edgetest.WithCart,
		url.Values{
			"variant_id": {edgetest.Wheel}, "quantity": {"1"},
			"from": {"card"},
		}); len(v.Find("main")) != 1 {
		t.Error("without a script it is no page")
	}
}

func TestPicksAreNamedWhole(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Ware = func(p *catalogv1.Product) { p.Variants = p.Variants[:1] }
	v := s.Open(t, "/m/portland/products", "", nil)
	button := v.Find("button", "type", "submit", "aria-label", "")
	if len(button) < 2 {
		t.Fatal("there are no buttons")
	}
	for _, b := range button {
		if name, _ := edgetest.Attribute(b, "aria-label"); !strings.Contains(name, "Hill Tomme") {
			t.Errorf("a button is called %q", name)
		}
	}
}
