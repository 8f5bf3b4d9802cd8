package edge

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// carrots are in two sizes without a name, as Open Food Network has them.
func carrots(p *catalogv1.Product) {
	p.Title = "Carrots"
	p.Variants = []*catalogv1.Variant{
		{Id: wheel, Price: dollars(200), SoldBy: "each", UnitValue: 250, Unit: "g"},
		{Id: slice, Price: dollars(600), SoldBy: "each", UnitValue: 1, Unit: "kg"},
	}
}

func TestSizesWithoutANameAreToldApart(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.ware = carrots
	for path, cookie := range map[string]string{"/p/" + cheese: "", wareAt + "/lots": makerCookie} {
		text := s.open(t, path, cookie, nil).text()
		if !strings.Contains(text, "250 g") || !strings.Contains(text, "1 kg") {
			t.Errorf("%s does not say which size is which: %s", path, text)
		}
	}
	v := s.open(t, "/p/"+cheese, "", nil)
	if names := v.namesOf("label"); !slices.Contains(names, "Pieces of Carrots, 250 g") ||
		!slices.Contains(names, "Pieces of Carrots, 1 kg") {
		t.Errorf("the fields are called %q", names)
	}
	_, body := s.send(t, call{method: http.MethodGet, path: "/api/v1/products/" + cheese}) //nolint:bodyclose // send closes it
	for _, want := range []string{`"title":"250 g"`, `"title":"1 kg"`, `"unit":"kg"`, `"unit_value":250`} {
		if !strings.Contains(string(body), want) {
			t.Errorf("there is no %s in %s", want, body)
		}
	}
}

// namesOf are the texts of all elements of a name.
func (v *view) namesOf(element string) (names []string) {
	for _, n := range v.find(element) {
		names = append(names, strings.Join(strings.Fields((&view{root: n}).text()), " "))
	}
	return names
}

func TestALineSaysOfWhichSizeItIs(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) {
		p.cart = func(c *orderingv1.Cart) {
			l := c.Lines[0]
			l.ProductTitle, l.VariantTitle, l.Unit, l.UnitValue = "Carrots", "250 g", "g", 250
		}
	})
	v := s.open(t, "/cart", "cart="+guestCart, nil)
	if strings.Count(v.text(), "250 g") < 1 ||
		len(v.find("button", "aria-label", "More of Carrots, 250 g")) != 1 {
		t.Errorf("the basket says %s", v.text())
	}
	_, body := s.send(t, call{method: http.MethodGet, path: "/api/v1/carts/" + guestCart}) //nolint:bodyclose // send closes it
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
	s := openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) {
		p.cart = func(c *orderingv1.Cart) {
			c.Lines[0].ProductTitle, c.Lines[0].VariantTitle = "Carrots",
				"250 g"
		}
		p.order = func(o *orderingv1.Order) {
			l := o.Lines[0]
			l.ProductTitle, l.VariantTitle, l.Unit, l.UnitValue = "Carrots", "250 g", "g", 250
		}
	})
	for path, cookie := range map[string]string{
		"/checkout": withCart, orderAt: withOrder, orderAt + "/change": withOrder,
		"/producer/orders": makerCookie, "/producer/orders/" + placedOrder: makerCookie,
		"/operator/orders/" + placedOrder: "session=operator",
	} {
		if text := s.open(t, path, cookie, nil).text(); !strings.Contains(text, "Carrots") ||
			!strings.Contains(text, "250 g") {
			t.Errorf("%s says %s", path, text)
		}
	}
	for _, c := range []call{
		{
			method: http.MethodGet, path: "/api/v1" + orderAt,
			header: []string{"Authorization", "Bearer " + orderToken},
		},
		{method: http.MethodGet, path: "/api/v1/producers/" + dairy + "/orders", header: asProducer},
	} {
		_, body := s.send(t, c) //nolint:bodyclose // send closes it
		for _, want := range []string{
			`"title":"Carrots, 250 g"`, `"variant_title":"250 g"`, `"unit":"g"`,
			`"unit_value":250`,
		} {
			if strings.Count(string(body), want) != 2 { // in the order, and in its part
				t.Errorf("%s: there is no %s in %s", c.path, want, body)
			}
		}
	}
}
