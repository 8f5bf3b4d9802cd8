package payments

import (
	"slices"
	"time"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/money"
)

// Status is where a payment stands.
type Status string

// The statuses. Those that end in -ing wait for the provider.
const (
	None        Status = state.PaymentNone
	Authorising Status = state.PaymentAuthorising
	Authorised  Status = state.PaymentAuthorised
	Declined    Status = state.PaymentDeclined
	Voiding     Status = state.PaymentVoiding
	Voided      Status = state.PaymentVoided
	Capturing   Status = state.PaymentCapturing
	Captured    Status = state.PaymentCaptured
	Refunding   Status = state.PaymentRefunding
	Refunded    Status = state.PaymentRefunded
)

// Payment is the money of one order. Amounts are minor units of Currency; times are
// Unix milliseconds.
type Payment struct {
	OrderID    string
	Method     string
	Status     Status
	Currency   string
	Authorised int64
	Captured   int64
	// Refunded is what was promised back, paid or still to be paid.
	Refunded int64
	// Confirmed says that ordering confirmed the order.
	Confirmed bool
	// Reserved says that the ledger shows the authorised amount as reserved.
	Reserved bool
	Details  Details

	// NextAt is when a job is to look at the payment: to do the step under way, or to ask
	// what became of the order. Zero is never. Attempts and Failure tell of a step's tries so far.
	NextAt   int64
	Attempts int64
	Failure  string

	CreatedAt int64
	// UpdatedAt is when the payment last came to a status; tries do not count.
	UpdatedAt int64
	Version   int64

	changed bool
}

// Details are what the later steps of a payment need to know.
type Details struct {
	Sale    Sale     `json:"sale"`
	Credits []Credit `json:"credits,omitempty"`
	Refunds []Refund `json:"refunds,omitempty"`
	// Reserved are the charges of an order that was changed, in the order in which they are captured; empty
	// for the one of an order that never was.
	Reserved []Reserve `json:"reserved,omitempty"`
	// Trim is set while more is authorised than a changed order needs.
	Trim *Trim `json:"trim,omitempty"`
	// Done are the charges that have had their share of the step under way.
	Done []string `json:"done,omitempty"`
	// Of is the order that this charge pays a change of; empty for an order's own.
	Of string `json:"of,omitempty"`
	// PartOf is the order that this charge is part of, of a change whose money is the order's now.
	PartOf string `json:"part_of,omitempty"`
}

// Sale is what an order came to when it was packed.
type Sale struct {
	Total int64  `json:"total"`
	Fee   int64  `json:"fee"`
	Parts []Part `json:"parts,omitempty"`
}

// Part is what one producer sold.
type Part struct {
	Producer string `json:"producer"`
	Minor    int64  `json:"minor"`
}

// Credit is what an account got of a capture and still has after refunds.
type Credit struct {
	Account string `json:"account"`
	Minor   int64  `json:"minor"`
}

var (
	errClosed = fault.New(fault.Conflict, "payment_closed",
		"This order was called off, so it can no longer be paid.")
	errDeclined = fault.New(fault.Declined, "payment_declined",
		"The payment was declined. Please use another way to pay.")
	errUnavailable = fault.New(fault.Unavailable, "payment_unavailable",
		"The payment provider cannot be reached just now. Please try again.")
	errOther = fault.New(fault.Invalid, "invalid",
		"This order is being paid with another amount or method.",
		fault.Field{Name: "amount", Message: "This differs from the payment that was begun."})
	errTaken = fault.New(fault.Conflict, "payment_captured",
		"This order is paid already; it can only be refunded.")
	errCapturing = fault.New(fault.Unavailable, "payment_capturing",
		"The payment is being collected just now. Please try again.")
	errNothingSold = fault.New(fault.Invalid, "invalid", "An order that costs something has to have parts.")
)

// to takes the payment to a status, where a job looks at it at a time.
func (p Payment) to(status Status, now, at int64) Payment {
	p.Status, p.UpdatedAt, p.changed = status, now, true
	p.NextAt, p.Attempts, p.Failure = at, 0, ""
	p.Details.Done = nil
	return p
}

// progress notes that a charge has had its share of a step, and leaves the rest another lease. A payment that
// has gone on to another step is left as it is.
func (p Payment) progress(step Payment, key string, now int64) Payment {
	if !p.in(step) || slices.Contains(p.Details.Done, key) {
		return p
	}
	p.Details.Done = append(slices.Clone(p.Details.Done), key)
	p.NextAt, p.Attempts, p.Failure, p.changed = now+lease.Milliseconds(), 0, "", true
	return p
}

// in reports whether a payment is still in the step that it was read in.
func (p Payment) in(step Payment) bool {
	trim, was := p.Details.Trim, step.Details.Trim
	return p.Status == step.Status && p.UpdatedAt == step.UpdatedAt &&
		(trim == was || trim != nil && was != nil && *trim == *was)
}

const never = 0

// begin records that an amount is about to be authorised. A payment that was begun
// with the same amount and method is left as it is.
func (p Payment) begin(amount money.Amount, method string, now int64) (Payment, error) {
	if p.Status == None {
		p = p.to(Authorising, now, now+unconfirmedAfter.Milliseconds())
		p.Method, p.Currency, p.Authorised, p.CreatedAt = method, amount.Currency, amount.Minor, now
		return p, nil
	}
	if p.Status == Voiding || p.Status == Voided {
		return p, errClosed
	}
	if p.Method != method || p.Currency != amount.Currency || p.Authorised != amount.Minor {
		return p, errOther
	}
	if p.Status == Declined {
		return p, errDeclined
	}
	return p, nil
}

// answered records what the provider said to an authorisation. An authorisation
// that arrives after the payment was closed is to be voided.
func (p Payment) answered(state ChargeState, now int64) (Payment, []Entry) {
	switch {
	case p.Status == Authorising && state == ChargeAuthorised:
		p = p.to(Authorised, now, p.NextAt)
		p.Reserved = true
		return p, authorisation(p, now)
	case p.Status == Authorising && state == ChargeDeclined:
		return p.to(Declined, now, never), nil
	case p.Status == Authorising && state == ChargeVoided:
		return p.to(Voided, now, never), nil
	case p.Status == Voided && state == ChargeAuthorised:
		return p.to(Voiding, now, now), nil
	}
	return p, nil
}

// refusal is why an authorisation was not given, nil when it was.
func (p Payment) refusal() error {
	switch p.Status {
	case None, Authorising:
		return errUnavailable
	case Declined:
		return errDeclined
	case Voiding, Voided:
		return errClosed
	default:
		return nil
	}
}

// close begins to void. Of an order that has no payment it leaves a tombstone. at is
// when the job is to act.
func (p Payment) close(now, at int64) (Payment, error) {
	if p.Details.PartOf != "" {
		return p, errTaken
	}
	switch p.Status {
	case None:
		p = p.to(Voided, now, never)
		p.CreatedAt = now
	case Authorising, Authorised:
		return p.to(Voiding, now, at), nil
	case Capturing:
		return p, errCapturing
	case Captured, Refunding, Refunded:
		return p, errTaken
	case Declined, Voiding, Voided:
	}
	return p, nil
}

// voided records that the provider gave the authorisation back.
func (p Payment) voided(now int64) (Payment, []Entry) {
	if p.Status != Voiding {
		return p, nil
	}
	p = p.to(Voided, now, never)
	if !p.Reserved {
		return p, nil
	}
	p.Reserved = false
	return p, release(p, "void", now)
}

// confirm marks the payment as an order's.
func (p Payment) confirm(now int64) Payment {
	if p.Status == None || p.Confirmed {
		return p
	}
	p.Confirmed, p.UpdatedAt, p.changed = true, now, true
	if !p.waiting() {
		p.NextAt = never
	}
	return p
}

// pack begins to capture what the order came to, at most what was authorised. Of an
// order that came to nothing the authorisation is given back.
func (p Payment) pack(sale Sale, currency string, now int64) (Payment, error) {
	if p.Status == Authorising {
		return p, errUnavailable
	}
	if p.Status != Authorised {
		return p, nil
	}
	if currency != p.Currency {
		return p, errOther
	}
	sale.Total = min(sale.Total, p.Authorised)
	if sale.Total == 0 {
		return p.close(now, now)
	}
	if sale.weight() == 0 {
		return p, errNothingSold
	}
	p = p.to(Capturing, now, now)
	p.Confirmed, p.Details.Sale = true, sale
	return p, nil
}

// captured records that the provider collected the money; commission is in basis points.
func (p Payment) captured(commission int64, now int64) (Payment, []Entry, error) {
	if p.Status != Capturing {
		return p, nil, nil
	}
	credits, err := split(p.Details.Sale, p.Currency, commission)
	if err != nil {
		return p, nil, err
	}
	p = p.to(Captured, now, never)
	p.Reserved, p.Captured, p.Details.Credits = false, p.Details.Sale.Total, credits
	return p, append(release(p, "capture", now), collection(p, now)...), nil
}

// waiting reports whether the payment has a step for the job to do.
func (p Payment) waiting() bool {
	return p.Status == Voiding || p.Status == Capturing || p.Status == Refunding || p.Status == Authorised &&
		p.Details.Trim != nil
}

const (
	firstPause = time.Second
	longPause  = 10 * time.Minute
)

// postpone puts the step under way off after a failure, each time for longer.
func (p Payment) postpone(code string, now int64) Payment {
	if !p.waiting() {
		return p
	}
	p.NextAt = now + min(longPause, firstPause<<min(p.Attempts, 20)).Milliseconds()
	p.Attempts++
	p.Failure, p.changed = code, true
	return p
}

// verdict is what becomes of money that is authorised for an order in some state.
type verdict int

const (
	wait verdict = iota
	giveBack
	keep
)

// judge decides by the state that ordering tells; "" is an order that it does not know.
func judge(orderState string) verdict {
	switch orderState {
	case "", state.OrderFailed, state.OrderCancelled:
		return giveBack
	case state.OrderConfirmed, state.OrderPacked, state.OrderDone:
		return keep
	}
	return wait
}
