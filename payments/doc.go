// Package payments owns the money of orders: authorisations, captures, refunds,
// and a double-entry ledger of all of it.
//
// A payment belongs to one order and is a small state machine. Each step that needs the
// provider is first written down (authorising, capturing, voiding, refunding), then
// done outside any transaction under a key that makes it safe to repeat, then written
// down as done together with its ledger entries. Whatever stops in between is found again
// by a job and repeated; the provider's keys keep it from happening twice.
//
// It refuses an authorisation for an order that was voided or declined, a second
// authorisation of another amount, a capture above what was authorised, and a refund above
// what was captured. Payment tokens pass through and are never stored or logged.
//
// It publishes payment.refunded, when money was promised back to a shopper whose order stands. It consumes
// the events of ordering: order.confirmed marks the payment as an order's, order.packed captures,
// order.cancelled voids or refunds. order.changed hands what a change has authorised, under its own ID, over
// to the order, and gives back what is too much: such an order has several charges, captured and refunded in
// their order. Money that stays authorised without a confirmed order is found by reconciliation, which asks
// ordering, and voided within 60 seconds.
package payments
