package checkout

import (
	"cmp"
	"net/http"

	"github.com/artisan-eats/artisan/edge/checkout/view"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

// ConfirmPage is where the link of a letter leads. To open it confirms nothing: programs that look at mail
// open links too.
func ConfirmPage(v *web.Visit) (*web.Reply, error) {
	return showConfirm(v, http.StatusOK, v.Request.URL.Query().Get("token"), "")
}

// ConfirmFromPage confirms an order and leads to it; whoever has the letter may see it. Where it was somebody
// else who ordered it is called off.
func ConfirmFromPage(v *web.Visit) (*web.Reply, error) {
	typed, err := v.Form()
	if err != nil {
		return nil, err
	}
	refuse := typed.Get("do") == "refuse"
	answer, err := v.Site.Ordering.ConfirmOrder(v.Context(),
		&orderingv1.ConfirmOrderRequest{
			Id:    v.Request.PathValue("id"),
			Token: web.LetterToken(typed.Get("token")), Refuse: refuse,
		})
	if f := fault.Of(err); f != nil {
		if f.Kind != fault.Conflict {
			return nil, err
		}
		return showConfirm(v, web.StatusOf(f), typed.Get("token"), f.Message)
	}
	if refuse {
		return showConfirm(v, http.StatusOK, typed.Get("token"), "")
	}
	at := "/orders/" + answer.GetOrder().GetId()
	return web.Redirect(at +
		justOrdered).With(v.KeepLink(answer.GetOrder().GetId(), answer.GetAccessToken())...), nil
}

// showConfirm shows what would be confirmed, or what became of it.
func showConfirm(v *web.Visit, status int, token, alert string) (*web.Reply, error) {
	answer, err := v.Site.Ordering.ConfirmOrder(v.Context(),
		&orderingv1.ConfirmOrderRequest{
			Id: v.Request.PathValue("id"), Token: web.LetterToken(token),
			Look: true,
		})
	if err != nil {
		return nil, err
	}
	o := answer.GetOrder()
	in, err := v.Site.Market(v.Context(), o.GetMarket())
	if err != nil {
		return nil, err
	}
	model := view.Confirming{
		Frame: v.Site.Frame(in.Text("Confirm an order"), in), ID: o.GetId(),
		Number: trade.OrderNumber(o.GetId()), Token: token, Alert: alert,
		When: in.Span(o.GetWindowStartsAt(), o.GetWindowEndsAt()), Kind: trade.Kind(in, o.GetWindowKind()),
		Place: o.GetWindowPlace(), Total: in.Money(o.GetTotal()),
	}
	model.Secret = true
	for _, l := range o.GetLines() {
		model.Lines = append(model.Lines, orderLine(in, l).Line)
	}
	switch {
	case o.GetStatus() == state.OrderAwaitingConfirmation:
		model.Heading, model.Until = in.Text("Is this your order?"), clock(in, o.GetConfirmBy())
	case o.GetConfirmedAt() != 0:
		model.Heading, model.Show = in.Text("This order is confirmed already."), true
	case o.GetStatus() == state.OrderFailed || o.GetStatus() == state.OrderReleasing:
		model.Heading, model.Basket = in.Text(cmp.Or(failureWords[o.GetFailure()],
			headlines[state.OrderFailed])), true
	default:
		model.Heading, model.Show = in.Text("This order is being placed."), true
	}
	return web.Render(v.Context(), status, view.ConfirmPage(model))
}

// clock is a time of today as the market's clocks show it; empty for none.
func clock(p *web.Market, millis int64) string {
	if millis == 0 {
		return ""
	}
	return p.Locale.Time(p.At(millis))
}
