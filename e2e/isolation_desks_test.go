package e2e

import (
	"net/http"
	"strings"
	"sync"
	"testing"
)

// Pages of the desks: of a maker's orders and of her goods, and of what the operator's desk is about.
const (
	makersOrders = "/producer /producer/orders /producer/orders/ORDER /producer/pack/WINDOW /producer/make"
	makersGoods  = "/producer/products /producer/products/PRODUCT"
	itsOrders    = "/operator /operator/orders/ORDER"
	itsWaiting   = "/operator/waiting"
	itsProducers = "/operator/producers"
	itsWindows   = "/operator/calendar /operator/windows/WINDOW"
	itsMail      = "/operator/mail"
	itsOther     = "/operator/today /operator/stuck /operator/log /operator/security"
)

// atMakers wants pages of a maker's desk to be there, and others to say when to come back.
func atMakers(there, later string) func(t *testing.T, c *cell) {
	return func(t *testing.T, c *cell) { c.desk(t, c.street.maker, there, later) }
}

// atOperators wants the pages of the operator's desk to be there, but for some that say when to come back.
func atOperators(later string) func(t *testing.T, c *cell) {
	there := strings.Join([]string{itsOrders, itsWaiting, itsProducers, itsWindows, itsMail, itsOther}, " ")
	for _, path := range strings.Fields(later) {
		there = strings.Replace(" "+there+" ", " "+path+" ", " ", 1)
	}
	return func(t *testing.T, c *cell) { c.desk(t, c.operator, there, later) }
}

func (c *cell) desk(t *testing.T, session, there, later string) {
	t.Helper()
	real := strings.NewReplacer("ORDER", c.street.order, "WINDOW", c.goods.pickupID, "PRODUCT",
		c.goods.productID)
	var all sync.WaitGroup
	look := func(pages string, at func(path string, p sight)) {
		for _, path := range strings.Fields(pages) {
			all.Go(func() {
				at(path, c.visits(t, http.MethodGet, real.Replace(path), nil, "session="+session))
			})
		}
	}
	look(there, func(path string, p sight) {
		if p.status != http.StatusOK || p.took > atLast {
			t.Errorf("%s: %s is answered %d after %s: %s", c.key, path, p.status, p.took, p.body)
		}
	})
	look(later, func(path string, p sight) { c.comesBack(t, path, p) })
	all.Wait()
}

// goesOnAtFreshPrices buys at the page and by the API what was put into baskets before.
func goesOnAtFreshPrices(t *testing.T, c *cell) {
	if p := c.checksOut(t); p.status != http.StatusSeeOther ||
		!strings.HasPrefix(p.header.Get("Location"), "/orders/ord_") {
		t.Errorf("%s: the checkout is answered %d %s", c.key, p.status, p.body)
	}
	a, err := c.buy(c.other, c.key, order(c.goods.pickupID, "ok"))
	if err != nil || a.status != http.StatusCreated || a.body.str("status") != "confirmed" {
		t.Errorf("%s: by the API the checkout is answered %d %s (%v)", c.key, a.status, a.raw, err)
	}
	c.ordered = a.body.str("id")
}

// meIsAway wants the visitor's own part of pages to come all the same, and to say that it cannot tell.
func meIsAway(t *testing.T, c *cell) {
	c.has(t, "/me", "Your basket is away for a moment.", "cart="+c.cart)
}
