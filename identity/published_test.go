package identity_test

import (
	"crypto/rand"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/identity"
	"github.com/artisan-eats/artisan/identity/identitytest"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

// TestAccountsWithPublishedPasswordsAreClosedInAShop makes the accounts that an earlier version made of
// itself, of which the owner of one has set another password since, and starts the shop.
func TestAccountsWithPublishedPasswordsAreClosedInAShop(t *testing.T) {
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			config := host.Config{
				Data: filepath.Join(t.TempDir(), "data"), Secret: make([]byte, 32),
				BaseURL: "https://shop.example",
			}
			if engine == sqldb.Postgres {
				config.DatabaseURL, config.SchemaPrefix = sqldbtest.URL(t), "test_"+
					strings.ToLower(rand.Text())+"_"
				t.Cleanup(func() {
					sqldbtest.Drop(t, sqldb.Config{URL: config.DatabaseURL, Schema: config.SchemaPrefix +
						"identity"})
				})
			}
			services := []host.Service{identity.Room().With(identity.WithCost(identitytest.Cheap))}
			start := func() shop {
				t.Helper()
				p, err := host.New(t.Context(), config, services, "identity")
				if err != nil {
					t.Fatal(err)
				}
				return shop{identitytest.Shop{IdentityServiceClient: identitytest.Of(p), Process: p}}
			}
			passwords := map[string]string{
				"shopper": "saturday-morning", "producer": "her own password",
				"operator": "keys-to-the-market",
			}
			sessions := map[string]string{}
			s := start()
			for role, password := range passwords {
				account := &identityv1.EnsureAccountRequest{
					Email: role + "@demo.example", Password: password,
					Roles: []string{role},
				}
				if _, err := s.EnsureAccount(t.Context(), account); err != nil {
					t.Fatal(err)
				}
				in, err := s.signIn(t.Context(), account.GetEmail(), password)
				if err != nil {
					t.Fatal(err)
				}
				sessions[role] = in.GetSessionToken()
			}
			for range 2 {
				if err := s.Process.Stop(); err != nil {
					t.Fatal(err)
				}
				s = start()
			}
			defer func() { _ = s.Process.Stop() }()
			for role, password := range passwords {
				_, err := s.signIn(t.Context(), role+"@demo.example", password)
				_, sessionErr := s.Session(t.Context(), sessions[role])
				if role == "producer" {
					if err != nil || sessionErr != nil {
						t.Errorf("who has a password of her own: %v, %v", err, sessionErr)
					}
					continue
				}
				wantCode(t, "the password of the "+role, err, fault.Unauthenticated, "bad_credentials")
				wantCode(t, "the session of the "+role, sessionErr, fault.Unauthenticated, "no_session")
			}
			if !s.lists(t) {
				t.Error("the demo's operator is one still")
			}
			if got := s.logged(t, "demo_account.close"); len(got) != 2 ||
				slices.ContainsFunc(got, func(e string) bool { return !strings.HasSuffix(e, " done") }) {
				t.Errorf("the log says %v", got)
			}
		})
	}
}
