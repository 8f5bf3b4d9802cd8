package windows

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/edge/desk"
	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/edge/operator"
	"github.com/artisan-eats/artisan/edge/operator/view"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/stamp"
)

// windowFields are the fields of a window's form, and what delivery calls what they say.
var windowFields = []struct{ name, label, kind, of string }{
	{"date", "Day", "date", "starts_at"},
	{"starts", "From", "time", "starts_at"},
	{"ends", "To", "time", "ends_at"},
	{"cutoff_date", "Last day to order", "date", "order_by"},
	{"cutoff", "Until", "time", "order_by"},
	{"place", "Place", "text", "place"},
	{"capacity", "Places", "number", "capacity"},
}

// FilledIn is a window as its form shows it.
func FilledIn(o *operator.Office, w *deliveryv1.Window) url.Values {
	start, end, cutoff := web.TimeOf(w.GetStartsAt()).In(o.In.Zone), web.TimeOf(w.GetEndsAt()).In(o.In.Zone),
		web.TimeOf(w.GetOrderBy()).In(o.In.Zone)
	return url.Values{
		"date": {start.Format(time.DateOnly)}, "starts": {start.Format(web.HourAndMinute)},
		"ends":        {end.Format(web.HourAndMinute)},
		"cutoff_date": {cutoff.Format(time.DateOnly)}, "cutoff": {cutoff.Format(web.HourAndMinute)},
		"place": {w.GetPlace()}, "capacity": {strconv.FormatInt(w.GetCapacity(), 10)},
	}
}

// storedWindow is a window as its form has it.
func storedWindow(o *operator.Office, w *deliveryv1.Window) []web.Stored {
	filled := FilledIn(o, w)
	all := make([]web.Stored, len(windowFields))
	for i, f := range windowFields {
		all[i] = web.Entry(f.name, f.label, filled.Get(f.name))
	}
	return all
}

// theWindow is the one that the address names; its market is gone on in.
func theWindow(o *operator.Office) (*deliveryv1.Window, error) {
	answer, err := o.Visit.Site.Delivery.GetWindow(o.Visit.Context(),
		&deliveryv1.GetWindowRequest{Id: o.Visit.Request.PathValue("id")})
	if err != nil {
		return nil, err
	}
	if !o.MoveTo(answer.GetWindow().GetMarket()) {
		return nil, web.ErrNoPage
	}
	return answer.GetWindow(), nil
}

// Window shows a window, and the form that moves it.
func Window(o *operator.Office) (*web.Reply, error) {
	w, err := theWindow(o)
	if err != nil {
		return nil, err
	}
	typed := FilledIn(o, w)
	typed.Set(web.MadeField, web.MadeFrom(storedWindow(o, w)))
	return showWindow(o, http.StatusOK, w, typed, nil)
}

func showWindow(
	o *operator.Office, status int, w *deliveryv1.Window, typed url.Values, wrong map[string]string,
) (*web.Reply, error) {
	return showWindowForm(o, status, w, typed, wrong, nil)
}

func showWindowForm(
	o *operator.Office, status int, w *deliveryv1.Window, typed url.Values, wrong map[string]string,
	changed []page.Difference,
) (*web.Reply, error) {
	taken := w.GetCapacity() - w.GetRemaining()
	model := view.WindowForm{
		Bench: o.Desk(trade.KindName(w.GetKind())+", "+o.In.Span(w.GetStartsAt(), w.GetEndsAt()),
			"/operator/calendar"), Slot: slot(o, w), Fee: desk.MoneyIfAny(o.In, w.GetFee()),
		Minimum: desk.MoneyIfAny(o.In, w.GetMinimum()),
		Action:  o.At("/operator/windows/" + w.GetId()), Inputs: windowInputs(typed, wrong),
		Back:  o.At("/operator/calendar"),
		Saved: o.Visit.Param("saved") != "" && status == http.StatusOK, Sure: status == http.StatusConflict &&
			len(wrong)+len(changed) == 0,
		Differences: page.Differences{MadeFrom: typed.Get(web.MadeField), Each: changed},
	}
	if len(changed) > 0 {
		model.Alert = web.ChangedMeanwhile
	}
	if model.Sure {
		model.Alert = "Nothing is saved yet: with this the window takes no more orders. Who has a place in it keeps it. Save it again if you mean that."
	}
	switch {
	case w.GetCancelled():
		model.Cancelled = true
		var err error
		if model.Cleared, err = cleared(o, w); err != nil {
			return nil, err
		}
		model.Refresh = !model.Cleared.Done
	case w.GetClosed():
		model.Undo = page.Undo{
			Message: "This window is closed: it takes no more orders.",
			Action:  o.At("/operator/windows/" + w.GetId() + "/close"), Button: "Open it again",
			Fields: []page.Choice{{Value: "closed", Label: "no"}},
		}
	case !model.Slot.Closed:
		model.Close = o.At("/operator/windows/" + w.GetId() + "/close")
	}
	if !w.GetCancelled() && w.GetEndsAt() > o.Visit.Site.Host.Now().UnixMilli() {
		model.Cancel = o.At("/operator/windows/" + w.GetId() + "/cancel")
	}
	if taken > 0 {
		model.Concerned = trade.Plural(taken, "order has a place in it", "orders have a place in it")
	}
	return web.Render(o.Visit.Context(), status, view.WindowFormPage(model))
}

// windowInputs are the fields that every window's form has.
func windowInputs(typed url.Values, wrong map[string]string) []page.Input {
	var inputs []page.Input
	for _, f := range windowFields {
		inputs = append(inputs, page.Input{
			Name: f.name, Label: f.label, Type: f.kind,
			Value: typed.Get(f.name), Wrong: wrong[f.name], Required: true, MaxLength: "200",
		})
	}
	return inputs
}

// MoveWindow changes a window's times, place and size; delivery has its orders told.
func MoveWindow(o *operator.Office) (*web.Reply, error) {
	typed, err := o.Visit.Form()
	if err != nil {
		return nil, err
	}
	return web.Saving(func() (*web.Reply, error) {
		w, err := theWindow(o)
		if err != nil {
			return nil, err
		}
		return moveFrom(o, w, typed)
	})
}

// moveFrom changes a window as it is now, unless that is not what the form was made from.
func moveFrom(o *operator.Office, w *deliveryv1.Window, typed url.Values) (*web.Reply, error) {
	now := storedWindow(o, w)
	web.Choose(typed, now)
	want, wrong := TypedWindow(o, w, typed)
	if len(wrong) > 0 {
		return showWindow(o, http.StatusUnprocessableEntity, w, typed, wrong)
	}
	if changed := web.Differences(typed, now, storedWindow(o, want)); len(changed) > 0 {
		typed.Set(web.MadeField, web.MadeFrom(now))
		return showWindowForm(o, http.StatusConflict, w, typed, nil, changed)
	}
	if closes(o, w, want) && typed.Get("sure") == "" {
		return showWindow(o, http.StatusConflict, w, typed, nil)
	}
	return putWindow(o, &deliveryv1.PutWindowRequest{Window: want, Version: w.GetVersion()}, typed,
		func(status int, wrong map[string]string) (*web.Reply, error) {
			return showWindow(o, status, w, typed, wrong)
		})
}

// closes reports whether a change of a window leaves it without room for more orders, which it has now.
func closes(o *operator.Office, w, want *deliveryv1.Window) bool {
	now, taken := o.Visit.Site.Host.Now().UnixMilli(), w.GetCapacity()-w.GetRemaining()
	return w.GetOrderBy() > now && w.GetRemaining() > 0 && !w.GetClosed() &&
		(want.GetOrderBy() <= now || want.GetCapacity() == taken)
}

// putWindow makes or changes a window and goes to it. What is refused is shown again.
func putWindow(
	o *operator.Office, want *deliveryv1.PutWindowRequest, typed url.Values,
	again func(status int, wrong map[string]string) (*web.Reply, error),
) (*web.Reply, error) {
	answer, err := o.Visit.Site.Delivery.PutWindow(o.Visit.Context(), want)
	if err == nil {
		return web.Redirect(o.At("/operator/windows/"+answer.GetWindow().GetId(), "saved", "1")), nil
	}
	f := fault.Of(err)
	if f.Kind != fault.Invalid && f.Kind != fault.Conflict || f.Code == stamp.Changed {
		return nil, err
	}
	o.Visit.NewForm(typed, f)
	return again(web.StatusOf(f), windowWrong(f))
}

// NewWindow shows the form of a window that is to be made, for the first day of the week that is still to
// come.
func NewWindow(o *operator.Office) (*web.Reply, error) {
	day := monday(o)
	if tomorrow := o.Visit.Site.Host.Now().In(o.In.Zone).AddDate(0, 0, 1); day.Before(tomorrow) {
		day = tomorrow
	}
	return showNewWindow(o, http.StatusOK,
		url.Values{"key": {o.Visit.Site.NewKey()}, "date": {day.Format(time.DateOnly)}}, nil)
}

func showNewWindow(
	o *operator.Office, status int, typed url.Values, wrong map[string]string,
) (*web.Reply, error) {
	model := view.WindowForm{
		Bench: o.Desk("A new window", "/operator/calendar"), Action: o.At("/operator/windows"),
		Inputs: windowInputs(typed, wrong), KindWrong: wrong["kind"], Back: o.At("/operator/calendar"),
		Key: typed.Get("key"),
	}
	for _, kind := range []string{"pickup", trade.KindDelivery} {
		model.Kinds = append(model.Kinds,
			page.Choice{Value: kind, Label: trade.KindName(kind), Chosen: kind == typed.Get("kind")})
	}
	for _, f := range windowPrices {
		model.Inputs = append(model.Inputs, page.Input{
			Name: f.name, Label: f.label + ", " + o.In.Currency,
			Type: "text", Value: typed.Get(f.name), Wrong: wrong[f.name], MaxLength: "20",
		})
	}
	return web.Render(o.Visit.Context(), status, view.NewWindowPage(model))
}

// windowPrices are the fields that only a new window's form has.
var windowPrices = []struct{ name, label string }{{"fee", "Fee"}, {"minimum", "Minimum"}}

// AddWindow makes a window beside those that come of the weekly rules.
func AddWindow(o *operator.Office) (*web.Reply, error) {
	typed, err := o.Visit.Form()
	if err != nil {
		return nil, err
	}
	want, wrong := TypedWindow(o, &deliveryv1.Window{Market: o.In.Code, Kind: typed.Get("kind")}, typed)
	prices := map[string]money.Amount{}
	for _, f := range windowPrices {
		prices[f.name], err = input.TypedAmount(cmp.Or(strings.TrimSpace(typed.Get(f.name)), "0"),
			o.In.Currency)
		if err != nil {
			wrong[f.name] = fault.Of(err).Message
		}
	}
	if len(wrong) > 0 {
		return showNewWindow(o, http.StatusUnprocessableEntity, typed, wrong)
	}
	if f := fault.Of(o.Visit.CheckKey(typed)); f != nil {
		return showNewWindow(o, web.StatusOf(f), typed, windowWrong(f))
	}
	want.Fee, want.Minimum = prices["fee"].Proto(), prices["minimum"].Proto()
	return putWindow(o, &deliveryv1.PutWindowRequest{Window: want, Key: typed.Get("key")}, typed,
		func(status int, wrong map[string]string) (*web.Reply, error) {
			return showNewWindow(o, status, typed, wrong)
		})
}

// windowWrong puts what delivery refuses beside the fields that say it.
func windowWrong(f *fault.Error) map[string]string {
	wrong, told := map[string]string{}, web.FieldsOf(f)
	for _, field := range windowFields {
		if message := told[field.of]; message != "" {
			wrong[field.name] = message
			delete(told, field.of)
		}
	}
	for _, field := range []string{"kind", "fee"} {
		if message := told[field]; message != "" {
			wrong[field] = message
		}
	}
	if len(wrong) == 0 {
		wrong["capacity"] = f.Message
	}
	return wrong
}

// TypedWindow is a window with what was typed, and what is wrong with that.
func TypedWindow(
	o *operator.Office, w *deliveryv1.Window, typed url.Values,
) (*deliveryv1.Window, map[string]string) {
	wrong, have := map[string]string{}, FilledIn(o, w)
	at := func(day, hour string, unchanged int64) int64 {
		if typed.Get(day) == have.Get(day) && typed.Get(hour) == have.Get(hour) {
			return unchanged // an hour that is there twice stays the one that it is
		}
		moment, why := moment(o.In, typed.Get(day), typed.Get(hour))
		if why != "" {
			wrong[day], wrong[hour] = why, why
		}
		return moment.UnixMilli()
	}
	want := &deliveryv1.Window{
		Id: w.GetId(), Market: w.GetMarket(), Kind: w.GetKind(), Fee: w.GetFee(), Minimum: w.GetMinimum(),
		Place:    strings.TrimSpace(typed.Get("place")),
		StartsAt: at("date", "starts", w.GetStartsAt()), EndsAt: at("date", "ends", w.GetEndsAt()),
		OrderBy: at("cutoff_date", "cutoff", w.GetOrderBy()),
	}
	if want.GetPlace() == "" {
		wrong["place"] = "This is required."
	}
	capacity, err := strconv.ParseInt(strings.TrimSpace(typed.Get("capacity")), 10, 64)
	if err != nil || capacity < 0 {
		wrong["capacity"] = "This is a whole number."
	}
	want.Capacity = capacity
	return want, wrong
}

// moment is a time by the market's clocks, or why there is no such one.
func moment(p *web.Market, day, hour string) (at time.Time, why string) {
	text := day + " " + hour
	at, err := time.ParseInLocation(time.DateOnly+" "+web.HourAndMinute, text, p.Zone)
	if err != nil {
		return at, "A day looks like 2026-11-21, an hour like 09:30."
	}
	if at.Format(time.DateOnly+" "+web.HourAndMinute) != text {
		return at, "The clocks go forward that day: there is no such hour."
	}
	return at, ""
}
