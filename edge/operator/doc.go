// Package operator is the market's desk: today, orders and refunds, orders that wait,
// producers, sign-in of desks, mail, and what is stuck. Windows and the security log are
// rooms of their own, windows and securitylog.
package operator
