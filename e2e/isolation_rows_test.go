package e2e

import (
	"net/http"
	"strings"
	"testing"
)

// isolated is the table in doc/operations.md: what goes on while a service is down, slow, wrong or mute, in
// its words.
var isolated = map[string][]promise{
	"catalog": {
		{
			says:  "pages, lists and searches that somebody saw in the last six hours come from memory",
			holds: looksAround,
		},
		{says: "what nobody saw answers 503 with Retry-After", holds: catalogIsAsked},
		{
			says:  "baskets whose prices were shown in the last quarter of an hour are ordered",
			holds: goesOnAtFreshPrices, after: wrote,
		},
		{
			says:  "makers see and pack orders, and their goods answer 503 with Retry-After",
			holds: atMakers(makersOrders, makersGoods),
		},
		{
			says:  "the operator's desk goes on but for producers",
			holds: atOperators(itsProducers),
		},
	},
	"inventory": {
		{says: "goods are shown without what is left of them, and none as sold out", holds: saysNoStock},
		{says: "goods go into baskets", holds: takesAnother},
		{
			says:  "a checkout answers 503 with Retry-After, says when to come back, and keeps the basket",
			holds: keepsTheBasket, after: buysAfter,
		},
		{says: "makers' desks go on", holds: atMakers(makersOrders+" "+makersGoods, "")},
		{
			says:  "the operator's desk goes on",
			holds: atOperators(""),
		},
	},
	"delivery": {
		{says: "goods are shown without the next window", holds: looksAround},
		{says: "goods go into baskets", holds: takesAnother},
		{
			says:  "a checkout answers 503 with Retry-After, says when to come back, and keeps the basket",
			holds: keepsTheBasket, after: buysAfter,
		},
		{says: "makers' desks go on", holds: atMakers(makersOrders+" "+makersGoods, "")},
		{
			says:  "the operator's desk goes on but for windows",
			holds: atOperators(itsWindows),
		},
	},
	"ordering": {
		{says: "goods are shown", holds: looksAround},
		{says: "baskets, checkouts and orders answer 503 with Retry-After", holds: orderingIsAsked},
		{says: "the header says that the basket is away for a moment", holds: meIsAway},
		{
			says:  "makers change their goods, and their orders answer 503 with Retry-After",
			holds: atMakers(makersGoods, makersOrders),
		},
		{
			says:  "the operator's desk goes on but for orders",
			holds: atOperators(itsOrders + " " + itsWaiting),
		},
	},
	"payments": {
		{says: "goods are shown", holds: looksAround},
		{says: "goods go into baskets", holds: takesAnother},
		{
			says:  "a checkout by card answers 503 with Retry-After, its page says what there is to do, and the basket is kept",
			holds: cardIsNotCharged, after: buysAfter,
		},
		{
			says:  "a market that allows it takes orders that are picked up and paid for there",
			holds: paysAtPickup, after: isPromised,
		},
		{says: "makers' desks go on", holds: atMakers(makersOrders+" "+makersGoods, "")},
		{
			says:  "the operator's desk goes on",
			holds: atOperators(""),
		},
	},
	"identity": {
		{says: "goods are shown", holds: looksAround},
		{says: "guests' goods go into baskets", holds: takesAnother},
		{
			says:  "guests buy, and their contact is sealed anew when it is back",
			holds: guestBuys, after: isSealedAnew,
		},
		{says: "who is signed in stays so for ten minutes", holds: staysSignedIn},
		{says: "the operator's desk answers 503 with Retry-After", holds: deskIsAsked},
		{
			says:  "makers stay at their desks for ten minutes",
			holds: atMakers(makersOrders+" "+makersGoods, ""),
		},
	},
	"notify": {
		{says: "goods are shown", holds: looksAround},
		{
			says:  "orders are confirmed, and their letters go out when it is back",
			holds: ordersWithoutLetters, after: wrote,
		},
		{says: "makers' desks go on", holds: atMakers(makersOrders+" "+makersGoods, "")},
		{
			says:  "the operator's desk goes on but for letters",
			holds: atOperators(itsMail),
		},
	},
}

// catalogIsAsked asks for what is in no memory.
func catalogIsAsked(t *testing.T, c *cell) {
	c.comesBack(t, "a search", c.visits(t, http.MethodGet, "/m/"+market+"/products?q="+c.key, nil))
	c.waits(t, http.MethodGet, "/products?market="+market+"&q="+c.key, nil)
}

// saysNoStock looks at goods whose page is made anew.
func saysNoStock(t *testing.T, c *cell) {
	looksAround(t, c)
	for _, path := range []string{c.fresh(), "/p/" + c.goods.productID} {
		p := c.has(t, path, "Wheel of cheese")
		for _, wrong := range []string{"Sold out", " left"} {
			if strings.Contains(p.body, wrong) {
				t.Errorf("%s: %s says %q", c.key, path, wrong)
			}
		}
	}
	a, err := c.ask(http.MethodGet, "/products/"+c.goods.productID, nil)
	if err != nil || a.status != http.StatusOK {
		t.Errorf("%s: the product is answered %d %s (%v)", c.key, a.status, a.raw, err)
	}
}

// fresh is a search for the goods that nobody made before.
func (c *cell) fresh() string {
	return "/m/" + market + "/products?q=" + map[how]string{
		down: "wheel+cheese", slow: "cheese+wheel", wrong: "wheel+of+cheese", mute: "wheels",
	}[c.as]
}

// takesAnother puts something into a basket of its own.
func takesAnother(t *testing.T, c *cell) {
	a, err := c.ask(http.MethodPost, "/carts", object{"market": market})
	if err != nil || a.status != http.StatusCreated {
		t.Errorf("%s: a basket is answered %d %s (%v)", c.key, a.status, a.raw, err)
		return
	}
	cart := a.body.str("id")
	a, err = c.ask(http.MethodPut, "/carts/"+cart+"/lines/"+c.goods.variantID, object{"quantity": 1})
	if err != nil || a.status != http.StatusOK {
		t.Errorf("%s: goods for the basket are answered %d %s (%v)", c.key, a.status, a.raw, err)
	}
	c.has(t, "/cart", "Wheel of cheese", "cart="+cart)
}

// keepsTheBasket checks out in vain, twice.
func keepsTheBasket(t *testing.T, c *cell) {
	for range 2 {
		p := c.checksOut(t)
		c.comesBack(t, "the checkout", p)
		if !strings.Contains(p.body, "Come back in") {
			t.Errorf("%s: the checkout does not say when to come back: %s", c.key, p.body)
		}
		c.isKept(t)
	}
}

// buysAfter orders what could not be ordered before.
func buysAfter(t *testing.T, c *cell) { c.buysNow(t) }

// orderingIsAsked asks for what is ordering's.
func orderingIsAsked(t *testing.T, c *cell) {
	c.comesBack(t, "the basket", c.visits(t, http.MethodGet, "/cart", nil, "cart="+c.cart))
	c.comesBack(t, "the checkout", c.checksOut(t))
	c.waits(t, http.MethodGet, "/carts/"+c.cart, nil)
}

// ordersWithoutLetters buys, and looks at the order.
func ordersWithoutLetters(t *testing.T, c *cell) {
	a, err := c.buy(c.cart, c.key, order(c.goods.pickupID, "ok"))
	if err != nil || a.status != http.StatusCreated || a.body.str("status") != "confirmed" {
		t.Errorf("%s: the checkout is answered %d %s (%v)", c.key, a.status, a.raw, err)
	}
	c.ordered = a.body.str("id")
}

// wrote wants the letter of the order that was placed meanwhile.
func wrote(t *testing.T, c *cell) { c.hasMail(t, c.ordered, 1) }
