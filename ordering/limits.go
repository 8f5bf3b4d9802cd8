package ordering

import (
	"strconv"

	"github.com/artisan-eats/artisan/fault"
)

// methodPickup is the way to pay where no money is reserved.
const methodPickup = "pickup"

// Limits are what a market sets of orders that are paid when they are picked up.
type Limits struct {
	// ContactHolds and ClientHolds are how many unconfirmed orders of one e-mail address, and of one network
	// address, have something set aside.
	ContactHolds, ClientHolds int64
	// Percent is what unconfirmed orders may hold together of a window, a variant and a lot.
	Percent int64
	// ClientBurst is from how many unconfirmed orders of one network address on more wait for the operator.
	ClientBurst int64
	// MarketBurst is from how many unconfirmed orders of a minute on nothing is set aside for more.
	MarketBurst int64
	// OpenOrders is how many orders of one customer may be confirmed and not picked up yet.
	OpenOrders int64
}

// defaultLimits are those of a market that set none.
var defaultLimits = Limits{ContactHolds: 1, ClientHolds: 5, Percent: 10, ClientBurst: 30, MarketBurst: 60, OpenOrders: 20}

const (
	// contactBurst is from how many unconfirmed orders of one e-mail address on more wait for the operator: nobody's
	// mailbox is filled by them.
	contactBurst = 5
	// maxUnconfirmed is how many unconfirmed orders of one network address are kept at all.
	maxUnconfirmed = 2000
	// maxLimit bounds what can be set.
	maxLimit = 100_000
)

// check refuses limits that make no sense.
func (l Limits) check() error {
	for name, value := range map[string]int64{
		"contact_holds": l.ContactHolds, "client_holds": l.ClientHolds, "client_burst": l.ClientBurst, "market_burst": l.MarketBurst,
	} {
		if value < 0 || value > maxLimit {
			return invalid(name, "Choose a whole number from 0 to 100,000.")
		}
	}
	if l.Percent < 1 || l.Percent > 100 {
		return invalid("percent", "Choose a share from 1 to 100 %.")
	}
	if l.OpenOrders < 1 || l.OpenOrders > maxLimit {
		return invalid("open_orders", "Choose a whole number from 1 to 100,000.")
	}
	return nil
}

// detail is the limits as the security log tells them.
func (l Limits) detail() map[string]string {
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	return map[string]string{
		"contact_holds": number(l.ContactHolds), "client_holds": number(l.ClientHolds), "percent": number(l.Percent),
		"client_burst": number(l.ClientBurst), "market_burst": number(l.MarketBurst), "open_orders": number(l.OpenOrders),
	}
}

// The states of an order in the table of unpaid ones.
const (
	unpaidHolding = "holding" // unconfirmed, with something set aside
	unpaidWaiting = "waiting" // unconfirmed, without
	unpaidQueued  = "queued"  // unconfirmed, and the operator is to look at it
	unpaidOpen    = "open"    // confirmed
)

// payer is who asks for an order that is paid when it is picked up, as limits see them.
type payer struct {
	// contact and client are keyed hashes: of the e-mail address or the customer, and of the network address.
	contact, client string
	// known says that the order is confirmed at once.
	known bool
}

// crowd is what there is already beside an order.
type crowd struct {
	contact, client map[string]int64 // by state
	lately          int64            // unconfirmed orders of the last minute whose letter was sent
}

// unconfirmed counts what is not confirmed.
func unconfirmed(of map[string]int64) int64 {
	return of[unpaidHolding] + of[unpaidWaiting] + of[unpaidQueued]
}

var (
	errTooManyOpen        = fault.New(fault.Conflict, "too_many_open", "You have many orders that are to be paid on pickup. Pay for this one by card, or pick up another first.")
	errTooManyUnconfirmed = fault.New(fault.Exhausted, "too_many_unconfirmed", "There are many unconfirmed orders just now. Pay by card, sign in, or try again in a few minutes.")
)

// judge says in which state an order begins.
func (l Limits) judge(u payer, c crowd) (state string, err error) {
	switch {
	case c.contact[unpaidOpen] >= l.OpenOrders:
		return "", errTooManyOpen
	case u.known:
		return unpaidOpen, nil
	case unconfirmed(c.client) >= maxUnconfirmed:
		return "", errTooManyUnconfirmed
	case unconfirmed(c.client) >= l.ClientBurst || unconfirmed(c.contact) >= contactBurst:
		return unpaidQueued, nil
	case c.contact[unpaidHolding] >= l.ContactHolds || c.client[unpaidHolding] >= l.ClientHolds || c.lately >= l.MarketBurst:
		return unpaidWaiting, nil
	}
	return unpaidHolding, nil
}

// unpaidState is how limits see an order now; "" for one that is over, or that nothing was decided of yet.
func (o Order) unpaidState() string {
	switch {
	case o.Status != Awaiting:
		return unpaidOpen
	case o.Trial.Queued:
		return unpaidQueued
	case o.HoldsUntil.IsZero():
		return unpaidWaiting
	}
	return unpaidHolding
}
