// Package hold is the promise that something is set aside for an order until a
// time: its states, the rules from one to the next, and the table that keeps it. What is
// set aside (goods, a place in a window) is the business of the service that has the table.
//
// A hold is idempotent by its order. One that lives is answered again; one that
// expired may be made anew; one that was closed stays closed, so that a request that
// comes late or twice changes nothing.
package hold

import (
	"time"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/state"
)

// State is where a hold stands.
type State string

// The states: of goods as of places, but for Kept, which each contract calls its own; see Word.
const (
	None     State = state.GoodsNone     // never asked for
	Held     State = state.GoodsHeld     // set aside until a time
	Kept     State = "kept"              // the order is confirmed: for good
	Released State = state.GoodsReleased // given back; refuses to be held again
	Expired  State = state.GoodsExpired  // given back when its time was over; may be held again
	Returned State = state.GoodsReturned // given back after it was kept
)

// Word is a state's word in a contract that has its own for what is kept.
func (s State) Word(kept string) string {
	if s == Kept {
		return kept
	}
	return string(s)
}

// MaxTTL is the longest that a hold lives without being asked for again.
const MaxTTL = time.Hour

// Until is when a hold ends that is asked for now, in Unix milliseconds. A longer
// time than MaxTTL is cut.
func Until(now, ttlMS int64) int64 { return now + min(ttlMS, MaxTTL.Milliseconds()) }

// Hold is one order's. Times are Unix milliseconds by the database's clock.
type Hold struct {
	Order     string
	State     State
	ExpiresAt int64
	// Unconfirmed holds are of orders that their shoppers have not confirmed yet.
	Unconfirmed bool

	version int64
	changed bool
}

// New is the hold of an order that nobody asked for yet.
func New(order string) *Hold { return &Hold{Order: order, State: None} }

// Known reports whether the table has the hold already.
func (h *Hold) Known() bool { return h.version > 0 }

// At is the state as a caller sees it: a hold whose time is over is expired, though
// what it holds may not have been given back yet.
func (h *Hold) At(now int64) State {
	if h.State == Held && h.ExpiresAt <= now {
		return Expired
	}
	return h.State
}

// Extend lengthens a hold that lives, and reports whether it does. It never shortens one.
func (h *Hold) Extend(now, until int64) bool {
	if h.At(now) != Held {
		return false
	}
	if until > h.ExpiresAt {
		h.ExpiresAt, h.changed = until, true
	}
	return true
}

// Open refuses, with conflict "hold_closed", what cannot be held again.
func (h *Hold) Open() error {
	switch h.State {
	case Kept, Released, Returned:
		return fault.New(fault.Conflict, "hold_closed", "This order is already settled.")
	default:
		return nil
	}
}

// Begin holds until a time, for an order that its shopper has confirmed or has not yet. Only after Open.
func (h *Hold) Begin(until int64, unconfirmed bool) {
	h.set(Held)
	h.ExpiresAt, h.Unconfirmed = until, unconfirmed
}

// Doubt makes a hold one of an order that is not confirmed, which ends no later than a time.
func (h *Hold) Doubt(until int64) {
	h.Unconfirmed, h.ExpiresAt, h.changed = true, min(h.ExpiresAt, until), true
}

// Confirm makes an unconfirmed hold one like any other.
func (h *Hold) Confirm() {
	if h.Unconfirmed {
		h.Unconfirmed, h.changed = false, true
	}
}

// Yield ends a hold before its time, as that would, and reports whether there was one: then what it holds is
// to be given back.
func (h *Hold) Yield() bool {
	if h.State != Held {
		return false
	}
	h.set(Expired)
	return true
}

// MostUnconfirmed is how much the unconfirmed holds may take together, at so many hundredths of what there
// is: whole units, one at the least.
func MostUnconfirmed(there, percent, unit int64) int64 {
	return max(unit, (there*percent+100*unit-1)/(100*unit)*unit)
}

// Expire ends a hold whose time is over, and reports whether it did: then what it holds is to be given back.
func (h *Hold) Expire(now int64) bool {
	if h.State != Held || h.At(now) != Expired {
		return false
	}
	h.set(Expired)
	return true
}

// Release closes a hold, and reports whether what it holds is to be given back. One that was
// never asked for is closed too. One that is kept is refused with "hold_closed".
func (h *Hold) Release() (giveBack bool, err error) {
	switch h.State {
	case Kept:
		return false, h.Open()
	case Released, Returned:
		return false, nil
	default:
		giveBack = h.State == Held
		h.set(Released)
		return giveBack, nil
	}
}

// Keep makes a hold definitive, and answers what it was before: what was Held is there,
// even after its time; what was Kept or Returned needs nothing; anything else has to be found again.
func (h *Hold) Keep() (before State) {
	before = h.State
	if before != Kept && before != Returned {
		h.set(Kept)
	}
	return before
}

// Cancel closes a hold whatever it is, and answers what it was before: what was
// Held or Kept is to be given back.
func (h *Hold) Cancel() (before State) {
	before = h.State
	switch before {
	case Kept:
		h.set(Returned)
	case None, Held, Expired:
		h.set(Released)
	case Released, Returned:
	}
	return before
}

// Pass closes a hold whose things another hold has taken over, so that nothing is to be given back.
func (h *Hold) Pass() { h.set(Released) }

func (h *Hold) set(state State) { h.State, h.changed = state, true }
