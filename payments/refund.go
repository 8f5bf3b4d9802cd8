package payments

import (
	"slices"

	"github.com/artisan-eats/artisan/fault"
)

// Refund is money promised back.
type Refund struct {
	Key    string `json:"key"`
	Minor  int64  `json:"minor"`
	Reason string `json:"reason"`
	Paid   bool   `json:"paid"`
	// ByKind and ByID are who promised it; empty where the shop itself did.
	ByKind string `json:"by_kind,omitempty"`
	ByID   string `json:"by_id,omitempty"`
	// At is when it was promised, Unix milliseconds; zero for one of before this was kept.
	At int64 `json:"at,omitempty"`
	// Producer is whose part it is of, Variant which line of that, and Quantity how much of the line; empty
	// and zero where it is of all.
	Producer string `json:"producer,omitempty"`
	Variant  string `json:"variant,omitempty"`
	Quantity int64  `json:"quantity,omitempty"`

	// Of a line that is asked for: what it came to, and what it is called.
	lineTotal int64
	lineName  string
}

// ofCancellation is the key of the refund of an order that was cancelled: the shopper is told of that anyway.
const ofCancellation = "cancelled"

// maxRefunds bounds the refunds of one payment.
const maxRefunds = 50

var (
	errNotCaptured = fault.New(fault.Conflict, "not_captured",
		"Nothing was collected for this order yet, so nothing can be refunded.")
	errTooMuch   = fault.New(fault.Conflict, "refund_too_large", "That is more than is left to refund.")
	errKeyReused = fault.New(fault.Invalid, "idempotency_key_reused",
		"This key was used for another refund.")
	errManyRefunds = fault.New(fault.Conflict, "too_many_refunds",
		"This order was refunded in too many parts already.")
)

// promise records a refund that is to be paid. The same key with the same amount is left as it is.
func (p Payment) promise(r Refund, now, at int64) (Payment, []Entry, error) {
	if i := slices.IndexFunc(p.Details.Refunds, func(have Refund) bool { return have.Key == r.Key }); i >= 0 {
		if have := p.Details.Refunds[i]; have.Minor != r.Minor || have.Producer != r.Producer ||
			have.Variant != r.Variant || have.Quantity != r.Quantity {
			return p, nil, errKeyReused
		}
		return p, nil, nil
	}
	switch {
	case p.Status == Capturing:
		return p, nil, errCapturing
	case p.Status != Captured && p.Status != Refunding && p.Status != Refunded:
		return p, nil, errNotCaptured
	case r.Minor > p.Captured-p.Refunded:
		return p, nil, errTooMuch
	case len(p.Details.Refunds) >= maxRefunds:
		return p, nil, errManyRefunds
	}
	taken, err := p.takeOf(r)
	if err != nil {
		return p, nil, err
	}
	p = p.to(Refunding, now, at)
	p.Refunded += r.Minor
	p.Details.Credits = less(p.Details.Credits, taken)
	r.At = now
	p.Details.Refunds = append(slices.Clone(p.Details.Refunds), r)
	return p, promised(p, r, taken, now), nil
}

// cancel begins to give back whatever was authorised or captured.
func (p Payment) cancel(now int64) (Payment, []Entry, error) {
	if p.Captured == 0 {
		p, err := p.close(now, now)
		return p, nil, err
	}
	if p.Captured == p.Refunded {
		return p, nil, nil
	}
	return p.promise(Refund{
		Key: ofCancellation, Minor: p.Captured - p.Refunded,
		Reason: "the order was cancelled",
	}, now, now)
}

// paid records that the provider paid a refund.
func (p Payment) paid(key string, now int64) (Payment, []Entry) {
	i := slices.IndexFunc(p.Details.Refunds, func(r Refund) bool { return r.Key == key && !r.Paid })
	if i < 0 {
		return p, nil
	}
	p.Details.Refunds = slices.Clone(p.Details.Refunds)
	p.Details.Refunds[i].Paid = true
	switch {
	case len(p.owed()) > 0:
		p = p.to(Refunding, now, p.NextAt)
	case p.Refunded < p.Captured:
		p = p.to(Captured, now, never)
	default:
		p = p.to(Refunded, now, never)
	}
	return p, settled(p, p.Details.Refunds[i], now)
}

// owed are the refunds that are promised and not paid.
func (p Payment) owed() []Refund {
	var out []Refund
	for _, r := range p.Details.Refunds {
		if !r.Paid {
			out = append(out, r)
		}
	}
	return out
}
