// Package producer is a maker's desk: today, the orders and their steps, packing and
// making, the maker's own page, and the people who work there. Its goods are a room of
// their own, goods.
//
// Who may use which part says rights.go, and the services that own the things.
package producer
