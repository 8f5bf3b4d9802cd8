// Package accounts keeps who there is: accounts with their roles and what they may do for producers, and the
// sessions in which somebody is one of them. What an account is told of by letter is kept here too
// (notice.go).
//
// It keeps the tables accounts, acts_for, sessions and notices. Whoever changes what an account may do, or
// its password, ends its sessions by it, and with them the links to its orders (order_links.go). It answers
// no RPC: how somebody comes to a session is for factor and identity.
package accounts
