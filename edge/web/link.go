package web

import (
	"net/http"
	"slices"
	"strings"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/id"
)

const (
	// maxKept is how many orders a browser keeps the links of: the newest.
	maxKept = 20
	// maxKeptText bounds the text of their IDs, the longest of which has 57 characters.
	maxKeptText = maxKept * 58
	// maxProofs is how many links a checkout is shown; they are within MaxToken together.
	maxProofs = 3
)

// KeepLink are the cookies of a browser that is to see an order from now on. Of more than it can keep the
// oldest goes.
func (v *Visit) KeepLink(orderID, token string) []*http.Cookie {
	kept := slices.DeleteFunc(v.keptOrders(), func(other string) bool { return other == orderID })
	kept = append(kept, orderID)
	cookies := []*http.Cookie{v.Site.Cookies.Make(OrderCookie, token, OrderPath(orderID), orderLives)}
	for len(kept) > maxKept {
		cookies = append(cookies, v.Site.Cookies.DropAt(OrderCookie, OrderPath(kept[0])))
		kept = kept[1:]
	}
	return append(cookies, v.Site.Cookies.Make(ordersCookie, strings.Join(kept, "."), "/", orderLives),
		v.keepProof(orderID, token))
}

// keepProof is the cookie by which a checkout sees that the browser is of somebody who has picked up an
// order. Of more than it can keep the oldest goes.
func (v *Visit) keepProof(orderID, token string) *http.Cookie {
	kept := []string{orderID + "." + token}
	for _, link := range v.Proofs() {
		if link.GetId() != orderID && len(kept) < maxProofs {
			kept = append(kept, link.GetId()+"."+link.GetToken())
		}
	}
	return v.Site.Cookies.Make(proofsCookie, strings.Join(kept, "~"), "/", orderLives)
}

// Proofs are the links of the newest orders that the browser keeps, the newest first.
func (v *Visit) Proofs() (links []*orderingv1.OrderLink) {
	for one := range strings.SplitSeq(v.Site.Cookies.Read(v.Request, proofsCookie), "~") {
		orderID, token, _ := strings.Cut(one, ".")
		if _, err := id.Market(id.Order, orderID); err == nil && token != "" && len(links) < maxProofs {
			links = append(links, &orderingv1.OrderLink{Id: orderID, Token: token})
		}
	}
	return links
}

// OrderPath is where an order's page is.
func OrderPath(orderID string) string { return "/orders/" + orderID }

// keptOrders are the orders that the browser says it keeps the links of, the oldest first.
func (v *Visit) keptOrders() []string {
	kept := strings.Split(v.Site.Cookies.readUpTo(v.Request, ordersCookie, maxKeptText), ".")
	kept = slices.DeleteFunc(kept,
		func(orderID string) bool { _, err := id.Market(id.Order, orderID); return err != nil })
	return kept[:min(len(kept), maxKept)]
}

// Forget has the browser forget whatever tells of who used it: the session, the basket, the links to orders,
// what was chosen.
func (v *Visit) Forget(out *Reply) *Reply {
	cookies := v.Site.Cookies
	out = out.With(cookies.Drop(SessionCookie), cookies.Drop(CartCookie), cookies.Drop(ordersCookie),
		cookies.Drop(proofsCookie), cookies.Drop(visitCookie))
	for _, orderID := range v.keptOrders() {
		out = out.With(cookies.DropAt(OrderCookie, OrderPath(orderID)))
	}
	return out.Set("Clear-Site-Data", `"cache", "storage"`)
}

// LetterToken is a token as it was sent; what cannot be one is none.
func LetterToken(token string) string {
	if !Visible(token, MaxToken) {
		return ""
	}
	return token
}
