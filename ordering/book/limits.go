package book

import (
	"strconv"
	"time"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/ordering/order"
)

// Limits are what a market sets of orders that are paid when they are picked up.
type Limits struct {
	// ContactHolds and ClientHolds are how many unconfirmed orders of one e-mail address, and of one network
	// address, have something set aside.
	ContactHolds, ClientHolds int64
	// Percent is what unconfirmed orders may hold together of a window, a variant and a lot; and what one
	// order of a newcomer takes of a variant and a lot.
	Percent int64
	// ClientBurst is from how many unconfirmed orders of one network address on more wait for the operator.
	// Those of members wait from as many of the last hour on that were confirmed.
	ClientBurst int64
	// MarketBurst is from how many unconfirmed orders of a minute on nothing is set aside for more.
	MarketBurst int64
	// OpenOrders is how many orders of one mailbox may be confirmed and not picked up yet.
	OpenOrders int64
	// NewcomerOrders is the same for who has never picked one up, and NewcomerValue what one of theirs may
	// come to, in the smallest unit of the currency.
	NewcomerOrders, NewcomerValue int64
	// WithoutPayments says that orders are taken that are to be paid when they are picked up, while payments
	// cannot be reached.
	WithoutPayments bool
}

// DefaultLimits are those of a market that set none.
var DefaultLimits = Limits{
	ContactHolds: 1, ClientHolds: 5, Percent: 10, ClientBurst: 30, MarketBurst: 60,
	OpenOrders: 20, NewcomerOrders: 2, NewcomerValue: 150_00,
}

const (
	// contactBurst is from how many unconfirmed orders of one e-mail address on more wait for the operator:
	// nobody's mailbox is filled by them.
	contactBurst = 5
	// maxUnconfirmed is how many unconfirmed orders of one network address are kept at all.
	maxUnconfirmed = 2000
	// maxLimit bounds what can be set, and maxValue what is an amount.
	maxLimit = 100_000
	maxValue = 1_000_000_000
	// openCounts is for how long a confirmed order counts for its network address: many people share one in a
	// day.
	openCounts = time.Hour
)

// Check refuses limits that make no sense.
func (l Limits) Check() error {
	for name, value := range map[string]int64{
		"contact_holds": l.ContactHolds, "client_holds": l.ClientHolds, "client_burst": l.ClientBurst,
		"market_burst": l.MarketBurst,
	} {
		if value < 0 || value > maxLimit {
			return fault.InvalidAlone(name, "Choose a whole number from 0 to 100,000.")
		}
	}
	if l.Percent < 1 || l.Percent > 100 {
		return fault.InvalidAlone("percent", "Choose a share from 1 to 100 %.")
	}
	if l.NewcomerOrders < 0 || l.NewcomerOrders > maxLimit {
		return fault.InvalidAlone("newcomer_orders", "Choose a whole number from 0 to 100,000.")
	}
	if l.NewcomerValue < 0 || l.NewcomerValue > maxValue {
		return fault.InvalidAlone("newcomer_value", "Choose an amount from 0 on.")
	}
	if l.OpenOrders < 1 || l.OpenOrders > maxLimit {
		return fault.InvalidAlone("open_orders", "Choose a whole number from 1 to 100,000.")
	}
	return nil
}

// detail is the limits as the security log tells them.
func (l Limits) detail() map[string]string {
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	return map[string]string{
		"contact_holds": number(l.ContactHolds), "client_holds": number(l.ClientHolds),
		"percent":      number(l.Percent),
		"client_burst": number(l.ClientBurst), "market_burst": number(l.MarketBurst),
		"open_orders":     number(l.OpenOrders),
		"newcomer_orders": number(l.NewcomerOrders), "newcomer_value": number(l.NewcomerValue),
		"without_payments": strconv.FormatBool(l.WithoutPayments),
	}
}

// The states of an order in the table of unpaid ones.
const (
	UnpaidHolding = "holding" // unconfirmed, with something set aside
	UnpaidWaiting = "waiting" // unconfirmed, without
	UnpaidQueued  = "queued"  // unconfirmed, and the operator is to look at it
	unpaidOpen    = "open"    // confirmed
)

// Payer is who asks for an order that is paid when it is picked up, as limits see them.
type Payer struct {
	// Contact and Client are keyed hashes: of the mailbox, and of the network address.
	Contact, Client string
	// Proven says that the mailbox is known to be theirs, so that the order is confirmed at once, and
	// Collected that they have picked one up before. Nobody has collected who has not proven it.
	Proven, Collected bool
}

// mostOpen is how many orders of one mailbox may be open.
func (l Limits) mostOpen(collected bool) int64 {
	if collected {
		return l.OpenOrders
	}
	return l.NewcomerOrders
}

// crowd is what there is already beside an order.
type crowd struct {
	contact, client map[string]int64 // by state; of the client's open ones those of the last hour
	lately          int64            // unconfirmed orders of the last minute whose letter was sent
}

// unconfirmed counts what is not confirmed.
func unconfirmed(of map[string]int64) int64 {
	return of[UnpaidHolding] + of[UnpaidWaiting] + of[UnpaidQueued]
}

var (
	errTooManyOpen = fault.New(fault.Conflict, "too_many_open",
		"You have many orders that are to be paid on pickup. Pay for this one by card, or pick up another first.")
	errTooManyUnconfirmed = fault.New(fault.Exhausted, "too_many_unconfirmed",
		"There are many unconfirmed orders just now. Pay by card, sign in, or try again in a few minutes.")
)

// AboveNewcomerValue is for an order that comes to more than a newcomer's may.
func (l Limits) AboveNewcomerValue(currency string) error {
	return fault.Newf(fault.Conflict, "newcomer_value",
		"Until you have picked up a first order here, one that is paid on pickup comes to %s %s at the most. Pay for this one by card, or take less.",
		money.New(l.NewcomerValue, currency).Decimal(), currency)
}

// judge says in which state an order begins that comes to so much. Where only an address is typed the answer
// does not depend on whose orders it has: that would tell strangers who shops here.
func (l Limits) judge(u Payer, c crowd, total money.Amount) (state string, err error) {
	switch {
	case !u.Collected && total.Minor > l.NewcomerValue:
		return "", l.AboveNewcomerValue(total.Currency)
	case u.Proven && c.contact[unpaidOpen] >= l.mostOpen(u.Collected):
		return "", errTooManyOpen
	case unconfirmed(c.client) >= maxUnconfirmed:
		return "", errTooManyUnconfirmed
	case u.Proven && c.client[unpaidOpen] >= l.ClientBurst:
		return UnpaidQueued, nil
	case u.Proven:
		return unpaidOpen, nil
	case unconfirmed(c.client)+c.client[unpaidOpen] >= l.ClientBurst ||
		unconfirmed(c.contact) >= contactBurst:
		return UnpaidQueued, nil
	case c.contact[UnpaidHolding] >= l.ContactHolds || c.client[UnpaidHolding] >= l.ClientHolds ||
		c.lately >= l.MarketBurst:
		return UnpaidWaiting, nil
	}
	return UnpaidHolding, nil
}

// unpaidState is how limits see an order now.
func unpaidState(o order.Order) string {
	switch {
	case o.Status != order.Awaiting:
		return unpaidOpen
	case o.Confirmation.Queued:
		return UnpaidQueued
	case o.HoldsUntil.IsZero():
		return UnpaidWaiting
	}
	return UnpaidHolding
}
