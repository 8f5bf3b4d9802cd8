package edge

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// press sends a card's form as the page's script does.
func (s *Shop) press(t *testing.T, cookie string, form url.Values) *view {
	t.Helper()
	form.Set("from", "card")
	answer, body := s.send(t, call{ //nolint:bodyclose // send closes it
		method: http.MethodPost, path: "/cart/lines", body: form.Encode(),
		header: []string{
			"Cookie", cookie, "Sec-Fetch-Site", "same-origin", "HX-Request", "true",
			"Content-Type", "application/x-www-form-urlencoded",
		},
	})
	root, err := html.Parse(strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	return &view{answer.StatusCode, answer.Header, root, answer.Cookies()}
}

func TestEveryCardPutsIntoTheBasketOrOpensItsSizes(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) { p.stock = map[string]int64{wheel: 5000, slice: 3000} })
	for _, path := range []string{"/", "/m/portland/products", "/producers/" + dairy} {
		v := s.open(t, path, "", nil)
		if len(v.find("li", "class", "card")) == 0 || len(v.find("details", "class", "sizes")) == 0 {
			t.Errorf("%s: no card opens its sizes", path)
		}
	}
	s.peers.set(func(p *peers) { p.stock = map[string]int64{wheel: 0, slice: 50} })
	v := s.open(t, "/m/portland/products?sort=price", "", nil)
	if len(v.find("details", "class", "sizes")) != 0 || len(v.find("form", "class", "add")) == 0 {
		t.Fatal("where one size is left, it is not put in at once")
	}
	if v.value("variant_id") != slice || v.value("unit") != "lb" || v.value("quantity") != "0.11" {
		t.Errorf("it puts in %s %s of %s", v.value("quantity"), v.value("unit"), v.value("variant_id"))
	}
	s.peers.set(func(p *peers) { p.stock = map[string]int64{wheel: 0, slice: 0} })
	if v := s.open(t, "/m/portland/products?sort=newest", "", nil); len(v.find("form", "class", "add")) != 0 {
		t.Error("what is sold out can be put in")
	}
}

func TestACardsStepsAddToTheBasketAndTakeFromIt(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for _, c := range []struct {
		form url.Values
		want int64
	}{
		{url.Values{"variant_id": {wheel}, "quantity": {"1"}}, 3000},
		{url.Values{"variant_id": {wheel}, "quantity": {"1"}, "less": {"1"}}, 1000},
		{url.Values{"variant_id": {wheel}, "quantity": {"5"}, "less": {"1"}}, 0},
	} {
		v := s.press(t, withCart, c.form)
		if set, _ := s.peers.last["SetLine"].(*orderingv1.SetLineRequest); v.status != http.StatusOK ||
			set.GetQuantity() != c.want {
			t.Errorf("%v: status %d, set to %v", c.form, v.status, set)
		}
		if me := v.find("nav", "id", "me"); len(me) != 1 ||
			!has(me[0], []string{"data-lines", wheel + "=2"}) {
			t.Errorf("%v: the answer does not tell what the basket has", c.form)
		}
	}
}

func TestACardsPageStaysWhereTheBasketTakesNoMore(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) { p.stock = map[string]int64{wheel: 2000} })
	v := s.press(t, withCart, url.Values{"variant_id": {wheel}, "quantity": {"1"}})
	v.says(t, http.StatusConflict, "Only 2 left. Please take less.")
	if len(v.find("p", "id", "said", "class", "toast")) != 1 || len(v.find("main")) != 0 ||
		s.peers.count("SetLine") != 0 {
		t.Error("the answer is not why, beside the basket as it is")
	}
	if v := s.open(t, "/cart/lines", withCart,
		url.Values{"variant_id": {wheel}, "quantity": {"1"}, "from": {"card"}}); len(v.find("main")) != 1 {
		t.Error("without a script it is no page")
	}
}

func TestPicksAreNamedWhole(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.ware = func(p *catalogv1.Product) { p.Variants = p.Variants[:1] }
	v := s.open(t, "/m/portland/products", "", nil)
	button := v.find("button", "type", "submit", "aria-label", "")
	if len(button) < 2 {
		t.Fatal("there are no buttons")
	}
	for _, b := range button {
		if name, _ := attribute(b, "aria-label"); !strings.Contains(name, "Hill Tomme") {
			t.Errorf("a button is called %q", name)
		}
	}
}
