// Package basket is what shoppers do with their carts, and what is in them costs. A price that was shown is
// kept to for a while; an older cart shows today's prices without writing them down, and a checkout orders
// nothing that was shown otherwise (shown.go). A member has one basket a market (member_cart.go). What the
// catalogue says of goods and of their makers comes with their quotes (quote.go, makers.go).
//
// It owns no tables: the book keeps carts. It asks the catalogue for quotes.
package basket
