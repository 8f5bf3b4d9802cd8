package fault_test

import (
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/fault"
)

func index(list []int, at int) (n int, err error) {
	defer fault.Recover(&err)
	return list[at], nil
}

func TestAPanicIsAnErrorThatSaysWhere(t *testing.T) {
	if n, err := index([]int{7}, 0); n != 7 || err != nil {
		t.Errorf("without a panic: %d, %v", n, err)
	}
	_, err := index(nil, 3)
	if err == nil || !strings.Contains(err.Error(), "index out of range [3]") ||
		!strings.Contains(err.Error(), "fault_test.index:") || strings.Contains(err.Error(), "\n") {
		t.Errorf("with one: %v", err)
	}
	if err := fault.Guard(func() error { panic("poison") })(); err == nil ||
		!strings.Contains(err.Error(), "poison, at ") {
		t.Errorf("in a guarded function: %v", err)
	}
	if fault.KindOf(err) != fault.Internal {
		t.Errorf("its kind is %d", fault.KindOf(err))
	}
}
