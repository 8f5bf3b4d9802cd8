package server_test

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/server"
)

// TestEveryPasswordIsOfAShare sends many passwords at once wherever one is taken, of which a few are hashed
// at a time.
func TestEveryPasswordIsOfAShare(t *testing.T) {
	t.Parallel()
	const form, program, basket, shopper = "application/x-www-form-urlencoded", "application/json",
		"__Host-cart=" + edgetest.GuestCart, "__Host-session=shopper"
	for pattern, c := range map[string]struct{ peer, kind, cookie, body string }{
		"POST /checkout":       {"SignIn", form, basket, edgetest.HalfIn().Encode()},
		"POST /checkout/form":  {"SignIn", form, basket, edgetest.HalfIn().Encode()},
		"POST /sign-in":        {"SignIn", form, basket, edgetest.HalfIn().Encode()},
		"POST /step-up":        {"StepUp", form, shopper, "as=acc_x_1&password=right"},
		"POST /account/delete": {"Erase", form, shopper, "as=acc_x_1&password=right"},
		"POST /account/password": {
			"ChangePassword", form, shopper,
			"as=acc_x_1&password=right&new_password=a+long+password",
		},
		"POST /account/email": {
			"ChangeEmail", form, shopper,
			"as=acc_x_1&password=right&email=x%40example.org",
		},
		"POST /api/v1/sessions": {
			"SignIn", program, "",
			`{"email": "a@example.org", "password": "right"}`,
		},
		"POST /api/v1/sessions/current/step-up": {"StepUp", program, shopper, `{"password": "right"}`},
	} {
		t.Run(pattern, func(t *testing.T) {
			t.Parallel()
			s := openStreet(t)
			s.Peers.Set(func(p *edgetest.Peers) { p.NoOrders = true })
			release := s.Peers.Suspend(c.peer)
			method, path, _ := strings.Cut(pattern, " ")
			var all sync.WaitGroup
			defer all.Wait()
			defer release()
			var refused atomic.Int64
			for range 40 {
				all.Go(func() {
					answer, _ := s.as(t, stranger, edgetest.Call{
						Method: method, Path: path, Body: c.body,
						Header: []string{
							"Cookie", c.cookie, "Content-Type", c.kind, "Sec-Fetch-Site",
							"same-origin",
						},
					})
					if answer == http.StatusTooManyRequests {
						refused.Add(1)
					}
				})
			}
			until(t, func() bool {
				at := s.Peers.Count(c.peer)
				return at > server.PasswordsOfOne || at == server.PasswordsOfOne && refused.Load() > 0
			})
			if got := s.Peers.Count(c.peer); got > server.PasswordsOfOne {
				t.Errorf("%d passwords of one client are looked at at once", got)
			}
		})
	}
}
