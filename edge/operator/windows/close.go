package windows

import (
	"net/http"
	"strconv"

	"github.com/artisan-eats/artisan/edge/desk"
	"github.com/artisan-eats/artisan/edge/operator"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// ClosingWindow asks before a window is closed by hand.
func ClosingWindow(o *operator.Office) (*web.Reply, error) { return askClose(o, http.StatusOK, "") }

func askClose(o *operator.Office, status int, alert string) (*web.Reply, error) {
	w, err := theWindow(o)
	if err != nil {
		return nil, err
	}
	open, err := o.Open(&orderingv1.CountOpenOrdersRequest{WindowId: w.GetId()})
	if err != nil {
		return nil, err
	}
	at := o.At("/operator/windows/" + w.GetId())
	model := page.Ask{
		Bench:  o.Desk("Close this window?", "/operator/calendar"),
		Orders: o.At("/operator", "window", w.GetId()),
		Says: []string{
			trade.KindName(w.GetKind()) + ", " + o.In.Span(w.GetStartsAt(), w.GetEndsAt()) + ", " +
				w.GetPlace() + ".",
			"It takes no more orders. Who has a place in it keeps it.",
			"You can open it again at any time until its orders close.",
		},
		Action: o.At("/operator/windows/" + w.GetId() + "/close"), Button: "Close it", Back: at,
		Fields: []page.Choice{
			{Value: "closed", Label: "yes"},
			{Value: "open", Label: strconv.FormatInt(open, 10)},
		},
	}
	model.Alert = alert
	if open > 0 {
		model.Concerned = trade.Plural(open, "order is", "orders are") + " still open in it."
	}
	return web.Render(o.Visit.Context(), status, page.AskPage(model))
}

// CloseWindow closes a window for new orders, or opens it again.
func CloseWindow(o *operator.Office) (*web.Reply, error) {
	form, err := o.Visit.Form()
	if err != nil {
		return nil, err
	}
	closed := form.Get("closed") != "no"
	if closed {
		open, err := o.Open(&orderingv1.CountOpenOrdersRequest{WindowId: o.Visit.Request.PathValue("id")})
		if err != nil {
			return nil, err
		}
		if alert := desk.NewSince(form.Get("open"), open); alert != "" {
			return askClose(o, http.StatusConflict, alert)
		}
	}
	answer, err := o.Visit.Site.Delivery.CloseWindow(o.Visit.Context(),
		&deliveryv1.CloseWindowRequest{Id: o.Visit.Request.PathValue("id"), Closed: closed})
	if err != nil {
		return nil, err
	}
	if !o.MoveTo(answer.GetWindow().GetMarket()) {
		return nil, web.ErrNoPage
	}
	return web.Redirect(o.At("/operator/windows/" + answer.GetWindow().GetId())), nil
}
