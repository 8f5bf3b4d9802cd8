package edge

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// changing is a guest who looks at what a change of an order comes to that adds what is in the basket.
type changing struct {
	m        *market
	order    string // its address
	orderID  string
	bearer   []string
	basket   string
	reviewed *tab
}

// looks orders two wheels and 350 g, puts one wheel more into another basket, and looks at what they come to
// together.
func (m *market) looks(t *testing.T) *changing {
	t.Helper()
	bought := m.ask(t, 201, call{
		method: "POST", path: "/api/v1/carts/" + m.fillCart(t) + "/checkout", header: withKey,
		body: strings.Replace(buying, saturday, m.windows, 1),
	})
	c := &changing{
		m: m, orderID: bought["id"].(string),
		bearer: []string{"Authorization", "Bearer " + bought["access_token"].(string)},
	}
	c.order = "/orders/" + c.orderID
	c.basket = m.ask(t, 201,
		call{method: "POST", path: "/api/v1/carts", body: `{"market": "portland"}`})["id"].(string)
	c.puts(t, "1")
	form := m.tab(t, "order="+bought["access_token"].(string)+"; cart="+c.basket, c.order+"/change", c.order+
		"/change")
	form.form.Set("add", m.piece)
	form.take(t, form.send(t, "do", "look"))
	form.form.Set("payment", "test:ok")
	form.form.Set("do", "save")
	c.reviewed = form
	return c
}

// puts sets how many wheels the basket has.
func (c *changing) puts(t *testing.T, pieces string) {
	t.Helper()
	c.m.ask(t, 200, call{
		method: "PUT", path: "/api/v1/carts/" + c.basket + "/lines/" + c.m.piece,
		body: `{"quantity": ` + pieces + `}`,
	})
}

// wants looks at how many wheels the order and the basket have, and how often the order was changed.
func (c *changing) wants(t *testing.T, ordered, basket, version float64) {
	t.Helper()
	pieces := func(of map[string]any) (n float64) {
		for _, l := range of["lines"].([]any) {
			if line := l.(map[string]any); line["variant_id"] == c.m.piece {
				n += line["quantity"].(float64)
			}
		}
		return n
	}
	order := c.m.ask(t, 200, call{method: "GET", path: "/api/v1/orders/" + c.orderID, header: c.bearer})
	cart := c.m.ask(t, 200, call{method: "GET", path: "/api/v1/carts/" + c.basket})
	if pieces(order) != ordered || pieces(cart) != basket || order["version"] != version {
		t.Errorf("the order has %v in version %v, the basket %v; want %v in version %v, and %v",
			pieces(order), order["version"], pieces(cart), ordered, version, basket)
	}
}

// leads sends the review and wants to be led to the changed order.
func (c *changing) leads(t *testing.T, front *Shop, form url.Values) {
	t.Helper()
	if v := front.open(t, c.reviewed.at, c.reviewed.cookie, form); v.status != http.StatusSeeOther ||
		v.header.Get("Location") != c.order+"?changed=1" {
		t.Errorf("it is answered with %d, to %q: %s", v.status, v.header.Get("Location"), v.text())
	}
}

// TestAChangeThatIsSentAgainIsDoneOnce sends what a shopper has looked at once more: the order and the basket
// are others by then.
func TestAChangeThatIsSentAgainIsDoneOnce(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		c := m.looks(t)
		c.leads(t, m.Shop, c.reviewed.form)
		c.wants(t, 3, 0, 2)
		c.leads(t, m.replica, c.reviewed.form)
		c.wants(t, 3, 0, 2)
		c.puts(t, "4")
		c.leads(t, m.Shop, c.reviewed.form)
		c.wants(t, 3, 4, 2) // what was put in since stays
	})
}

func TestClicksAtOnceChangeAnOrderOnce(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		c := m.looks(t)
		c.puts(t, "2") // one more meanwhile
		var clicks sync.WaitGroup
		for i := range 6 {
			front, form := []*Shop{m.Shop, m.replica}[i%2], maps.Clone(c.reviewed.form)
			clicks.Go(func() { c.leads(t, front, form) })
		}
		clicks.Wait()
		c.wants(t, 3, 1, 2)
	})
}

// TestTheBasketIsReadBeforeTheOrderThatItGoesInto keeps what makes clicks at once safe: read after the order,
// a basket could be one that another click has taken from already.
func TestTheBasketIsReadBeforeTheOrderThatItGoesInto(t *testing.T) {
	s := openShop(t, DefaultLimits)
	var baskets []int
	s.peers.set(func(p *peers) {
		p.order = func(*orderingv1.Order) { baskets = append(baskets, p.calls["GetCart"]) }
	})
	s.open(t, changeAt, withOrder+"; cart="+guestCart,
		url.Values{"version": {"0"}, "key": {"one"}, "q." + wheel: {"3"}, "do": {"save"}})
	if len(baskets) == 0 || baskets[0] != 1 {
		t.Errorf("when the order was read, the basket had been read so many times: %v", baskets)
	}
}

// TestAnotherChoiceUnderAKeyThatIsUsedUpIsAnotherChange goes back to a review whose card was declined, and
// takes another card.
func TestAnotherChoiceUnderAKeyThatIsUsedUpIsAnotherChange(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		c := m.looks(t)
		declined := maps.Clone(c.reviewed.form)
		declined.Set("payment", "test:declined")
		if v := m.open(t, c.reviewed.at, c.reviewed.cookie,
			declined); v.status != http.StatusPaymentRequired || !strings.Contains(v.text(), "was declined") {
			t.Errorf("it is answered with %d: %s", v.status, v.text())
		}
		c.wants(t, 2, 1, 1)
		c.leads(t, m.Shop, c.reviewed.form)
		c.wants(t, 3, 0, 2)
		torn := maps.Clone(c.reviewed.form)
		torn.Set("want", "a lot")
		if v := m.open(t, c.reviewed.at, c.reviewed.cookie, torn); v.status < 400 || v.status >= 500 {
			t.Errorf("a form that was torn is answered with %d", v.status)
		}
	})
}

// TestWhatCannotBePaidForInOneMorePartIsSaidOnTheForm lets the shopper choose less.
func TestWhatCannotBePaidForInOneMorePartIsSaidOnTheForm(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.fail("ChangeOrder", fault.New(fault.Conflict, "too_many_changes",
		"This order was paid for in many parts already. Choose what comes to no more than it does now, or order the rest by itself."))
	v := s.open(t, changeAt, withOrder, url.Values{
		"version": {"0"}, "key": {"one"}, "q." + wheel: {"3"},
		"do": {"save"},
	})
	v.says(t, http.StatusConflict, "Choose what comes to no more", "See what it comes to")
	if v.value("q."+wheel) != "3" {
		t.Errorf("what was typed is %q", v.value("q."+wheel))
	}
}

// TestAProgramPacksThePartThatItHasRead sends the version of the part along, where it says one.
func TestAProgramPacksThePartThatItHasRead(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) { p.order = func(o *orderingv1.Order) { o.Parts[0].Moves = 3 } })
	producer := []string{"Authorization", "Bearer producer"}
	answer, text := s.send(t, call{method: "GET", path: "/api/v1/orders/" + placedOrder, header: producer}) //nolint:bodyclose // send closes it
	if answer.StatusCode != http.StatusOK || !strings.Contains(string(text), `"version":3`) {
		t.Errorf("the part is %s", text)
	}
	three := int64(3)
	at := "/api/v1/orders/" + placedOrder + "/parts/" + onePart + "/advance"
	for body, want := range map[string]*int64{
		`{"to": "packed"}`: nil, `{"to": "packed", "version": null}`: nil,
		`{"to": "packed", "version": 3}`: &three,
	} {
		answer, text = s.send(t, call{method: "POST", path: at, header: producer, body: body}) //nolint:bodyclose // send closes it
		last, _ := s.peers.last["AdvancePart"].(*orderingv1.AdvancePartRequest)
		if answer.StatusCode != http.StatusOK || (last.Moves == nil) != (want == nil) ||
			last.GetMoves() != 0 && last.GetMoves() != *want {
			t.Errorf("%s: status %d, asked for %v: %s", body, answer.StatusCode, last, text)
		}
	}
	if answer, _ = s.send(t, call{method: "POST", path: at, header: producer, body: `{"to": "packed", "version": "x"}`}); answer.StatusCode != http.StatusUnprocessableEntity { //nolint:bodyclose // send closes it
		t.Errorf("a version that is none: %d", answer.StatusCode)
	}
}

// TestAReviewSaysWhatIsAnother than the order has.
func TestAReviewSaysWhatIsAnother(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		c := m.looks(t)
		form := m.tab(t, c.reviewed.cookie, c.order+"/change", c.order+"/change")
		form.send(t, "q."+m.kilo, "0", "q."+m.piece, "3", "do", "look").says(t, http.StatusOK, "Instead of 2",
			"Not in it any more: Hill Tomme")
		form.send(t, "q."+m.kilo, "0.35", "q."+m.piece, "2", "window_id", "", "do", "look").says(t,
			http.StatusOK, "This is what order")
	})
}
