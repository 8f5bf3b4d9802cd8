package host

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestAPeersTokenTurnsWithoutAMomentInWhichNobodyIsBelieved(t *testing.T) {
	answered := http.HandlerFunc(func(w http.ResponseWriter,
		_ *http.Request,
	) {
		w.WriteHeader(http.StatusNoContent)
	})
	status := func(handler http.Handler, shown string) int {
		r := httptest.NewRequest(http.MethodPost, "/rpc/catalog/x", nil)
		if shown != "" {
			r.Header.Set("Authorization", "Bearer "+shown)
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w.Code
	}
	for name, tokens := range map[string][]string{
		"the new one is known, the old one shown": {"old", "new"},
		"the new one is shown, the old one known": {"new", "old"},
	} {
		handler := requireToken(answered, tokens...)
		for shown, want := range map[string]int{
			"old": http.StatusNoContent, "new": http.StatusNoContent,
			"other": http.StatusUnauthorized, "": http.StatusUnauthorized,
		} {
			if got := status(handler, shown); got != want {
				t.Errorf("%s: %q is answered %d, want %d", name, shown, got, want)
			}
		}
	}
	if got := status(requireToken(answered, "new", ""), ""); got != http.StatusUnauthorized {
		t.Errorf("no token is answered %d where one is empty", got)
	}
}
