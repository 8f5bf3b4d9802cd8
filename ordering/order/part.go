package order

import (
	"slices"
	"time"

	"github.com/artisan-eats/artisan/fault"
)

// Why a part is not taken on.
var (
	ErrChanged = fault.New(fault.Conflict, "changed",
		"It has changed since this page was made. Look at it again.")
	// errNotAccepted is of steps of many: who packs all that is there by mistake would collect the money of
	// orders that nobody looked at.
	errNotAccepted = fault.New(fault.Conflict, "not_accepted", "Accept it first.")
)

// Progress is the way of a part, in order.
var Progress = []string{PartNew, PartAccepted, PartPacked, PartReady, PartDone}

// Cancel is the rule of cancellation.
func Cancel(o *Order, now time.Time) ([]string, error) {
	if o.Status == Cancelled {
		return nil, nil
	}
	tooLate := fault.New(fault.Conflict, "too_late",
		"This order is being packed and cannot be cancelled any more.")
	if o.Status != Confirmed {
		return nil, tooLate
	}
	if o.beingPacked() {
		return nil, tooLate
	}
	o.Parts = slices.Clone(o.Parts)
	for i := range o.Parts {
		o.Parts[i].Status = PartCancelled
	}
	o.CancelledAt, o.MarketSays = now, ""
	o.enter(Cancelled, now, "")
	return []string{"order.cancelled"}, nil
}

// CancelFor is the rule of a cancellation by the market, for a reason.
func CancelFor(o *Order, says string, now time.Time) ([]string, error) {
	names, err := Cancel(o, now)
	if len(names) > 0 {
		o.MarketSays = says
		o.Steps[len(o.Steps)-1].Note = says
	}
	return names, err
}

// Disown is the rule of an order that nobody knows of. What is paid is left to the operator: more likely the
// shopper has mistyped the address than that a stranger has paid.
func Disown(o *Order, now time.Time) ([]string, error) {
	if o.Status != Confirmed || o.PaymentMethod != MethodPickup || !o.IsGuests() || o.Vouched() {
		return nil, nil
	}
	events, err := Cancel(o, now)
	if err != nil {
		return nil, nil //nolint:nilerr // it is being packed
	}
	return events, nil
}

// beingPacked reports whether a part is packed. One that its shopper took out does not count.
func (o *Order) beingPacked() bool {
	return slices.ContainsFunc(o.Parts,
		func(p Part) bool {
			return !slices.Contains([]string{PartNew, PartAccepted, PartCancelled},
				p.Status)
		})
}

// Back is where StepTo takes a part whose last step is taken back.
const Back = "back"

// StepTo is the rule of a step among many: what is there or further stays, what is weighed waits for its
// weight.
func StepTo(o *Order, at int, to string, moves *int64, now time.Time) ([]string, error) {
	part := o.Parts[at]
	if isThere(part, to) {
		return nil, nil
	}
	if OtherMoves(part, to, moves) {
		return nil, ErrChanged
	}
	switch {
	case to == Back:
		return takeBack(o, at, now)
	case to == PartPacked && part.Status == PartNew:
		return nil, errNotAccepted
	case to == PartPacked && o.weighs(part) != "":
		return nil, fault.Newf(fault.Conflict, "needs_weight", "It has to be weighed: %s.", o.weighs(part))
	}
	return Advance(o, at, to, nil, now)
}

// isThere reports whether a part has come so far, or further.
func isThere(p Part, to string) bool {
	return to != Back && slices.Index(Progress, p.Status) >= slices.Index(Progress, to)
}

// OtherMoves reports whether a part that is still to go somewhere has moved since it was seen with so many
// moves; nil is not looked at.
func OtherMoves(p Part, to string, seen *int64) bool {
	return seen != nil && *seen != p.Moves && !isThere(p, to)
}

// Advance is the rule of a part's way: one state at a time, packed with what was weighed.
func Advance(o *Order, at int, to string, packed Packing, now time.Time) ([]string, error) {
	part := o.Parts[at]
	from, next := slices.Index(Progress, part.Status), slices.Index(Progress, to)
	switch {
	case next < 1:
		return nil, fault.InvalidAlone("to", "A part is accepted, packed, ready or done.")
	case to == PartPacked && part.packed():
		return nil, errPacked
	case !slices.Contains([]string{Confirmed, Packed}, o.Status) && part.Status != to:
		return nil, fault.New(fault.Conflict, "not_open", "This order is not open any more.")
	case from == next:
		return nil, nil
	case next != from+1 && (from != 0 || to != PartPacked) && (to != PartDone || !o.comesToNothing(part)):
		return nil, fault.Newf(fault.Conflict, "wrong_step", "A part that is %s cannot be %s now.",
			part.Status, to)
	}
	o.Parts = slices.Clone(o.Parts)
	if to == PartPacked {
		if err := pack(o, at, packed); err != nil {
			return nil, err
		}
	} else if len(packed) > 0 {
		return nil, fault.InvalidAlone("packed", "Quantities are told when a part is packed.")
	}
	o.Parts[at].Status = to
	if to != PartAccepted { // whoever packs still sees them
		o.Parts[at].Changes, o.Parts[at].WindowChanged, o.Parts[at].ChangedAt = nil, false, time.Time{}
	}
	o.Parts[at].Moves++
	o.Steps = append(slices.Clip(o.Steps), Step{Status: o.Status, At: now, Note: o.Parts[at].ProducerName +
		": " + to + o.shortNote(at, to)})
	names := []string{"order.part_" + to}
	if to == PartPacked && o.allParts(PartPacked) {
		if err := o.settleTotal(); err != nil {
			return nil, err
		}
		o.enter(Packed, now, "")
		names = append(names, "order.packed")
	}
	if to == PartDone && o.allParts(PartDone) {
		o.enter(Done, now, "")
	}
	return names, nil
}

// allParts reports whether every part has come at least so far. Of one that comes to nothing there is no more
// to wait for.
func (o *Order) allParts(status string) bool {
	return !slices.ContainsFunc(o.Parts, func(p Part) bool {
		return p.Status != PartCancelled && slices.Index(Progress, p.Status) < slices.Index(Progress,
			status) && (!o.comesToNothing(p) || o.isNothing())
	})
}
