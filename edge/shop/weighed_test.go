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

func TestAWeightsFieldSaysWhatItCountsInAndWhatItComesTo(t *testing.T) {
	s := edgetest.Open(t)
	// the one by weight, at 12.50 a kilogram
	s.Peers.Ware = func(p *catalogv1.Product) { p.Variants = p.Variants[1:] }
	s.Peers.Set(func(p *edgetest.Peers) { p.Stock = map[string]int64{edgetest.Slice: 700} })
	v := s.Open(t, "/p/"+edgetest.Cheese, "", nil)
	field := v.Find("input", "name", "quantity", "max", "1.54", "value", "0.5")
	if len(field) != 1 || !strings.Contains((&edgetest.View{Root: field[0].Parent}).Text(), "lb") {
		t.Errorf("the field has no unit, or takes more than there is: %s", v.Text())
	}
	var usual []string
	for _, b := range v.Find("button", "name", "take") {
		value, _ := edgetest.Attribute(b, "value")
		usual = append(usual, value+" as "+b.FirstChild.Data)
	}
	if got := strings.Join(usual, ", "); got != "0.25 as 0.25 lb, 0.5 as 0.5 lb, 1 as 1 lb" {
		t.Errorf("the usual weights are %s", got)
	}
	// 0.5 lb are 226 g.
	if out := v.Find("output", "data-price", "1250", "data-currency", "USD", "data-grams",
		"453592370"); len(out) != 1 || !strings.Contains((&edgetest.View{Root: out[0]}).Text(), "$2.83") {
		t.Error("it does not say what that comes to")
	}
}

func TestAUsualWeightGoesIntoTheBasketWithoutAScript(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) { p.Stock = map[string]int64{edgetest.Slice: 5000} })
	v := s.Open(t, "/cart/lines", "", url.Values{
		"variant_id": {edgetest.Slice}, "quantity": {"0.5"}, "take": {"0.25"},
		"unit": {"lb"},
	})
	if set, _ := s.Peers.Last["SetLine"].(*orderingv1.SetLineRequest); v.Status != http.StatusSeeOther ||
		set.GetQuantity() != 113 {
		t.Errorf("status %d, set to %v", v.Status, set)
	}
}

func TestABasketNeverHasMoreThanThereIs(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Stock = map[string]int64{
			edgetest.Slice: 3250,
			edgetest.Wheel: 3000,
		}
	})
	for path, form := range map[string]url.Values{
		"/cart/lines": {
			"variant_id": {edgetest.Slice}, "quantity": {"500"},
			"unit": {"lb"},
		},
		"/cart/lines/" + edgetest.Wheel: {"quantity": {"4"}},
	} {
		v := s.Open(t, path, "cart="+edgetest.GuestCart, form)
		if v.Status != http.StatusConflict || s.Peers.Count("SetLine") != 0 ||
			!strings.Contains(v.Text(), "left. Please take less.") {
			t.Errorf("%s: status %d, %d lines set: %s", path, v.Status, s.Peers.Count("SetLine"), v.Text())
		}
	}
	if v := s.Open(t, "/cart/lines/"+edgetest.Wheel, "cart="+edgetest.GuestCart,
		url.Values{"quantity": {"3"}}); v.Status != http.StatusSeeOther {
		t.Errorf("all that there is: status %d", v.Status)
	}
	s.Peers.Set(func(p *edgetest.Peers) { p.Stock[edgetest.Wheel] = 0 })
	if v := s.Open(t, "/cart/lines/"+edgetest.Wheel, "cart="+edgetest.GuestCart,
		url.Values{"quantity": {"1"}}); v.Status != http.StatusSeeOther {
		t.Errorf("less of what is sold out: status %d", v.Status)
	}
	if v := s.Open(t, "/cart", "cart="+edgetest.GuestCart,
		nil); len(v.Find("input", "name", "quantity", "max", "0")) != 1 {
		t.Error("the basket's field asks for what is not there")
	}
}
