package e2e

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
	"testing"

	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/artisan/ordering/v1/orderingv1connect"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

func newMasterKey() string {
	key := make([]byte, 32)
	_, _ = rand.Read(key)
	return hex.EncodeToString(key)
}

// withKeys starts the shop, which is no demo, with other master keys, the current one first.
func (s *shop) withKeys(t *testing.T, current string, older ...string) {
	t.Helper()
	if len(s.procs) > 0 {
		if err := s.stop(); err != nil {
			t.Fatal(err)
		}
	}
	s.env = append(s.env, "ARTISAN_DEMO=false", "ARTISAN_SECRET="+current, "ARTISAN_OLDER_SECRETS="+
		strings.Join(older, ","))
	s.start()
}

// TestTheMasterKeyTurnsUnderALivingShop turns the key of a shop while a shopper orders: the session, the
// address, the order and the checkout's key from before are good under the new one, and under it alone once
// everything is wrapped anew.
func TestTheMasterKeyTurnsUnderALivingShop(t *testing.T) {
	t.Parallel()
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			first, second := newMasterKey(), newMasterKey()
			s := closed(t, one, engine)
			s.withKeys(t, first)
			g := s.stock(100, 100)
			s.takesNewcomersOrders(t, 9)
			session := s.member(t)
			s.must(t, 201, "POST", "/addresses",
				object{"line1": "1 Mill Lane", "city": "Portland", "postal_code": "97201"}, session...)
			cart := s.memberCart(t, g, session)
			placed := s.atPickup(t, g, cart, "before", session)

			s.withKeys(t, second, first)
			s.isWhole(t, session, placed)
			if again := s.atPickup(t, g, cart, "before", session); again != placed {
				t.Errorf("the same checkout makes %s after the turn, and made %s before", again, placed)
			}
			var shopping sync.WaitGroup
			for n := range 4 {
				cart := s.memberCart(t, g, session)
				shopping.Go(func() {
					if a, err := s.takesAtPickup(g, cart, fmt.Sprint("meanwhile-", n), session); err != nil ||
						a.status != 201 {
						t.Errorf("a checkout while the key turns: %v %d %s", err, a.status, a.raw)
					}
				})
			}
			out, stderr, code := s.command("keys", "rotate")
			shopping.Wait()
			if code != 0 || !strings.HasPrefix(out, "rotated: ") || strings.HasPrefix(out, "rotated: 0 ") {
				t.Errorf("keys rotate: %d %q %q", code, out, stderr)
			}
			if out, _, _ := s.command("keys", "rotate"); !strings.HasPrefix(out,
				"rotated: 0 keys wrapped anew") {
				t.Errorf("keys rotate once more: %q", out)
			}

			s.withKeys(t, second)
			s.isWhole(t, session, placed)
		})
	}
}

// member signs a shopper in, whose address is verified.
func (s *shop) member(t *testing.T) (session []string) {
	t.Helper()
	_, err := identityv1connect.NewIdentityServiceClient(s.client("identity")).EnsureAccount(t.Context(),
		&identityv1.EnsureAccountRequest{
			Email: "ada@example.org", Password: "a quiet mill stream", Name: "Ada",
		})
	if err != nil {
		t.Fatal(err)
	}
	answer := s.must(t, 201, "POST", "/sessions",
		object{"email": "ada@example.org", "password": "a quiet mill stream"})
	return []string{"Authorization", "Bearer " + answer.body.str("token")}
}

func (s *shop) memberCart(t *testing.T, g goods, session []string) string {
	t.Helper()
	cart := s.must(t, 201, "POST", "/carts", object{"market": market}, session...).body.str("id")
	s.must(t, 200, "PUT", "/carts/"+cart+"/lines/"+g.variantID, object{"quantity": 1}, session...)
	return cart
}

// takesNewcomersOrders lets who has never picked up an order have so many open ones.
func (s *shop) takesNewcomersOrders(t *testing.T, orders int64) {
	t.Helper()
	ordering := orderingv1connect.NewOrderingServiceClient(s.client("ordering"))
	got, err := ordering.GetPickupLimits(t.Context(), &orderingv1.GetPickupLimitsRequest{Market: market})
	if err != nil {
		t.Fatal(err)
	}
	limits := got.GetLimits()
	limits.NewcomerOrders = &orders
	if _, err := ordering.PutPickupLimits(t.Context(),
		&orderingv1.PutPickupLimitsRequest{Limits: limits}); err != nil {
		t.Fatal(err)
	}
}

// takesAtPickup checks a cart out, to be paid when it is picked up.
func (s *shop) takesAtPickup(g goods, cart, key string, session []string) (answer, error) {
	body := object{
		"email": "ada@example.org", "name": "Ada", "window_id": g.pickupID,
		"payment": object{"method": "pickup"},
	}
	return s.ask("POST", "/carts/"+cart+"/checkout", body,
		append([]string{"Idempotency-Key", key}, session...)...)
}

func (s *shop) atPickup(t *testing.T, g goods, cart, key string, session []string) (orderID string) {
	t.Helper()
	a, err := s.takesAtPickup(g, cart, key, session)
	if err != nil || a.status != 201 {
		t.Fatalf("checkout: %v %d %s", err, a.status, a.raw)
	}
	return a.body.str("id")
}

// isWhole looks at what was sealed and signed in other times.
func (s *shop) isWhole(t *testing.T, session []string, orderID string) {
	t.Helper()
	if a := s.must(t, 200, "GET", "/addresses", nil, session...); !strings.Contains(string(a.raw),
		"1 Mill Lane") {
		t.Errorf("the address is gone: %s", a.raw)
	}
	s.must(t, 200, "GET", "/orders/"+orderID, nil, session...)
}
