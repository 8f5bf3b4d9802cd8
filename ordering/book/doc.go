// Package book keeps carts and orders, and all that is written with them. What meets is one commit: carts and
// their lines, placed orders, next states (write.go, write_cart.go, place.go, save.go). A save belongs to the
// revision and the epoch that were read, and to nobody else's (lease.go).
//
// It owns the tables of carts and member_carts, orders, order_parts, order_lots, order_changes and
// checkout_keys; of unpaid orders and the limits of their market, which are held to in the transaction that
// places an order (limits.go, unpaid.go). What is over for long it forgets (forget.go).
//
// A new state, its events and what the security log has of it are one transaction. Who watches an order is
// notified after it.
package book
