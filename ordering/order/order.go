package order

import (
	"slices"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/money"
)

// The states of an order, as the contract has them. It is in flight from Placed to Authorised, and in
// Releasing; Awaiting is neither that nor acknowledged.
const (
	Placed     = state.OrderPlaced
	Held       = state.OrderHeld
	Authorised = state.OrderAuthorised
	Awaiting   = state.OrderAwaitingConfirmation
	Confirmed  = state.OrderConfirmed
	Packed     = state.OrderPacked
	Done       = state.OrderDone
	Releasing  = state.OrderReleasing
	Failed     = state.OrderFailed
	Cancelled  = state.OrderCancelled
)

// The states of a part. PartCancelled comes with the order.
const (
	PartNew       = state.PartNew
	PartAccepted  = state.PartAccepted
	PartPacked    = state.PartPacked
	PartReady     = state.PartReady
	PartDone      = state.PartDone
	PartCancelled = state.PartCancelled
)

// Order is the document of an order: everything but the cart's claim and the lease.
type Order struct {
	ID         string `json:"id"`
	Market     string `json:"market"`
	CartID     string `json:"cart_id"`
	CustomerID string `json:"customer_id"`
	// PlacedFrom is a keyed hash of who placed it: the account, or a guest's network.
	PlacedFrom string       `json:"placed_from,omitempty"`
	Status     string       `json:"status"`
	Total      money.Amount `json:"total"`
	Authorised money.Amount `json:"authorised"` // the most that may be captured
	Fee        money.Amount `json:"fee"`
	Lines      []Line       `json:"lines"`
	Parts      []Part       `json:"parts"`
	Window     Window       `json:"window"`
	// MovedFrom is what Window was before it was moved last.
	MovedFrom *Window `json:"moved_from,omitempty"`
	// MarketSays is why the market moved it to another window, or cancelled it.
	MarketSays    string `json:"market_says,omitempty"`
	SealedContact []byte `json:"sealed_contact"`
	PaymentMethod string `json:"payment_method"`
	// MoneyLater says that payments could not be reached when it was confirmed, and learns of it by its
	// event.
	MoneyLater bool `json:"money_later,omitempty"`
	// Confirmation is set for an order that nobody has to be believed: one that its shopper has to confirm.
	Confirmation *Confirmation `json:"trial,omitempty"`
	// NewcomerShare is set for an order that is paid on pickup by who has never picked one up: what it takes
	// at the most of what there is, in hundredths.
	NewcomerShare int64 `json:"newcomer_share,omitempty"`
	// HoldsUntil is when the first of its holds expires.
	HoldsUntil  time.Time `json:"holds_until"`
	PlacedAt    time.Time `json:"placed_at"`
	ConfirmedAt time.Time `json:"confirmed_at"`
	CancelledAt time.Time `json:"cancelled_at"`
	Failure     *Failure  `json:"failure,omitempty"`
	// KeepPlace asks to keep the place where the payment is declined; KeptUntil is until when that is done,
	// and InsteadOf the order of the same cart whose place this one takes.
	KeepPlace bool      `json:"keep_place,omitempty"`
	KeptUntil time.Time `json:"kept_until,omitzero"`
	InsteadOf string    `json:"instead_of,omitempty"`
	// Change is set while a change of it is under way. Changes counts those that were done, and Charges those
	// with a charge of their own.
	Change  *Change `json:"change,omitempty"`
	Changes int     `json:"changes,omitempty"`
	Charges int     `json:"charges,omitempty"`
	// Events counts those it has published.
	Events int64  `json:"events"`
	Steps  []Step `json:"steps"`

	// Epoch and Revision fence writes: a save needs both as they were read.
	Epoch    int64 `json:"-"`
	Revision int64 `json:"-"`
	// PartOnly: it is what a producer may know of it.
	PartOnly bool `json:"-"`
	// ViewerMay is what whoever it was read for may do with it as who ordered it.
	ViewerMay Scope `json:"-"`
}

// Part is what one producer packs.
type Part struct {
	ID           string       `json:"id"`
	ProducerID   string       `json:"producer_id"`
	ProducerName string       `json:"producer_name"`
	Status       string       `json:"status"`
	Total        money.Amount `json:"total"`
	// Moves counts how often it was taken on or back, or changed.
	Moves int64 `json:"moves,omitempty"`
	// Changes are what its shopper changed since the producer last took it on, and ChangedAt is when; both
	// stay until it is packed.
	Changes       []LineChange `json:"changes,omitempty"`
	WindowChanged bool         `json:"window_changed,omitempty"`
	ChangedAt     time.Time    `json:"changed_at,omitzero"`
}

// Window is when and where an order is handed over.
type Window struct {
	ID       string    `json:"id"`
	Kind     string    `json:"kind"`
	StartsAt time.Time `json:"starts_at"`
	EndsAt   time.Time `json:"ends_at"`
	Place    string    `json:"place,omitempty"`
}

// Step is one change of an order's state.
type Step struct {
	Status string    `json:"status"`
	At     time.Time `json:"at"`
	Note   string    `json:"note,omitempty"`
	// ByKind and ByID are who did it; empty where the shop itself did.
	ByKind string `json:"by_kind,omitempty"`
	ByID   string `json:"by_id,omitempty"`
}

// Failure is why an order was refused: the fault that its checkout answers with.
type Failure struct {
	Kind    fault.Kind    `json:"kind"`
	Code    string        `json:"code"`
	Message string        `json:"message"`
	Fields  []fault.Field `json:"fields,omitempty"`
}

// Passing reports whether the same checkout may succeed later: nothing about it was wrong.
func (f Failure) Passing() bool {
	return f.Kind == fault.Unavailable || f.Kind == fault.Unknown || f.Kind == fault.Internal ||
		f.Kind == fault.Exhausted
}

// Fault is the failure as a checkout or a change answers with it.
func (f Failure) Fault() error { return fault.New(f.Kind, f.Code, f.Message, f.Fields...) }

// FailureOf keeps of an error what people may see.
func FailureOf(err error) Failure {
	f := fault.Of(err)
	return Failure{Kind: f.Kind, Code: f.Code, Message: f.Message, Fields: f.Fields}
}

// InFlight reports whether an order is between its intent and its outcome.
func (o Order) InFlight() bool {
	return slices.Contains(InFlightStates, o.Status)
}

// ComesToNothing reports whether an order was refused, also while what it held is still being given back: its
// cart is free for another.
func (o Order) ComesToNothing() bool { return o.Status == Releasing || o.Status == Failed }

// InFlightStates are those of an order that is InFlight.
var InFlightStates = []string{Placed, Held, Authorised, Releasing}

// AcknowledgedStates are the states that a shopper is told of.
var AcknowledgedStates = []string{Confirmed, Packed, Done, Cancelled}

// New is the intent to buy what is in a cart.
func New(id string, cart Cart, fee money.Amount, now time.Time) (Order, error) {
	if len(cart.Lines) == 0 {
		return Order{}, fault.InvalidAlone("lines", "The cart is empty.")
	}
	o := Order{ID: id, Market: cart.Market, CartID: cart.ID, Lines: cart.Lines, PlacedAt: now, Epoch: 1}
	goods, err := sumLines(o.Lines)
	if err != nil {
		return Order{}, err
	}
	if fee.Currency == "" {
		fee.Currency = goods.Currency
	}
	buffer, err := bufferOf(o.Lines)
	if err != nil {
		return Order{}, err
	}
	o.Fee = fee
	if o.Total, err = goods.Add(fee); err != nil {
		return Order{}, err
	}
	if o.Authorised, err = o.Total.Add(buffer); err != nil {
		return Order{}, err
	}
	o.enter(Placed, now, "")
	return o, nil
}

// SplitParts gives each producer of an order its part, in the order of the lines.
func (o *Order) SplitParts(newID func() string) error {
	for _, line := range o.Lines {
		at := slices.IndexFunc(o.Parts, func(p Part) bool { return p.ProducerID == line.ProducerID })
		if at < 0 {
			at = len(o.Parts)
			o.Parts = append(o.Parts, Part{
				ID: newID(), ProducerID: line.ProducerID, ProducerName: line.ProducerName,
				Status: PartNew, Total: money.New(0, line.Price.Currency),
			})
		}
		var err error
		if o.Parts[at].Total, err = o.Parts[at].Total.Add(line.Total); err != nil {
			return err
		}
	}
	return nil
}

// MethodPickup is the way to pay where no money is reserved.
const MethodPickup = "pickup"

// kindPickup is the kind of a window at which goods are picked up.
const kindPickup = "pickup"

// MayBePaidLater reports whether an order needs nothing of payments to be confirmed, where its market allows
// that: it is paid, and picked up, at one place.
func (o Order) MayBePaidLater() bool {
	return o.PaymentMethod == MethodPickup && o.Window.Kind == kindPickup
}

// IsGuests reports whether an order's customer has no account: a guest is a customer of one order.
func (o Order) IsGuests() bool {
	return strings.TrimPrefix(o.CustomerID, id.Customer) == strings.TrimPrefix(o.ID, id.Order)
}

// Reached reports whether an order has ever been in a state.
func (o Order) Reached(status string) bool {
	for _, step := range o.Steps {
		if step.Status == status {
			return true
		}
	}
	return false
}

// KeepsPlace reports whether an order that comes to nothing keeps its place: its shopper takes another card.
func (o Order) KeepsPlace() bool {
	return o.KeepPlace && o.Failure != nil && o.Failure.Code == "payment_declined"
}

// MovedAt is when an order last moved on.
func (o Order) MovedAt() time.Time { return o.Steps[len(o.Steps)-1].At }

// enter notes a new state.
func (o *Order) enter(status string, now time.Time, note string) {
	o.Status = status
	o.Steps = append(slices.Clip(o.Steps), Step{Status: status, At: now, Note: note})
}
