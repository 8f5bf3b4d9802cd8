package rights

import (
	"fmt"
	"testing"

	"github.com/artisan-eats/artisan/fault"
)

func TestWhoIsLimitedMayDoWhatIsSaid(t *testing.T) {
	both := Limits{"prd_a": {Goods}, "prd_b": {Goods, Orders}}
	for _, c := range []struct {
		limits          Limits
		producer, right string
		may             bool
	}{
		{nil, "prd_a", Owner, true},
		{nil, "", Goods, true},
		{both, "prd_c", Owner, true},
		{both, "prd_a", Goods, true},
		{both, "prd_a", Orders, false},
		{both, "prd_a", Owner, false},
		{both, "prd_b", Orders, true},
		{both, "", Goods, true},
		{both, "", Orders, false},
		{Limits{"prd_a": {Owner}}, "", Orders, true},
		{Limits{"prd_a": {}}, "prd_a", Goods, false},
	} {
		for _, l := range []Limits{c.limits, Parse(c.limits.String())} {
			err := Check(With(t.Context(), l), c.producer, c.right)
			if (err == nil) != c.may || (err != nil && fault.KindOf(err) != fault.Denied) {
				t.Errorf("%s of %q with %v: %v", c.right, c.producer, l, err)
			}
		}
	}
}

func TestRightsAreWrittenInOneWay(t *testing.T) {
	for given, want := range map[string]string{
		"[goods]": "[goods] true", "[orders goods orders]": "[goods orders] true",
		"[goods owner]": "[owner] true", "[]": "[] false", "[money]": "[] false",
	} {
		var words []string
		switch given {
		case "[goods]":
			words = []string{Goods}
		case "[orders goods orders]":
			words = []string{Orders, Goods, Orders}
		case "[goods owner]":
			words = []string{Goods, Owner}
		case "[money]":
			words = []string{"money"}
		}
		if normal, ok := Normal(words); fmt.Sprint(normal, ok) != want {
			t.Errorf("%s: %v, %v", given, normal, ok)
		}
	}
}
