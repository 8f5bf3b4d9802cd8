// Package account is who somebody is: signing up, in and out, factors and step-up,
// passwords and links, addresses, sessions, orders of one's own, applying to sell, and
// letters that were not meant for whoever got them.
package account
