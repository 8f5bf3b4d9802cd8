package operator

import (
	"net/http"
	"net/url"
	"strconv"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/edge/desk"
	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/edge/operator/view"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/money"
)

// Waiting lists the orders that are not confirmed yet: those that wait for the operator, or whose letter is
// sent.
func (o *Office) Waiting() (*web.Reply, error) {
	limits, err := o.Visit.Site.Ordering.GetPickupLimits(o.Visit.Context(),
		&orderingv1.GetPickupLimitsRequest{Market: o.In.Code})
	if err != nil {
		return nil, err
	}
	typed := limitsTyped(limits.GetLimits(), o.In.Currency)
	typed.Set(web.MadeField, web.MadeFrom(o.storedLimits(limits.GetLimits())))
	return o.showWaiting(http.StatusOK, typed, nil, nil)
}

func (o *Office) showWaiting(
	status int, typed url.Values, wrong map[string]string, changed []page.Difference,
) (*web.Reply, error) {
	queue := o.Visit.Param("list") != "mailed"
	answer, err := o.Visit.Site.Ordering.ListUnconfirmed(o.Visit.Context(),
		&orderingv1.ListUnconfirmedRequest{
			Market: o.In.Code, Queued: queue, Limit: web.DeskPage,
			Cursor: o.Visit.Cursor(),
		})
	if err != nil {
		return nil, err
	}
	model := view.Waiting{
		Bench: o.Desk("Unconfirmed orders", "/operator/waiting"), Queue: queue,
		All:         strconv.FormatInt(answer.GetQueued(), 10),
		Action:      o.At("/operator/waiting", "list", o.list(queue)),
		LimitAction: o.At("/operator/waiting/limits"),
		Done:        settledWords(o.Visit.Param("done"), o.Visit.Param("did")),
		Lists: []page.Choice{
			{Value: o.At("/operator/waiting"), Label: "Wait for you (" +
				strconv.FormatInt(answer.GetQueued(), 10) + ")", Chosen: queue},
			{Value: o.At("/operator/waiting", "list", "mailed"), Label: "Link is mailed (" +
				strconv.FormatInt(answer.GetAll()-answer.GetQueued(), 10) + ")", Chosen: !queue},
		},
		Rows:        o.waitingRows(answer.GetOrders()),
		Differences: page.Differences{MadeFrom: typed.Get(web.MadeField), Each: changed},
	}
	model.WithoutPayments = typed.Get(withoutPayments) != ""
	if len(changed) > 0 {
		model.Alert = web.ChangedMeanwhile
	}
	if next := answer.GetNextCursor(); next != "" {
		model.Next = o.At("/operator/waiting", "list", o.list(queue), "cursor", next)
	}
	for _, f := range limitFields {
		model.Limits = append(model.Limits, page.Input{
			Name: f.name, Label: f.label, Type: "number",
			Hint: f.hint, Value: typed.Get(f.name), Wrong: wrong[f.name], Required: true, MaxLength: "6",
		})
	}
	model.Limits = append(model.Limits, page.Input{
		Name: "newcomer_value", Type: "text", Label: "What such an order comes to at the most, in " +
			o.In.Currency, Hint: "Dearer ones are asked to pay by card.",
		Value: typed.Get("newcomer_value"), Wrong: wrong["newcomer_value"], Required: true, MaxLength: "12",
	})
	return web.Render(o.Visit.Context(), status, view.WaitingPage(model))
}

// list is the parameter that chooses a list; the first needs none.
func (*Office) list(queue bool) string {
	if queue {
		return ""
	}
	return "mailed"
}

func (o *Office) waitingRows(waiting []*orderingv1.Unconfirmed) []view.Unconfirmed {
	if len(waiting) == 0 {
		return nil
	}
	orders := make([]*orderingv1.Order, len(waiting))
	same := map[string]int64{}
	for i, w := range waiting {
		orders[i] = w.GetOrder()
		same[w.GetClient()]++
	}
	people := trade.Contacts(o.Visit, orders...)
	rows := make([]view.Unconfirmed, len(waiting))
	for i, w := range waiting {
		order := w.GetOrder()
		rows[i] = view.Unconfirmed{
			ID: order.GetId(), Number: trade.OrderNumber(order.GetId()),
			Address: o.At("/operator/orders/" + order.GetId()), Placed: desk.When(o.In, order.GetPlacedAt()),
			When:   o.In.Span(order.GetWindowStartsAt(), order.GetWindowEndsAt()),
			Total:  o.In.Money(order.GetTotal()),
			Client: w.GetClient(), Same: strconv.FormatInt(same[w.GetClient()], 10) + " of these",
			State: waitingState(order),
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
		return trade.Plural(n, "order is let through, and its link is mailed.",
			"orders are let through, and their links are mailed.")
	}
	return trade.Plural(n, "order is cancelled.", "orders are cancelled.")
}

// SettleWaiting lets the ticked orders through, or cancels them, or all that wait.
func (o *Office) SettleWaiting() (*web.Reply, error) {
	typed, err := o.Visit.Form()
	if err != nil {
		return nil, err
	}
	do := typed.Get("do")
	if do != "through" && do != "cancel" && do != "cancel-all" {
		return nil, web.ErrTornForm
	}
	request := &orderingv1.SettleUnconfirmedRequest{
		Market: o.In.Code, Ids: typed["order"],
		LetThrough: do == "through", AllQueued: do == "cancel-all",
	}
	if request.GetAllQueued() {
		request.Ids = nil
	}
	answer, err := o.Visit.Site.Ordering.SettleUnconfirmed(o.Visit.Context(), request)
	if err != nil {
		return nil, err
	}
	return web.Redirect(o.At("/operator/waiting", "list", o.Visit.Param("list"), "done",
		strconv.FormatInt(answer.GetSettled(), 10), "did", do)), nil
}

// limitFields are what a market sets of orders that are paid on pickup.
var limitFields = []struct{ name, label, hint string }{
	{
		"percent", "Share of unconfirmed orders, in %",
		"Of a window, and of each of its goods, they hold no more together; one place or piece they may.",
	},
	{
		"contact_holds", "Held for one e-mail address",
		"Unconfirmed orders of one address that something is set aside for.",
	},
	{
		"client_holds", "Held for one network",
		"The same for one network address. More wait without, and are served once they are confirmed.",
	},
	{"client_burst", "Unconfirmed from one network, before more wait for you", ""},
	{"market_burst", "Unconfirmed in a minute, before nothing is set aside for more", ""},
	{"open_orders", "Open orders of one customer that are paid on pickup", "More are asked to pay by card."},
	{
		"newcomer_orders", "The same of who has never picked up an order",
		"Such an order also takes no more than the share above of each of its goods.",
	},
}

func limitsTyped(l *orderingv1.PickupLimits, currency string) url.Values {
	number := func(n int64) []string { return []string{strconv.FormatInt(n, 10)} }
	return url.Values{
		"percent": number(l.GetPercent()), "contact_holds": number(l.GetContactHolds()),
		"client_holds": number(l.GetClientHolds()),
		"client_burst": number(l.GetClientBurst()), "market_burst": number(l.GetMarketBurst()),
		"open_orders":     number(l.GetOpenOrders()),
		"newcomer_orders": number(l.GetNewcomerOrders()),
		"newcomer_value":  {money.New(l.GetNewcomerValue(), currency).Decimal()},
		withoutPayments:   {ticked[l.GetWithoutPayments()]},
	}
}

// withoutPayments is the name of a box that is ticked or not, and ticked what it then says.
const withoutPayments = "without_payments"

var ticked = map[bool]string{true: "1"}

// storedLimits are limits as their form has them.
func (o *Office) storedLimits(l *orderingv1.PickupLimits) []web.Stored {
	typed, all := limitsTyped(l, o.In.Currency), make([]web.Stored, 0, len(limitFields)+2)
	for _, f := range limitFields {
		all = append(all, web.Entry(f.name, f.label, typed.Get(f.name)))
	}
	return append(all, web.Entry("newcomer_value", "What such an order comes to at the most",
		typed.Get("newcomer_value")),
		web.Entry(withoutPayments, "Pay at pickup while cards cannot be charged", typed.Get(withoutPayments)))
}

// LimitPickups sets what the market takes.
func (o *Office) LimitPickups() (*web.Reply, error) {
	typed, err := o.Visit.Form()
	if err != nil {
		return nil, err
	}
	return web.Saving(func() (*web.Reply, error) { return o.saveLimits(typed) })
}

func (o *Office) saveLimits(typed url.Values) (*web.Reply, error) {
	are, err := o.Visit.Site.Ordering.GetPickupLimits(o.Visit.Context(),
		&orderingv1.GetPickupLimitsRequest{Market: o.In.Code})
	if err != nil {
		return nil, err
	}
	now := o.storedLimits(are.GetLimits())
	web.Choose(typed, now)
	want, wrong := o.typedLimits(typed)
	if len(wrong) > 0 {
		return o.showWaiting(http.StatusUnprocessableEntity, typed, wrong, nil)
	}
	if changed := web.Differences(typed, now, o.storedLimits(want)); len(changed) > 0 {
		typed.Set(web.MadeField, web.MadeFrom(now))
		return o.showWaiting(http.StatusConflict, typed, nil, changed)
	}
	_, err = o.Visit.Site.Ordering.PutPickupLimits(o.Visit.Context(),
		&orderingv1.PutPickupLimitsRequest{Limits: want, Version: are.GetLimits().GetVersion()})
	if err == nil {
		return web.Redirect(o.At("/operator/waiting")), nil
	}
	if fault.KindOf(err) != fault.Invalid {
		return nil, err
	}
	return o.showWaiting(http.StatusUnprocessableEntity, typed, web.FieldsOf(fault.Of(err)), nil)
}

// typedLimits are limits as they were typed, and what is wrong with that by field.
func (o *Office) typedLimits(typed url.Values) (*orderingv1.PickupLimits, map[string]string) {
	read, wrong := map[string]int64{}, map[string]string{}
	for _, f := range limitFields {
		n, err := strconv.ParseInt(typed.Get(f.name), 10, 64)
		if err != nil {
			wrong[f.name] = "Choose a whole number."
		}
		read[f.name] = n
	}
	most, err := input.TypedAmount(typed.Get("newcomer_value"), o.In.Currency)
	if err != nil {
		wrong["newcomer_value"] = fault.Of(err).Message
	}
	return &orderingv1.PickupLimits{
		Market: o.In.Code, Percent: read["percent"], ContactHolds: read["contact_holds"],
		ClientHolds: read["client_holds"],
		ClientBurst: read["client_burst"], MarketBurst: read["market_burst"], OpenOrders: read["open_orders"],
		NewcomerOrders: proto.Int64(read["newcomer_orders"]), NewcomerValue: &most.Minor,
		WithoutPayments: typed.Get(withoutPayments) != "",
	}, wrong
}
