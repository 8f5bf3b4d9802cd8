package edge

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

func TestAWeightsFieldSaysWhatItCountsInAndWhatItComesTo(t *testing.T) {
	s := openShop(t, DefaultLimits)
	// the one by weight, at 12.50 a kilogram
	s.peers.ware = func(p *catalogv1.Product) { p.Variants = p.Variants[1:] }
	s.peers.set(func(p *peers) { p.stock = map[string]int64{slice: 700} })
	v := s.open(t, "/p/"+cheese, "", nil)
	field := v.find("input", "name", "quantity", "max", "1.54", "value", "0.5")
	if len(field) != 1 || !strings.Contains((&view{root: field[0].Parent}).text(), "lb") {
		t.Errorf("the field has no unit, or takes more than there is: %s", v.text())
	}
	var usual []string
	for _, b := range v.find("button", "name", "take") {
		value, _ := attribute(b, "value")
		usual = append(usual, value+" as "+b.FirstChild.Data)
	}
	if got := strings.Join(usual, ", "); got != "0.25 as 0.25 lb, 0.5 as 0.5 lb, 1 as 1 lb" {
		t.Errorf("the usual weights are %s", got)
	}
	// 0.5 lb are 226 g.
	if out := v.find("output", "data-price", "1250", "data-currency", "USD", "data-grams",
		"453592370"); len(out) != 1 || !strings.Contains((&view{root: out[0]}).text(), "$2.83") {
		t.Error("it does not say what that comes to")
	}
}

func TestAUsualWeightGoesIntoTheBasketWithoutAScript(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) { p.stock = map[string]int64{slice: 5000} })
	v := s.open(t, "/cart/lines", "", url.Values{
		"variant_id": {slice}, "quantity": {"0.5"}, "take": {"0.25"},
		"unit": {"lb"},
	})
	if set, _ := s.peers.last["SetLine"].(*orderingv1.SetLineRequest); v.status != http.StatusSeeOther ||
		set.GetQuantity() != 113 {
		t.Errorf("status %d, set to %v", v.status, set)
	}
}

func TestABasketNeverHasMoreThanThereIs(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) { p.stock = map[string]int64{slice: 3250, wheel: 3000} })
	for path, form := range map[string]url.Values{
		"/cart/lines":          {"variant_id": {slice}, "quantity": {"500"}, "unit": {"lb"}},
		"/cart/lines/" + wheel: {"quantity": {"4"}},
	} {
		v := s.open(t, path, "cart="+guestCart, form)
		if v.status != http.StatusConflict || s.peers.count("SetLine") != 0 ||
			!strings.Contains(v.text(), "left. Please take less.") {
			t.Errorf("%s: status %d, %d lines set: %s", path, v.status, s.peers.count("SetLine"), v.text())
		}
	}
	if v := s.open(t, "/cart/lines/"+wheel, "cart="+guestCart,
		url.Values{"quantity": {"3"}}); v.status != http.StatusSeeOther {
		t.Errorf("all that there is: status %d", v.status)
	}
	s.peers.set(func(p *peers) { p.stock[wheel] = 0 })
	if v := s.open(t, "/cart/lines/"+wheel, "cart="+guestCart,
		url.Values{"quantity": {"1"}}); v.status != http.StatusSeeOther {
		t.Errorf("less of what is sold out: status %d", v.status)
	}
	if v := s.open(t, "/cart", "cart="+guestCart,
		nil); len(v.find("input", "name", "quantity", "max", "0")) != 1 {
		t.Error("the basket's field asks for what is not there")
	}
}
