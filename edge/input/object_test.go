package input_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/input"
)

// maxValues is how many values an object has at most.
const maxValues = 2000

func TestJSONHasFewValuesAndIsNotDeep(t *testing.T) {
	fill := func(n int, with string) string {
		return `{"a": [` + strings.TrimSuffix(strings.Repeat(with+",", n), ",") + `]}`
	}
	for what, c := range map[string]struct{ body, want string }{
		"many numbers":  {fill(400_000, "1"), "too many values"},
		"many lists":    {fill(300_000, "[]"), "too many values"},
		"many objects":  {fill(300_000, "{}"), "too many values"},
		"many fields":   {`{` + fields(5000) + `}`, "too many values"},
		"a deep one":    {strings.Repeat(`{"a":`, 9) + "1" + strings.Repeat("}", 9), "too deep"},
		"the deepest":   {strings.Repeat("[", 500_000) + strings.Repeat("]", 500_000), "not JSON"},
		"a long number": {`{"a": ` + strings.Repeat("9", 900_000) + `}`, "too long"},
	} {
		if _, err := input.ParseObject([]byte(c.body)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := input.ParseObject([]byte(fill(maxValues-2, "1"))); err != nil {
		t.Errorf("as many as there may be: %v", err)
	}
}

func fields(n int) string {
	var b strings.Builder
	for i := range n {
		_, _ = fmt.Fprintf(&b, "%q: 1,", strconv.Itoa(i))
	}
	return strings.TrimSuffix(b.String(), ",")
}
