package order

import (
	"fmt"
	"time"

	"github.com/artisan-eats/artisan/fault"
)

// Swap is the effect that makes the order another, in the transaction that saves it.
const Swap Effect = "order.changed"

// NextOfChange is step for a change that is under way: what becomes of the order by a message, and what the
// change asks for then.
func NextOfChange(o Order, m Message, newID func() string, now time.Time) (Order, Effect, error) {
	c := *o.Change
	o.Change = &c
	switch m := m.(type) {
	case Begin:
		if c.Status == changeAsked {
			return o, Hold, nil
		}
	case HeldAll:
		return stepChangeHeld(o, m, newID, now)
	case Refused:
		if c.Status != changeUndoing {
			return o.undo(m.Failure), GiveBack, nil
		}
	case Paid:
		if c.Status == changeHeld {
			return stepChangePaid(o, newID, now)
		}
	case Unpaid:
		if c.Status == changeHeld {
			return o.undo(InterruptedChange), GiveBack, nil
		}
	case Released:
		if c.Status == changeUndoing {
			o.Change = nil
			return o, Nothing, nil
		}
	case Resume:
		return stepChangeResume(o)
	}
	return o, Nothing, fmt.Errorf("ordering: %T means nothing to a change that is %s", m, c.Status)
}

// InterruptedChange is why a change comes to nothing whose process was lost before its money was authorised.
var InterruptedChange = Failure{
	Kind: fault.Unavailable, Code: "interrupted",
	Message: "The change was interrupted. The order stands as it was, and nothing more is charged.",
}

func stepChangeHeld(o Order, m HeldAll, newID func() string, now time.Time) (Order, Effect, error) {
	c := o.Change
	c.HoldsUntil, c.Window, c.Lots = m.Until, m.Window, m.Lots
	switch {
	case c.Status == changeAsked && c.Extra.Minor > 0:
		c.Status, c.Paying = changeHeld, true
		return o, Authorise, nil
	case c.Status == changeAsked || c.Status == changeAuthorised:
		return o.swap(newID, now)
	}
	return o, Nothing, fmt.Errorf("ordering: a change that is %s asked for no hold", c.Status)
}

func stepChangePaid(o Order, newID func() string, now time.Time) (Order, Effect, error) {
	if o.Change.HoldsUntil.Sub(now) < holdMargin {
		o.Change.Status = changeAuthorised
		return o, Hold, nil
	}
	return o.swap(newID, now)
}

func stepChangeResume(o Order) (Order, Effect, error) {
	switch o.Change.Status {
	case changeAsked:
		return o.undo(InterruptedChange), GiveBack, nil
	case changeHeld:
		return o, FindMoney, nil
	case changeAuthorised:
		return o, Hold, nil
	}
	return o, GiveBack, nil
}

// swap makes the order another, unless something else has happened to it since the change was asked for.
func (o Order) swap(newID func() string, now time.Time) (Order, Effect, error) {
	if o.Events != o.Change.Base || o.MayChange() != nil {
		return o.undo(FailureOf(ErrOrderChanged)), GiveBack, nil //nolint:nilerr // it is undone for that
	}
	next, err := o.Changed(newID, now)
	if err != nil {
		return o.undo(FailureOf(err)), GiveBack, nil //nolint:nilerr // told as the change's failure
	}
	return next, Swap, nil
}

func (o Order) undo(f Failure) Order {
	o.Change.Status, o.Change.Failure = changeUndoing, &f
	return o
}
