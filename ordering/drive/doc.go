// Package drive takes orders from state to state. Each state is committed before the effects that it asks for
// are asked for, and every effect is idempotent by the order's ID, or that of its change; so a process may
// end at any moment, and the sweeper takes on what it left (driver.go, lost_change.go).
//
// It asks inventory and delivery for holds (hold.go), payments for money (money.go), and publishes what
// happened (event.go). A change of an order is driven like an order, beside it (change.go). What goes by a
// rule alone is amended (amend.go). An order or a change that stands still is a trouble (trouble.go).
//
// It owns no tables. What an order becomes is said by the rules of package order.
package drive
