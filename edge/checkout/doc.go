// Package checkout is the way from a basket to an order and what becomes of it: the
// visitor's part of every page, the basket, the checkout, an order's page with its news,
// its calendar, changing, confirming and cancelling it.
package checkout
