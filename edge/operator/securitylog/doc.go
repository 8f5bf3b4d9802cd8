// Package securitylog is the part of the market's desk that shows who did what: it asks
// every service for its security log, merges the answers by time, and says them in words.
package securitylog
