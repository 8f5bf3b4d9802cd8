package ordering

import (
	"time"

	"github.com/artisan-eats/artisan/fault"
)

const (
	// confirmFor is how long a shopper has to confirm an order.
	confirmFor = holdFor
	// queueFor is how long an order waits for the operator.
	queueFor = 24 * time.Hour
)

// Trial is of an order that its shopper has to confirm.
type Trial struct {
	// Share is what unconfirmed orders may hold together, in hundredths; zero for an order that nothing is to
	// be held for.
	Share int64 `json:"share,omitempty"`
	// Queued says that the order waits for the operator, and its letter too.
	Queued bool `json:"queued,omitempty"`
	// ConfirmBy is until when it can be confirmed.
	ConfirmBy time.Time `json:"confirm_by"`
	// Confirmed says that its shopper did. From then on nothing but a refusal stops it.
	Confirmed bool `json:"confirmed,omitempty"`
}

// onTrial reports whether an order has to be confirmed still, and vouched whether it was.
func (o Order) onTrial() bool { return o.Trial != nil && !o.Trial.Confirmed }
func (o Order) vouched() bool { return o.Trial != nil && o.Trial.Confirmed }

// notConfirmed is why an order fails that nobody confirmed.
var notConfirmed = Failure{
	Kind: fault.Conflict, Code: "not_confirmed",
	Message: "This order was not confirmed in time, and nothing is set aside for it any more. What was in the basket can be ordered again.",
}

// calledOff is why an order fails that was given up before it was confirmed.
var calledOff = Failure{
	Kind: fault.Conflict, Code: "called_off",
	Message: "This order was called off before it was confirmed.",
}

type (
	// unheld: so much is set aside for unconfirmed orders that nothing was for this one.
	unheld struct{}
	// confirmedBy its shopper.
	confirmedByShopper struct{}
	// letThrough by the operator, who has looked at it.
	letThrough struct{}
	// givenUp by its shopper or the operator, before it was confirmed.
	givenUp struct{}
)

func (unheld) isMessage()             {}
func (confirmedByShopper) isMessage() {}
func (letThrough) isMessage()         {}
func (givenUp) isMessage()            {}

// stepTrial is the part of the state machine that only an order on trial goes through.
func stepTrial(o Order, m message, now time.Time) (Order, effect, bool) {
	trial := *o.Trial
	o.Trial = &trial
	switch m := m.(type) {
	case begin:
		if o.Status != Placed {
			return o, nothing, false
		}
		if trial.Share > 0 {
			return o, holdOnTrial, true
		}
		o, ask := await(o, now)
		return o, ask, true
	case heldAll:
		if o.Status != Placed {
			return o, nothing, false
		}
		o, ask := await(recordHold(o, m), now)
		return o, ask, true
	case unheld:
		if o.Status != Placed {
			return o, nothing, false
		}
		o, ask := await(o, now)
		return o, ask, true
	}
	if o.Status != Awaiting {
		return o, nothing, false
	}
	switch m.(type) {
	case confirmedByShopper:
		o.Trial.Confirmed, o.Trial.Queued = true, false
		o.enter(Placed, now, "confirmed by its shopper")
		return o, hold, true
	case letThrough:
		if trial.Queued {
			o.Trial.Queued = false
			o, ask := await(o, now)
			return o, ask, true
		}
		return o, nothing, true
	case givenUp:
		o, ask := giveUp(o, calledOff, now)
		return o, ask, true
	case resume:
		o, ask := giveUp(o, notConfirmed, now)
		return o, ask, true
	}
	return o, nothing, false
}

// await lets an order wait: for its shopper, who is told so, or for the operator first.
func await(o Order, now time.Time) (Order, effect) {
	if o.Trial.Queued {
		o.Trial.ConfirmBy = now.Add(queueFor)
		o.enter(Awaiting, now, "waits for the market")
		return o, nothing
	}
	o.Trial.ConfirmBy = now.Add(confirmFor)
	o.Events++
	o.enter(Awaiting, now, "")
	return o, announceTrial
}

// giveUp ends an order that awaits its confirmation. Where nothing was ever to be held there is nothing to
// give back.
func giveUp(o Order, why Failure, now time.Time) (Order, effect) {
	o = fail(o, why, now)
	if o.Trial.Share > 0 {
		return o, giveBack
	}
	o.enter(Failed, now, "")
	return o, nothing
}
