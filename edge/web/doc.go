// Package web is what every request passes and every answer is made of: the site and
// the services that it asks, a visit, what its body, form, cookies and session say, a
// query of what is the same for everybody, a market and how its people read, a reply,
// a problem, and the marks of a route.
//
// It knows no page of any room, no tier's places and no clock but the host's. What it
// says of an order or of goods is nothing: see trade.
package web
