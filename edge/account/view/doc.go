// Package view is how the pages of an account look: signing in, factors, addresses,
// sessions, one's orders. It decides nothing.
package view
