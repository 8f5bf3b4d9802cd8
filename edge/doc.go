// Package edge is the shop's front door: the table of routes, what is wired together, and
// the files that belong to pages. The pages and the public JSON API are rooms beneath; web
// has what every request passes, server what serves them, edgetest what tests stand on.
//
// It owns no data and has no database. It asks catalog, inventory, delivery,
// ordering, payments, identity and notify, and gives their answers the shape that
// the world relies on. It decides no rule of trade: what a quantity may be, who
// may see an order and when a window is full is said by the services.
//
// It publishes and consumes no events.
package edge
