package goods

import (
	"time"
)

// Day is a date as YYYY-MM-DD, which texts compare in time's order: up to which the freshest of what can be
// had is good. Empty stands for what is sold out, undated for what has no date.
type Day = string

// Undated is after every date.
const Undated Day = "9999-99-99"

// DayOf is the day of a time, in UTC.
func DayOf(t time.Time) Day { return t.UTC().Format(time.DateOnly) }

// ValidDay reports whether a text is a date.
func ValidDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}
