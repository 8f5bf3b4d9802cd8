package e2e

import (
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/e2e/browser"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/artisan/ordering/v1/orderingv1connect"
)

// TestPersonWhoClicksTwiceOrdersOnce also goes back afterwards, and presses again.
func TestPersonWhoClicksTwiceOrdersOnce(t *testing.T) {
	eachEyes(t, func(t *testing.T, s *shop, e browser.Eyes) {
		p := s.visitor(t, e)
		p.fillsBasket(creek, "2")
		p.presses("Check out")
		p.isGuest("Larch Hall")
		p.chooses("A test card")
		p.must(p.PressTwice("Place the order"))
		p.sees("Thank you")
		o := s.order(t, p.arrives("/orders/"))
		p.must(p.Back())
		if strings.HasPrefix(p.Address(), s.listen+"/checkout") {
			p.presses("Place the order")
		}
		if again := p.arrives("/orders/"); again != o.GetId() {
			t.Errorf("going back leads to %s, the order is %s", again, o.GetId())
		}
		p.opens("/cart")
		p.sees("There is nothing in it yet")
		s.sold(t, o, 2000)
		s.hasMail(t, o.GetId(), 1)
		s.hasOrders(t, 1)
	})
}

// TestPersonWithTwoTabsOrdersWhatTheySee fills the basket in one tab while another shows the checkout.
func TestPersonWithTwoTabsOrdersWhatTheySee(t *testing.T) {
	eachEyes(t, func(t *testing.T, s *shop, e browser.Eyes) {
		p := s.visitor(t, e)
		p.fillsBasket(creek, "2")
		p.presses("Check out")
		p.isGuest("Larch Hall")
		p.chooses("A test card")
		other := p.beside(e)
		other.opens("/cart")
		other.presses("More of")
		other.sees("$43.50")
		p.presses("Place the order")
		p.sees("Your basket has changed", "$43.50")
		s.hasOrders(t, 0)
		p.presses("Place the order")
		p.sees("Thank you", "$43.50")
		o := s.order(t, p.arrives("/orders/"))
		s.sold(t, o, 3000)
		other.presses("Check out") // the basket that the other tab still shows
		if again := other.arrives("/orders/"); again != o.GetId() {
			t.Errorf("the other tab is led to %s, the order is %s", again, o.GetId())
		}
		s.hasOrders(t, 1)
	})
}

// TestPersonWhoSignsInMeanwhileIsAskedAgain has the checkout open while somebody signs in with another tab.
func TestPersonWhoSignsInMeanwhileIsAskedAgain(t *testing.T) {
	eachEyes(t, func(t *testing.T, s *shop, e browser.Eyes) {
		p := s.visitor(t, e)
		p.fillsBasket(creek, "2")
		p.presses("Check out")
		p.isGuest("Larch Hall")
		p.chooses("A test card")
		p.beside(e).signsUp()
		p.presses("Place the order")
		p.sees("You are signed in as Grace Hopper now. Nothing is ordered yet")
		s.hasOrders(t, 0)
		p.presses("Place the order")
		p.sees("Thank you", "Ada Lovelace")
		o := s.order(t, p.arrives("/orders/"))
		p.opens("/account")
		p.sees("Grace Hopper", strings.ToUpper(o.GetId()[len(o.GetId())-6:]))

		p.fillsBasket(creek, "1")
		p.presses("Check out")
		p.chooses("Larch Hall")
		p.beside(e).signsInAs("shopper", "/account")
		p.presses("Place the order")
		p.sees("The basket of that page is not here any more", "Nothing was ordered")
		s.hasOrders(t, 1)
	})
}

// beside is the same person with another tab.
func (p *person) beside(e browser.Eyes) *person {
	p.t.Helper()
	tab, err := p.Beside(e)
	p.must(err)
	p.t.Cleanup(tab.Close)
	return &person{tab, p.t, p.shop}
}

// hasOrders reports an error unless the demo market has so many orders beside those that it is made with.
func (s *shop) hasOrders(t testing.TB, want int) {
	t.Helper()
	client := orderingv1connect.NewOrderingServiceClient(s.client("ordering"))
	answer, err := client.ListOrders(t.Context(),
		&orderingv1.ListOrdersRequest{Market: "portland", PlacedFrom: s.since.UnixMilli(), Limit: 10})
	if err != nil || len(answer.GetOrders()) != want {
		t.Errorf("there are %d orders, not %d: %v, %v", len(answer.GetOrders()), want, answer, err)
	}
}

// TestPersonWhoAddsAtOnceStaysOnThePage presses the first thing there is on a page, before its script came.
func TestPersonWhoAddsAtOnceStaysOnThePage(t *testing.T) {
	eachEyes(t, func(t *testing.T, s *shop, e browser.Eyes) {
		page := "/p/" +
			s.must(t, 200, "GET", "/products?market=portland&limit=1", nil).body.list("products")[0].str("id")
		p := s.visitor(t, e)
		p.opens(page)
		p.presses("Add")
		p.seesBasketFilled()
		if at := strings.TrimPrefix(p.Address(), s.listen); !e.NoScript && at != page {
			t.Errorf("the page is %s then", at)
		}
	})
}

// TestPersonSeesTheBasketThatIsNewest adds something while the page still asks what was in the basket.
func TestPersonSeesTheBasketThatIsNewest(t *testing.T) {
	t.Parallel()
	browses(t)
	s := openDemo(t)
	p := s.visitor(t, browser.Phone)
	p.opens("/p/" +
		s.must(t, 200, "GET", "/products?market=portland&limit=1", nil).body.list("products")[0].str("id"))
	p.must(p.Settle())
	_, err := browser.Ask[bool](p.Tab, `(async () => {
		const old = await (await fetch("/me", {headers: {"HX-Request": "true"}})).text(), real = fetch;
		fetch = () => new Promise(done => { window.answersLate = () => done(new Response(old)); });
		dispatchEvent(new PageTransitionEvent("pageshow", {persisted: true}));
		fetch = real;
		return true;
	})()`)
	p.must(err)
	p.presses("Add")
	p.sees("Basket 1")
	now, err := browser.Ask[string](p.Tab,
		`new Promise(done => { answersLate(); requestIdleCallback(() => done(document.getElementById("me").innerText)); })`)
	if p.must(err); !strings.Contains(now, "1") {
		t.Errorf("the page shows an older basket: %q", now)
	}
}
