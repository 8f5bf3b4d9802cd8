// Package ordering is the service of carts, checkout and orders, and of the part of an
// order that is each producer's.
//
// It owns: carts and their lines, with the price that each shopper was shown, and which one is a member's
// basket; orders, from the durable intent to the last part handed over, and changes of them; the idempotency
// keys of checkouts; which orders a cancelled window still has; whose orders are not paid for yet, and the
// limits of that; which links to orders are good no more.
//
// This package wires it up and answers what makes an order another: checkout, change, confirmation,
// cancellation, and the steps of producers. What these stand on has rooms of its own, each of which knows
// those before it only: order (what an order is, and its rules), book (where carts and orders are kept),
// reading (who may see what), basket (carts and prices), drive (from state to state), windows (orders of
// windows that are moved or cancelled). All share one database, whose tables are in migrations/.
//
// Checkout is a state machine (order/machine.go). Each state is committed before the effects that it asks for
// are asked for, and every effect is idempotent by the order's ID, so that a process may end at any moment:
// the sweeper takes the order on, to its confirmation if the money was authorised and back otherwise. An
// order in flight is leased; whoever takes it over raises its epoch, and a write under an older epoch is
// refused.
//
// An order that stands can be changed until the cut-off: the same way, beside the order, which
// becomes another in one commit.
//
// An order that is paid when it is picked up is confirmed at once for those who are known only; others follow
// a mailed link (order/confirmation.go), within the limits that the market sets.
//
// It refuses: an order whose goods, place or money is not held; a cart's second order; a
// key with another body.
//
// It keeps no personal data in the clear: an order holds its contact sealed
// under the customer's key (see package identity), and no card token at all.
//
// It publishes order.confirmed, order.cancelled, order.part_accepted, order.part_packed, order.packed,
// order.part_ready, order.part_done, order.part_taken_back, order.rescheduled, order.changed and
// order.awaiting_confirmation, each with the whole order.
//
// It consumes delivery's window.changed: the orders that are open in a window move with it; and identity's
// customer.links_ended: the links to the customer's orders that were made before are good no more.
//
// A link opens one order to whoever has it, for reading or for cancelling it too, until 60 days after its
// window.
//
// Its troubles are orders and changes that have been in flight for more than a minute, and what a cancelled
// window could not move or pay back.
//
// Who watches an order is woken by the commits of this process, and looks every other second for those of
// others.
package ordering
