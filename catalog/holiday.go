package catalog

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Holiday is days on which a producer brings nothing, the first and the last of them.
type Holiday struct{ From, Until day }

const (
	maxHolidays = 20
	// maxHoliday is how long one may be, and maxAhead how far ahead it may end.
	maxHoliday = 366 * 24 * time.Hour
	maxAhead   = 2 * 366 * 24 * time.Hour
)

// holidays checks those that are wanted from a day on.
func (c *checker) holidays(all []Holiday, today day) {
	if len(all) > maxHolidays {
		c.add("holidays", "There may be at most %d.", maxHolidays)
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
			c.add(name+".from", "A date looks like 2026-12-31.")
		case untilErr != nil:
			c.add(name+".until", "A date looks like 2026-12-31.")
		case until.Before(from):
			c.add(name+".until", "This is before its first day.")
		case until.Before(now):
			c.add(name+".until", "This is over. Enter days that are ahead.")
		case until.Sub(from) >= maxHoliday || until.Sub(now) >= maxAhead:
			c.add(name+".until", "A holiday is a year long at most, and ends within two.")
		case slices.ContainsFunc(good, h.overlaps):
			c.add(name+".from", "Another holiday has some of these days.")
		default:
			good = append(good, h)
		}
	}
}

func (h Holiday) overlaps(other Holiday) bool { return h.From <= other.Until && other.From <= h.Until }

func (h Holiday) has(d day) bool { return h.From <= d && d <= h.Until }

// times are when a holiday begins and has ended in a zone, in Unix milliseconds.
func (h Holiday) times(zone *time.Location) (starts, ends int64) {
	from, _ := time.ParseInLocation(time.DateOnly, h.From, zone) // checked when it was written
	until, _ := time.ParseInLocation(time.DateOnly, h.Until, zone)
	return from.UnixMilli(), until.AddDate(0, 0, 1).UnixMilli()
}

// sortHolidays puts the first first.
func sortHolidays(all []Holiday) []Holiday {
	return slices.SortedFunc(slices.Values(all), func(a, b Holiday) int { return cmp.Compare(a.From, b.From) })
}

// ahead are the holidays that are not over on a day.
func ahead(all []Holiday, today day) []Holiday {
	return slices.DeleteFunc(slices.Clone(all), func(h Holiday) bool { return h.Until < today })
}

// awayUntil is the last day of the holiday that is on a day; empty where none is.
func awayUntil(all []Holiday, on day) day {
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
	return list(texts)
}

func readHolidays(stored string) ([]Holiday, error) {
	if stored == "" {
		return nil, nil
	}
	texts, err := unlist(stored)
	all := make([]Holiday, len(texts))
	for i, text := range texts {
		all[i].From, all[i].Until, _ = strings.Cut(text, "/")
	}
	return all, err
}

// todayIn is the day that it is in a time zone.
func todayIn(zone *time.Location, now time.Time) day { return now.In(zone).Format(time.DateOnly) }

// zoneOf is a market's time zone, which was checked when the market was made.
func zoneOf(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return zone
}
