// Package edge is the shop's front door: the table of routes, the files that belong to
// pages, and the server, which lets requests in, takes in their bodies, keeps what is the
// same for everybody and tells open pages of news. The pages and the public JSON API are
// rooms beneath; web has what every request passes.
//
// It owns no data and has no database. It asks catalog, inventory, delivery,
// ordering, payments, identity and notify, and gives their answers the shape that
// the world relies on. It decides no rule of trade: what a quantity may be, who
// may see an order and when a window is full is said by the services.
//
// It refuses what is no request: broken or oversized bodies, unknown fields,
// cross-site posts, and more work than the machine can do. It publishes and
// consumes no events.
package edge
