// Package allergen has the 14 substances that have to be declared on food, as the contract lists them, sets
// of them, and the words by which people name them in six languages. It reads what somebody has written and
// warns of what is named and not declared. It declares nothing by itself: what is not stated is not none.
package allergen
