package order

import (
	"time"

	"github.com/artisan-eats/artisan/fault"
)

const (
	// confirmFor is how long a shopper has to confirm an order.
	confirmFor = HoldFor
	// queueFor is how long an order waits for the operator.
	queueFor = 24 * time.Hour
)

// Confirmation is of an order that its shopper has to confirm.
type Confirmation struct {
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

// Unconfirmed reports whether an order has to be confirmed by its shopper still.
func (o Order) Unconfirmed() bool { return o.Confirmation != nil && !o.Confirmation.Confirmed }

// Vouched reports whether an order had to be confirmed, and was.
func (o Order) Vouched() bool { return o.Confirmation != nil && o.Confirmation.Confirmed }

// NotConfirmed is why an order fails that nobody confirmed.
var NotConfirmed = Failure{
	Kind: fault.Conflict, Code: "not_confirmed",
	Message: "This order was not confirmed in time, and nothing is set aside for it any more. What was in the basket can be ordered again.",
}

// calledOff is why an order fails that was given up before it was confirmed.
var calledOff = Failure{
	Kind: fault.Conflict, Code: "called_off",
	Message: "This order was called off before it was confirmed.",
}

type (
	// Unheld says that so much is set aside for unconfirmed orders that nothing was for this one.
	Unheld struct{}
	// ConfirmedByShopper by the link in its letter.
	ConfirmedByShopper struct{}
	// LetThrough by the operator, who has looked at it.
	LetThrough struct{}
	// GivenUp by its shopper or the operator, before it was confirmed.
	GivenUp struct{}
)

func (Unheld) isMessage()             {}
func (ConfirmedByShopper) isMessage() {}
func (LetThrough) isMessage()         {}
func (GivenUp) isMessage()            {}

// stepUnconfirmed is the part of the state machine that only an unconfirmed order goes through.
func stepUnconfirmed(o Order, m Message, now time.Time) (Order, Effect, bool) {
	confirmation := *o.Confirmation
	o.Confirmation = &confirmation
	switch m := m.(type) {
	case Begin:
		if o.Status != Placed {
			return o, Nothing, false
		}
		if confirmation.Share > 0 {
			return o, HoldUnconfirmed, true
		}
		o, ask := await(o, now)
		return o, ask, true
	case HeldAll:
		if o.Status != Placed {
			return o, Nothing, false
		}
		o, ask := await(recordHold(o, m), now)
		return o, ask, true
	case Unheld:
		if o.Status != Placed {
			return o, Nothing, false
		}
		o, ask := await(o, now)
		return o, ask, true
	}
	if o.Status != Awaiting {
		return o, Nothing, false
	}
	switch m.(type) {
	case ConfirmedByShopper:
		o.Confirmation.Confirmed, o.Confirmation.Queued = true, false
		o.enter(Placed, now, "confirmed by its shopper")
		return o, Hold, true
	case LetThrough:
		if confirmation.Queued {
			o.Confirmation.Queued = false
			o, ask := await(o, now)
			return o, ask, true
		}
		return o, Nothing, true
	case GivenUp:
		o, ask := giveUp(o, calledOff, now)
		return o, ask, true
	case Resume:
		o, ask := giveUp(o, NotConfirmed, now)
		return o, ask, true
	}
	return o, Nothing, false
}

// await lets an order wait: for its shopper, who is told so, or for the operator first.
func await(o Order, now time.Time) (Order, Effect) {
	if o.Confirmation.Queued {
		o.Confirmation.ConfirmBy = now.Add(queueFor)
		o.enter(Awaiting, now, "waits for the market")
		return o, Nothing
	}
	o.Confirmation.ConfirmBy = now.Add(confirmFor)
	o.Events++
	o.enter(Awaiting, now, "")
	return o, AskToConfirm
}

// giveUp ends an order that awaits its confirmation. Where nothing was ever to be held there is nothing to
// give back.
func giveUp(o Order, why Failure, now time.Time) (Order, Effect) {
	o = fail(o, why, now)
	if o.Confirmation.Share > 0 {
		return o, GiveBack
	}
	o.enter(Failed, now, "")
	return o, Nothing
}
