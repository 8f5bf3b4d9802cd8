package edge

import (
	"cmp"
	"net/http"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// confirmPage is where the link of a letter leads. To open it confirms nothing: programs that look at mail open links too.
func (e *site) confirmPage(v *visit) (*reply, error) {
	return v.showConfirm(http.StatusOK, v.URL.Query().Get("token"), "")
}

// confirmFromPage confirms an order and leads to it; whoever has the letter may see it. Where it was somebody else who ordered it
// is called off.
func (e *site) confirmFromPage(v *visit) (*reply, error) {
	typed, err := v.form()
	if err != nil {
		return nil, err
	}
	refuse := typed.Get("do") == "refuse"
	answer, err := e.ordering.ConfirmOrder(v.Context(), &orderingv1.ConfirmOrderRequest{Id: v.PathValue("id"), Token: letterToken(typed.Get("token")), Refuse: refuse})
	if f := fault.Of(err); f != nil {
		if f.Kind != fault.Conflict {
			return nil, err
		}
		return v.showConfirm(statusOf(f), typed.Get("token"), f.Message)
	}
	if refuse {
		return v.showConfirm(http.StatusOK, typed.Get("token"), "")
	}
	at := "/orders/" + answer.GetOrder().GetId()
	return redirect(at + justOrdered).with(v.keepLink(answer.GetOrder().GetId(), answer.GetAccessToken())...), nil
}

// letterToken is a token as it was sent; what cannot be one is none.
func letterToken(token string) string {
	if !visible(token, maxToken) {
		return ""
	}
	return token
}

// showConfirm shows what would be confirmed, or what became of it.
func (v *visit) showConfirm(status int, token, alert string) (*reply, error) {
	answer, err := v.site.ordering.ConfirmOrder(v.Context(), &orderingv1.ConfirmOrderRequest{Id: v.PathValue("id"), Token: letterToken(token), Look: true})
	if err != nil {
		return nil, err
	}
	o := answer.GetOrder()
	in, err := v.site.place(v.Context(), o.GetMarket())
	if err != nil {
		return nil, err
	}
	model := page.Confirming{
		Frame: v.site.frame(in.Text("Confirm an order"), in), ID: o.GetId(), Number: number(o.GetId()), Token: token, Alert: alert,
		When: in.span(o.GetWindowStartsAt(), o.GetWindowEndsAt()), Kind: in.kind(o.GetWindowKind()), Place: o.GetWindowPlace(), Total: in.money(o.GetTotal()),
	}
	model.Secret = true
	for _, l := range o.GetLines() {
		model.Lines = append(model.Lines, orderLine(in, l).Line)
	}
	switch {
	case o.GetStatus() == statusAwaiting:
		model.Heading, model.Until = in.Text("Is this your order?"), in.clock(o.GetConfirmBy())
	case o.GetConfirmedAt() != 0:
		model.Heading, model.Show = in.Text("This order is confirmed already."), true
	case o.GetStatus() == statusFailed || o.GetStatus() == statusReleasing:
		model.Heading, model.Basket = in.Text(cmp.Or(failureWords[o.GetFailure()], headlines[statusFailed])), true
	default:
		model.Heading, model.Show = in.Text("This order is being placed."), true
	}
	return render(v.Context(), status, page.ConfirmPage(model))
}

// clock is a time of today as the market's clocks show it; empty for none.
func (p *place) clock(millis int64) string {
	if millis == 0 {
		return ""
	}
	return p.Time(p.at(millis))
}
