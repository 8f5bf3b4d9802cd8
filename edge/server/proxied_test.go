package server_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/host"
)

// TestADemoAnswersNothingThatAProxyHandsOn asks a demo for a warm page, its mailbox and a checkout, as
// proxies of its machine do.
func TestADemoAnswersNothingThatAProxyHandsOn(t *testing.T) {
	s := edgetest.Open(t)
	real := edgetest.Open(t, func(c *host.Config) { c.Demo, c.Secret = false, make([]byte, 32) })
	ask := func(s *edgetest.Shop, method, path string,
		change func(*http.Request),
	) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, nil)
		r.Host = "127.0.0.1:8080"
		if change != nil {
			change(r)
		}
		w := httptest.NewRecorder()
		s.Front.ServeHTTP(w, r)
		return w
	}
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	for name, change := range map[string]func(*http.Request){
		"X-Forwarded-For":   header("X-Forwarded-For", "192.0.2.1"),
		"X-Forwarded-Proto": header("X-Forwarded-Proto", "https"),
		"X-Forwarded-Host":  header("X-Forwarded-Host", "shop.example"),
		"Forwarded":         header("Forwarded", "for=192.0.2.1"),
		"Via":               header("Via", "1.1 proxy"),
		"X-Real-IP":         header("X-Real-IP", "192.0.2.1"),
		"HTTP/1.0":          func(r *http.Request) { r.ProtoMinor = 0 },
		"another name":      func(r *http.Request) { r.Host = "shop.example" },
		"another address":   func(r *http.Request) { r.Host = "192.0.2.1:80" },
	} {
		for _, at := range []struct{ method, path string }{
			{"GET", "/"},
			{"GET", "/m/portland"},
			{"GET", "/dev/mail"},
			{"GET", "/api/v1/markets"},
			{"GET", "/readyz"},
			{"POST", "/api/v1/carts/" + edgetest.GuestCart + "/checkout"},
		} {
			for _, proxied := range []bool{false, true, true} { // from here it becomes warm
				if !proxied {
					ask(s, at.method, at.path, nil)
					continue
				}
				if w := ask(s, at.method, at.path, change); w.Code != http.StatusForbidden ||
					!strings.Contains(w.Body.String(), "This shop is a demo") {
					t.Errorf("%s %s with %s: %d %.80s", at.method, at.path, name, w.Code, w.Body)
				}
			}
		}
		if w := ask(real, "GET", "/m/portland", change); w.Code != http.StatusOK {
			t.Errorf("a shop that is no demo answers what has %s with %d", name, w.Code)
		}
	}
	for _, at := range []string{
		"127.0.0.1:8080", "127.0.0.1", "localhost:8080", "shop.localhost",
		"[::1]:8080", "[::1]", "shop.test", "",
	} {
		if w := ask(s, "GET", "/m/portland", func(r *http.Request) { r.Host = at }); w.Code != http.StatusOK {
			t.Errorf("a demo is asked at %q and answers %d", at, w.Code)
		}
	}
}
