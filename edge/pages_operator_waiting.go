package edge

import (
	"net/http"
	"net/url"
	"strconv"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/money"
)

// waiting lists the orders that are not confirmed yet: those that wait for the operator, or whose letter is sent.
func (o *office) waiting() (*reply, error) {
	limits, err := o.site.ordering.GetPickupLimits(o.Context(), &orderingv1.GetPickupLimitsRequest{Market: o.in.code})
	if err != nil {
		return nil, err
	}
	typed := limitsTyped(limits.GetLimits(), o.in.currency)
	typed.Set(madeField, madeFrom(o.storedLimits(limits.GetLimits())))
	return o.showWaiting(http.StatusOK, typed, nil, nil)
}

func (o *office) showWaiting(status int, typed url.Values, wrong map[string]string, changed []page.Difference) (*reply, error) {
	queue := o.param("list") != "mailed"
	answer, err := o.site.ordering.ListUnconfirmed(o.Context(), &orderingv1.ListUnconfirmedRequest{Market: o.in.code, Queued: queue, Limit: deskPage, Cursor: o.cursor()})
	if err != nil {
		return nil, err
	}
	model := page.Waiting{
		Bench: o.desk("Unconfirmed orders", "/operator/waiting"), Queue: queue, All: strconv.FormatInt(answer.GetQueued(), 10),
		Action: o.at("/operator/waiting", "list", o.list(queue)), LimitAction: o.at("/operator/waiting/limits"), Done: settledWords(o.param("done"), o.param("did")),
		Lists: []page.Choice{
			{Value: o.at("/operator/waiting"), Label: "Wait for you (" + strconv.FormatInt(answer.GetQueued(), 10) + ")", Chosen: queue},
			{Value: o.at("/operator/waiting", "list", "mailed"), Label: "Link is mailed (" + strconv.FormatInt(answer.GetAll()-answer.GetQueued(), 10) + ")", Chosen: !queue},
		},
		Rows: o.waitingRows(answer.GetOrders()), Differences: page.Differences{MadeFrom: typed.Get(madeField), Each: changed},
	}
	if len(changed) > 0 {
		model.Alert = changedMeanwhile
	}
	if next := answer.GetNextCursor(); next != "" {
		model.Next = o.at("/operator/waiting", "list", o.list(queue), "cursor", next)
	}
	for _, f := range limitFields {
		model.Limits = append(model.Limits, page.Input{Name: f.name, Label: f.label, Type: "number", Hint: f.hint, Value: typed.Get(f.name), Wrong: wrong[f.name], Required: true, MaxLength: "6"})
	}
	model.Limits = append(model.Limits, page.Input{
		Name: "newcomer_value", Type: "text", Label: "What such an order comes to at the most, in " + o.in.currency, Hint: "Dearer ones are asked to pay by card.",
		Value: typed.Get("newcomer_value"), Wrong: wrong["newcomer_value"], Required: true, MaxLength: "12",
	})
	return render(o.Context(), status, page.WaitingPage(model))
}

// list is the parameter that chooses a list; the first needs none.
func (*office) list(queue bool) string {
	if queue {
		return ""
	}
	return "mailed"
}

func (o *office) waitingRows(waiting []*orderingv1.Unconfirmed) []page.Unconfirmed {
	if len(waiting) == 0 {
		return nil
	}
	orders := make([]*orderingv1.Order, len(waiting))
	same := map[string]int64{}
	for i, w := range waiting {
		orders[i] = w.GetOrder()
		same[w.GetClient()]++
	}
	people := o.contacts(orders...)
	rows := make([]page.Unconfirmed, len(waiting))
	for i, w := range waiting {
		order := w.GetOrder()
		rows[i] = page.Unconfirmed{
			ID: order.GetId(), Number: number(order.GetId()), Address: o.at("/operator/orders/" + order.GetId()), Placed: o.in.when(order.GetPlacedAt()),
			When: o.in.span(order.GetWindowStartsAt(), order.GetWindowEndsAt()), Total: o.in.money(order.GetTotal()),
			Client: w.GetClient(), Same: strconv.FormatInt(same[w.GetClient()], 10) + " of these", State: waitingState(order),
		}
		if len(people[i]) > 0 {
			rows[i].For = people[i][0]
		}
	}
	return rows
}

func waitingState(o *orderingv1.Order) page.State {
	switch {
	case o.GetQueued():
		return page.State{Label: "Waits for you", Bad: true}
	case o.GetHoldsUntil() != 0:
		return page.State{Label: "Set aside", Good: true}
	}
	return page.State{Label: "Nothing set aside"}
}

// settledWords say how many orders were let through or cancelled.
func settledWords(done, did string) string {
	n, err := strconv.ParseInt(done, 10, 64)
	if err != nil || n < 0 {
		return ""
	}
	if did == "through" {
		return plural(n, "order is let through, and its link is mailed.", "orders are let through, and their links are mailed.")
	}
	return plural(n, "order is cancelled.", "orders are cancelled.")
}

// settleWaiting lets the ticked orders through, or cancels them, or all that wait.
func (o *office) settleWaiting() (*reply, error) {
	typed, err := o.form()
	if err != nil {
		return nil, err
	}
	do := typed.Get("do")
	if do != "through" && do != "cancel" && do != "cancel-all" {
		return nil, errTornForm
	}
	request := &orderingv1.SettleUnconfirmedRequest{Market: o.in.code, Ids: typed["order"], LetThrough: do == "through", AllQueued: do == "cancel-all"}
	if request.GetAllQueued() {
		request.Ids = nil
	}
	answer, err := o.site.ordering.SettleUnconfirmed(o.Context(), request)
	if err != nil {
		return nil, err
	}
	return redirect(o.at("/operator/waiting", "list", o.param("list"), "done", strconv.FormatInt(answer.GetSettled(), 10), "did", do)), nil
}

// limitFields are what a market sets of orders that are paid on pickup.
var limitFields = []struct{ name, label, hint string }{
	{"percent", "Share of unconfirmed orders, in %", "Of a window, and of each of its goods, they hold no more together; one place or piece they may."},
	{"contact_holds", "Held for one e-mail address", "Unconfirmed orders of one address that something is set aside for."},
	{"client_holds", "Held for one network", "The same for one network address. More wait without, and are served once they are confirmed."},
	{"client_burst", "Unconfirmed from one network, before more wait for you", ""},
	{"market_burst", "Unconfirmed in a minute, before nothing is set aside for more", ""},
	{"open_orders", "Open orders of one customer that are paid on pickup", "More are asked to pay by card."},
	{"newcomer_orders", "The same of who has never picked up an order", "Such an order also takes no more than the share above of each of its goods."},
}

func limitsTyped(l *orderingv1.PickupLimits, currency string) url.Values {
	number := func(n int64) []string { return []string{strconv.FormatInt(n, 10)} }
	return url.Values{
		"percent": number(l.GetPercent()), "contact_holds": number(l.GetContactHolds()), "client_holds": number(l.GetClientHolds()),
		"client_burst": number(l.GetClientBurst()), "market_burst": number(l.GetMarketBurst()), "open_orders": number(l.GetOpenOrders()),
		"newcomer_orders": number(l.GetNewcomerOrders()), "newcomer_value": {money.New(l.GetNewcomerValue(), currency).Decimal()},
	}
}

// storedLimits are limits as their form has them.
func (o *office) storedLimits(l *orderingv1.PickupLimits) []stored {
	typed, all := limitsTyped(l, o.in.currency), make([]stored, 0, len(limitFields)+1)
	for _, f := range limitFields {
		all = append(all, entry(f.name, f.label, typed.Get(f.name)))
	}
	return append(all, entry("newcomer_value", "What such an order comes to at the most", typed.Get("newcomer_value")))
}

// limitPickups sets what the market takes.
func (o *office) limitPickups() (*reply, error) {
	typed, err := o.form()
	if err != nil {
		return nil, err
	}
	return saving(func() (*reply, error) { return o.saveLimits(typed) })
}

func (o *office) saveLimits(typed url.Values) (*reply, error) {
	are, err := o.site.ordering.GetPickupLimits(o.Context(), &orderingv1.GetPickupLimitsRequest{Market: o.in.code})
	if err != nil {
		return nil, err
	}
	now := o.storedLimits(are.GetLimits())
	choose(typed, now)
	want, wrong := o.typedLimits(typed)
	if len(wrong) > 0 {
		return o.showWaiting(http.StatusUnprocessableEntity, typed, wrong, nil)
	}
	if changed := differences(typed, now, o.storedLimits(want)); len(changed) > 0 {
		typed.Set(madeField, madeFrom(now))
		return o.showWaiting(http.StatusConflict, typed, nil, changed)
	}
	_, err = o.site.ordering.PutPickupLimits(o.Context(), &orderingv1.PutPickupLimitsRequest{Limits: want, Version: are.GetLimits().GetVersion()})
	if err == nil {
		return redirect(o.at("/operator/waiting")), nil
	}
	if fault.KindOf(err) != fault.Invalid {
		return nil, err
	}
	return o.showWaiting(http.StatusUnprocessableEntity, typed, fieldsOf(fault.Of(err)), nil)
}

// typedLimits are limits as they were typed, and what is wrong with that by field.
func (o *office) typedLimits(typed url.Values) (*orderingv1.PickupLimits, map[string]string) {
	read, wrong := map[string]int64{}, map[string]string{}
	for _, f := range limitFields {
		n, err := strconv.ParseInt(typed.Get(f.name), 10, 64)
		if err != nil {
			wrong[f.name] = "Choose a whole number."
		}
		read[f.name] = n
	}
	most, err := typedAmount(typed.Get("newcomer_value"), o.in.currency)
	if err != nil {
		wrong["newcomer_value"] = fault.Of(err).Message
	}
	return &orderingv1.PickupLimits{
		Market: o.in.code, Percent: read["percent"], ContactHolds: read["contact_holds"], ClientHolds: read["client_holds"],
		ClientBurst: read["client_burst"], MarketBurst: read["market_burst"], OpenOrders: read["open_orders"],
		NewcomerOrders: proto.Int64(read["newcomer_orders"]), NewcomerValue: &most.Minor,
	}, wrong
}
