package web_test

import (
	"testing"

	"github.com/artisan-eats/artisan/edge/web"
)

func TestThoseSentAwayDoNotComeBackTogether(t *testing.T) {
	seen := map[int]bool{}
	for range 200 {
		seconds := web.RetryAfter()
		if seconds < 1 || seconds > 10 {
			t.Fatalf("come back after %d s", seconds)
		}
		seen[seconds] = true
	}
	if len(seen) < 3 {
		t.Errorf("everybody is told one of %v", seen)
	}
}
