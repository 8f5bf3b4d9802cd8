package delivery

import (
	"time"
	_ "time/tzdata" // machines without time zones serve markets too
)

// rollAhead is how many days ahead windows are made.
const rollAhead = 21

// windows are those that a schedule has from now on, three weeks ahead, leaving out those whose
// cut-off has passed. They have neither ID nor cycle yet.
func (s Schedule) windows(now time.Time) ([]Window, error) {
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		return nil, err
	}
	var windows []Window
	year, month, day := now.In(zone).Date()
	for ahead := range rollAhead + 1 {
		date := time.Date(year, month, day+ahead, 0, 0, 0, 0, time.UTC)
		if date.Weekday() != s.Weekday || s.LastDay != "" && date.Format(time.DateOnly) > s.LastDay {
			continue
		}
		if w := s.on(date, zone); w.OrderBy > now.UnixMilli() {
			windows = append(windows, w)
		}
	}
	return windows, nil
}

// saysOf reports whether a window that rolled from a schedule is as the schedule has it, whether or not its
// cut-off has passed.
func (s Schedule) saysOf(w Window) bool {
	zone, err := time.LoadLocation(s.Zone)
	date, dateErr := time.Parse(time.DateOnly, w.Date)
	if err != nil || dateErr != nil || date.Weekday() != s.Weekday || s.LastDay != "" && w.Date > s.LastDay {
		return false
	}
	to := s.on(date, zone)
	return to.stamp() == w.stamp()
}

// on is a schedule's window on a local date, which is given as midnight UTC. One that would start in a
// skipped hour and end right after it lasts as long as on any other day.
func (s Schedule) on(date time.Time, zone *time.Location) Window {
	starts, ends := local(date, s.Starts, zone), local(date, s.Ends, zone)
	if !ends.After(starts) {
		ends = starts.Add(local(date, s.Ends, time.UTC).Sub(local(date, s.Starts, time.UTC)))
	}
	return Window{
		Market: s.Market, Terms: s.Terms, Schedule: s.ID, Date: date.Format(time.DateOnly),
		StartsAt: starts.UnixMilli(), EndsAt: ends.UnixMilli(),
		OrderBy: starts.Add(-time.Duration(s.CutoffHours) * time.Hour).UnixMilli(),
	}
}

// local is the moment at which the clocks of a zone show an hour ("10:00") on a date. Of an hour that comes
// twice it is the first; an hour that is skipped is as long after midnight as if it were not.
// time.Date leaves both open.
func local(date time.Time, hour string, zone *time.Location) time.Time {
	clock, err := time.Parse("15:04", hour)
	if err != nil {
		return time.Time{} // checked when the schedule came in
	}
	shown := date.Add(time.Duration(clock.Hour())*time.Hour + time.Duration(clock.Minute())*time.Minute)
	before, after := offset(shown.Add(-24*time.Hour), zone), offset(shown.Add(24*time.Hour), zone)
	first, second := shown.Add(-before), shown.Add(-after)
	if offset(first, zone) != before && offset(second, zone) == after {
		return second
	}
	return first
}

func offset(at time.Time, zone *time.Location) time.Duration {
	_, seconds := at.In(zone).Zone()
	return time.Duration(seconds) * time.Second
}

// weekStart is the Monday of a local date's week.
func weekStart(date time.Time) string {
	return date.AddDate(0, 0, -(int(date.Weekday())+6)%7).Format(time.DateOnly)
}
