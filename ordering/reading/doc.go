// Package reading answers what is asked of orders, to those who may know it: one order, also whenever it
// changes (reader.go, watch.go), lists of them (list.go, find.go), and what producers and markets make of
// many: work, pack lists, tallies, what is open, what waits for its shopper (work.go, pack_list.go, tally.go,
// open.go, unconfirmed.go). It changes no order.
//
// Who may see an order, and do what with it, is said in access.go. A link opens one order to whoever has it
// (link.go). It owns the tables of links that were ended, link_epochs and links_since.
package reading
