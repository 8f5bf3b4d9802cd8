package desk

import "strconv"

// NewSince says what has changed since a page asked with so many open orders; empty where it is as it was.
func NewSince(seen string, open int64) string {
	if seen == strconv.FormatInt(open, 10) {
		return ""
	}
	return "The number of open orders is another one by now. Nothing is changed yet: please look again."
}
