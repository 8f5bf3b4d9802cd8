package windows

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"github.com/artisan-eats/artisan/edge/desk"
	"github.com/artisan-eats/artisan/edge/operator"
	"github.com/artisan-eats/artisan/edge/operator/view"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
)

const (
	// calendarPage is how many windows are asked for at once, and calendarMost how many a week shows.
	calendarPage = 100
	calendarMost = 500
)

// Calendar shows a week of windows, by the market's clocks.
func Calendar(o *operator.Office) (*web.Reply, error) {
	monday := monday(o)
	next := monday.AddDate(0, 0, 7)
	// orders for the week after close in this one
	windows, err := windowsBetween(o, monday, next.AddDate(0, 0, 7))
	if err != nil {
		return nil, err
	}
	rules, err := rules(o)
	if err != nil {
		return nil, err
	}
	model := view.Calendar{
		Bench: o.Desk("Calendar", "/operator/calendar"), Week: o.In.Locale.MonthDay(monday) + " to " +
			o.In.Locale.LongDate(next.AddDate(0, 0, -1)),
		Earlier: o.At("/operator/calendar", "week", monday.AddDate(0, 0, -7).Format(time.DateOnly)),
		Later:   o.At("/operator/calendar", "week", next.Format(time.DateOnly)),
		Now:     o.At("/operator/calendar"), New: o.At("/operator/new-window", "week",
			monday.Format(time.DateOnly)), Rules: rules, Cut: len(windows) == calendarMost &&
			windows[calendarMost-1].GetStartsAt() < next.UnixMilli(),
	}
	model.NewRule = o.At("/operator/new-weekly")
	model.Days = week(o, monday, windows)
	model.Empty = !slices.ContainsFunc(model.Days, func(d view.Day) bool { return len(d.Windows) > 0 })
	return web.Render(o.Visit.Context(), http.StatusOK, view.CalendarPage(model))
}

// week is seven days with the windows that start, and the orders that close, on each.
func week(o *operator.Office, monday time.Time, windows []*deliveryv1.Window) []view.Day {
	today := o.Visit.Site.Host.Now().In(o.In.Zone).Format(time.DateOnly)
	days := make([]view.Day, 7)
	at := map[string]*view.Day{}
	for i := range days {
		date := monday.AddDate(0, 0, i)
		days[i] = view.Day{Name: o.In.Locale.Day(date), Today: date.Format(time.DateOnly) == today}
		at[date.Format(time.DateOnly)] = &days[i]
	}
	for _, w := range windows {
		starts, closes := web.TimeOf(w.GetStartsAt()).In(o.In.Zone), web.TimeOf(w.GetOrderBy()).In(o.In.Zone)
		if day := at[starts.Format(time.DateOnly)]; day != nil {
			day.Windows = append(day.Windows, slot(o, w))
		}
		if day := at[closes.Format(time.DateOnly)]; day != nil {
			day.Closing = append(day.Closing, view.Closing{
				At: o.In.Locale.Time(closes),
				Of: trade.KindName(w.GetKind()) + " " + starts.Format("Mon") + " " +
					o.In.Locale.Time(starts),
			})
		}
	}
	for _, day := range days {
		slices.SortStableFunc(day.Closing, func(a, b view.Closing) int { return cmp.Compare(a.At, b.At) })
	}
	return days
}

// monday is the first day of the week that the address names, or of this one.
func monday(o *operator.Office) time.Time {
	day, err := time.ParseInLocation(time.DateOnly, o.Visit.Param("week"), o.In.Zone)
	if err != nil || day.Year() < 2000 || day.Year() > 2200 {
		now := o.Visit.Site.Host.Now().In(o.In.Zone)
		day = time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, o.In.Zone)
	}
	return day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
}

// windowsBetween are the windows that start in a span of time, and those under way when it begins.
func windowsBetween(o *operator.Office, from, to time.Time) ([]*deliveryv1.Window, error) {
	request := &deliveryv1.ListWindowsRequest{
		Market: o.In.Code, EndsAfter: from.UnixMilli(),
		StartsBefore: to.UnixMilli(), Limit: calendarPage,
	}
	var all []*deliveryv1.Window
	for {
		answer, err := o.Visit.Site.Delivery.ListWindows(o.Visit.Context(), request)
		if err != nil {
			return nil, err
		}
		all = append(all, answer.GetWindows()...)
		if request.Cursor = answer.GetNextCursor(); request.Cursor == "" || len(all) >= calendarMost {
			return all[:min(len(all), calendarMost)], nil
		}
	}
}

func slot(o *operator.Office, w *deliveryv1.Window) view.OfficeWindow {
	taken := w.GetCapacity() - w.GetRemaining()
	return view.OfficeWindow{
		Address: o.At("/operator/windows/" + w.GetId()), Orders: o.At("/operator", "window", w.GetId()),
		Kind: trade.KindName(w.GetKind()), Hours: o.In.Hours(w.GetStartsAt(), w.GetEndsAt()),
		Place: w.GetPlace(),
		Taken: desk.Digits(taken), Capacity: desk.Digits(w.GetCapacity()), Full: w.GetRemaining() <= 0,
		OrderBy: o.In.Locale.DayTime(o.In.At(w.GetOrderBy())), Closed: w.GetClosed() ||
			w.GetOrderBy() <= o.Visit.Site.Host.Now().UnixMilli(),
		ByHand: w.GetScheduleId() == "", Changed: w.GetEdited() && !w.GetCancelled(),
		Cancelled: w.GetCancelled(),
	}
}

// rules are the weekly rules that the market's windows come from.
func rules(o *operator.Office) ([]view.WeeklyRule, error) {
	answer, err := o.Visit.Site.Delivery.ListSchedules(o.Visit.Context(),
		&deliveryv1.ListSchedulesRequest{Market: o.In.Code})
	if err != nil {
		return nil, err
	}
	schedules := answer.GetSchedules()
	slices.SortStableFunc(schedules, func(a, b *deliveryv1.Schedule) int {
		return cmp.Or(cmp.Compare(fromMonday(a.GetWeekday()), fromMonday(b.GetWeekday())),
			cmp.Compare(a.GetStarts(), b.GetStarts()))
	})
	var rules []view.WeeklyRule
	today := o.Visit.Site.Host.Now().In(o.In.Zone).Format(time.DateOnly)
	for _, s := range schedules {
		ends := ""
		if s.GetLastDay() != "" {
			if ends = "until " + desk.ShortDay(s.GetLastDay()); s.GetLastDay() < today {
				continue
			}
		}
		rules = append(rules, view.WeeklyRule{
			Address: o.At("/operator/weekly/" + s.GetId()), Ends: ends,
			When: time.Weekday(s.GetWeekday()).String() + "s, " + o.In.WallHours(s.GetStarts(), s.GetEnds()),
			Kind: trade.KindName(s.GetKind()), Place: s.GetPlace(),
			Places: trade.Plural(s.GetCapacity(), "place", "places"),
			Closes: trade.Plural(int64(s.GetCutoffHours()), "hour", "hours"),
			Fee:    desk.MoneyIfAny(o.In, s.GetFee()), Minimum: desk.MoneyIfAny(o.In, s.GetMinimum()),
		})
	}
	return rules, nil
}

// fromMonday is a day's place in a week that begins on Monday; 0 is Sunday before.
func fromMonday(weekday int32) int32 { return (weekday + 6) % 7 }
