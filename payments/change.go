package payments

import "slices"

// Reserve is one charge of several that an order is paid with: its key at the provider, and what is reserved.
type Reserve struct {
	Key   string `json:"key"`
	Minor int64  `json:"minor"`
}

// Trim says that no more than a target is to stay reserved; ID is the change that asked for it. All says that
// charges may have been reduced, or not, for one before it.
type Trim struct {
	ID     string `json:"id"`
	Target int64  `json:"target"`
	All    bool   `json:"all,omitempty"`
}

// reserves are a payment's charges, in the order in which they are captured.
func (p Payment) reserves() []Reserve {
	if len(p.Details.Reserved) > 0 {
		return p.Details.Reserved
	}
	return []Reserve{{p.OrderID, p.Authorised}}
}

// shareOut divides an amount among charges: each has what is left of it, up to what it reserved.
func shareOut(charges []Reserve, minor int64) []Reserve {
	shares := slices.Clone(charges)
	for i := range shares {
		shares[i].Minor = min(shares[i].Minor, minor)
		minor -= shares[i].Minor
	}
	return shares
}

// between are the shares of what lies between two sums of what was captured: that is how refunds follow each
// other.
func between(charges []Reserve, from, to int64) []Reserve {
	before, shares := shareOut(charges, from), shareOut(charges, to)
	for i := range shares {
		shares[i].Minor -= before[i].Minor
	}
	return shares
}

// joins makes the money of a change the order's: it is neither voided nor captured by itself any more.
func (p Payment) joins(orderID string, now int64) (Payment, []Entry, error) {
	if p.Details.PartOf == orderID {
		return p, nil, nil
	}
	if p.Status != Authorised {
		return p, nil, errUnavailable
	}
	p = p.to(Authorised, now, never)
	p.Confirmed, p.Reserved, p.Details.PartOf = true, false, orderID
	return p, release(p, "change", now), nil
}

// change takes on what a change of the order has authorised besides, and begins to give back what is beyond
// what the order now needs.
func (p Payment) change(id string, extra, most, now int64) (Payment, []Entry, error) {
	if p.Status != Authorised {
		return p, nil, nil
	}
	at := int64(never)
	pending := p.Details.Trim != nil
	p, entries := p.reduced(now)
	if extra > 0 {
		p.Details.Reserved = append(slices.Clone(p.reserves()), Reserve{id, extra})
		p.Authorised += extra
		entries = append(entries, addition(p, id, extra, now)...)
	}
	if pending || most < p.Authorised {
		p.Details.Trim, at = &Trim{id, min(most, p.Authorised), pending}, now
	}
	p = p.to(Authorised, now, at)
	p.Confirmed = true
	return p, entries, nil
}

// trimmed records that the provider gave back what was beyond a target.
func (p Payment) trimmed(t Trim, now int64) (Payment, []Entry) {
	if p.Status != Authorised || p.Details.Trim == nil || *p.Details.Trim != t {
		return p, nil
	}
	p, entries := p.reduced(now)
	return p.to(Authorised, now, never), entries
}

// reduced counts on no more than what a trim leaves, whether or not the provider has carried it out: what a
// charge may be captured of only falls.
func (p Payment) reduced(now int64) (Payment, []Entry) {
	t := p.Details.Trim
	if t == nil {
		return p, nil
	}
	back := p.Authorised - t.Target
	p.Details.Reserved = shareOut(p.reserves(), t.Target)
	p.Details.Trim, p.Authorised = nil, t.Target
	if back == 0 {
		return p, nil
	}
	return p, reduction(p, t.ID, back, now)
}
