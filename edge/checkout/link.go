package checkout

import (
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

var errLinkEnded = fault.New(fault.NotFound, "link_ended",
	"This link is no longer good. The link to an order ends 60 days after it was handed over, or when whoever ordered has it ended. Sign in to see your orders.")

// followLink takes the link of a letter: the browser keeps its token, and goes on to the address without it,
// so that it is neither shown nor kept in what was visited.
func followLink(v *web.Visit, token string) (*web.Reply, error) {
	viewer, err := v.Viewer()
	if err != nil {
		return nil, err
	}
	orderID := v.Request.PathValue("id")
	out := web.Redirect("/orders/" + orderID)
	if web.Visible(token, web.MaxToken) {
		viewer.AccessToken = token
	}
	answer, err := v.Site.Ordering.GetOrder(v.Context(),
		&orderingv1.GetOrderRequest{Id: orderID, Viewer: viewer})
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return nil, errLinkEnded
	case err != nil:
		return nil, err
	case owns(v, answer.GetOrder()):
		return out, nil
	}
	return out.With(v.KeepLink(orderID, token)...), nil
}
