// Package shop is what is the same for every shopper: the home page, a market's first
// page, lists and searches, products, makers, suggestions while one types, the feed and
// what search engines read.
//
// Nothing here knows who looks. What is avoided, and the day, are a part of the address.
package shop
