package vault_test

import (
	"bytes"
	"crypto/rand"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	auditv1 "github.com/artisan-eats/artisan/gen/artisan/audit/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/identity"
	"github.com/artisan-eats/artisan/identity/identitytest"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

var (
	firstKey  = bytes.Repeat([]byte{1}, 32)
	secondKey = bytes.Repeat([]byte{2}, 32)
)

// turning is a shop whose master key turns.
type turning struct{ identitytest.Shop }

// eachTurning gives a test a way to start the same shop again with other master keys, the current one first.
func eachTurning(t *testing.T, test func(t *testing.T, start func(secrets ...[]byte) turning)) {
	t.Helper()
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			data, prefix := filepath.Join(t.TempDir(), "data"), "test_"+strings.ToLower(rand.Text())+"_"
			services := []host.Service{identity.Room().With(identity.WithCost(identitytest.Cheap))}
			test(t, func(secrets ...[]byte) turning {
				p := hosttest.Start(t, engine, services, func(c *host.Config) {
					c.Data, c.Secret, c.OlderSecrets = data, secrets[0], secrets[1:]
					if engine == sqldb.Postgres {
						c.SchemaPrefix = prefix
					}
				})
				return turning{identitytest.Shop{IdentityServiceClient: identitytest.Of(p), Process: p}}
			})
		})
	}
}

func (s turning) stop(t *testing.T) {
	t.Helper()
	if err := s.Process.Stop(); err != nil {
		t.Fatal(err)
	}
}

// rewrapAll turns every key, and answers how many were under another one.
func (s turning) rewrapAll(t *testing.T) (rewrapped int64) {
	t.Helper()
	for after, first := "", true; first || after != ""; first = false {
		answer, err := s.RewrapKeys(t.Context(), &identityv1.RewrapKeysRequest{After: after})
		if err != nil {
			t.Fatal(err)
		}
		rewrapped += answer.GetRewrapped()
		after = answer.GetNext()
	}
	return rewrapped
}

func (s turning) sealGuest(t *testing.T, email string) []byte {
	t.Helper()
	order := s.Process.Host("identity").NewID(id.Order, "pdx")
	sealed, err := s.Seal(t.Context(),
		&identityv1.SealRequest{
			OrderId: order,
			Contact: &identityv1.Contact{Email: email, Name: "Ann Baker"},
		})
	if err != nil {
		t.Fatal(err)
	}
	return sealed.GetSealed()
}

func (s turning) wantContacts(t *testing.T, sealed ...[]byte) {
	t.Helper()
	opened, err := s.Open(t.Context(), &identityv1.OpenRequest{Sealed: sealed})
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range opened.GetContacts() {
		if c.GetContact().GetName() != "Ann Baker" {
			t.Errorf("contact %d: %v", i, c)
		}
	}
}

func (s turning) wantFound(t *testing.T, email string, want int) {
	t.Helper()
	found, err := s.FindCustomers(t.Context(), &identityv1.FindCustomersRequest{Email: email})
	if err != nil || len(found.GetCustomerIds()) != want {
		t.Errorf("%s finds %v (%v), want %d", email, found.GetCustomerIds(), err, want)
	}
}

func TestTheMasterKeyTurnsWhileTheShopServes(t *testing.T) {
	eachTurning(t, func(t *testing.T, start func(...[]byte) turning) {
		old := start(firstKey)
		before := old.sealGuest(t, "guest@example.org")
		without, oldKey := toKey(t, old.Shop, guestOf(t, old.Order()))
		old.stop(t)

		both := start(secondKey, firstKey)
		both.wantContacts(t, before, without)
		both.wantFound(t, "guest@example.org", 1)
		after := both.sealGuest(t, "guest@example.org")
		var orders sync.WaitGroup
		for range 4 {
			orders.Go(func() { both.wantContacts(t, both.sealGuest(t, "others@example.org")) })
		}
		if n := both.rewrapAll(t); n != 1 {
			t.Errorf("%d keys were wrapped anew, want 1", n)
		}
		orders.Wait()
		if _, key := toKey(t, both.Shop, guestOf(t, both.Order())); key == oldKey {
			t.Error("contacts are sealed to a key pair that the older master key has wrapped")
		}
		if n := both.rewrapAll(t); n != 0 {
			t.Errorf("%d keys were wrapped anew once more", n)
		}
		if told := both.Logged(t, &auditv1.ListEntriesRequest{Action: "keys.rewrap"}); len(told) != 1 ||
			told[0].GetDetail()["keys"] != "1" {
			t.Errorf("the security log tells of %v", told)
		}
		both.stop(t)

		alone := start(secondKey)
		alone.wantContacts(t, before, after, without)
		alone.wantFound(t, "guest@example.org", 2)
		alone.stop(t)
	})
}

func TestAKeyThatWasErasedStaysErasedWhenTheMasterKeyTurns(t *testing.T) {
	eachTurning(t, func(t *testing.T, start func(...[]byte) turning) {
		old := start(firstKey)
		order := old.Process.Host("identity").NewID(id.Order, "pdx")
		sealed, err := old.Seal(t.Context(),
			&identityv1.SealRequest{
				OrderId: order,
				Contact: &identityv1.Contact{Email: "a@example.org", Name: "Ann Baker"},
			})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := old.Erase(t.Context(),
			&identityv1.EraseRequest{CustomerId: sealed.GetCustomerId(), ByShop: true}); err != nil {
			t.Fatal(err)
		}
		old.stop(t)

		both := start(secondKey, firstKey)
		if n := both.rewrapAll(t); n != 0 {
			t.Errorf("%d keys were wrapped anew", n)
		}
		opened, err := both.Open(t.Context(), &identityv1.OpenRequest{Sealed: [][]byte{sealed.GetSealed()}})
		if err != nil || !opened.GetContacts()[0].GetErased() {
			t.Errorf("opened %v (%v)", opened, err)
		}
	})
}
