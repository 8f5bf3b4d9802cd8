package sqldb

import (
	"strconv"
	"strings"
)

// manyParameters is in a query that is worth the work of unnumbered.
const manyParameters = "$40"

// unnumbered writes the parameters of a query as bare question marks if they are in order, each
// once. SQLite takes a numbered one for a name and compares it with every other: 5,000 take it half a second.
func unnumbered(query string) string {
	var b strings.Builder
	b.Grow(len(query))
	rest := query
	for next := 1; ; next++ {
		before, after, ok := strings.Cut(rest, "$")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		number := strconv.Itoa(next)
		rest, ok = strings.CutPrefix(after, number)
		if !ok || (rest != "" && rest[0] >= '0' && rest[0] <= '9') {
			return query
		}
		b.WriteByte('?')
	}
}
