package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/server"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/valkey/valkeytest"
)

// doors are two front doors of one shop, as strangers find them.
func doors(t *testing.T, v *valkeytest.Server) [2]street {
	t.Helper()
	var both [2]street
	for i := range both {
		both[i] = street{edgetest.Open(t, func(c *host.Config) {
			c.Demo, c.Secret, c.ValkeyURL = false, []byte(strings.Repeat("s", 32)), v.URL()
			c.Listen, c.BaseURL, c.TrustedProxies = "127.0.0.1:0", "https://shop.test", []string{"none"}
			c.PublicCert, c.PublicKey = hosttest.Certificate(t, t.TempDir(), 1)
		})}
		server.PacesSlowly(both[i].Front)
		if err := both[i].Process.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		until(t, func() bool { return server.AsksSecond(both[i].Front) })
	}
	return both
}

// TestWhatIsDearIsPacedOverAllFrontDoors has one client at two of them: together it gets what one of them
// alone would give, and somebody else is served meanwhile. Without Valkey each counts for itself.
func TestWhatIsDearIsPacedOverAllFrontDoors(t *testing.T) {
	signIn := edgetest.Call{
		Method: "POST", Path: "/api/v1/sessions", Body: `{"email": "a@example.org", "password": "right"}`,
	}
	buys := edgetest.Call{
		Method: "POST", Path: edgetest.CheckoutAt, Body: edgetest.Buying, Header: edgetest.WithKey,
	}
	for name, c := range map[string]struct {
		call edgetest.Call
		each int // at each door, which is less than one lets pass
		most int // of what two let pass together
	}{
		"passwords": {signIn, 12, 16}, // 511 units of 8192
		"checkouts": {buys, 100, 130}, // 63 units
	} {
		t.Run(name, func(t *testing.T) {
			v := valkeytest.Start(t)
			both := doors(t, v)
			passed := func(from string) (n int) {
				for range c.each {
					for _, s := range both {
						if status, _ := s.as(t, from, c.call); status != http.StatusTooManyRequests {
							n++
						}
					}
				}
				return n
			}
			// a call to Valkey that a busy machine is late with is nobody's refusal
			if n := passed(stranger); n < c.most || n > c.most+4 {
				t.Errorf("%d of %d pass at two front doors", n, 2*c.each)
			}
			if status, body := both[0].as(t, "127.0.0.3", c.call); status == http.StatusTooManyRequests {
				t.Errorf("somebody else is answered %d %s", status, body)
			}
			v.Kill()
			if n := passed("127.0.0.4"); n != 2*c.each {
				t.Errorf("%d of %d pass where each front door counts for itself", n, 2*c.each)
			}
		})
	}
}
