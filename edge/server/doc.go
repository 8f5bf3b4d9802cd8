// Package server is the handler of the public address: it lets requests in by tiers and
// shares, takes in their bodies, keeps what is the same for everybody, tells open pages of
// news, and counts how long each route takes. It serves a table of routes and knows none of
// them by name.
//
// It refuses what is no request: bodies that are broken, too large or too slow, posts from
// other sites, what a proxy hands a demo, and more work than the machine can do.
package server
