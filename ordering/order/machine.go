package order

import (
	"fmt"
	"time"

	"github.com/artisan-eats/artisan/fault"
)

// HoldFor is how long goods and place are set aside.
const HoldFor = 15 * time.Minute

// holdMargin is how long the holds must still live when an order is confirmed: more than the
// confirmation can take, and than clocks differ.
const holdMargin = time.Minute

// Message is what an order is told. The state machine knows nothing of who tells it.
type Message interface{ isMessage() }

type (
	// Begin starts a new order.
	Begin struct{}
	// Resume is told to an order whose process was lost.
	Resume struct{}
	// HeldAll says that goods and place are set aside until a time, from these lots a variant and in the
	// window as it now is.
	HeldAll struct {
		Until  time.Time
		Lots   map[string][]Lot
		Window Window
	}
	// Refused says that a hold or the payment was refused, or could not be had.
	Refused struct{ Failure Failure }
	// Paid says that the money is authorised.
	Paid struct{}
	// Unpaid says that the money turns out not to be authorised.
	Unpaid struct{}
	// PaidLater says that payments cannot be reached, and that the market takes the order without: it is paid
	// when it is picked up, and payments is told of it later.
	PaidLater struct{}
	// Released says that everything that was held is given back, but for a place that is kept until a time.
	// MoneyOpen says that payments could not be reached for its part of that: it is told later.
	Released struct {
		KeptUntil time.Time
		MoneyOpen bool
	}
)

func (Begin) isMessage()     {}
func (Resume) isMessage()    {}
func (HeldAll) isMessage()   {}
func (Refused) isMessage()   {}
func (Paid) isMessage()      {}
func (Unpaid) isMessage()    {}
func (PaidLater) isMessage() {}
func (Released) isMessage()  {}

// Effect is what an order asks for next, once its state is committed. Each is
// idempotent by the order's ID and is answered by a message.
type Effect string

// The effects. Those of an unconfirmed order are HoldUnconfirmed and AskToConfirm.
const (
	Nothing   Effect = ""
	Hold      Effect = "hold"            // set goods and place aside: HeldAll or Refused
	Authorise Effect = "authorise"       // reserve the money: Paid, PaidLater or Refused
	FindMoney Effect = "find money"      // ask whether it is reserved: Paid or Unpaid
	GiveBack  Effect = "give back"       // release holds and void the money: Released
	Announce  Effect = "order.confirmed" // publish, in the transaction that saves the state
	CallOff   Effect = "order.failed"    // publish, as Announce, for payments to give the money back

	// set goods and place aside within what unconfirmed orders may have: HeldAll, Unheld or Refused
	HoldUnconfirmed Effect = "hold unconfirmed"
	AskToConfirm    Effect = "order.awaiting_confirmation" // publish, as Announce
)

// Published reports whether an effect is an event, and so done with the state.
func (e Effect) Published() bool { return e == Announce || e == AskToConfirm || e == CallOff }

// interrupted is why an order fails whose process was lost before the money was authorised.
var interrupted = Failure{
	Kind: fault.Unavailable, Code: "interrupted",
	Message: "The order was interrupted. Nothing was bought and nothing is charged.",
}

// Next is the state machine of checkout: what an order becomes by a message, and what it asks for then. It
// changes nothing but its answer. A message that a state does not know is a bug, and refused.
func Next(o Order, m Message, now time.Time) (Order, Effect, error) {
	if o.Unconfirmed() {
		if next, ask, known := stepUnconfirmed(o, m, now); known {
			return next, ask, nil
		}
	}
	switch m := m.(type) {
	case Begin:
		if o.Status == Placed {
			return o, Hold, nil
		}
	case HeldAll:
		return stepHeld(o, m, now)
	case Refused:
		if o.Status == Placed || o.Status == Held || o.Status == Authorised {
			return fail(o, m.Failure, now), GiveBack, nil
		}
	case Paid:
		return stepPaid(o, now)
	case PaidLater:
		if o.MayBePaidLater() {
			o.MoneyLater = true
			return stepPaid(o, now)
		}
	case Unpaid:
		if o.Status == Held {
			return fail(o, interrupted, now), GiveBack, nil
		}
	case Released:
		if o.Status == Releasing {
			return stepReleased(o, m, now)
		}
	case Resume:
		return stepResume(o, now)
	}
	return o, Nothing, fmt.Errorf("ordering: %T means nothing to an order that is %s", m, o.Status)
}

func stepHeld(o Order, m HeldAll, now time.Time) (Order, Effect, error) {
	switch o.Status {
	case Placed:
		o = recordHold(o, m)
		o.enter(Held, now, "")
		return o, Authorise, nil
	case Authorised:
		return confirm(recordHold(o, m), now), Announce, nil
	}
	return o, Nothing, fmt.Errorf("ordering: an order that is %s asked for no hold", o.Status)
}

// stepPaid confirms, unless the holds end too soon: then they are asked for again first.
func stepPaid(o Order, now time.Time) (Order, Effect, error) {
	if o.Status != Held {
		return o, Nothing, fmt.Errorf("ordering: an order that is %s asked for no money", o.Status)
	}
	if o.HoldsUntil.Sub(now) < holdMargin {
		o.enter(Authorised, now, "the holds have to be renewed")
		return o, Hold, nil
	}
	o.enter(Authorised, now, "")
	return confirm(o, now), Announce, nil
}

// stepReleased ends an order. Payments may have reserved money of which nobody was told, so that it is told
// to give it back, whenever it can be reached.
func stepReleased(o Order, m Released, now time.Time) (Order, Effect, error) {
	o.KeptUntil = m.KeptUntil
	if !m.MoneyOpen {
		o.enter(Failed, now, "")
		return o, Nothing, nil
	}
	o.enter(Failed, now, "payments is told later")
	o.Events++
	return o, CallOff, nil
}

func stepResume(o Order, now time.Time) (Order, Effect, error) {
	switch o.Status {
	case Placed: // no money was asked for
		if o.Vouched() {
			return o, Hold, nil
		}
		return fail(o, interrupted, now), GiveBack, nil
	case Held:
		if o.Vouched() { // it needs no token, so it can be asked for again
			return o, Authorise, nil
		}
		return o, FindMoney, nil
	case Authorised:
		return o, Hold, nil
	case Releasing:
		return o, GiveBack, nil
	}
	return o, Nothing, fmt.Errorf("ordering: an order that is %s is not in flight", o.Status)
}

func recordHold(o Order, m HeldAll) Order {
	o.HoldsUntil, o.Window = m.Until, m.Window
	lines := make([]Line, len(o.Lines))
	for i, line := range o.Lines {
		line.Lots = m.Lots[line.VariantID]
		lines[i] = line
	}
	o.Lines = lines
	return o
}

func confirm(o Order, now time.Time) Order {
	o.enter(Confirmed, now, "")
	o.ConfirmedAt = now
	o.Events++
	return o
}

func fail(o Order, f Failure, now time.Time) Order {
	o.Failure = &f
	o.enter(Releasing, now, f.Code)
	return o
}
