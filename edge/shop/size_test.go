package shop_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

// carrots are in two sizes without a name, as Open Food Network has them.
func carrots(p *catalogv1.Product) {
	p.Title = "Carrots"
	p.Variants = []*catalogv1.Variant{
		{Id: edgetest.Wheel, Price: edgetest.Dollars(200), SoldBy: "each", UnitValue: 250, Unit: "g"},
		{Id: edgetest.Slice, Price: edgetest.Dollars(600), SoldBy: "each", UnitValue: 1, Unit: "kg"},
	}
}

func TestSizesWithoutANameAreToldApart(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Ware = carrots
	for path, cookie := range map[string]string{"/p/" + edgetest.Cheese: "", edgetest.WareAt +
		"/lots": edgetest.MakerCookie} {
		text := s.Open(t, path, cookie, nil).Text()
		if !strings.Contains(text, "250 g") || !strings.Contains(text, "1 kg") {
			t.Errorf("%s does not say which size is which: %s", path, text)
		}
	}
	v := s.Open(t, "/p/"+edgetest.Cheese, "", nil)
	if names := namesOf(v, "label"); !slices.Contains(names, "Pieces of Carrots, 250 g") ||
		!slices.Contains(names, "Pieces of Carrots, 1 kg") {
		t.Errorf("the fields are called %q", names)
	}
	_, body := s.Send(t, edgetest.Call{Method: http.MethodGet, Path: "/api/v1/products/" +
		edgetest.Cheese})
	for _, want := range []string{`"title":"250 g"`, `"title":"1 kg"`, `"unit":"kg"`, `"unit_value":250`} {
		if !strings.Contains(string(body), want) {
			t.Errorf("there is no %s in %s", want, body)
		}
	}
}

// namesOf are the texts of all elements of a name.
func namesOf(v *edgetest.View, element string) (names []string) {
	for _, n := range v.Find(element) {
		names = append(names, strings.Join(strings.Fields((&edgetest.View{Root: n}).Text()), " "))
	}
	return names
}
