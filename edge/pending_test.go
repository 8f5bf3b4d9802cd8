package edge

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/artisan-eats/artisan/edge/web"
)

// halfIn is what whoever knows a password, and has not the second factor, sends to wherever a password is
// taken.
func halfIn() url.Values {
	return url.Values{
		"email": {"half@example.org"}, "password": {"right"}, "key": {"a-key"},
		"window_id": {saturday}, "payment": {"test:ok"},
	}
}

// TestAPasswordAloneShowsNothingOfWhoHasASecondFactor sends it to every route that takes a form or an object.
func TestAPasswordAloneShowsNothingOfWhoHasASecondFactor(t *testing.T) {
	s := openShop(t, DefaultLimits)
	things := strings.NewReplacer("{orders}", placedOrder, "{carts}", guestCart, "{variant}", wheel)
	for _, rt := range s.edge.routes {
		method, at, _ := strings.Cut(rt.Pattern, " ")
		if method == http.MethodGet {
			continue
		}
		c := call{
			method: method, path: pathOf(at, things),
			header: []string{"Cookie", withCart, "Sec-Fetch-Site", "same-origin", "Idempotency-Key", "k"},
		}
		c.header, c.body = append(c.header, "Content-Type", "application/x-www-form-urlencoded"),
			halfIn().Encode()
		if strings.HasPrefix(at, "/api/") {
			c.header[len(c.header)-1], c.body = "application/json",
				`{"email": "half@example.org", "password": "right"}`
		}
		answer, body := s.send(t, c) //nolint:bodyclose // send closes it
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

func TestACheckoutAsksForTheSecondFactorToo(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for _, path := range []string{"/checkout/form", "/checkout"} {
		v := s.open(t, path, withCart, halfIn())
		if to := v.header.Get("Location"); v.status != http.StatusSeeOther ||
			to != "/sign-in/second?next=%2Fcheckout&with=passkey+totp" {
			t.Errorf("%s: status %d to %q", path, v.status, to)
		}
		if len(v.cookies) != 1 || v.cookies[0].Name != web.PendingCookie || v.cookies[0].Value != "half" {
			t.Errorf("%s: cookies %v", path, v.cookies)
		}
	}
	if s.peers.count("ListAddresses") != 0 || s.peers.count("Checkout") != 0 {
		t.Error("half of a sign-in reads addresses, or orders")
	}
}

// TestEveryPasswordIsOfAShare sends many passwords at once wherever one is taken, of which a few are hashed
// at a time.
func TestEveryPasswordIsOfAShare(t *testing.T) {
	const form, program, basket, shopper = "application/x-www-form-urlencoded", "application/json",
		"__Host-cart=" + guestCart, "__Host-session=shopper"
	for pattern, c := range map[string]struct{ peer, kind, cookie, body string }{
		"POST /checkout":       {"SignIn", form, basket, halfIn().Encode()},
		"POST /checkout/form":  {"SignIn", form, basket, halfIn().Encode()},
		"POST /sign-in":        {"SignIn", form, basket, halfIn().Encode()},
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
			s := openStreet(t, DefaultLimits)
			s.peers.set(func(p *peers) { p.noOrders = true })
			release := s.peers.hold(c.peer)
			method, path, _ := strings.Cut(pattern, " ")
			var all sync.WaitGroup
			defer all.Wait()
			defer release()
			var refused atomic.Int64
			for range 40 {
				all.Go(func() {
					answer, _ := s.as(t, stranger, call{
						method: method, path: path, body: c.body,
						header: []string{
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
				at := s.peers.count(c.peer)
				return at > passwords.Running || at == passwords.Running && refused.Load() > 0
			})
			if got := s.peers.count(c.peer); got > passwords.Running {
				t.Errorf("%d passwords of one client are looked at at once", got)
			}
		})
	}
}
