// Package share says who a client is, and how much of what the shop's visitors share one client may have.
//
// A client is a network: an IPv4 address, or an IPv6 /64, which is what one household or one attacker gets.
// Where the address is that of a trusted proxy, it is the one that the proxy names. What has a name (an
// account, an order) is a client of its own beside that.
//
// A client that holds its share is refused or waits before it gets to anything that others need: connections
// (Pool), places of a tier (Gate), and work a second (Client.Pace). A nil *Client is held to nothing: it is
// this machine itself where no proxy is configured, as in a demo or a benchmark.
package share
