// Package windows is what becomes of the orders of a window that the market moves, or that does not take
// place. A window that was moved takes its orders with it (move.go). One that is cancelled is cleared: its
// orders go to another window or nowhere, each by itself, and what cannot go stays and says why (clear.go,
// clear_work.go).
//
// It owns the tables moved_windows, clearings and clearing_orders. Orders it changes by driving them. What is
// to be done is written down before it is begun, so whoever comes after a lost process does nothing twice.
package windows
