package ordering

import (
	"fmt"
	"time"

	"github.com/artisan-eats/artisan/fault"
)

// holdFor is how long goods and place are set aside.
const holdFor = 15 * time.Minute

// holdMargin is how long the holds must still live when an order is confirmed: more than the
// confirmation can take, and than clocks differ.
const holdMargin = time.Minute

// message is what an order is told. The state machine knows nothing of who tells it.
type message interface{ isMessage() }

type (
	// begin starts a new order.
	begin struct{}
	// resume is told to an order whose process was lost.
	resume struct{}
	// heldAll: goods and place are set aside until a time, from these lots a variant and in the window
	// as it now is.
	heldAll struct {
		until  time.Time
		lots   map[string][]Lot
		window Window
	}
	// refused: a hold or the payment was refused, or could not be had.
	refused struct{ failure Failure }
	// paid: the money is authorised.
	paid struct{}
	// unpaid: the money turns out not to be authorised.
	unpaid struct{}
	// released: everything that was held is given back, but for a place that is kept until a time.
	released struct{ keptUntil time.Time }
)

func (begin) isMessage()    {}
func (resume) isMessage()   {}
func (heldAll) isMessage()  {}
func (refused) isMessage()  {}
func (paid) isMessage()     {}
func (unpaid) isMessage()   {}
func (released) isMessage() {}

// effect is what an order asks for next, once its state is committed. Each is
// idempotent by the order's ID and is answered by a message.
type effect string

const (
	nothing   effect = ""
	hold      effect = "hold"            // set goods and place aside: heldAll or refused
	authorise effect = "authorise"       // reserve the money: paid or refused
	findMoney effect = "find money"      // ask whether it is reserved: paid or unpaid
	giveBack  effect = "give back"       // release holds and void the money: released
	announce  effect = "order.confirmed" // publish, in the transaction that saves the state

	// set goods and place aside within what unconfirmed orders may have: heldAll, unheld or refused
	holdOnTrial   effect = "hold on trial"
	announceTrial effect = "order.awaiting_confirmation" // publish, as announce
)

// published reports whether an effect is an event, and so done with the state.
func (e effect) published() bool { return e == announce || e == announceTrial }

// interrupted is why an order fails whose process was lost before the money was authorised.
var interrupted = Failure{
	Kind: fault.Unavailable, Code: "interrupted",
	Message: "The order was interrupted. Nothing was bought and nothing is charged.",
}

// step is the state machine of checkout: what an order becomes by a message, and what it asks for then. It
// changes nothing but its answer. A message that a state does not know is a bug, and refused.
func step(o Order, m message, now time.Time) (Order, effect, error) {
	if o.onTrial() {
		if next, ask, known := stepTrial(o, m, now); known {
			return next, ask, nil
		}
	}
	switch m := m.(type) {
	case begin:
		if o.Status == Placed {
			return o, hold, nil
		}
	case heldAll:
		return stepHeld(o, m, now)
	case refused:
		if o.Status == Placed || o.Status == Held || o.Status == Authorised {
			return fail(o, m.failure, now), giveBack, nil
		}
	case paid:
		return stepPaid(o, now)
	case unpaid:
		if o.Status == Held {
			return fail(o, interrupted, now), giveBack, nil
		}
	case released:
		if o.Status == Releasing {
			o.KeptUntil = m.keptUntil
			o.enter(Failed, now, "")
			return o, nothing, nil
		}
	case resume:
		return stepResume(o, now)
	}
	return o, nothing, fmt.Errorf("ordering: %T means nothing to an order that is %s", m, o.Status)
}

func stepHeld(o Order, m heldAll, now time.Time) (Order, effect, error) {
	switch o.Status {
	case Placed:
		o = recordHold(o, m)
		o.enter(Held, now, "")
		return o, authorise, nil
	case Authorised:
		return confirm(recordHold(o, m), now), announce, nil
	}
	return o, nothing, fmt.Errorf("ordering: an order that is %s asked for no hold", o.Status)
}

// stepPaid confirms, unless the holds end too soon: then they are asked for again first.
func stepPaid(o Order, now time.Time) (Order, effect, error) {
	if o.Status != Held {
		return o, nothing, fmt.Errorf("ordering: an order that is %s asked for no money", o.Status)
	}
	if o.HoldsUntil.Sub(now) < holdMargin {
		o.enter(Authorised, now, "the holds have to be renewed")
		return o, hold, nil
	}
	o.enter(Authorised, now, "")
	return confirm(o, now), announce, nil
}

func stepResume(o Order, now time.Time) (Order, effect, error) {
	switch o.Status {
	case Placed: // no money was asked for
		if o.vouched() {
			return o, hold, nil
		}
		return fail(o, interrupted, now), giveBack, nil
	case Held:
		if o.vouched() { // it needs no token, so it can be asked for again
			return o, authorise, nil
		}
		return o, findMoney, nil
	case Authorised:
		return o, hold, nil
	case Releasing:
		return o, giveBack, nil
	}
	return o, nothing, fmt.Errorf("ordering: an order that is %s is not in flight", o.Status)
}

func recordHold(o Order, m heldAll) Order {
	o.HoldsUntil, o.Window = m.until, m.window
	lines := make([]Line, len(o.Lines))
	for i, line := range o.Lines {
		line.Lots = m.lots[line.VariantID]
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
