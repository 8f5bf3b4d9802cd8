package checkout_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// changing is a guest who looks at what a change of an order comes to that adds what is in the basket.
type changing struct {
	m        *edgetest.Market
	order    string // its address
	orderID  string
	bearer   []string
	basket   string
	reviewed *edgetest.Tab
}

// looks orders two wheels and 350 g, puts one wheel more into another basket, and looks at what they come to
// together.
func looks(t *testing.T, m *edgetest.Market) *changing {
	t.Helper()
	bought := m.Ask(t, 201, edgetest.Call{
		Method: "POST", Path: "/api/v1/carts/" + m.FillCart(t) + "/checkout", Header: edgetest.WithKey,
		Body: strings.Replace(edgetest.Buying, edgetest.Saturday, m.Windows, 1),
	})
	c := &changing{
		m: m, orderID: bought["id"].(string),
		bearer: []string{"Authorization", "Bearer " + bought["access_token"].(string)},
	}
	c.order = "/orders/" + c.orderID
	c.basket = m.Ask(t, 201,
		edgetest.Call{Method: "POST", Path: "/api/v1/carts", Body: `{"market": "portland"}`})["id"].(string)
	c.puts(t, "1")
	form := m.Tab(t, "order="+bought["access_token"].(string)+"; cart="+c.basket, c.order+"/change", c.order+
		"/change")
	form.Form.Set("add", m.Piece)
	form.Take(t, form.Send(t, "do", "look"))
	form.Form.Set("payment", "test:ok")
	form.Form.Set("do", "save")
	c.reviewed = form
	return c
}

// puts sets how many wheels the basket has.
func (c *changing) puts(t *testing.T, pieces string) {
	t.Helper()
	c.m.Ask(t, 200, edgetest.Call{
		Method: "PUT", Path: "/api/v1/carts/" + c.basket + "/lines/" + c.m.Piece,
		Body: `{"quantity": ` + pieces + `}`,
	})
}

// wants looks at how many wheels the order and the basket have, and how often the order was changed.
func (c *changing) wants(t *testing.T, ordered, basket, version float64) {
	t.Helper()
	pieces := func(of map[string]any) (n float64) {
		for _, l := range of["lines"].([]any) {
			if line := l.(map[string]any); line["variant_id"] == c.m.Piece {
				n += line["quantity"].(float64)
			}
		}
		return n
	}
	order := c.m.Ask(t, 200, edgetest.Call{
		Method: "GET", Path: "/api/v1/orders/" + c.orderID,
		Header: c.bearer,
	})
	cart := c.m.Ask(t, 200, edgetest.Call{Method: "GET", Path: "/api/v1/carts/" + c.basket})
	if pieces(order) != ordered || pieces(cart) != basket || order["version"] != version {
		t.Errorf("the order has %v in version %v, the basket %v; want %v in version %v, and %v",
			pieces(order), order["version"], pieces(cart), ordered, version, basket)
	}
}

// leads sends the review and wants to be led to the changed order.
func (c *changing) leads(t *testing.T, front *edgetest.Shop, form url.Values) {
	t.Helper()
	if v := front.Open(t, c.reviewed.At, c.reviewed.Cookie, form); v.Status != http.StatusSeeOther ||
		v.Header.Get("Location") != c.order+"?changed=1" {
		t.Errorf("it is answered with %d, to %q: %s", v.Status, v.Header.Get("Location"), v.Text())
	}
}

// TestAChangeThatIsSentAgainIsDoneOnce sends what a shopper has looked at once more: the order and the basket
// are others by then.
func TestAChangeThatIsSentAgainIsDoneOnce(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		c := looks(t, m)
		c.leads(t, m.Shop, c.reviewed.Form)
		c.wants(t, 3, 0, 2)
		c.leads(t, m.Replica, c.reviewed.Form)
		c.wants(t, 3, 0, 2)
		c.puts(t, "4")
		c.leads(t, m.Shop, c.reviewed.Form)
		c.wants(t, 3, 4, 2) // what was put in since stays
	})
}

// TestAChangeThatIsSentAgainFindsTheBasketAsItWas, by what is in it: one was added to the order, and one that
// was put in since is left.
func TestAChangeThatIsSentAgainFindsTheBasketAsItWas(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		c := looks(t, m)
		c.puts(t, "2")
		for _, front := range []*edgetest.Shop{m.Shop, m.Replica} {
			c.leads(t, front, c.reviewed.Form)
			c.wants(t, 3, 1, 2)
		}
	})
}

func TestClicksAtOnceChangeAnOrderOnce(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		c := looks(t, m)
		c.puts(t, "2") // one more meanwhile
		var clicks sync.WaitGroup
		for i := range 6 {
			front, form := []*edgetest.Shop{m.Shop, m.Replica}[i%2], maps.Clone(c.reviewed.Form)
			clicks.Go(func() { c.leads(t, front, form) })
		}
		clicks.Wait()
		c.wants(t, 3, 1, 2)
	})
}

// TestTheBasketIsReadBeforeTheOrderThatItGoesInto keeps what makes clicks at once safe: read after the order,
// a basket could be one that another click has taken from already.
func TestTheBasketIsReadBeforeTheOrderThatItGoesInto(t *testing.T) {
	s := edgetest.Open(t)
	var baskets []int
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Order = func(*orderingv1.Order) { baskets = append(baskets, p.Calls["GetCart"]) }
	})
	s.Open(t, changeAt, edgetest.WithOrder+"; cart="+edgetest.GuestCart,
		url.Values{"version": {"0"}, "key": {"one"}, "q." + edgetest.Wheel: {"3"}, "do": {"save"}})
	if len(baskets) == 0 || baskets[0] != 1 {
		t.Errorf("when the order was read, the basket had been read so many times: %v", baskets)
	}
}

// TestAnotherChoiceUnderAKeyThatIsUsedUpIsAnotherChange goes back to a review whose card was declined, and
// takes another card.
func TestAnotherChoiceUnderAKeyThatIsUsedUpIsAnotherChange(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		c := looks(t, m)
		declined := maps.Clone(c.reviewed.Form)
		declined.Set("payment", "test:declined")
		if v := m.Open(t, c.reviewed.At, c.reviewed.Cookie,
			declined); v.Status != http.StatusPaymentRequired || !strings.Contains(v.Text(), "was declined") {
			t.Errorf("it is answered with %d: %s", v.Status, v.Text())
		}
		c.wants(t, 2, 1, 1)
		c.leads(t, m.Shop, c.reviewed.Form)
		c.wants(t, 3, 0, 2)
		torn := maps.Clone(c.reviewed.Form)
		torn.Set("want", "a lot")
		if v := m.Open(t, c.reviewed.At, c.reviewed.Cookie, torn); v.Status < 400 || v.Status >= 500 {
			t.Errorf("a form that was torn is answered with %d", v.Status)
		}
	})
}

// TestWhatCannotBePaidForInOneMorePartIsSaidOnTheForm lets the shopper choose less.
func TestWhatCannotBePaidForInOneMorePartIsSaidOnTheForm(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Fail("ChangeOrder", fault.New(fault.Conflict, "too_many_changes",
		"This order was paid for in many parts already. Choose what comes to no more than it does now, or order the rest by itself."))
	v := s.Open(t, changeAt, edgetest.WithOrder, url.Values{
		"version": {"0"}, "key": {"one"}, "q." + edgetest.Wheel: {"3"},
		"do": {"save"},
	})
	v.Says(t, http.StatusConflict, "Choose what comes to no more", "See what it comes to")
	if v.Value("q."+edgetest.Wheel) != "3" {
		t.Errorf("what was typed is %q", v.Value("q."+edgetest.Wheel))
	}
}

// TestAReviewSaysWhatIsAnother than the order has.
func TestAReviewSaysWhatIsAnother(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		c := looks(t, m)
		form := m.Tab(t, c.reviewed.Cookie, c.order+"/change", c.order+"/change")
		form.Send(t, "q."+m.Kilo, "0", "q."+m.Piece, "3", "do", "look").Says(t, http.StatusOK, "Instead of 2",
			"Not in it any more: Hill Tomme")
		form.Send(t, "q."+m.Kilo, "0.35", "q."+m.Piece, "2", "window_id", "", "do", "look").Says(t,
			http.StatusOK, "This is what order")
	})
}
