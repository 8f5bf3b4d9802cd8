// Package order is what an order is, and the rules by which it becomes another: the cart that it is made of
// (cart.go, line.go), the state machine of its checkout (machine.go, confirmation.go) and that of a change of
// it (change.go, change_machine.go), the way of each producer's part (part.go, pack.go, take_back.go), and a
// window that moves (move.go). Who may see how much of it is in seen.go, how it is written on the wire in
// wire.go, and what the security log has of it in audit.go.
//
// It is pure. It knows no database, no peer and no clock: a rule is told what time it is, and answers what is
// to be done. An order is stored as its JSON, so a field's tag stays.
package order
