package ordering

import (
	"fmt"
	"time"

	"github.com/artisan-eats/artisan/fault"
)

// swap is the effect that makes the order another, in the transaction that saves it.
const swap effect = "order.changed"

// stepChange is step for a change that is under way: what becomes of the order by a message, and what the
// change asks for then.
func stepChange(o Order, m message, newID func() string, now time.Time) (Order, effect, error) {
	c := *o.Change
	o.Change = &c
	switch m := m.(type) {
	case begin:
		if c.Status == changeAsked {
			return o, hold, nil
		}
	case heldAll:
		return stepChangeHeld(o, m, newID, now)
	case refused:
		if c.Status != changeUndoing {
			return o.undo(m.failure), giveBack, nil
		}
	case paid:
		if c.Status == changeHeld {
			return stepChangePaid(o, newID, now)
		}
	case unpaid:
		if c.Status == changeHeld {
			return o.undo(interruptedChange), giveBack, nil
		}
	case released:
		if c.Status == changeUndoing {
			o.Change = nil
			return o, nothing, nil
		}
	case resume:
		return stepChangeResume(o)
	}
	return o, nothing, fmt.Errorf("ordering: %T means nothing to a change that is %s", m, c.Status)
}

// interruptedChange is why a change comes to nothing whose process was lost before its money was authorised.
var interruptedChange = Failure{
	Kind: fault.Unavailable, Code: "interrupted",
	Message: "The change was interrupted. The order stands as it was, and nothing more is charged.",
}

func stepChangeHeld(o Order, m heldAll, newID func() string, now time.Time) (Order, effect, error) {
	c := o.Change
	c.HoldsUntil, c.Window, c.Lots = m.until, m.window, m.lots
	switch {
	case c.Status == changeAsked && c.Extra.Minor > 0:
		c.Status, c.Paying = changeHeld, true
		return o, authorise, nil
	case c.Status == changeAsked || c.Status == changeAuthorised:
		return o.swap(newID, now)
	}
	return o, nothing, fmt.Errorf("ordering: a change that is %s asked for no hold", c.Status)
}

func stepChangePaid(o Order, newID func() string, now time.Time) (Order, effect, error) {
	if o.Change.HoldsUntil.Sub(now) < holdMargin {
		o.Change.Status = changeAuthorised
		return o, hold, nil
	}
	return o.swap(newID, now)
}

func stepChangeResume(o Order) (Order, effect, error) {
	switch o.Change.Status {
	case changeAsked:
		return o.undo(interruptedChange), giveBack, nil
	case changeHeld:
		return o, findMoney, nil
	case changeAuthorised:
		return o, hold, nil
	}
	return o, giveBack, nil
}

// swap makes the order another, unless something else has happened to it since the change was asked for.
func (o Order) swap(newID func() string, now time.Time) (Order, effect, error) {
	if o.Events != o.Change.Base || o.mayChange() != nil {
		return o.undo(failureOf(errOrderChanged)), giveBack, nil //nolint:nilerr // it is undone for that
	}
	next, err := o.changed(newID, now)
	if err != nil {
		return o.undo(failureOf(err)), giveBack, nil //nolint:nilerr // told as the change's failure
	}
	return next, swap, nil
}

func (o Order) undo(f Failure) Order {
	o.Change.Status, o.Change.Failure = changeUndoing, &f
	return o
}
