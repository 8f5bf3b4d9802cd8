package goods

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Holiday is days on which a producer brings nothing, the first and the last of them.
type Holiday struct{ From, Until Day }

const (
	maxHolidays = 20
	// maxHoliday is how long one may be, and maxAhead how far ahead it may end.
	maxHoliday = 366 * 24 * time.Hour
	maxAhead   = 2 * 366 * 24 * time.Hour
)

// holidays checks those that are wanted from a day on.
func (c *Checker) holidays(all []Holiday, today Day) {
	if len(all) > maxHolidays {
		c.Add("holidays", "There may be at most %d.", maxHolidays)
		return
	}
	var good []Holiday
	for i, h := range all {
		name := "holidays." + strconv.Itoa(i)
		from, fromErr := time.Parse(time.DateOnly, h.From)
		until, untilErr := time.Parse(time.DateOnly, h.Until)
		now, _ := time.Parse(time.DateOnly, today)
		switch {
		case fromErr != nil:
			c.Add(name+".from", "A date looks like 2026-12-31.")
		case untilErr != nil:
			c.Add(name+".until", "A date looks like 2026-12-31.")
		case until.Before(from):
			c.Add(name+".until", "This is before its first day.")
		case until.Before(now):
			c.Add(name+".until", "This is over. Enter days that are ahead.")
		case until.Sub(from) >= maxHoliday || until.Sub(now) >= maxAhead:
			c.Add(name+".until", "A holiday is a year long at most, and ends within two.")
		case slices.ContainsFunc(good, h.overlaps):
			c.Add(name+".from", "Another holiday has some of these days.")
		default:
			good = append(good, h)
		}
	}
}

func (h Holiday) overlaps(other Holiday) bool { return h.From <= other.Until && other.From <= h.Until }

func (h Holiday) has(d Day) bool { return h.From <= d && d <= h.Until }

// Times are when a holiday begins and has ended in a zone, in Unix milliseconds.
func (h Holiday) Times(zone *time.Location) (starts, ends int64) {
	from, _ := time.ParseInLocation(time.DateOnly, h.From, zone) // checked when it was written
	until, _ := time.ParseInLocation(time.DateOnly, h.Until, zone)
	return from.UnixMilli(), until.AddDate(0, 0, 1).UnixMilli()
}

// SortHolidays puts the first first.
func SortHolidays(all []Holiday) []Holiday {
	return slices.SortedFunc(slices.Values(all),
		func(a, b Holiday) int { return cmp.Compare(a.From, b.From) })
}

// Ahead are the holidays that are not over on a day.
func Ahead(all []Holiday, today Day) []Holiday {
	return slices.DeleteFunc(slices.Clone(all), func(h Holiday) bool { return h.Until < today })
}

// AwayUntil is the last day of the holiday that is on a day; empty where none is.
func AwayUntil(all []Holiday, on Day) Day {
	for _, h := range all {
		if h.has(on) {
			return h.Until
		}
	}
	return ""
}

// holidaysList is how holidays are stored; readHolidays reads it.
func holidaysList(all []Holiday) string {
	if len(all) == 0 {
		return ""
	}
	texts := make([]string, len(all))
	for i, h := range all {
		texts[i] = h.From + "/" + h.Until
	}
	return StoredList(texts)
}

// ReadHolidays reads holidays as they are stored.
func ReadHolidays(stored string) ([]Holiday, error) {
	if stored == "" {
		return nil, nil
	}
	texts, err := ReadList(stored)
	all := make([]Holiday, len(texts))
	for i, text := range texts {
		all[i].From, all[i].Until, _ = strings.Cut(text, "/")
	}
	return all, err
}

// TodayIn is the day that it is in a time zone.
func TodayIn(zone *time.Location, now time.Time) Day { return now.In(zone).Format(time.DateOnly) }

// ZoneOf is a market's time zone, which was checked when the market was made.
func ZoneOf(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return zone
}
