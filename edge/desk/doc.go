// Package desk is what the producer's and the operator's desk have in common: figures
// and their words, searches through orders, tables as files, and what is asked again
// before it is done.
package desk
