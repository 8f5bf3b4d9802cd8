// Package view is how the market's desk looks: today, orders, refunds, producers, windows,
// mail, what is stuck, the security log. It decides nothing.
package view
