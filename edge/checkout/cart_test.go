package checkout_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

func TestABasketIsGroupedByProducer(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Cart = func(c *orderingv1.Cart) {
			c.Lines = append(c.Lines, &orderingv1.CartLine{
				VariantId: edgetest.Slice, ProductId: edgetest.Cheese, ProductTitle: "Rye",
				VariantTitle: "Half",
				ProducerId:   "pro_other", ProducerName: "Mill",
				Quantity: 350, Price: edgetest.Dollars(1000), Total: edgetest.Dollars(350), SoldBy: "weight",
			})
		}
	})
	v := s.Open(t, "/cart", edgetest.WithCart, nil)
	v.Says(t, http.StatusOK, "Hill Dairy $48.00", "Mill $3.50")
	if len(v.Find("a", "href", "/producers/"+edgetest.Dairy)) != 1 ||
		len(v.Find("a", "href", "/checkout")) != 1 {
		t.Error("there is no way to the producer, or to the checkout")
	}
	if len(v.Find("img", "src", "/images/tomme.jpg?w=320")) != 1 {
		t.Error("there is no picture")
	}
	if len(v.Find("a", "href", "/m/portland/products")) == 0 {
		t.Error("there is no way to go on shopping")
	}
	amounts := map[string]bool{}
	for _, field := range v.Find("input", "type", "hidden", "name", "quantity") {
		value, _ := edgetest.Attribute(field, "value")
		amounts[value] = true
	}
	for _, beside := range []string{"1", "3", "0.72", "0.82"} {
		if !amounts[beside] {
			t.Errorf("no button leads to %s: %v", beside, amounts)
		}
	}
}

// TestAWeightInTheBasketSaysWhatItCountsIn has 350 g in it, of which there are 700.
func TestAWeightInTheBasketSaysWhatItCountsIn(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Stock = map[string]int64{edgetest.Slice: 700}
		p.Cart = func(c *orderingv1.Cart) {
			c.Lines = []*orderingv1.CartLine{{
				VariantId: edgetest.Slice, ProductId: edgetest.Cheese, ProductTitle: "Tomme",
				VariantTitle: "By weight", ProducerId: edgetest.Dairy, ProducerName: "Hill Dairy",
				Quantity: 350, Price: edgetest.Dollars(1250), Total: edgetest.Dollars(438), SoldBy: "weight",
			}}
		}
	})
	v := s.Open(t, "/cart", edgetest.WithCart, nil)
	field := v.Find("input", "id", "n-"+edgetest.Slice, "value", "0.77", "max", "1.54")
	if len(field) != 1 || !strings.Contains((&edgetest.View{Root: field[0].Parent}).Text(), "lb") ||
		len(v.Find("input", "name", "unit", "value", "lb")) == 0 {
		t.Errorf("the field has no unit, or takes more than there is: %s", v.Text())
	}
}

func TestAnEmptyBasketInvites(t *testing.T) {
	s := edgetest.Open(t)
	v := s.Open(t, "/cart", "", nil)
	v.Says(t, http.StatusOK, "There is nothing in it yet", "See what’s on the shelves")
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Cart = func(c *orderingv1.Cart) { c.OrderId = edgetest.PlacedOrder }
	})
	v = s.Open(t, "/cart", edgetest.WithCart, nil)
	v.Says(t, http.StatusOK, "Your last order")
	if len(v.Find("a", "href", "/orders/"+edgetest.PlacedOrder)) != 1 {
		t.Error("there is no way back to the order")
	}
}

// TestABasketSaysWhatIsWrong changes the shop after something was put into a basket.
func TestABasketSaysWhatIsWrong(t *testing.T) {
	for name, c := range map[string]struct {
		change func(p *edgetest.Peers)
		says   string
		stuck  bool
	}{
		"vanished": {
			func(p *edgetest.Peers) { p.Gone = true },
			"This is not sold any more. Please take it out of your basket.", true,
		},
		"sold out": {
			func(p *edgetest.Peers) { p.Stock[edgetest.Wheel] = 0 },
			"This has sold out since you chose it.", true,
		},
		"short": {
			func(p *edgetest.Peers) { p.Stock[edgetest.Wheel] = 1000 },
			"Only 1 left. Please take less.", true,
		},
		"dearer": {func(p *edgetest.Peers) { p.Quoted = 2500 }, "It costs $25.00 now.", false},
		"minimum": {
			func(p *edgetest.Peers) {
				p.Cart = func(c *orderingv1.Cart) { c.Total = edgetest.Dollars(1950) }
			},
			"Add $5.50 for delivery to East of the river.", false,
		},
		"unknown": {func(p *edgetest.Peers) {
			p.Faults["Quote"], p.Faults["Availability"], p.Faults["ListWindows"] = edgetest.ErrDown,
				edgetest.ErrDown, edgetest.ErrDown
		}, "Hill Tomme", false},
	} {
		t.Run(name, func(t *testing.T) {
			s := edgetest.Open(t)
			s.Peers.Set(c.change)
			v := s.Open(t, "/cart", edgetest.WithCart, nil)
			v.Says(t, http.StatusOK, c.says)
			if stuck := len(v.Find("a", "href", "/checkout")) == 0; stuck != c.stuck {
				t.Errorf("whether the checkout is out of reach: %v", stuck)
			}
		})
	}
}

func TestWhatIsShortCanBeTakenAtOnce(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) { p.Stock[edgetest.Wheel] = 1000 })
	s.Open(t, "/cart", edgetest.WithCart, nil).Says(t, http.StatusOK, "Take 1")
	s.Open(t, "/cart/lines/"+edgetest.Wheel, edgetest.WithCart, url.Values{"quantity": {"1"}})
	if set := s.Peers.Last["SetLine"].(*orderingv1.SetLineRequest); set.GetQuantity() != 1000 {
		t.Errorf("what is left is set to %d", set.GetQuantity())
	}
}
