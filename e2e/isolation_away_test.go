package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// cardIsNotCharged checks out by card in vain, and is told to pay where it is picked up.
func cardIsNotCharged(t *testing.T, c *cell) {
	p := c.checksOut(t)
	c.comesBack(t, "the checkout", p)
	if !strings.Contains(p.body, "What you pick up you can pay for there") {
		t.Errorf("%s: the checkout does not say what there is to do: %s", c.key, p.body)
	}
	c.isKept(t)
}

// paysAtPickup orders as a member, to be paid when it is picked up.
func paysAtPickup(t *testing.T, c *cell) {
	as := []string{"Authorization", "Bearer " + c.street.maker}
	a, err := c.ask(http.MethodPost, "/carts", object{"market": market}, as...)
	if err != nil || a.status != http.StatusCreated {
		t.Errorf("%s: a basket is answered %d %s (%v)", c.key, a.status, a.raw, err)
		return
	}
	cart := "/carts/" + a.body.str("id")
	a, err = c.ask(http.MethodPut, cart+"/lines/"+c.goods.variantID, object{"quantity": 1}, as...)
	if err != nil || a.status != http.StatusOK {
		t.Errorf("%s: goods are answered %d %s (%v)", c.key, a.status, a.raw, err)
		return
	}
	body := order(c.goods.pickupID, "")
	body["payment"] = object{"method": "pickup"}
	a, err = c.ask(http.MethodPost, cart+"/checkout", body, append(as, "Idempotency-Key", "pickup-"+c.key)...)
	if err != nil || a.status != http.StatusCreated || a.body.str("status") != "confirmed" {
		t.Errorf("%s: paid at pickup the checkout is answered %d %s (%v)", c.key, a.status, a.raw, err)
		return
	}
	c.ordered = a.body.str("id")
}

// isPromised waits until payments has the order in its books, and makes room for the next.
func isPromised(t *testing.T, c *cell) {
	var n int64
	eventually(t, settledWithin, c.key+": payments knows of the order", func() bool {
		c.query(t, "payments", fmt.Sprintf(
			"SELECT COUNT(*) FROM payments WHERE order_id = '%s' AND method = 'pickup' AND status = 'authorised'",
			c.ordered), &n)
		return n == 1
	})
	a, err := c.ask(http.MethodPost, "/orders/"+c.ordered+"/cancel", object{}, "Authorization",
		"Bearer "+c.street.maker)
	if err != nil || a.status != http.StatusOK {
		t.Errorf("%s: to cancel is answered %d %s (%v)", c.key, a.status, a.raw, err)
	}
}

// guestBuys by card, without identity.
func guestBuys(t *testing.T, c *cell) {
	a, err := c.buy(c.cart, c.key, order(c.goods.pickupID, "ok"))
	if err != nil || a.status != http.StatusCreated || a.body.str("status") != "confirmed" {
		t.Errorf("%s: the checkout is answered %d %s (%v)", c.key, a.status, a.raw, err)
	}
	c.ordered = a.body.str("id")
}

// isSealedAnew wants the guest's letter, and nothing to be sealed to a public key any more.
func isSealedAnew(t *testing.T, c *cell) {
	var left int64
	eventually(t, settledWithin, c.key+": its contact is sealed anew", func() bool {
		c.query(t, "ordering", "SELECT COUNT(*) FROM sealed_to_key", &left)
		return left == 0
	})
	c.hasMail(t, c.ordered, 1)
}

// staysSignedIn looks at the account of who was there before.
func staysSignedIn(t *testing.T, c *cell) {
	c.has(t, "/account", "Your addresses cannot be shown just now.", "session="+c.street.maker)
}

// deskIsAsked wants nobody to be the operator from memory.
func deskIsAsked(t *testing.T, c *cell) {
	desk := c.visits(t, http.MethodGet, "/operator/today", nil, "session="+c.operator)
	c.comesBack(t, "the desk", desk)
}
