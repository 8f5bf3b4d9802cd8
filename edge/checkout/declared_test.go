package checkout_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

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
		"something else":      {both, new(true), edgetest.AvoidsNuts, sayings[:1], sayings[:1]},
		"avoided, and others": {both, new(true), edgetest.AvoidsMilk, sayings[1:3], sayings[:1]},
		"avoided":             {[]string{"milk"}, new(true), edgetest.AvoidsMilk, sayings[1:2], nil},
		"declared none":       {nil, new(true), edgetest.AvoidsMilk, sayings[3:4], sayings[3:4]},
		"not stated":          {nil, new(false), "", sayings[4:5], sayings[4:5]},
		"not stated, avoided": {nil, new(false), edgetest.AvoidsNuts, sayings[5:], sayings[4:5]},
		"of before":           {nil, nil, edgetest.AvoidsNuts, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := edgetest.Open(t)
			s.Declare(c.codes, c.stated)
			for path, cookie := range map[string]string{
				"/cart":     edgetest.WithCart,
				"/checkout": edgetest.WithCart, "/orders/" +
					edgetest.PlacedOrder: "order=" + edgetest.OrderToken, "/orders/" + edgetest.PlacedOrder +
					"/change": "order=" +
					edgetest.OrderToken,
			} {
				says := c.says
				if path == "/orders/"+edgetest.PlacedOrder {
					says = c.order
				}
				text := strings.Join(strings.Fields(s.Open(t, path, cookie+"; "+c.visit, nil).Text()), " ")
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
	}{{nil, "⚠ Contains milk, which you avoid."}, {edgetest.Lyon, "⚠ Contient : lait, que vous évitez."}} {
		s := edgetest.Open(t)
		s.Declare([]string{"milk"}, new(true))
		s.Peers.Set(func(p *edgetest.Peers) { p.Market = c.market })
		for _, path := range []string{"/cart", "/checkout"} {
			v := s.Open(t, path, edgetest.WithCart+"; "+edgetest.AvoidsMilk, nil)
			if v.Says(t, http.StatusOK, c.says); len(v.Find("div", "class", "wrong")) != 1 {
				t.Errorf("%s: it is not marked", path)
			}
		}
	}
}

// TestTheBasketAndTheCheckoutSayWhatIsDeclaredNow has a maker declare more since the basket was priced.
func TestTheBasketAndTheCheckoutSayWhatIsDeclaredNow(t *testing.T) {
	for _, path := range []string{"/cart", "/checkout"} {
		s := edgetest.Open(t)
		s.Declare(nil, new(true))
		s.Peers.Set(func(p *edgetest.Peers) {
			p.Declares = func(q *catalogv1.Quote) {
				q.Allergens, q.AllergensStated = []string{"milk"},
					new(true)
			}
		})
		s.Open(t, path, edgetest.WithCart, nil).Says(t, http.StatusOK, "Contains milk.")
		s.Open(t, path, edgetest.WithCart+"; "+edgetest.AvoidsMilk, nil).Says(t, http.StatusOK,
			"Contains milk, which you avoid.")
		s.Peers.Fail("Quote", edgetest.ErrDown)
		s.Open(t, path, edgetest.WithCart, nil).Says(t, http.StatusOK, "None of the 14 major allergens.")
	}
}

// TestAMembersBasketIsMarkedOnEachDevice has what was put in elsewhere, and avoids something here.
func TestAMembersBasketIsMarkedOnEachDevice(t *testing.T) {
	s := edgetest.Open(t)
	s.Declare([]string{"milk"}, new(true))
	s.Open(t, "/cart", "cart="+edgetest.MembersCart+"; session=shopper; "+edgetest.AvoidsMilk, nil).Says(t,
		http.StatusOK,
		"Contains milk, which you avoid.")
}

func TestWhatIsAvoidedDoesNotGoIntoTheBasketSilently(t *testing.T) {
	for name, c := range map[string]struct {
		visit, says string
		less        bool
	}{
		"avoided": {
			edgetest.AvoidsMilk, "It is in your basket. Contains milk, which you avoid.",
			false,
		},
		"taken out":      {edgetest.AvoidsMilk, "", true},
		"something else": {edgetest.AvoidsNuts, "", false},
		"nothing":        {"", "", false},
	} {
		s := edgetest.Open(t)
		s.Declare([]string{"milk"}, new(true))
		form := url.Values{"variant_id": {edgetest.Wheel}, "quantity": {"1"}}
		if c.less {
			form.Set("less", "1")
		}
		v := s.Press(t, edgetest.WithCart+"; "+c.visit, form)
		if v.Says(t, http.StatusOK,
			c.says); len(v.Find("p", "id", "said", "class", "toast")) != edgetest.Btoi(c.says != "") {
			t.Errorf("%s: it is not seen", name)
		}
	}
}

func TestACheckoutIsStaleWhereAllergensAreSaidOtherwise(t *testing.T) {
	s := edgetest.Open(t)
	s.Declare(nil, new(true))
	form := edgetest.Typed("the-key")
	form.Set("told", s.Open(t, "/checkout", edgetest.WithCart, nil).Value("told"))
	s.Declare([]string{"milk"}, new(true))
	s.Open(t, "/checkout", edgetest.WithCart, form).Says(t, http.StatusConflict,
		"What is said of the allergens in your basket has changed since you saw it.", "Contains milk.")
	if s.Peers.Count("Checkout") != 0 {
		t.Error("something was ordered")
	}
	form.Set("told", s.Open(t, "/checkout", edgetest.WithCart, nil).Value("told"))
	if v := s.Open(t, "/checkout", edgetest.WithCart, form); v.Status != http.StatusSeeOther {
		t.Errorf("what was seen is answered with %d", v.Status)
	}
	form.Del("told") // of an earlier version
	if v := s.Open(t, "/checkout", edgetest.WithCart, form); v.Status != http.StatusSeeOther {
		t.Errorf("a form without is answered with %d", v.Status)
	}
}

// TestACheckoutAsksNobodyMoreForAllergens holds the form to the one question that its makers' terms need, and
// the order to none: the basket knows.
func TestACheckoutAsksNobodyMoreForAllergens(t *testing.T) {
	s := edgetest.Open(t)
	s.Declare([]string{"milk"}, new(true))
	asked := func() int { return s.Peers.Count("Quote") + s.Peers.Count("GetProduct") }
	s.Open(t, "/checkout", edgetest.WithCart+"; "+edgetest.AvoidsMilk, nil).Says(t, http.StatusOK,
		"Contains milk, which you avoid.")
	form := asked()
	s.Open(t, "/checkout", edgetest.WithCart+"; "+edgetest.AvoidsMilk, edgetest.Typed("the-key"))
	if form > 1 || asked() != form || s.Peers.Count("Checkout") != 1 {
		t.Errorf("the catalogue is asked %d times for the form, and then %d times", form, asked()-form)
	}
}
