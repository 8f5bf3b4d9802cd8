// Package load comes to a shop as its visitors do: whether those before are answered or not, by the public
// API and pages, with clients that try nothing again. It keeps a history of what each was told, and in the
// end holds the shop to it: an order that was acknowledged is there, once, and is confirmed; no key has made
// two; nothing was sold that was not there; and nothing is left in between.
//
// How long an answer took counts from when its request was meant to be sent, so a visitor who came late
// because the machine was busy is no quick one.
package load
