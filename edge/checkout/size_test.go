package checkout_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

func TestALineSaysOfWhichSizeItIs(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Cart = func(c *orderingv1.Cart) {
			l := c.Lines[0]
			l.ProductTitle, l.VariantTitle, l.Unit, l.UnitValue = "Carrots", "250 g", "g", 250
		}
	})
	v := s.Open(t, "/cart", "cart="+edgetest.GuestCart, nil)
	if strings.Count(v.Text(), "250 g") < 1 ||
		len(v.Find("button", "aria-label", "More of Carrots, 250 g")) != 1 {
		t.Errorf("the basket says %s", v.Text())
	}
	_, body := s.Send(t, edgetest.Call{Method: http.MethodGet, Path: "/api/v1/carts/" +
		edgetest.GuestCart})
	for _, want := range []string{
		`"title":"Carrots, 250 g"`, `"variant_title":"250 g"`, `"unit":"g"`, `"unit_value":250`,
	} {
		if !strings.Contains(string(body), want) {
			t.Errorf("there is no %s in %s", want, body)
		}
	}
}

// TestAnOrderSaysOfWhichSizeItsLinesAre follows a size from the checkout to who packs it.
func TestAnOrderSaysOfWhichSizeItsLinesAre(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Cart = func(c *orderingv1.Cart) {
			c.Lines[0].ProductTitle, c.Lines[0].VariantTitle = "Carrots",
				"250 g"
		}
		p.Order = func(o *orderingv1.Order) {
			l := o.Lines[0]
			l.ProductTitle, l.VariantTitle, l.Unit, l.UnitValue = "Carrots", "250 g", "g", 250
		}
	})
	for path, cookie := range map[string]string{
		"/checkout": edgetest.WithCart, edgetest.OrderAt: edgetest.WithOrder, edgetest.OrderAt +
			"/change": edgetest.WithOrder,
		"/producer/orders": edgetest.MakerCookie, "/producer/orders/" +
			edgetest.PlacedOrder: edgetest.MakerCookie,
		"/operator/orders/" + edgetest.PlacedOrder: "session=operator",
	} {
		if text := s.Open(t, path, cookie, nil).Text(); !strings.Contains(text, "Carrots") ||
			!strings.Contains(text, "250 g") {
			t.Errorf("%s says %s", path, text)
		}
	}
	for _, c := range []edgetest.Call{
		{
			Method: http.MethodGet, Path: "/api/v1" + edgetest.OrderAt,
			Header: []string{"Authorization", "Bearer " + edgetest.OrderToken},
		},
		{
			Method: http.MethodGet, Path: "/api/v1/producers/" + edgetest.Dairy + "/orders",
			Header: edgetest.AsProducer,
		},
	} {
		_, body := s.Send(t, c)
		for _, want := range []string{
			`"title":"Carrots, 250 g"`, `"variant_title":"250 g"`, `"unit":"g"`,
			`"unit_value":250`,
		} {
			if strings.Count(string(body), want) != 2 { // in the order, and in its part
				t.Errorf("%s: there is no %s in %s", c.Path, want, body)
			}
		}
	}
}
