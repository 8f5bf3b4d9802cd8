package edge

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
)

const (
	// calendarPage is how many windows are asked for at once, and calendarMost how many a week shows.
	calendarPage = 100
	calendarMost = 500
)

// calendar shows a week of windows, by the market's clocks.
func (o *office) calendar() (*reply, error) {
	monday := o.monday()
	next := monday.AddDate(0, 0, 7)
	windows, err := o.windowsBetween(monday, next)
	if err != nil {
		return nil, err
	}
	model := page.Calendar{
		Bench: o.desk("Calendar", "/operator/calendar"), Week: monday.Format("2 January") + " to " + next.AddDate(0, 0, -1).Format("2 January 2006"),
		Earlier: o.at("/operator/calendar", "week", monday.AddDate(0, 0, -7).Format(time.DateOnly)), Later: o.at("/operator/calendar", "week", next.Format(time.DateOnly)),
		Now: o.at("/operator/calendar"), Cut: len(windows) == calendarMost,
	}
	for _, w := range windows {
		day := timeOf(w.GetStartsAt()).In(o.in.zone).Format("Monday 2 January")
		if n := len(model.Days); n == 0 || model.Days[n-1].Name != day {
			model.Days = append(model.Days, page.Day{Name: day})
		}
		last := &model.Days[len(model.Days)-1]
		last.Windows = append(last.Windows, o.slot(w))
	}
	return render(o.Context(), http.StatusOK, page.CalendarPage(model))
}

// monday is the first day of the week that the address names, or of this one.
func (o *office) monday() time.Time {
	day, err := time.ParseInLocation(time.DateOnly, o.param("week"), o.in.zone)
	if err != nil || day.Year() < 2000 || day.Year() > 2200 {
		now := o.edge.host.Now().In(o.in.zone)
		day = time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, o.in.zone)
	}
	return day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
}

// windowsBetween are the windows that start in a span of time, and those under way when it begins.
func (o *office) windowsBetween(from, to time.Time) ([]*deliveryv1.Window, error) {
	request := &deliveryv1.ListWindowsRequest{Market: o.in.code, EndsAfter: from.UnixMilli(), StartsBefore: to.UnixMilli(), Limit: calendarPage}
	var all []*deliveryv1.Window
	for {
		answer, err := o.edge.delivery.ListWindows(o.Context(), request)
		if err != nil {
			return nil, err
		}
		all = append(all, answer.GetWindows()...)
		if request.Cursor = answer.GetNextCursor(); request.Cursor == "" || len(all) >= calendarMost {
			return all[:min(len(all), calendarMost)], nil
		}
	}
}

func (o *office) slot(w *deliveryv1.Window) page.OfficeWindow {
	taken := w.GetCapacity() - w.GetRemaining()
	return page.OfficeWindow{
		Address: o.at("/operator/windows/" + w.GetId()), Orders: o.at("/operator", "window", w.GetId()), Kind: kindName(w.GetKind()), Hours: o.in.hours(w.GetStartsAt(), w.GetEndsAt()), Place: w.GetPlace(),
		Taken: count(taken), Capacity: count(w.GetCapacity()), Full: w.GetRemaining() <= 0,
		OrderBy: timeOf(w.GetOrderBy()).In(o.in.zone).Format(dayThenTime), Closed: w.GetOrderBy() <= o.edge.host.Now().UnixMilli(),
	}
}

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

// theWindow is the one that the address names; its market is gone on in.
func (o *office) theWindow() (*deliveryv1.Window, error) {
	answer, err := o.edge.delivery.GetWindow(o.Context(), &deliveryv1.GetWindowRequest{Id: o.PathValue("id")})
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
	return o.showWindow(http.StatusOK, w, o.filledIn(w), nil)
}

func (o *office) showWindow(status int, w *deliveryv1.Window, typed url.Values, wrong map[string]string) (*reply, error) {
	taken := w.GetCapacity() - w.GetRemaining()
	model := page.WindowForm{
		Bench: o.desk(kindName(w.GetKind())+", "+o.in.span(w.GetStartsAt(), w.GetEndsAt()), "/operator/calendar"), ID: w.GetId(), Slot: o.slot(w), Fee: o.in.money(w.GetFee()), Minimum: o.in.money(w.GetMinimum()),
		Saved: o.param("saved") != "" && status == http.StatusOK,
	}
	if taken > 0 {
		model.Concerned = plural(taken, "order has a place in it", "orders have a place in it")
	}
	for _, f := range windowFields {
		model.Inputs = append(model.Inputs, page.Input{Name: f.name, Label: f.label, Type: f.kind, Value: typed.Get(f.name), Wrong: wrong[f.name], Required: true, MaxLength: "200"})
	}
	return render(o.Context(), status, page.WindowFormPage(model))
}

// moveWindow changes a window's times, place and size; delivery has its orders told.
func (o *office) moveWindow() (*reply, error) {
	typed, err := o.form()
	if err != nil {
		return nil, err
	}
	w, err := o.theWindow()
	if err != nil {
		return nil, err
	}
	want, wrong := o.typedWindow(w, typed)
	if len(wrong) > 0 {
		return o.showWindow(http.StatusUnprocessableEntity, w, typed, wrong)
	}
	_, err = o.edge.delivery.PutWindow(o.Context(), &deliveryv1.PutWindowRequest{Window: want})
	if err == nil {
		return redirect(o.at("/operator/windows/"+w.GetId(), "saved", "1")), nil
	}
	f := fault.Of(err)
	if f.Kind != fault.Invalid && f.Kind != fault.Conflict {
		return nil, err
	}
	return o.showWindow(statusOf(f), w, typed, windowWrong(f))
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
