// Package inventory owns lots, stock and holds: what there is of each variant, which batch
// it comes from, and for whom it is set aside.
//
// It promises that nothing is oversold: for each variant, at every commit,
// available, held and sold are never negative and sum to what was received (net of what was
// written off). The database's own CHECK says so too. Lots are sold first-expired-first-out; what is past
// its best-before by the database's date (UTC) is not sold.
//
// It refuses a hold of which one line is short (all lines or none), and a hold for an order that
// is already settled. It does not know prices, products or people.
//
// It publishes stock.changed, of a variant, when what a shopper can see of it changes in kind: from none to
// some, to none, or up to which day the freshest is good. A sale does so only if it is the last.
//
// It consumes ordering's events: order.confirmed makes what is held sold, order.cancelled puts what was held
// or sold back into its lots; order.changed gives the order what was held under its change's ID, and puts
// back what the order no longer has. A confirmed order whose hold had expired is served from what is there;
// what is missing then is a shortage, kept for the operator until the order is cancelled. order.part_packed
// books back into its lots what weighed less than was ordered; what weighed more counts as sold by the weight
// that was ordered. What is sold and not packed yet is on the shelf: order.part_packed takes it from there,
// and order.part_taken_back puts it back, so that a stock-taking (AdjustStock) leaves orders what is theirs.
package inventory
