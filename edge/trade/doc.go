// Package trade is what several rooms of the front door ask the services for, and say
// alike: the visitor's basket and orders, an order's states, what was packed and paid
// back, sizes, allergens, stock, windows and a maker's terms.
//
// It answers no request. The rules are the services'; here are the calls and the words.
package trade
