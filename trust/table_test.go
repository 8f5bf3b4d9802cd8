package trust

import (
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"
)

var small = Table{
	{Service: "edge", Calls: []string{"catalog", "ordering"}, Front: true},
	{Service: "ordering", Calls: []string{"catalog"}, Hears: []string{"delivery"}},
	{Service: "catalog", Calls: []string{"inventory"}, Hears: []string{"inventory"}},
	{Service: "inventory"},
	{Service: "delivery"},
}

func TestAServiceCallsWhatItsLineSays(t *testing.T) {
	const own = "artisan.catalog.v1.CatalogService"
	for _, c := range []struct {
		from, to, contract string
		may                bool
	}{
		{"edge", "catalog", own, true},
		{"ordering", "catalog", own, true},
		{"catalog", "inventory", own, true},
		{"inventory", "catalog", own, false},
		{"catalog", "catalog", own, false},
		{"stranger", "catalog", own, false},
		{"edge", "stranger", own, false},
		{"edge", "inventory", own, false},
		{"inventory", "catalog", eventContract, true},
		{"delivery", "ordering", eventContract, true},
		{"edge", "catalog", eventContract, false},
		{"ordering", "catalog", eventContract, false},
		{"catalog", "inventory", eventContract, false},
		{"edge", "catalog", logContract, true},
		{"edge", "catalog", troubleContract, true},
		{"edge", "inventory", logContract, false},
		{"ordering", "catalog", logContract, false},
		{"ordering", "catalog", troubleContract, false},
	} {
		if got := small.May([]string{c.from}, c.to, c.contract); got != c.may {
			t.Errorf("%s calls %s of %s: %v", c.from, c.contract, c.to, got)
		}
	}
	if !small.May([]string{"delivery", "catalog"}, "inventory", own) || small.May(nil, "inventory", own) {
		t.Error("a process of several services may what one of them may, and one of none nothing")
	}
}

func TestATokenReachesAsFarAsItsCallMay(t *testing.T) {
	for from, want := range map[string][]string{
		"ordering": {"catalog", "inventory", "ordering"}, "catalog": {"catalog", "inventory"},
		"delivery": {"delivery"}, "stranger": {"stranger"},
	} {
		if got := small.Reach(from); !slices.Equal(got, want) {
			t.Errorf("from %s to %v", from, got)
		}
	}
}

func TestWhatIsRememberedIsBounded(t *testing.T) {
	r := recent[int, int]{size: 10}
	for n := range 1000 {
		r.put(n, n)
		if got, ok := r.get(0); !ok || got != 0 {
			t.Fatalf("what is used is forgotten after %d", n)
		}
		if held := len(r.newer) + len(r.older); held > 20 {
			t.Fatalf("%d are held", held)
		}
	}
	if _, ok := r.get(500); ok {
		t.Error("what is not used is held")
	}
}

func TestARefusalIsToldOnceAMinuteAndKind(t *testing.T) {
	var log strings.Builder
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	r := NewRefusals(slog.New(slog.NewTextHandler(&log, nil)), func() time.Time { return now })
	for range 61 {
		for range 100 {
			r.Tell("a call is refused", "catalog", &RefusedError{Ended, "it has ended"})
			r.Tell("a call is refused", "catalog", &RefusedError{Forged, "it was changed"})
			r.Tell("a call is refused", "ordering", &RefusedError{Forged, "it was changed"})
		}
		now = now.Add(time.Second)
	}
	if got := strings.Count(log.String(), "\n"); got != 6 {
		t.Errorf("in a minute it is told %d times", got)
	}
}
