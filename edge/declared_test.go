package edge

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

const (
	avoidsMilk = "visit=allergen_free=milk"
	avoidsNuts = "visit=allergen_free=nuts"
)

// declare has the basket's line and the order's say something of allergens.
func (s *Shop) declare(codes []string, stated *bool) {
	s.peers.set(func(p *peers) {
		p.cart = func(c *orderingv1.Cart) { c.Lines[0].Allergens, c.Lines[0].AllergensStated = codes, stated }
		p.order = func(o *orderingv1.Order) {
			o.Lines[0].Allergens, o.Lines[0].AllergensStated = codes,
				stated
		}
	})
}

// sayings are all that a line may say of allergens, each by some words that no other has.
var sayings = []string{
	"Contains gluten, milk.", "Contains milk, which you avoid.",
	"It also contains gluten.", "None of the 14", "Allergens not stated. Ask the maker before you eat.",
	"You avoid nuts; the maker has not stated allergens.",
}

func TestALineSaysWhatItContains(t *testing.T) {
	both := []string{"gluten", "milk"}
	for name, c := range map[string]struct {
		codes       []string
		stated      *bool
		visit       string
		says, order []string
	}{
		"declared":            {both, new(true), "", sayings[:1], sayings[:1]},
		"something else":      {both, new(true), avoidsNuts, sayings[:1], sayings[:1]},
		"avoided, and others": {both, new(true), avoidsMilk, sayings[1:3], sayings[:1]},
		"avoided":             {[]string{"milk"}, new(true), avoidsMilk, sayings[1:2], nil},
		"declared none":       {nil, new(true), avoidsMilk, sayings[3:4], sayings[3:4]},
		"not stated":          {nil, new(false), "", sayings[4:5], sayings[4:5]},
		"not stated, avoided": {nil, new(false), avoidsNuts, sayings[5:], sayings[4:5]},
		"of before":           {nil, nil, avoidsNuts, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := openShop(t, DefaultLimits)
			s.declare(c.codes, c.stated)
			for path, cookie := range map[string]string{"/cart": withCart, "/checkout": withCart, "/orders/" +
				placedOrder: "order=" + orderToken, "/orders/" + placedOrder + "/change": "order=" +
				orderToken} {
				says := c.says
				if path == "/orders/"+placedOrder {
					says = c.order
				}
				text := strings.Join(strings.Fields(s.open(t, path, cookie+"; "+c.visit, nil).text()), " ")
				for _, saying := range sayings {
					if strings.Contains(text, saying) != slices.Contains(says, saying) {
						t.Errorf("%s: whether it says %q: %v", path, saying, !slices.Contains(says, saying))
					}
				}
			}
		})
	}
}

// TestAWarningIsNotByColourAlone looks at what marks a line of the basket, in each language.
func TestAWarningIsNotByColourAlone(t *testing.T) {
	for _, c := range []struct {
		market func(*catalogv1.Market)
		says   string
	}{{nil, "⚠ Contains milk, which you avoid."}, {lyon, "⚠ Contient : lait, que vous évitez."}} {
		s := openShop(t, DefaultLimits)
		s.declare([]string{"milk"}, new(true))
		s.peers.set(func(p *peers) { p.market = c.market })
		for _, path := range []string{"/cart", "/checkout"} {
			v := s.open(t, path, withCart+"; "+avoidsMilk, nil)
			if v.says(t, http.StatusOK, c.says); len(v.find("div", "class", "wrong")) != 1 {
				t.Errorf("%s: it is not marked", path)
			}
		}
	}
}

// TestTheBasketAndTheCheckoutSayWhatIsDeclaredNow has a maker declare more since the basket was priced.
func TestTheBasketAndTheCheckoutSayWhatIsDeclaredNow(t *testing.T) {
	for _, path := range []string{"/cart", "/checkout"} {
		s := openShop(t, DefaultLimits)
		s.declare(nil, new(true))
		s.peers.set(func(p *peers) {
			p.declares = func(q *catalogv1.Quote) {
				q.Allergens, q.AllergensStated = []string{"milk"},
					new(true)
			}
		})
		s.open(t, path, withCart, nil).says(t, http.StatusOK, "Contains milk.")
		s.open(t, path, withCart+"; "+avoidsMilk, nil).says(t, http.StatusOK,
			"Contains milk, which you avoid.")
		s.peers.fail("Quote", errDown)
		s.open(t, path, withCart, nil).says(t, http.StatusOK, "None of the 14 major allergens.")
	}
}

// TestAMembersBasketIsMarkedOnEachDevice has what was put in elsewhere, and avoids something here.
func TestAMembersBasketIsMarkedOnEachDevice(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.declare([]string{"milk"}, new(true))
	s.open(t, "/cart", "cart="+membersCart+"; session=shopper; "+avoidsMilk, nil).says(t, http.StatusOK,
		"Contains milk, which you avoid.")
}

func TestWhatIsAvoidedDoesNotGoIntoTheBasketSilently(t *testing.T) {
	for name, c := range map[string]struct {
		visit, says string
		less        bool
	}{
		"avoided":        {avoidsMilk, "It is in your basket. Contains milk, which you avoid.", false},
		"taken out":      {avoidsMilk, "", true},
		"something else": {avoidsNuts, "", false},
		"nothing":        {"", "", false},
	} {
		s := openShop(t, DefaultLimits)
		s.declare([]string{"milk"}, new(true))
		form := url.Values{"variant_id": {wheel}, "quantity": {"1"}}
		if c.less {
			form.Set("less", "1")
		}
		v := s.press(t, withCart+"; "+c.visit, form)
		if v.says(t, http.StatusOK,
			c.says); len(v.find("p", "id", "said", "class", "toast")) != btoi(c.says != "") {
			t.Errorf("%s: it is not seen", name)
		}
	}
}

func TestACheckoutIsStaleWhereAllergensAreSaidOtherwise(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.declare(nil, new(true))
	form := typed("the-key")
	form.Set("told", s.open(t, "/checkout", withCart, nil).value("told"))
	s.declare([]string{"milk"}, new(true))
	s.open(t, "/checkout", withCart, form).says(t, http.StatusConflict,
		"What is said of the allergens in your basket has changed since you saw it.", "Contains milk.")
	if s.peers.count("Checkout") != 0 {
		t.Error("something was ordered")
	}
	form.Set("told", s.open(t, "/checkout", withCart, nil).value("told"))
	if v := s.open(t, "/checkout", withCart, form); v.status != http.StatusSeeOther {
		t.Errorf("what was seen is answered with %d", v.status)
	}
	form.Del("told") // of an earlier version
	if v := s.open(t, "/checkout", withCart, form); v.status != http.StatusSeeOther {
		t.Errorf("a form without is answered with %d", v.status)
	}
}

// TestACheckoutAsksNobodyMoreForAllergens holds the form to the one question that its makers' terms need, and
// the order to none: the basket knows.
func TestACheckoutAsksNobodyMoreForAllergens(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.declare([]string{"milk"}, new(true))
	asked := func() int { return s.peers.count("Quote") + s.peers.count("GetProduct") }
	s.open(t, "/checkout", withCart+"; "+avoidsMilk, nil).says(t, http.StatusOK,
		"Contains milk, which you avoid.")
	form := asked()
	s.open(t, "/checkout", withCart+"; "+avoidsMilk, typed("the-key"))
	if form > 1 || asked() != form || s.peers.count("Checkout") != 1 {
		t.Errorf("the catalogue is asked %d times for the form, and then %d times", form, asked()-form)
	}
}

func TestTheAPITellsOfAllergensInThreeWaysAndWhereTheyWereNotKept(t *testing.T) {
	for want, c := range map[string]struct {
		codes  []string
		stated *bool
	}{
		`"allergens":["milk"],"allergens_stated":true`: {[]string{"milk"}, new(true)},
		`"allergens":[],"allergens_stated":true`:       {nil, new(true)},
		`"allergens":[],"allergens_stated":false`:      {nil, new(false)},
		`"allergens":[],"allergens_stated":null`:       {nil, nil},
	} {
		s := openShop(t, DefaultLimits)
		s.declare(c.codes, c.stated)
		for _, c := range []call{
			{method: http.MethodGet, path: "/api/v1/carts/" + guestCart},
			{
				method: http.MethodGet, path: "/api/v1/orders/" + placedOrder,
				header: []string{"Authorization", "Bearer shopper"},
			},
		} {
			if _, body := s.send(t, c); !bytes.Contains(body, []byte(want)) { //nolint:bodyclose // send closes it
				t.Errorf("%s answers %s, want %s", c.path, body, want)
			}
		}
	}
}

// withGoods are pages that show what can be put into the basket.
var withGoods = []string{"/", "/m/portland", "/producers/" + dairy, "/p/" + cheese}

func TestEveryPageWithGoodsKeepsToWhatIsAvoided(t *testing.T) {
	for _, path := range withGoods {
		t.Run(path, func(t *testing.T) {
			s := openShop(t, DefaultLimits)
			var lists []string
			s.peers.set(func(p *peers) {
				p.listed = func(r *catalogv1.ListProductsRequest) {
					lists = append(lists, fmt.Sprint(r.GetAllergenFree(), r.GetGoodOn()))
				}
			})
			v := s.open(t, path, "visit=allergen_free=egg%2Cnuts&day=2026-11-21", nil)
			v.says(t, http.StatusOK, "No egg ×", "No nuts ×", "Sat, Nov 21 ×",
				"Goods whose maker has not stated allergens are left out.")
			if len(lists) == 0 ||
				slices.ContainsFunc(lists,
					func(asked string) bool { return asked != "[egg nuts]2026-11-21" }) {
				t.Errorf("goods are shown of %q", lists)
			}
			if v.header.Get("Cache-Control") != "private, max-age=0" {
				t.Errorf("it is kept as %s", v.header.Get("Cache-Control"))
			}
			for _, pill := range v.find("a", "class", "pill") {
				href, _ := attribute(pill, "href")
				if pill.FirstChild == nil || !strings.HasPrefix(pill.FirstChild.Data, "No egg") {
					continue
				}
				if to, after := s.chooses(t, href,
					"visit=allergen_free=egg%2Cnuts&day=2026-11-21"); after != "visit=allergen_free=nuts&day=2026-11-21" || !strings.HasPrefix(to, path) {
					t.Errorf("the chip leads to %s with %s", to, after)
				}
			}
		})
	}
}

func TestAPageWithGoodsIsForEverybodyAsLongAsNothingIsRemembered(t *testing.T) {
	for _, path := range withGoods {
		s := openShop(t, DefaultLimits)
		for _, cookie := range []string{"", withCart, "visit=allergen_free=dust"} {
			v := s.open(t, path, cookie, nil)
			if v.header.Get("Cache-Control") != "public, max-age=0, must-revalidate" ||
				strings.Contains(v.text(), "are left out") || len(v.find("a", "class", "pill")) > 1 {
				t.Errorf("%s with %q: %s, %s", path, cookie, v.header.Get("Cache-Control"), v.text())
			}
		}
		asked := s.peers.count("ListProducts")
		s.open(t, path+"?allergen_free=nuts", "", nil)
		again := s.peers.count("ListProducts")
		s.open(t, path, avoidsNuts, nil)
		if again == asked || s.peers.count("ListProducts") != again {
			t.Errorf("%s: what is remembered is not the page of who asks for it", path)
		}
	}
}

func TestAProductsPageSaysThatItIsAvoided(t *testing.T) {
	for visit, says := range map[string]string{
		avoidsMilk: "⚠ Contains milk, which you avoid.", avoidsNuts: "", "": "",
	} {
		s := openShop(t, DefaultLimits)
		v := s.open(t, "/p/"+cheese, visit, nil)
		if v.says(t, http.StatusOK, "Contains milk.",
			says); len(v.find("div", "class", "wrong")) != btoi(says != "") {
			t.Errorf("%q: it is marked, or not", visit)
		}
	}
	s := openShop(t, DefaultLimits)
	s.peers.ware = func(p *catalogv1.Product) { p.Allergens = nil }
	s.open(t, "/p/"+cheese, avoidsNuts, nil).says(t, http.StatusOK,
		"You avoid nuts; the maker has not stated allergens.")
	again := url.Values{"variant_id": {wheel}, "quantity": {"many"}}
	s.peers.set(func(p *peers) { p.declares = func(q *catalogv1.Quote) { q.ProductId = cheese } })
	s.open(t, "/cart/lines", withCart+"; "+avoidsNuts, again).says(t, http.StatusUnprocessableEntity,
		"You avoid nuts; the maker has not stated allergens.")
}

func TestASuggestionSaysThatItIsAvoided(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for visit, marked := range map[string]int{avoidsMilk: 1, avoidsNuts: 0, "": 0} {
		v := s.open(t, "/m/portland/suggest?q=tom", visit, nil)
		if n := len(v.find("div", "class", "wrong")); n != marked || len(v.find("a", "role", "option")) != 3 {
			t.Errorf("%q: %d suggestions are marked", visit, n)
		}
	}
}
