package server_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/server"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/valkey/valkeytest"
)

// doors are two front doors of one shop, as strangers find them.
func doors(t *testing.T, v *valkeytest.Server, limits server.Limits) [2]street {
	t.Helper()
	var both [2]street
	for i := range both {
		both[i] = street{edgetest.OpenWithin(t, limits, func(c *host.Config) {
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
			both := doors(t, v, server.DefaultLimits)
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

// TestOneClientsPlacesInLineAreCountedAtAllFrontDoors has one client ask two of them for many places: the
// last one is as far behind as it would be at one door; without Valkey half as far.
func TestOneClientsPlacesInLineAreCountedAtAllFrontDoors(t *testing.T) {
	v := valkeytest.Start(t)
	limits := server.DefaultLimits
	limits.CheckoutsASecond = 1
	both := doors(t, v, limits)
	const each = 24
	for _, s := range both { // the one of now
		if status, body := s.as(t, honest, buying()); status != http.StatusCreated {
			t.Fatalf("status %d: %s", status, body)
		}
	}
	furthest := func(from string) (behind, took time.Duration) {
		begun := time.Now()
		for range each {
			for _, s := range both {
				var told ticket
				status, body := s.as(t, from, buying())
				if err := json.Unmarshal([]byte(body), &told); err != nil || told.Ticket == "" {
					t.Fatalf("status %d: %s", status, body)
				}
				behind = max(behind, server.CameBy(s.Front, told.Ticket).Sub(s.Clock.Now()))
			}
		}
		return behind, time.Since(begun)
	}
	const late = 2 * time.Second // a call that a busy machine is late with is counted at its door only
	together, alone := (2*each-16)*500*time.Millisecond, (each-16)*500*time.Millisecond
	if behind, took := furthest(stranger); behind > together || behind < together-took-late {
		t.Errorf("of %d places the last is %v behind, want %v, less what it took: %v", 2*each, behind, together,
			took)
	}
	v.Kill()
	if behind, took := furthest("127.0.0.4"); behind > alone || behind < alone-took {
		t.Errorf("without Valkey the last of %d is %v behind, want %v, less what it took: %v", 2*each, behind,
			alone, took)
	}
}
