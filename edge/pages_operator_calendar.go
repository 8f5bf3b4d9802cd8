package edge

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"github.com/artisan-eats/artisan/edge/page"
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
	windows, err := o.windowsBetween(monday, next.AddDate(0, 0, 7)) // orders for the week after close in this one
	if err != nil {
		return nil, err
	}
	rules, err := o.rules()
	if err != nil {
		return nil, err
	}
	model := page.Calendar{
		Bench: o.desk("Calendar", "/operator/calendar"), Week: o.in.MonthDay(monday) + " to " + o.in.LongDate(next.AddDate(0, 0, -1)),
		Earlier: o.at("/operator/calendar", "week", monday.AddDate(0, 0, -7).Format(time.DateOnly)), Later: o.at("/operator/calendar", "week", next.Format(time.DateOnly)),
		Now: o.at("/operator/calendar"), New: o.at("/operator/new-window", "week", monday.Format(time.DateOnly)), Rules: rules, Cut: len(windows) == calendarMost && windows[calendarMost-1].GetStartsAt() < next.UnixMilli(),
	}
	model.NewRule = o.at("/operator/new-weekly")
	model.Days = o.week(monday, windows)
	model.Empty = !slices.ContainsFunc(model.Days, func(d page.Day) bool { return len(d.Windows) > 0 })
	return render(o.Context(), http.StatusOK, page.CalendarPage(model))
}

// week is seven days with the windows that start, and the orders that close, on each.
func (o *office) week(monday time.Time, windows []*deliveryv1.Window) []page.Day {
	today := o.site.host.Now().In(o.in.zone).Format(time.DateOnly)
	days := make([]page.Day, 7)
	at := map[string]*page.Day{}
	for i := range days {
		date := monday.AddDate(0, 0, i)
		days[i] = page.Day{Name: o.in.Day(date), Today: date.Format(time.DateOnly) == today}
		at[date.Format(time.DateOnly)] = &days[i]
	}
	for _, w := range windows {
		starts, closes := timeOf(w.GetStartsAt()).In(o.in.zone), timeOf(w.GetOrderBy()).In(o.in.zone)
		if day := at[starts.Format(time.DateOnly)]; day != nil {
			day.Windows = append(day.Windows, o.slot(w))
		}
		if day := at[closes.Format(time.DateOnly)]; day != nil {
			day.Closing = append(day.Closing, page.Closing{At: o.in.Time(closes), Of: kindName(w.GetKind()) + " " + starts.Format("Mon") + " " + o.in.Time(starts)})
		}
	}
	for _, day := range days {
		slices.SortStableFunc(day.Closing, func(a, b page.Closing) int { return cmp.Compare(a.At, b.At) })
	}
	return days
}

// monday is the first day of the week that the address names, or of this one.
func (o *office) monday() time.Time {
	day, err := time.ParseInLocation(time.DateOnly, o.param("week"), o.in.zone)
	if err != nil || day.Year() < 2000 || day.Year() > 2200 {
		now := o.site.host.Now().In(o.in.zone)
		day = time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, o.in.zone)
	}
	return day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
}

// windowsBetween are the windows that start in a span of time, and those under way when it begins.
func (o *office) windowsBetween(from, to time.Time) ([]*deliveryv1.Window, error) {
	request := &deliveryv1.ListWindowsRequest{Market: o.in.code, EndsAfter: from.UnixMilli(), StartsBefore: to.UnixMilli(), Limit: calendarPage}
	var all []*deliveryv1.Window
	for {
		answer, err := o.site.delivery.ListWindows(o.Context(), request)
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
		OrderBy: o.in.DayTime(o.in.at(w.GetOrderBy())), Closed: w.GetClosed() || w.GetOrderBy() <= o.site.host.Now().UnixMilli(),
		ByHand: w.GetScheduleId() == "", Changed: w.GetEdited() && !w.GetCancelled(), Cancelled: w.GetCancelled(),
	}
}

// rules are the weekly rules that the market's windows come from.
func (o *office) rules() ([]page.WeeklyRule, error) {
	answer, err := o.site.delivery.ListSchedules(o.Context(), &deliveryv1.ListSchedulesRequest{Market: o.in.code})
	if err != nil {
		return nil, err
	}
	schedules := answer.GetSchedules()
	slices.SortStableFunc(schedules, func(a, b *deliveryv1.Schedule) int {
		return cmp.Or(cmp.Compare(fromMonday(a.GetWeekday()), fromMonday(b.GetWeekday())), cmp.Compare(a.GetStarts(), b.GetStarts()))
	})
	var rules []page.WeeklyRule
	today := o.site.host.Now().In(o.in.zone).Format(time.DateOnly)
	for _, s := range schedules {
		ends := ""
		if s.GetLastDay() != "" {
			if ends = "until " + shortDay(s.GetLastDay()); s.GetLastDay() < today {
				continue
			}
		}
		rules = append(rules, page.WeeklyRule{
			Address: o.at("/operator/weekly/" + s.GetId()), Ends: ends,
			When: time.Weekday(s.GetWeekday()).String() + "s, " + o.in.wallHours(s.GetStarts(), s.GetEnds()), Kind: kindName(s.GetKind()), Place: s.GetPlace(),
			Places: plural(s.GetCapacity(), "place", "places"), Closes: plural(int64(s.GetCutoffHours()), "hour", "hours"),
			Fee: o.in.moneyIfAny(s.GetFee()), Minimum: o.in.moneyIfAny(s.GetMinimum()),
		})
	}
	return rules, nil
}

// fromMonday is a day's place in a week that begins on Monday; 0 is Sunday before.
func fromMonday(weekday int32) int32 { return (weekday + 6) % 7 }
