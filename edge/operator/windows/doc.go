// Package windows is the part of the market's desk about when orders are handed over:
// the calendar, one window and how it is moved, closed or cancelled, and weekly rules.
package windows
