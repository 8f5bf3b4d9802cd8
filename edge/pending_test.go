package edge_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/web"
)

// TestAPasswordAloneShowsNothingOfWhoHasASecondFactor sends it to every route that takes a form or an object.
func TestAPasswordAloneShowsNothingOfWhoHasASecondFactor(t *testing.T) {
	s := edgetest.Open(t)
	things := strings.NewReplacer("{orders}", edgetest.PlacedOrder, "{carts}", edgetest.GuestCart,
		"{variant}", edgetest.Wheel)
	for _, rt := range s.Routes {
		method, at, _ := strings.Cut(rt.Pattern, " ")
		if method == http.MethodGet {
			continue
		}
		c := edgetest.Call{
			Method: method, Path: pathOf(at, things),
			Header: []string{
				"Cookie", edgetest.WithCart, "Sec-Fetch-Site", "same-origin", "Idempotency-Key",
				"k",
			},
		}
		c.Header, c.Body = append(c.Header, "Content-Type", "application/x-www-form-urlencoded"),
			edgetest.HalfIn().Encode()
		if strings.HasPrefix(at, "/api/") {
			c.Header[len(c.Header)-1], c.Body = "application/json",
				`{"email": "half@example.org", "password": "right"}`
		}
		answer, body := s.Send(t, c)
		for _, secret := range []string{"acc_x_1", "Ann", "1 Hill Road"} {
			if strings.Contains(string(body), secret) {
				t.Errorf("%s shows %q", rt.Pattern, secret)
			}
		}
		for _, cookie := range answer.Cookies() {
			if cookie.Name == web.SessionCookie && cookie.MaxAge > 0 {
				t.Errorf("%s gives a session", rt.Pattern)
			}
		}
	}
}
