package edge

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/edge/page"
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

// filledIn is a window as its form shows it.
func (o *office) filledIn(w *deliveryv1.Window) url.Values {
	start, end, cutoff := timeOf(w.GetStartsAt()).In(o.in.zone), timeOf(w.GetEndsAt()).In(o.in.zone), timeOf(w.GetOrderBy()).In(o.in.zone)
	return url.Values{
		"date": {start.Format(time.DateOnly)}, "starts": {start.Format(hourAndMinute)}, "ends": {end.Format(hourAndMinute)},
		"cutoff_date": {cutoff.Format(time.DateOnly)}, "cutoff": {cutoff.Format(hourAndMinute)},
		"place": {w.GetPlace()}, "capacity": {strconv.FormatInt(w.GetCapacity(), 10)},
	}
}

// storedWindow is a window as its form has it.
func (o *office) storedWindow(w *deliveryv1.Window) []stored {
	filled := o.filledIn(w)
	all := make([]stored, len(windowFields))
	for i, f := range windowFields {
		all[i] = entry(f.name, f.label, filled.Get(f.name))
	}
	return all
}

// theWindow is the one that the address names; its market is gone on in.
func (o *office) theWindow() (*deliveryv1.Window, error) {
	answer, err := o.site.delivery.GetWindow(o.Context(), &deliveryv1.GetWindowRequest{Id: o.PathValue("id")})
	if err != nil {
		return nil, err
	}
	if !o.moveTo(answer.GetWindow().GetMarket()) {
		return nil, errNoPage
	}
	return answer.GetWindow(), nil
}

// window shows a window, and the form that moves it.
func (o *office) window() (*reply, error) {
	w, err := o.theWindow()
	if err != nil {
		return nil, err
	}
	typed := o.filledIn(w)
	typed.Set(madeField, madeFrom(o.storedWindow(w)))
	return o.showWindow(http.StatusOK, w, typed, nil)
}

func (o *office) showWindow(status int, w *deliveryv1.Window, typed url.Values, wrong map[string]string) (*reply, error) {
	return o.showWindowForm(status, w, typed, wrong, nil)
}

func (o *office) showWindowForm(status int, w *deliveryv1.Window, typed url.Values, wrong map[string]string, changed []page.Difference) (*reply, error) {
	taken := w.GetCapacity() - w.GetRemaining()
	model := page.WindowForm{
		Bench: o.desk(kindName(w.GetKind())+", "+o.in.span(w.GetStartsAt(), w.GetEndsAt()), "/operator/calendar"), Slot: o.slot(w), Fee: o.in.moneyIfAny(w.GetFee()), Minimum: o.in.moneyIfAny(w.GetMinimum()),
		Action: o.at("/operator/windows/" + w.GetId()), Inputs: windowInputs(typed, wrong), Back: o.at("/operator/calendar"),
		Saved: o.param("saved") != "" && status == http.StatusOK, Sure: status == http.StatusConflict && len(wrong)+len(changed) == 0,
		Differences: page.Differences{MadeFrom: typed.Get(madeField), Each: changed},
	}
	if len(changed) > 0 {
		model.Alert = changedMeanwhile
	}
	if model.Sure {
		model.Alert = "Nothing is saved yet: with this the window takes no more orders. Who has a place in it keeps it. Save it again if you mean that."
	}
	switch {
	case w.GetCancelled():
		model.Cancelled = true
		var err error
		if model.Cleared, err = o.cleared(w); err != nil {
			return nil, err
		}
		model.Refresh = !model.Cleared.Done
	case w.GetClosed():
		model.Undo = page.Undo{
			Message: "This window is closed: it takes no more orders.", Action: o.at("/operator/windows/" + w.GetId() + "/close"), Button: "Open it again",
			Fields: []page.Choice{{Value: "closed", Label: "no"}},
		}
	case !model.Slot.Closed:
		model.Close = o.at("/operator/windows/" + w.GetId() + "/close")
	}
	if !w.GetCancelled() && w.GetEndsAt() > o.site.host.Now().UnixMilli() {
		model.Cancel = o.at("/operator/windows/" + w.GetId() + "/cancel")
	}
	if taken > 0 {
		model.Concerned = plural(taken, "order has a place in it", "orders have a place in it")
	}
	return render(o.Context(), status, page.WindowFormPage(model))
}

// windowInputs are the fields that every window's form has.
func windowInputs(typed url.Values, wrong map[string]string) []page.Input {
	var inputs []page.Input
	for _, f := range windowFields {
		inputs = append(inputs, page.Input{Name: f.name, Label: f.label, Type: f.kind, Value: typed.Get(f.name), Wrong: wrong[f.name], Required: true, MaxLength: "200"})
	}
	return inputs
}

// moveWindow changes a window's times, place and size; delivery has its orders told.
func (o *office) moveWindow() (*reply, error) {
	typed, err := o.form()
	if err != nil {
		return nil, err
	}
	return saving(func() (*reply, error) {
		w, err := o.theWindow()
		if err != nil {
			return nil, err
		}
		return o.moveFrom(w, typed)
	})
}

// moveFrom changes a window as it is now, unless that is not what the form was made from.
func (o *office) moveFrom(w *deliveryv1.Window, typed url.Values) (*reply, error) {
	now := o.storedWindow(w)
	choose(typed, now)
	want, wrong := o.typedWindow(w, typed)
	if len(wrong) > 0 {
		return o.showWindow(http.StatusUnprocessableEntity, w, typed, wrong)
	}
	if changed := differences(typed, now, o.storedWindow(want)); len(changed) > 0 {
		typed.Set(madeField, madeFrom(now))
		return o.showWindowForm(http.StatusConflict, w, typed, nil, changed)
	}
	if o.closes(w, want) && typed.Get("sure") == "" {
		return o.showWindow(http.StatusConflict, w, typed, nil)
	}
	return o.putWindow(&deliveryv1.PutWindowRequest{Window: want, Version: w.GetVersion()}, typed, func(status int, wrong map[string]string) (*reply, error) {
		return o.showWindow(status, w, typed, wrong)
	})
}

// closes reports whether a change of a window leaves it without room for more orders, which it has now.
func (o *office) closes(w, want *deliveryv1.Window) bool {
	now, taken := o.site.host.Now().UnixMilli(), w.GetCapacity()-w.GetRemaining()
	return w.GetOrderBy() > now && w.GetRemaining() > 0 && !w.GetClosed() && (want.GetOrderBy() <= now || want.GetCapacity() == taken)
}

// putWindow makes or changes a window and goes to it. What is refused is shown again.
func (o *office) putWindow(want *deliveryv1.PutWindowRequest, typed url.Values, again func(status int, wrong map[string]string) (*reply, error)) (*reply, error) {
	answer, err := o.site.delivery.PutWindow(o.Context(), want)
	if err == nil {
		return redirect(o.at("/operator/windows/"+answer.GetWindow().GetId(), "saved", "1")), nil
	}
	f := fault.Of(err)
	if f.Kind != fault.Invalid && f.Kind != fault.Conflict || f.Code == stamp.Changed {
		return nil, err
	}
	o.newForm(typed, f)
	return again(statusOf(f), windowWrong(f))
}

// newWindow shows the form of a window that is to be made, for the first day of the week that is still to come.
func (o *office) newWindow() (*reply, error) {
	day := o.monday()
	if tomorrow := o.site.host.Now().In(o.in.zone).AddDate(0, 0, 1); day.Before(tomorrow) {
		day = tomorrow
	}
	return o.showNewWindow(http.StatusOK, url.Values{"key": {o.site.newKey()}, "date": {day.Format(time.DateOnly)}}, nil)
}

func (o *office) showNewWindow(status int, typed url.Values, wrong map[string]string) (*reply, error) {
	model := page.WindowForm{
		Bench: o.desk("A new window", "/operator/calendar"), Action: o.at("/operator/windows"), Inputs: windowInputs(typed, wrong), KindWrong: wrong["kind"], Back: o.at("/operator/calendar"),
		Key: typed.Get("key"),
	}
	for _, kind := range []string{"pickup", kindDelivery} {
		model.Kinds = append(model.Kinds, page.Choice{Value: kind, Label: kindName(kind), Chosen: kind == typed.Get("kind")})
	}
	for _, f := range windowPrices {
		model.Inputs = append(model.Inputs, page.Input{Name: f.name, Label: f.label + ", " + o.in.currency, Type: "text", Value: typed.Get(f.name), Wrong: wrong[f.name], MaxLength: "20"})
	}
	return render(o.Context(), status, page.NewWindowPage(model))
}

// windowPrices are the fields that only a new window's form has.
var windowPrices = []struct{ name, label string }{{"fee", "Fee"}, {"minimum", "Minimum"}}

// addWindow makes a window beside those that come of the weekly rules.
func (o *office) addWindow() (*reply, error) {
	typed, err := o.form()
	if err != nil {
		return nil, err
	}
	want, wrong := o.typedWindow(&deliveryv1.Window{Market: o.in.code, Kind: typed.Get("kind")}, typed)
	prices := map[string]money.Amount{}
	for _, f := range windowPrices {
		prices[f.name], err = typedAmount(cmp.Or(strings.TrimSpace(typed.Get(f.name)), "0"), o.in.currency)
		if err != nil {
			wrong[f.name] = fault.Of(err).Message
		}
	}
	if len(wrong) > 0 {
		return o.showNewWindow(http.StatusUnprocessableEntity, typed, wrong)
	}
	if f := fault.Of(o.checkKey(typed)); f != nil {
		return o.showNewWindow(statusOf(f), typed, windowWrong(f))
	}
	want.Fee, want.Minimum = prices["fee"].Proto(), prices["minimum"].Proto()
	return o.putWindow(&deliveryv1.PutWindowRequest{Window: want, Key: typed.Get("key")}, typed, func(status int, wrong map[string]string) (*reply, error) {
		return o.showNewWindow(status, typed, wrong)
	})
}

// windowWrong puts what delivery refuses beside the fields that say it.
func windowWrong(f *fault.Error) map[string]string {
	wrong, told := map[string]string{}, fieldsOf(f)
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

// typedWindow is a window with what was typed, and what is wrong with that.
func (o *office) typedWindow(w *deliveryv1.Window, typed url.Values) (*deliveryv1.Window, map[string]string) {
	wrong, have := map[string]string{}, o.filledIn(w)
	at := func(day, hour string, unchanged int64) int64 {
		if typed.Get(day) == have.Get(day) && typed.Get(hour) == have.Get(hour) {
			return unchanged // an hour that is there twice stays the one that it is
		}
		moment, why := o.in.moment(typed.Get(day), typed.Get(hour))
		if why != "" {
			wrong[day], wrong[hour] = why, why
		}
		return moment.UnixMilli()
	}
	want := &deliveryv1.Window{
		Id: w.GetId(), Market: w.GetMarket(), Kind: w.GetKind(), Fee: w.GetFee(), Minimum: w.GetMinimum(), Place: strings.TrimSpace(typed.Get("place")),
		StartsAt: at("date", "starts", w.GetStartsAt()), EndsAt: at("date", "ends", w.GetEndsAt()), OrderBy: at("cutoff_date", "cutoff", w.GetOrderBy()),
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
func (p *place) moment(day, hour string) (at time.Time, why string) {
	text := day + " " + hour
	at, err := time.ParseInLocation(time.DateOnly+" "+hourAndMinute, text, p.zone)
	if err != nil {
		return at, "A day looks like 2026-11-21, an hour like 09:30."
	}
	if at.Format(time.DateOnly+" "+hourAndMinute) != text {
		return at, "The clocks go forward that day: there is no such hour."
	}
	return at, ""
}
