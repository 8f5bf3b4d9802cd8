package shop_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// TestAPageOfAMarketIsTheSameInEveryLanguageOfItsVisitors: it is kept once, for all.
func TestAPageOfAMarketIsTheSameInEveryLanguageOfItsVisitors(t *testing.T) {
	s := edgetest.Open(t)
	tags := map[string]bool{}
	for _, language := range []string{"de", "fr", "es", "en"} {
		answer, body := s.Send(t, edgetest.Call{
			Method: http.MethodGet, Path: "/m/portland",
			Header: []string{"Accept-Language", language},
		})
		tags[answer.Header.Get("Etag")] = true
		if !strings.Contains(string(body), `<html lang="en-US"`) || len(answer.Cookies()) != 0 {
			t.Errorf("who speaks %s gets another page, or a cookie", language)
		}
	}
	if len(tags) != 1 {
		t.Errorf("there are %d pages of one address", len(tags))
	}
}

func TestAFormSaysWhatItCountsIn(t *testing.T) {
	for unit, want := range map[string]int64{"": 1500, "kg": 1500, "lb": 680} {
		s := edgetest.Open(t)
		v := s.Open(t, "/cart/lines/"+edgetest.Slice, edgetest.WithCart,
			url.Values{"quantity": {"1,5"}, "unit": {unit}})
		if put := s.Peers.Last["SetLine"].(*orderingv1.SetLineRequest); v.Status != http.StatusSeeOther ||
			put.GetQuantity() != want {
			t.Errorf("1.5 %s are kept as %d g", unit, put.GetQuantity())
		}
	}
	s := edgetest.Open(t)
	if v := s.Open(t, "/p/"+edgetest.Cheese, "",
		nil); len(v.Find("input", "name", "unit", "value", "lb")) != 1 ||
		!strings.Contains(v.Text(), "$5.67 / lb") {
		t.Error("a form in pounds does not say so")
	}
	s = edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) { p.Market = edgetest.Lyon })
	if v := s.Open(t, "/p/"+edgetest.Cheese, "",
		nil); len(v.Find("input", "name", "unit", "value", "kg")) != 1 ||
		!strings.Contains(v.Text(), "/ kg") {
		t.Error("a form in kilograms does not say so")
	}
}

// TestWhatIsLeftIsToldInTheMarketsUnit has a basket of half a kilogram, of which less is there.
func TestWhatIsLeftIsToldInTheMarketsUnit(t *testing.T) {
	for _, c := range []struct {
		market func(*catalogv1.Market)
		wants  string
	}{{nil, "Only 0.55 lb left."}, {edgetest.Lyon, "Il n’en reste que 0,25 kg."}} {
		s := edgetest.Open(t)
		s.Peers.Set(func(p *edgetest.Peers) {
			p.Market = c.market
			p.Cart = func(cart *orderingv1.Cart) {
				cart.Lines[0].VariantId, cart.Lines[0].SoldBy, cart.Lines[0].Quantity = edgetest.Slice,
					"weight", 500
			}
		})
		s.Peers.Fail("Checkout", fault.New(fault.Conflict, "out_of_stock",
			"Some of this order is no longer there.",
			fault.Field{Name: edgetest.Slice, Message: "Only 0.25 left."}))
		s.Open(t, "/checkout", edgetest.WithCart, edgetest.Typed("k")).Says(t, http.StatusConflict, c.wants)
	}
}
