// Package waiting is the line of those who check out while the shop cannot serve all of them: first come,
// first served, and let in at the rate that the shop really sustains.
//
// Whoever waits has a Ticket: a signed value that says when they came, for which basket. The line itself
// keeps nobody's place, only how many who came when are still there, which it knows from until when each
// basket is to ask again. So a front door that dies loses nobody's place, each accepts the others' tickets,
// and who has gone holds up nobody.
//
// Everything here takes the time from its caller.
package waiting
