package delivery

import (
	"time"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/stamp"
)

// Limits of what may be asked for.
const (
	MaxCapacity    = 100_000 // places of a window
	MaxCutoffHours = 14 * 24
	MaxPlace       = 200 // bytes
	// maxLength is the longest window: a day, and the hour that daylight saving may add to it.
	maxLength = 25 * time.Hour
)

// Terms are what a window offers. A zero Fee or Minimum means none.
type Terms struct {
	Kind     string // "pickup" or "delivery"
	Place    string
	Capacity int64
	Fee      money.Amount
	Minimum  money.Amount // the least an order has to come to; in the fee's currency
}

// Schedule is a weekly rule from which windows roll ahead.
type Schedule struct {
	ID, Market string
	Terms
	Weekday      time.Weekday
	Starts, Ends string // "10:00", as the market's clocks show it
	CutoffHours  int64  // before the start
	Zone         string // IANA name
	LastDay      string // the last local date that has a window; empty for none
}

// Window is one time in which orders are picked up or delivered. Times are Unix milliseconds.
type Window struct {
	ID, Market string
	Terms
	StartsAt, EndsAt int64
	OrderBy          int64 // the cut-off
	Taken, Held      int64 // places; together at most Capacity
	Cycle            string
	Schedule, Date   string // what it rolled from, and for which local date; empty when made by hand
	Edited           bool   // by hand: it no longer follows its schedule
	Changes          int64  // how many events of it were published
	Closed           bool   // by hand: it takes no more orders
	Cancelled        bool   // for good: it does not take place
	Seen             string // of a change: the stamp of what it was made from

	changed bool
}

// Remaining is how many places are left.
func (w *Window) Remaining() int64 { return w.Capacity - w.Taken - w.Held }

// admit refuses a new place in a full window, or one that is closed or cancelled: an older version opens a
// cancelled one again.
func (w *Window) admit(now int64) error {
	if now >= w.OrderBy || w.Closed || w.Cancelled {
		return fault.New(fault.Conflict, "window_closed",
			"This window takes no more orders. Please choose another.")
	}
	if w.Remaining() <= 0 {
		return fault.New(fault.Conflict, "window_full",
			"The last place in this window has just gone. Please choose another.")
	}
	return nil
}

// stamp tells what change gives a window from what it gave before.
func (w *Window) stamp() string { return stamp.Of(w.Terms, w.StartsAt, w.EndsAt, w.OrderBy) }

// move shifts one place from one account to another; nil is what is free.
func (w *Window) move(from, to *int64) {
	if from != nil {
		*from--
	}
	if to != nil {
		*to++
	}
	w.changed = true
}

// change gives a window other terms and times. Its capacity cannot go below what is taken and held.
func (w *Window) change(to Window) error {
	if to.Kind != w.Kind && w.Taken+w.Held > 0 {
		return fault.New(fault.Conflict, "window_taken",
			"This window has orders; what was to be picked up cannot become a delivery, nor the other way round.")
	}
	if to.Capacity < w.Taken+w.Held {
		return fault.Newf(fault.Conflict, "capacity_taken",
			"%d places of this window are taken; it cannot have fewer.", w.Taken+w.Held)
	}
	w.Terms, w.StartsAt, w.EndsAt, w.OrderBy = to.Terms, to.StartsAt, to.EndsAt, to.OrderBy
	return nil
}

// stamp tells what a rule says from what it said before.
func (s Schedule) stamp() string {
	return stamp.Of(s.Terms, s.Weekday, s.Starts, s.Ends, s.CutoffHours, s.Zone, s.LastDay)
}

// errCancelled is a change of a window that does not take place.
var errCancelled = fault.New(fault.Conflict, "window_cancelled",
	"This window is cancelled for good. Make a new one in its place.")

func windowNotFound() error {
	return fault.New(fault.NotFound, "window_not_found", "There is no such window.")
}
