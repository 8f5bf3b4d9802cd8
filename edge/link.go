package edge

import (
	"net/http"
	"slices"
	"strings"

	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/id"
)

const (
	// maxKept is how many orders a browser keeps the links of: the newest.
	maxKept = 20
	// maxKeptText bounds the text of their IDs, the longest of which has 57 characters.
	maxKeptText = maxKept * 58
	// maxProofs is how many links a checkout is shown; they are within maxToken together.
	maxProofs = 3
)

var errLinkEnded = fault.New(fault.NotFound, "link_ended",
	"This link is no longer good. The link to an order ends 60 days after it was handed over, or when whoever ordered has it ended. Sign in to see your orders.")

// followLink takes the link of a letter: the browser keeps its token, and goes on to the address without it, so that
// it is neither shown nor kept in what was visited.
func (v *visit) followLink(token string) (*reply, error) {
	viewer, err := v.viewer()
	if err != nil {
		return nil, err
	}
	orderID := v.PathValue("id")
	out := redirect("/orders/" + orderID)
	if visible(token, maxToken) {
		viewer.AccessToken = token
	}
	answer, err := v.site.ordering.GetOrder(v.Context(), &orderingv1.GetOrderRequest{Id: orderID, Viewer: viewer})
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return nil, errLinkEnded
	case err != nil:
		return nil, err
	case v.owns(answer.GetOrder()):
		return out, nil
	}
	return out.with(v.keepLink(orderID, token)...), nil
}

// keepLink are the cookies of a browser that is to see an order from now on. Of more than it can keep the oldest goes.
func (v *visit) keepLink(orderID, token string) []*http.Cookie {
	kept := slices.DeleteFunc(v.keptOrders(), func(other string) bool { return other == orderID })
	kept = append(kept, orderID)
	cookies := []*http.Cookie{v.site.jar.make(orderCookie, token, orderPath(orderID), orderLives)}
	for len(kept) > maxKept {
		cookies = append(cookies, v.site.jar.dropAt(orderCookie, orderPath(kept[0])))
		kept = kept[1:]
	}
	return append(cookies, v.site.jar.make(ordersCookie, strings.Join(kept, "."), "/", orderLives), v.keepProof(orderID, token))
}

// keepProof is the cookie by which a checkout sees that the browser is of somebody who has picked up an order. Of more than it can
// keep the oldest goes.
func (v *visit) keepProof(orderID, token string) *http.Cookie {
	kept := []string{orderID + "." + token}
	for _, link := range v.proofs() {
		if link.GetId() != orderID && len(kept) < maxProofs {
			kept = append(kept, link.GetId()+"."+link.GetToken())
		}
	}
	return v.site.jar.make(proofsCookie, strings.Join(kept, "~"), "/", orderLives)
}

// proofs are the links of the newest orders that the browser keeps, the newest first.
func (v *visit) proofs() (links []*orderingv1.OrderLink) {
	for one := range strings.SplitSeq(v.site.jar.read(v.Request, proofsCookie), "~") {
		orderID, token, _ := strings.Cut(one, ".")
		if _, err := id.Market(id.Order, orderID); err == nil && token != "" && len(links) < maxProofs {
			links = append(links, &orderingv1.OrderLink{Id: orderID, Token: token})
		}
	}
	return links
}

// orderPath is where an order's page is.
func orderPath(orderID string) string { return "/orders/" + orderID }

// keptOrders are the orders that the browser says it keeps the links of, the oldest first.
func (v *visit) keptOrders() []string {
	kept := strings.Split(v.site.jar.readUpTo(v.Request, ordersCookie, maxKeptText), ".")
	kept = slices.DeleteFunc(kept, func(orderID string) bool { _, err := id.Market(id.Order, orderID); return err != nil })
	return kept[:min(len(kept), maxKept)]
}

// forget has the browser forget whatever tells of who used it: the session, the basket, the links to orders, what was chosen.
func (v *visit) forget(out *reply) *reply {
	jar := v.site.jar
	out = out.with(jar.drop(sessionCookie), jar.drop(cartCookie), jar.drop(ordersCookie), jar.drop(proofsCookie), jar.drop(visitCookie))
	for _, orderID := range v.keptOrders() {
		out = out.with(jar.dropAt(orderCookie, orderPath(orderID)))
	}
	return out.set("Clear-Site-Data", `"cache", "storage"`)
}
