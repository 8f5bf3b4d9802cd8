// Package view is how the pages look that are the same for every shopper: home, lists,
// products, makers. It decides nothing.
package view
