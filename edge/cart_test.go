package edge

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

const withCart = "cart=" + guestCart

// says fails unless a page says each of these in so many words.
func (v *view) says(t *testing.T, status int, words ...string) {
	t.Helper()
	text := strings.Join(strings.Fields(v.text()), " ")
	if v.status != status {
		t.Errorf("status %d, want %d", v.status, status)
	}
	for _, want := range words {
		if !strings.Contains(text, want) {
			t.Errorf("nothing says %q: %s", want, text)
		}
	}
}

func TestABasketIsGroupedByProducer(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) {
		p.cart = func(c *orderingv1.Cart) {
			c.Lines = append(c.Lines, &orderingv1.CartLine{
				VariantId: slice, ProductId: cheese, ProductTitle: "Rye", VariantTitle: "Half",
				ProducerId: "pro_other", ProducerName: "Mill",
				Quantity: 350, Price: dollars(1000), Total: dollars(350), SoldBy: "weight",
			})
		}
	})
	v := s.open(t, "/cart", withCart, nil)
	v.says(t, http.StatusOK, "Hill Dairy $48.00", "Mill $3.50")
	if len(v.find("a", "href", "/producers/"+dairy)) != 1 || len(v.find("a", "href", "/checkout")) != 1 {
		t.Error("there is no way to the producer, or to the checkout")
	}
	if len(v.find("img", "src", "/images/tomme.jpg?w=320")) != 1 {
		t.Error("there is no picture")
	}
	if len(v.find("a", "href", "/m/portland/products")) == 0 {
		t.Error("there is no way to go on shopping")
	}
	amounts := map[string]bool{}
	for _, field := range v.find("input", "type", "hidden", "name", "quantity") {
		value, _ := attribute(field, "value")
		amounts[value] = true
	}
	for _, beside := range []string{"1", "3", "0.72", "0.82"} {
		if !amounts[beside] {
			t.Errorf("no button leads to %s: %v", beside, amounts)
		}
	}
}

func TestAnEmptyBasketInvites(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.open(t, "/cart", "", nil)
	v.says(t, http.StatusOK, "There is nothing in it yet", "See what’s on the shelves")
	s.peers.set(func(p *peers) { p.cart = func(c *orderingv1.Cart) { c.OrderId = placedOrder } })
	v = s.open(t, "/cart", withCart, nil)
	v.says(t, http.StatusOK, "Your last order")
	if len(v.find("a", "href", "/orders/"+placedOrder)) != 1 {
		t.Error("there is no way back to the order")
	}
}

// TestABasketSaysWhatIsWrong changes the shop after something was put into a basket.
func TestABasketSaysWhatIsWrong(t *testing.T) {
	for name, c := range map[string]struct {
		change func(p *peers)
		says   string
		stuck  bool
	}{
		"vanished": {
			func(p *peers) { p.gone = true },
			"This is not sold any more. Please take it out of your basket.", true,
		},
		"sold out": {func(p *peers) { p.stock[wheel] = 0 }, "This has sold out since you chose it.", true},
		"short":    {func(p *peers) { p.stock[wheel] = 1000 }, "Only 1 left. Please take less.", true},
		"dearer":   {func(p *peers) { p.quoted = 2500 }, "It costs $25.00 now.", false},
		"minimum": {
			func(p *peers) { p.cart = func(c *orderingv1.Cart) { c.Total = dollars(1950) } },
			"Add $5.50 for delivery to East of the river.", false,
		},
		"unknown": {func(p *peers) {
			p.faults["Quote"], p.faults["Availability"], p.faults["ListWindows"] = errDown, errDown, errDown
		}, "Hill Tomme", false},
	} {
		t.Run(name, func(t *testing.T) {
			s := openShop(t, DefaultLimits)
			s.peers.set(c.change)
			v := s.open(t, "/cart", withCart, nil)
			v.says(t, http.StatusOK, c.says)
			if stuck := len(v.find("a", "href", "/checkout")) == 0; stuck != c.stuck {
				t.Errorf("whether the checkout is out of reach: %v", stuck)
			}
		})
	}
}

func TestWhatIsShortCanBeTakenAtOnce(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) { p.stock[wheel] = 1000 })
	s.open(t, "/cart", withCart, nil).says(t, http.StatusOK, "Take 1")
	s.open(t, "/cart/lines/"+wheel, withCart, url.Values{"quantity": {"1"}})
	if set := s.peers.last["SetLine"].(*orderingv1.SetLineRequest); set.GetQuantity() != 1000 {
		t.Errorf("what is left is set to %d", set.GetQuantity())
	}
}
