package reading

import (
	"strconv"
	"testing"
)

func TestAProcessRemembersSoManyOrders(t *testing.T) {
	var s sales
	for i := range maxSoldKept + 5 {
		s.keep(strconv.Itoa(i), 1, &sold{placedAt: int64(i)})
	}
	last := strconv.Itoa(maxSoldKept + 4)
	if len(s.kept) != maxSoldKept || s.get(last, 1) == nil || s.get(last, 2) != nil ||
		s.get("none", 1) != nil {
		t.Errorf("%d are kept", len(s.kept))
	}
	if s.keep(last, 2, &sold{}); len(s.kept) != maxSoldKept {
		t.Errorf("an order that is read anew leaves %d", len(s.kept))
	}
}
