// Package naming says when two names are one: folded as search takes them, by identity as files mean them, by
// their look as people see them. It also says what a name may be made of, how long names, labels and texts
// may be, and how a name reads in an address.
package naming
