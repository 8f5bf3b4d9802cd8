// Package view is how the way from a basket to an order looks: the visitor's part of every
// page, the basket, the checkout, an order and its changes. It decides nothing.
package view
