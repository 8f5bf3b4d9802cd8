package order

import (
	"slices"
	"time"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/money"
)

// The states of a change that is under way. The order stands as it was until the commit that makes it
// another.
const (
	changeAsked = "asked" // the intent is durable; nothing is held yet
	changeHeld  = "held"  // what there is more of is set aside
	// the additional money is reserved, but the holds have to be renewed first
	changeAuthorised = "authorised"
	changeUndoing    = "undoing" // refused; what was held is being given back
)

const (
	// maxChanges bounds how often an order is changed.
	maxChanges = 50
	// MaxCharges bounds how many of its changes are paid by a charge of their own: all of them are captured
	// when it is packed.
	MaxCharges = 8
)

// Change is a change of an order that is under way. Its peers know it by its ID, which stands in place of an
// order's.
type Change struct {
	ID     string `json:"id"`
	Status string `json:"status"`
	// Key and Hash are of the request that asked for it.
	Key  string `json:"key"`
	Hash string `json:"hash"`
	// Base is how many events the order had published that it was made from.
	Base int64 `json:"base"`
	// Lines, Window and Fee are what the order is to have.
	Lines  []Line       `json:"lines"`
	Window Window       `json:"window"`
	Fee    money.Amount `json:"fee"`
	// Extra is what is authorised besides.
	Extra money.Amount `json:"extra"`
	// Lots are what the goods are held from that the order had not before, by variant, and HoldsUntil is when
	// the first of its holds expires.
	Lots       map[string][]Lot `json:"lots,omitempty"`
	HoldsUntil time.Time        `json:"holds_until,omitzero"`
	// Paying says that the money may have been asked for.
	Paying  bool     `json:"paying,omitempty"`
	Failure *Failure `json:"failure,omitempty"`
	// ByMarket is set where the market moves the order to another window, and Says is why.
	ByMarket bool   `json:"by_market,omitempty"`
	Says     string `json:"says,omitempty"`
}

// LineChange is a line that a shopper changed: from nothing, to nothing, or to another quantity.
type LineChange struct {
	VariantID    string `json:"variant_id"`
	ProductTitle string `json:"product_title"`
	VariantTitle string `json:"variant_title"`
	SoldBy       string `json:"sold_by"`
	Before       int64  `json:"before"`
	After        int64  `json:"after"`
}

// Why an order is not changed.
var (
	ErrOrderChanged = fault.New(fault.Conflict, "order_changed",
		"This order has changed since you looked at it. Please look at it again.")
	errNotOpen     = fault.New(fault.Conflict, "not_open", "This order is not open any more.")
	errBeingPacked = fault.New(fault.Conflict, "too_late",
		"This order is being packed and cannot be changed any more.")
	ErrChanging = fault.New(fault.Conflict, "in_progress",
		"This order is being changed just now. Please wait a moment and look again.")
	errManyChanges = fault.New(fault.Conflict, "too_many_changes",
		"This order was changed very often. Cancel it and order again, or ask the market.")
)

// NewChange is a change that is asked for, of an order as it stands, to the same.
func NewChange(changeID string, o Order) *Change {
	return &Change{ID: changeID, Status: changeAsked, Base: o.Events, Window: o.Window, Fee: o.Fee}
}

// IsNew reports whether nothing is held of a change yet.
func (c Change) IsNew() bool { return c.Status == changeAsked }

// ChangingTo is the window that a change under way leads to, and empty without one.
func (o Order) ChangingTo() string {
	if o.Change == nil {
		return ""
	}
	return o.Change.Window.ID
}

// MayChange says why an order cannot be changed, as far as that is for the order to say.
func (o Order) MayChange() error {
	switch {
	case o.Status == Packed || o.Status == Confirmed && o.beingPacked():
		return errBeingPacked
	case o.Status != Confirmed:
		return errNotOpen
	case o.Changes >= maxChanges && (o.Change == nil || !o.Change.ByMarket):
		return errManyChanges
	}
	return nil
}

// Charges reports whether a change of an order is paid by a charge of its own. On pickup nothing is charged
// outside.
func (c Change) Charges(o Order) bool { return c.Extra.Minor > 0 && o.PaymentMethod != MethodPickup }

// Adds is what a change wants more of than the order has.
func (o Order) Adds() (more []Line) {
	for _, line := range o.Change.Lines {
		if line.Quantity -= o.QuantityOf(line.VariantID); line.Quantity > 0 {
			more = append(more, line)
		}
	}
	return more
}

// QuantityOf is how much of a variant an order has.
func (o Order) QuantityOf(variantID string) (quantity int64) {
	for _, line := range o.Lines {
		if line.VariantID == variantID {
			quantity += line.Quantity
		}
	}
	return quantity
}

// Differs reports whether a change makes the order another at all.
func (o Order) Differs() bool {
	after := Order{Lines: o.Change.Lines}
	return o.Moves() || slices.ContainsFunc(slices.Concat(o.Lines, after.Lines), func(l Line) bool {
		return o.QuantityOf(l.VariantID) != after.QuantityOf(l.VariantID)
	})
}

// Moves reports whether a change leads to another window.
func (o Order) Moves() bool { return o.Change.Window.ID != o.Window.ID }

// Changed is an order as its change makes it. newID makes the parts of makers who had none.
func (o Order) Changed(newID func() string, now time.Time) (Order, error) {
	c, before := o.Change, o
	o.Lines = make([]Line, len(c.Lines))
	for i, line := range c.Lines {
		line.Lots = takenFrom(before.lotsOf(line.VariantID), line.Quantity, c.Lots[line.VariantID])
		o.Lines[i] = line
	}
	if before.Moves() {
		o.Window, o.MovedFrom, o.MarketSays = c.Window, nil, c.Says
	}
	if err := o.reprice(c.Fee); err != nil {
		return before, err
	}
	o.Change = nil
	if c.Charges(o) {
		o.Charges++
	}
	o.Events++
	err := o.changeParts(before, newID, now)
	if c.ByMarket {
		o.MovedFrom = &before.Window
		o.enter(o.Status, now, "moved to another window by the market: "+c.Says)
		return o, err
	}
	o.Changes++
	o.enter(o.Status, now, "changed by who ordered it")
	return o, err
}

func (o Order) lotsOf(variantID string) (lots []Lot) {
	for _, line := range o.Lines {
		if line.VariantID == variantID {
			lots = append(lots, line.Lots...)
		}
	}
	return lots
}

// takenFrom is which lots a quantity is taken from: those that it was, then those that are held besides.
func takenFrom(had []Lot, quantity int64, more []Lot) (lots []Lot) {
	for _, lot := range slices.Concat(had, more) {
		lot.Quantity = min(lot.Quantity, quantity)
		quantity -= lot.Quantity
		if at := slices.IndexFunc(lots, func(l Lot) bool { return l.ID == lot.ID }); at >= 0 {
			lots[at].Quantity += lot.Quantity
		} else if lot.Quantity > 0 {
			lots = append(lots, lot)
		}
	}
	return lots
}

// reprice sums an order anew.
func (o *Order) reprice(fee money.Amount) error {
	goods, err := sumLines(o.Lines)
	if err != nil {
		return err
	}
	buffer, err := bufferOf(o.Lines)
	if err != nil {
		return err
	}
	o.Fee = fee
	if o.Total, err = goods.Add(fee); err != nil {
		return err
	}
	o.Authorised, err = o.Total.Add(buffer)
	return err
}

// changeParts gives each maker whose goods or window changed her part anew: she has to take it on again, and
// is told what was changed since she did. A maker of whom nothing is left keeps a cancelled part.
func (o *Order) changeParts(before Order, newID func() string, now time.Time) error {
	goods := Order{Lines: o.Lines}
	if err := goods.SplitParts(newID); err != nil {
		return err
	}
	parts := slices.Clone(before.Parts)
	for _, fresh := range goods.Parts {
		at := slices.IndexFunc(parts, func(p Part) bool { return p.ProducerID == fresh.ProducerID })
		if at < 0 {
			parts = append(parts, fresh)
			continue
		}
		parts[at].Total = fresh.Total
	}
	moved := before.Window.ID != o.Window.ID
	for i := range parts {
		p := &parts[i]
		left := slices.ContainsFunc(goods.Parts, func(f Part) bool { return f.ProducerID == p.ProducerID })
		changes := changesBetween(before.Lines, o.Lines, p.ProducerID)
		if len(changes) == 0 && (!moved || !left) {
			continue
		}
		if p.Status == PartAccepted { // with what was changed before
			p.Changes, p.WindowChanged = nil, false
		}
		p.Changes, p.ChangedAt, p.Status = joinChanges(p.Changes, changes), now, PartNew
		p.Moves++
		p.WindowChanged = p.WindowChanged || moved
		if !left {
			p.Status, p.Total = PartCancelled, money.New(0, p.Total.Currency)
		}
	}
	o.Parts = parts
	return nil
}

// changesBetween are the lines of a producer that differ.
func changesBetween(before, after []Line, producerID string) (changes []LineChange) {
	of := func(lines []Line, variantID string) int64 { return Order{Lines: lines}.QuantityOf(variantID) }
	for _, line := range slices.Concat(before, after) {
		known := slices.ContainsFunc(changes,
			func(c LineChange) bool { return c.VariantID == line.VariantID })
		was, is := of(before, line.VariantID), of(after, line.VariantID)
		if line.ProducerID == producerID && !known && was != is {
			changes = append(changes, LineChange{
				line.VariantID, line.ProductTitle, line.Size(), line.SoldBy,
				was, is,
			})
		}
	}
	return changes
}

// joinChanges adds changes to those that the producer has not accepted yet; what is as it was then is none.
func joinChanges(unseen, changes []LineChange) []LineChange {
	unseen = slices.Clone(unseen)
	for _, c := range changes {
		if at := slices.IndexFunc(unseen,
			func(u LineChange) bool { return u.VariantID == c.VariantID }); at >= 0 {
			unseen[at].After = c.After
		} else {
			unseen = append(unseen, c)
		}
	}
	return slices.DeleteFunc(unseen, func(c LineChange) bool { return c.Before == c.After })
}

// MovedBy is the change by which the market moves an order to another window, for a reason. It costs nothing,
// and nothing else changes.
func (o Order) MovedBy(changeID string, to Window, says string) *Change {
	c := NewChange(changeID, o)
	c.Key, c.Hash, c.Lines, c.Window = "clearing:"+changeID, o.Window.ID, o.Lines, to
	c.Extra, c.ByMarket, c.Says = money.New(0, o.Total.Currency), true, says
	return c
}
