package search

import (
	"testing"

	"pgregory.net/rapid"
)

func TestTypingErrorsAreCounted(t *testing.T) {
	for _, c := range []struct {
		from, to         string
		whole, beginning int
	}{
		{"cheddar", "cheddar", 0, 0},
		{"chedder", "cheddar", 1, 1},
		{"hcedar", "cheddar", 2, 2},
		{"brei", "brie", 1, 1},
		{"choclate", "chocolate", 1, 1},
		{"sorudo", "sourdough", 4, 1},
		{"honey", "money", 1, 1},
		{"crème", "creme", 1, 1},
	} {
		whole, beginning := newDistance([]rune(c.from), 9).to(c.to, true)
		if whole != c.whole || beginning != c.beginning {
			t.Errorf("from %s to %s: %d and %d, want %d and %d", c.from, c.to, whole, beginning, c.whole,
				c.beginning)
		}
	}
}

func TestDistanceIsTheSameBothWaysAndItsBoundHidesNothingNear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.StringMatching("[abcé]{1,8}").Draw(t, "a"),
			rapid.StringMatching("[abcé]{1,8}").Draw(t, "b")
		there, _ := newDistance([]rune(a), 9).to(b, false)
		back, _ := newDistance([]rune(b), 9).to(a, false)
		if there != back {
			t.Fatalf("%d there and %d back", there, back)
		}
		for most := 1; most <= 2; most++ {
			if bound, _ := newDistance([]rune(a), most).to(b, false); min(bound, most+1) != min(there, most+
				1) {
				t.Fatalf("%d within %d, and %d without a bound", bound, most, there)
			}
		}
	})
}
