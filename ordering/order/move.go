package order

import (
	"time"
)

// Differs reports whether a window is at another time or place than it was.
func (w Window) Differs(to Window) bool {
	return !w.StartsAt.Equal(to.StartsAt) || !w.EndsAt.Equal(to.EndsAt) || w.Place != to.Place
}

// Move is the rule of an order whose window is moved while it is open.
func (o *Order) Move(to Window, zone *time.Location, now time.Time) []string {
	if (o.Status != Confirmed && o.Status != Packed) || !o.Window.Differs(to) {
		return nil
	}
	from := o.Window
	o.MovedFrom, o.MarketSays = &from, ""
	o.Window.StartsAt, o.Window.EndsAt, o.Window.Place = to.StartsAt, to.EndsAt, to.Place
	note := "moved to " + to.StartsAt.In(zone).Format("Monday 2 January, 15:04") + " to " +
		to.EndsAt.In(zone).Format("15:04 MST")
	if to.Place != from.Place && to.Place != "" {
		note += ", " + to.Place
	}
	o.enter(o.Status, now, note)
	return []string{"order.rescheduled"}
}
