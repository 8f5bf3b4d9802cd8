package windows

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/artisan-eats/artisan/edge/desk"
	"github.com/artisan-eats/artisan/edge/operator"
	"github.com/artisan-eats/artisan/edge/operator/view"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/stamp"
)

const (
	// elsewhereDays is how many days ahead windows are looked for that orders can be moved to, and
	// elsewhereMost how many are offered.
	elsewhereDays = 35
	elsewhereMost = 30
	// payBack is what the form says for orders that are to be cancelled.
	payBack = "refund"
)

// CancellingWindow asks what becomes of a window's orders, before it is cancelled or where some of them stay.
func CancellingWindow(o *operator.Office) (*web.Reply, error) {
	return askCancel(o, http.StatusOK, url.Values{"key": {o.Visit.Site.NewKey()}}, nil, "")
}

func askCancel(
	o *operator.Office, status int, typed url.Values, wrong map[string]string, alert string,
) (*web.Reply, error) {
	w, err := theWindow(o)
	if err != nil {
		return nil, err
	}
	open, err := o.Visit.Site.Ordering.CountOpenOrders(o.Visit.Context(),
		&orderingv1.CountOpenOrdersRequest{WindowId: w.GetId()})
	if err != nil {
		return nil, err
	}
	elsewhere, err := elsewhere(o, w, open.GetOrders(), typed.Get("to"))
	if err != nil {
		return nil, err
	}
	at := o.At("/operator/windows/" + w.GetId())
	model := view.CancelWindow{
		Bench:  o.Desk("Cancel this window?", "/operator/calendar"),
		Orders: o.At("/operator", "window", w.GetId()), Back: at,
		What: trade.KindName(w.GetKind()) + ", " + o.In.Span(w.GetStartsAt(), w.GetEndsAt()) + ", " +
			w.GetPlace() + ".", Again: w.GetCancelled(),
		Action: o.At("/operator/windows/" + w.GetId() + "/cancel"), Key: typed.Get("key"),
		Open:      strconv.FormatInt(open.GetOrders(), 10),
		Elsewhere: elsewhere, PayBack: typed.Get("to") == payBack, Reason: typed.Get("reason"), Wrong: wrong,
	}
	model.Alert = alert
	if n := open.GetOrders(); n > 0 {
		model.Concerned = trade.Plural(n, "order is", "orders are") + " open in it"
		model.Worth = trade.Plural(open.GetProducers(), "maker is", "makers are") +
			" concerned; the orders come to " + o.In.Money(open.GetTotal()) + "."
	}
	return web.Render(o.Visit.Context(), status, view.CancelWindowPage(model))
}

// elsewhere are the windows of the same kind that have room, and what of so many orders does not fit.
func elsewhere(
	o *operator.Office, from *deliveryv1.Window, orders int64, chosen string,
) (offered []view.Elsewhere, err error) {
	now := o.Visit.Site.Host.Now()
	windows, err := windowsBetween(o, now, now.AddDate(0, 0, elsewhereDays))
	if err != nil {
		return nil, err
	}
	for _, w := range windows {
		if w.GetId() == from.GetId() || w.GetKind() != from.GetKind() || w.GetClosed() ||
			w.GetRemaining() <= 0 || w.GetOrderBy() <= now.UnixMilli() || len(offered) == elsewhereMost {
			continue
		}
		to := view.Elsewhere{
			ID: w.GetId(), When: o.In.Span(w.GetStartsAt(), w.GetEndsAt()), Place: w.GetPlace(),
			Chosen: w.GetId() == chosen,
			Room:   trade.Plural(w.GetRemaining(), "place", "places") + " free",
		}
		if over := orders - w.GetRemaining(); over > 0 {
			to.Over = trade.Plural(over, "order does", "orders do") +
				" not fit: what stays is listed, for you to move on or cancel"
		}
		offered = append(offered, to)
	}
	return offered, nil
}

// CancelWindow cancels a window, and has its orders moved or paid back.
func CancelWindow(o *operator.Office) (*web.Reply, error) {
	typed, err := o.Visit.Form()
	if err != nil {
		return nil, err
	}
	request := &orderingv1.ClearWindowRequest{
		WindowId:   o.Visit.Request.PathValue("id"),
		ToWindowId: typed.Get("to"), Reason: strings.TrimSpace(typed.Get("reason")), Key: typed.Get("key"),
	}
	if f := fault.Of(o.Visit.CheckKey(typed)); f != nil {
		return askCancel(o, web.StatusOf(f), typed, nil, f.Message)
	}
	if typed.Get("to") == "" && typed.Get("open") != "0" { // where no order is open, it is not asked
		return askCancel(o, http.StatusUnprocessableEntity, typed,
			map[string]string{"to": "Choose what becomes of the orders."}, "")
	}
	if typed.Get("to") == payBack {
		request.ToWindowId = ""
	}
	open, err := strconv.ParseInt(typed.Get("open"), 10, 64)
	if err != nil {
		open = -1
	}
	request.Open = &open
	if request.Viewer, err = o.Visit.Viewer(); err != nil {
		return nil, err
	}
	_, err = o.Visit.Site.Ordering.ClearWindow(o.Visit.Context(), request)
	if err == nil {
		return web.Redirect(o.At("/operator/windows/" + request.GetWindowId())), nil
	}
	f := fault.Of(err)
	if f.Kind != fault.Invalid && f.Kind != fault.Conflict {
		return nil, err
	}
	return cancelRefused(o, typed, f)
}

// cancelRefused shows the question again, with what is wrong beside it.
func cancelRefused(o *operator.Office, typed url.Values, f *fault.Error) (*web.Reply, error) {
	o.Visit.NewForm(typed, f)
	told, wrong, alert := web.FieldsOf(f), map[string]string{}, ""
	for name, field := range map[string]string{"to": "to_window_id", "reason": "reason"} {
		if told[field] != "" {
			wrong[name] = told[field]
		}
	}
	if len(wrong) == 0 {
		alert = f.Message
	}
	if f.Code == stamp.Changed {
		alert = desk.NewSince("", 0)
	}
	return askCancel(o, web.StatusOf(f), typed, wrong, alert)
}

// cleared says how far the orders of a cancelled window are; nothing of one that is not cancelled.
func cleared(o *operator.Office, w *deliveryv1.Window) (view.Cleared, error) {
	answer, err := o.Visit.Site.Ordering.GetClearing(o.Visit.Context(),
		&orderingv1.GetClearingRequest{WindowId: w.GetId()})
	c := answer.GetClearing()
	if err != nil || c == nil {
		return view.Cleared{Done: true},
			o.Visit.Site.Missing(o.Visit.Context(), "the orders of a cancelled window", err)
	}
	model := view.Cleared{
		Reason: c.GetReason(), Look: o.At("/operator/windows/" + w.GetId()), Done: c.GetDone(),
		Verb: "cancelled and paid back",
	}
	if c.GetOrders() > 0 || c.GetDone() { // before they are listed there is no number
		model.Gone, model.All = desk.Digits(c.GetGone()), desk.Digits(c.GetOrders())
	}
	if c.GetToWindowId() != "" {
		model.Verb = "moved"
		model.To, model.ToAt = windowName(o, c.GetToWindowId())
	}
	addWent(o, &model, c)
	addStayed(o, &model, c)
	return model, nil
}

// addWent says where orders went, where that is not as the last decision says.
func addWent(o *operator.Office, model *view.Cleared, c *orderingv1.Clearing) {
	went := c.GetWent()
	if len(went) == 0 || len(went) == 1 && went[0].GetToWindowId() == c.GetToWindowId() &&
		!went[0].GetHandedOver() {
		return
	}
	model.Verb = "gone"
	for _, w := range went {
		n := desk.Digits(w.GetOrders())
		switch {
		case w.GetHandedOver():
			model.Went = append(model.Went, view.Went{Text: n + " handed over"})
		case w.GetToWindowId() == "":
			model.Went = append(model.Went, view.Went{Text: n + " cancelled and paid back"})
		default:
			to := view.Went{Text: n + " moved to "}
			if to.To, to.ToAt = windowName(o, w.GetToWindowId()); to.To == "" {
				to.Text = n + " moved"
			}
			model.Went = append(model.Went, to)
		}
	}
}

// addStayed says which orders stay, and what can be done about them.
func addStayed(o *operator.Office, model *view.Cleared, c *orderingv1.Clearing) {
	if c.GetStay() == 0 {
		return
	}
	model.Stay = trade.Plural(c.GetStay(), "order stays", "orders stay")
	packed := int64(0)
	for _, s := range c.GetStayed() {
		model.Stayed = append(model.Stayed, view.StayedOrder{
			Number:  trade.OrderNumber(s.GetOrderId()),
			Address: o.At("/operator/orders/" + s.GetOrderId()), Why: s.GetMessage(),
		})
		if s.GetCode() == "too_late" {
			packed++
		}
	}
	if model.Packed = packed > 0; packed < c.GetStay() {
		model.Again = o.At("/operator/windows/" + c.GetWindowId() + "/cancel")
	}
}

// windowName is when a window is, and the address of its page; empty where it cannot be had.
func windowName(o *operator.Office, windowID string) (when, address string) {
	answer, err := o.Visit.Site.Delivery.GetWindow(o.Visit.Context(),
		&deliveryv1.GetWindowRequest{Id: windowID})
	if err != nil {
		return "", ""
	}
	return o.In.Span(answer.GetWindow().GetStartsAt(), answer.GetWindow().GetEndsAt()),
		o.At("/operator/windows/" + windowID)
}
