package web_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/artisan-eats/artisan/edge/web"
)

func TestThoseSentAwayDoNotComeBackTogether(t *testing.T) {
	seen := map[int]bool{}
	for range 200 {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "/api/v1/markets", nil)
		web.ProblemReply(web.ErrOverloaded).Send(w, r)
		seconds, err := strconv.Atoi(w.Header().Get("Retry-After"))
		if err != nil || seconds < 1 || seconds > 10 {
			t.Fatalf("come back after %d s, %v", seconds, err)
		}
		seen[seconds] = true
	}
	if len(seen) < 3 {
		t.Errorf("everybody is told one of %v", seen)
	}
}
