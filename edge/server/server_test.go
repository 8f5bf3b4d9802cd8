package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/server"
	"github.com/artisan-eats/artisan/edge/web"
)

func TestAWrongMethodIsToldTheRightOnes(t *testing.T) {
	s := edgetest.Open(t)
	for path, allow := range map[string]string{
		"/api/v1/products": "GET, HEAD", "/api/v1/carts/x/checkout": "POST", "/cart": "GET, HEAD",
		"/api/v1/addresses/x": "PUT, DELETE",
	} {
		answer, _ := s.Send(t,
			edgetest.Call{Method: "PATCH", Path: path})
		if answer.StatusCode != http.StatusMethodNotAllowed || answer.Header.Get("Allow") != allow {
			t.Errorf("PATCH %s: %d, Allow %q; want %q", path, answer.StatusCode, answer.Header.Get("Allow"),
				allow)
		}
	}
}

// TestAPanicIsAPlainProblem lets a handler panic; the visitor sees nothing of it.
func TestAPanicIsAPlainProblem(t *testing.T) {
	s := edgetest.Open(t)
	s.Site.Ordering = nil
	answer, body := s.Send(t, edgetest.Call{Method: "GET", Path: "/api/v1/carts/" +
		edgetest.GuestCart})
	if answer.StatusCode != http.StatusInternalServerError || strings.Contains(string(body), "nil pointer") {
		t.Errorf("status %d: %s", answer.StatusCode, body)
	}
	if server.Running(s.Front, web.Carting) != 0 {
		t.Error("a place is still taken")
	}
}
