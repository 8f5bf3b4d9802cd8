package edge

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/stamp"
)

const (
	// elsewhereDays is how many days ahead windows are looked for that orders can be moved to, and elsewhereMost how many are offered.
	elsewhereDays = 35
	elsewhereMost = 30
	// payBack is what the form says for orders that are to be cancelled.
	payBack = "refund"
)

// cancellingWindow asks what becomes of a window's orders, before it is cancelled or where some of them stay.
func (o *office) cancellingWindow() (*reply, error) {
	return o.askCancel(http.StatusOK, url.Values{"key": {o.site.newKey()}}, nil, "")
}

func (o *office) askCancel(status int, typed url.Values, wrong map[string]string, alert string) (*reply, error) {
	w, err := o.theWindow()
	if err != nil {
		return nil, err
	}
	open, err := o.site.ordering.CountOpenOrders(o.Context(), &orderingv1.CountOpenOrdersRequest{WindowId: w.GetId()})
	if err != nil {
		return nil, err
	}
	elsewhere, err := o.elsewhere(w, open.GetOrders(), typed.Get("to"))
	if err != nil {
		return nil, err
	}
	at := o.at("/operator/windows/" + w.GetId())
	model := page.CancelWindow{
		Bench: o.desk("Cancel this window?", "/operator/calendar"), Orders: o.at("/operator", "window", w.GetId()), Back: at,
		What: kindName(w.GetKind()) + ", " + o.in.span(w.GetStartsAt(), w.GetEndsAt()) + ", " + w.GetPlace() + ".", Again: w.GetCancelled(),
		Action: o.at("/operator/windows/" + w.GetId() + "/cancel"), Key: typed.Get("key"), Open: strconv.FormatInt(open.GetOrders(), 10),
		Elsewhere: elsewhere, PayBack: typed.Get("to") == payBack, Reason: typed.Get("reason"), Wrong: wrong,
	}
	model.Alert = alert
	if n := open.GetOrders(); n > 0 {
		model.Concerned = plural(n, "order is", "orders are") + " open in it"
		model.Worth = plural(open.GetProducers(), "maker is", "makers are") + " concerned; the orders come to " + o.in.money(open.GetTotal()) + "."
	}
	return render(o.Context(), status, page.CancelWindowPage(model))
}

// elsewhere are the windows of the same kind that have room, and what of so many orders does not fit.
func (o *office) elsewhere(from *deliveryv1.Window, orders int64, chosen string) (offered []page.Elsewhere, err error) {
	now := o.site.host.Now()
	windows, err := o.windowsBetween(now, now.AddDate(0, 0, elsewhereDays))
	if err != nil {
		return nil, err
	}
	for _, w := range windows {
		if w.GetId() == from.GetId() || w.GetKind() != from.GetKind() || w.GetClosed() || w.GetRemaining() <= 0 || w.GetOrderBy() <= now.UnixMilli() || len(offered) == elsewhereMost {
			continue
		}
		to := page.Elsewhere{
			ID: w.GetId(), When: o.in.span(w.GetStartsAt(), w.GetEndsAt()), Place: w.GetPlace(), Chosen: w.GetId() == chosen,
			Room: plural(w.GetRemaining(), "place", "places") + " free",
		}
		if over := orders - w.GetRemaining(); over > 0 {
			to.Over = plural(over, "order does", "orders do") + " not fit: what stays is listed, for you to move on or cancel"
		}
		offered = append(offered, to)
	}
	return offered, nil
}

// cancelWindow cancels a window, and has its orders moved or paid back.
func (o *office) cancelWindow() (*reply, error) {
	typed, err := o.form()
	if err != nil {
		return nil, err
	}
	request := &orderingv1.ClearWindowRequest{WindowId: o.PathValue("id"), ToWindowId: typed.Get("to"), Reason: strings.TrimSpace(typed.Get("reason")), Key: typed.Get("key")}
	if f := fault.Of(o.checkKey(typed)); f != nil {
		return o.askCancel(statusOf(f), typed, nil, f.Message)
	}
	if typed.Get("to") == "" {
		return o.askCancel(http.StatusUnprocessableEntity, typed, map[string]string{"to": "Choose what becomes of the orders."}, "")
	}
	if typed.Get("to") == payBack {
		request.ToWindowId = ""
	}
	open, err := strconv.ParseInt(typed.Get("open"), 10, 64)
	if err != nil {
		open = -1
	}
	request.Open = &open
	if request.Viewer, err = o.viewer(); err != nil {
		return nil, err
	}
	_, err = o.site.ordering.ClearWindow(o.Context(), request)
	if err == nil {
		return redirect(o.at("/operator/windows/" + request.GetWindowId())), nil
	}
	f := fault.Of(err)
	if f.Kind != fault.Invalid && f.Kind != fault.Conflict {
		return nil, err
	}
	return o.cancelRefused(typed, f)
}

// cancelRefused shows the question again, with what is wrong beside it.
func (o *office) cancelRefused(typed url.Values, f *fault.Error) (*reply, error) {
	o.newForm(typed, f)
	told, wrong, alert := fieldsOf(f), map[string]string{}, ""
	for name, field := range map[string]string{"to": "to_window_id", "reason": "reason"} {
		if told[field] != "" {
			wrong[name] = told[field]
		}
	}
	if len(wrong) == 0 {
		alert = f.Message
	}
	if f.Code == stamp.Changed {
		alert = newSince("", 0)
	}
	return o.askCancel(statusOf(f), typed, wrong, alert)
}

// cleared says how far the orders of a cancelled window are; nothing of one that is not cancelled.
func (o *office) cleared(w *deliveryv1.Window) (page.Cleared, error) {
	answer, err := o.site.ordering.GetClearing(o.Context(), &orderingv1.GetClearingRequest{WindowId: w.GetId()})
	c := answer.GetClearing()
	if err != nil || c == nil {
		return page.Cleared{Done: true}, o.site.missing(o.Context(), "the orders of a cancelled window", err)
	}
	model := page.Cleared{
		Reason: c.GetReason(), Look: o.at("/operator/windows/" + w.GetId()), Done: c.GetDone(), Verb: "cancelled and paid back",
	}
	if c.GetOrders() > 0 || c.GetDone() { // before they are listed there is no number
		model.Gone, model.All = count(c.GetGone()), count(c.GetOrders())
	}
	if c.GetToWindowId() != "" {
		model.Verb = "moved"
		model.To, model.ToAt = o.windowName(c.GetToWindowId())
	}
	o.addWent(&model, c)
	o.addStayed(&model, c)
	return model, nil
}

// addWent says where orders went, where that is not as the last decision says.
func (o *office) addWent(model *page.Cleared, c *orderingv1.Clearing) {
	went := c.GetWent()
	if len(went) == 0 || len(went) == 1 && went[0].GetToWindowId() == c.GetToWindowId() && !went[0].GetHandedOver() {
		return
	}
	model.Verb = "gone"
	for _, w := range went {
		n := count(w.GetOrders())
		switch {
		case w.GetHandedOver():
			model.Went = append(model.Went, page.Went{Text: n + " handed over"})
		case w.GetToWindowId() == "":
			model.Went = append(model.Went, page.Went{Text: n + " cancelled and paid back"})
		default:
			to := page.Went{Text: n + " moved to "}
			if to.To, to.ToAt = o.windowName(w.GetToWindowId()); to.To == "" {
				to.Text = n + " moved"
			}
			model.Went = append(model.Went, to)
		}
	}
}

// addStayed says which orders stay, and what can be done about them.
func (o *office) addStayed(model *page.Cleared, c *orderingv1.Clearing) {
	if c.GetStay() == 0 {
		return
	}
	model.Stay = plural(c.GetStay(), "order stays", "orders stay")
	packed := int64(0)
	for _, s := range c.GetStayed() {
		model.Stayed = append(model.Stayed, page.StayedOrder{Number: number(s.GetOrderId()), Address: o.at("/operator/orders/" + s.GetOrderId()), Why: s.GetMessage()})
		if s.GetCode() == "too_late" {
			packed++
		}
	}
	if model.Packed = packed > 0; packed < c.GetStay() {
		model.Again = o.at("/operator/windows/" + c.GetWindowId() + "/cancel")
	}
}

// windowName is when a window is, and the address of its page; empty where it cannot be had.
func (o *office) windowName(windowID string) (when, address string) {
	answer, err := o.site.delivery.GetWindow(o.Context(), &deliveryv1.GetWindowRequest{Id: windowID})
	if err != nil {
		return "", ""
	}
	return o.in.span(answer.GetWindow().GetStartsAt(), answer.GetWindow().GetEndsAt()), o.at("/operator/windows/" + windowID)
}
