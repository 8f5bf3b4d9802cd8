package stamp

import (
	"testing"

	"github.com/artisan-eats/artisan/fault"
)

func TestWhatSaysTheSameHasOneStamp(t *testing.T) {
	list := []int{1}
	first := Of("a", list)
	if list = append([]int{}, list...); Of("a", list) != first {
		t.Error("the same has two stamps")
	}
	seen := map[string]bool{}
	for _, parts := range [][]any{
		{"ab", "c"},
		{"a", "bc"},
		{"abc"},
		{`a","bc`},
		{"abc", ""},
		{1},
		{"1"},
		{[]string{"1"}},
		{},
	} {
		if mark := Of(parts...); seen[mark] {
			t.Errorf("%v has the stamp of something else", parts)
		} else {
			seen[mark] = true
		}
	}
}

func TestAChangeIsHeldToWhatWasSeen(t *testing.T) {
	for _, seen := range []string{"", "b", "a,b", "b,c"} {
		if err := Check(seen, "b"); err != nil {
			t.Errorf("%q: %v", seen, err)
		}
	}
	for _, seen := range []string{"a", "a,c", "bb", ",", "*"} {
		if err := Check(seen, "b"); !fault.Is(err, Changed) || fault.KindOf(err) != fault.Conflict {
			t.Errorf("%q: %v", seen, err)
		}
	}
}
