package sqldb

import (
	"strings"
	"testing"
)

func TestOnlyParametersInOrderLoseTheirNumbers(t *testing.T) {
	for query, want := range map[string]string{
		"VALUES ($1,$2),($3)":        "VALUES (?,?),(?)",
		"a = $1 AND b IN ($2)":       "a = ? AND b IN (?)",
		"a = $2 AND b = $1":          "a = $2 AND b = $1",
		"a = $1 AND b = $1":          "a = $1 AND b = $1",
		"a = $1 AND b = $12":         "a = $1 AND b = $12",
		"a = 'cost in $' AND b = $1": "a = 'cost in $' AND b = $1",
		Values(12, "TEXT", "BIGINT"): "(CAST(? AS TEXT),CAST(? AS BIGINT))" + strings.Repeat(",(?,?)", 11),
		"SELECT 1":                   "SELECT 1",
	} {
		if got := unnumbered(query); got != want {
			t.Errorf("unnumbered(%q) = %q, want %q", query, got, want)
		}
	}
}
