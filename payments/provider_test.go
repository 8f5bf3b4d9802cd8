package payments

import (
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

// providerTokens are a provider's tokens for the cases of the suite; a provider that
// cannot play a case leaves its token empty.
type providerTokens struct{ ok, declined, timeout, unavailable string }

// testProviderSuite is what every provider has to pass.
func testProviderSuite(t *testing.T, provider Provider, tokens providerTokens) {
	amount := money.New(1000, "USD")
	authorise := func(t *testing.T, key, token string) {
		t.Helper()
		if c, err := provider.Authorise(t.Context(), key, amount, token); err != nil ||
			c.State != ChargeAuthorised || c.Amount != amount {
			t.Fatalf("Authorise = %+v, %v", c, err)
		}
	}
	expect := func(t *testing.T, key string, want Charge) {
		t.Helper()
		if c, err := provider.Lookup(t.Context(), key); err != nil || c.State != want.State ||
			c.Captured != want.Captured || c.Refunded != want.Refunded {
			t.Errorf("Lookup = %+v, %v; want %+v", c, err, want)
		}
	}
	t.Run("an unknown key", func(t *testing.T) { expect(t, "unknown", Charge{}) })
	t.Run("one key is one charge", func(t *testing.T) {
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() { authorise(t, "one", tokens.ok) })
		}
		all.Wait()
		expect(t, "one", Charge{State: ChargeAuthorised})
	})
	t.Run("captures once and refunds each key once", func(t *testing.T) {
		authorise(t, "capture", tokens.ok)
		for range 2 {
			if err := provider.Capture(t.Context(), "capture", 900); err != nil {
				t.Fatal(err)
			}
		}
		for _, key := range []string{"a", "a", "b"} {
			if err := provider.Refund(t.Context(), "capture", key, 400); err != nil {
				t.Fatal(err)
			}
		}
		expect(t, "capture", Charge{State: ChargeCaptured, Captured: 900, Refunded: 800})
		if provider.Refund(t.Context(), "capture", "c", 101) == nil ||
			provider.Capture(t.Context(), "capture", 950) == nil ||
			provider.Void(t.Context(), "capture") == nil {
			t.Error("too much was refunded, captured again, or voided after the capture")
		}
		expect(t, "capture", Charge{State: ChargeCaptured, Captured: 900, Refunded: 800})
	})
	t.Run("never captures more than was authorised", func(t *testing.T) {
		authorise(t, "more", tokens.ok)
		if provider.Capture(t.Context(), "more", 1001) == nil {
			t.Error("1001 of 1000 were captured")
		}
	})
	t.Run("reduces, and never back", func(t *testing.T) {
		authorise(t, "reduce", tokens.ok)
		for _, minor := range []int64{700, 700, 900} {
			if err := provider.Reduce(t.Context(), "reduce", minor); err != nil {
				t.Fatal(err)
			}
		}
		if provider.Capture(t.Context(), "reduce", 701) == nil {
			t.Error("more was captured than was left")
		}
		for range 2 {
			if err := provider.Reduce(t.Context(), "reduce", 0); err != nil {
				t.Fatal(err)
			}
		}
		expect(t, "reduce", Charge{State: ChargeVoided})
	})
	t.Run("a void is final", func(t *testing.T) {
		authorise(t, "void", tokens.ok)
		for _, key := range []string{"void", "void", "void before"} {
			if err := provider.Void(t.Context(), key); err != nil {
				t.Fatal(err)
			}
			if c, err := provider.Authorise(t.Context(), key, amount, tokens.ok); err != nil ||
				c.State != ChargeVoided {
				t.Errorf("%s: Authorise = %+v, %v", key, c, err)
			}
		}
		if provider.Capture(t.Context(), "void", 1) == nil {
			t.Error("a voided charge was captured")
		}
	})
	t.Run("a decline is final", func(t *testing.T) {
		for _, token := range []string{tokens.declined, tokens.ok} {
			if c, err := provider.Authorise(t.Context(), "declined", amount, token); err != nil ||
				c.State != ChargeDeclined {
				t.Errorf("Authorise = %+v, %v", c, err)
			}
		}
	})
	t.Run("a token that is none", func(t *testing.T) {
		if _, err := provider.Authorise(t.Context(), "bad", amount,
			"no such token"); fault.KindOf(err) != fault.Invalid {
			t.Errorf("Authorise = %v", err)
		}
		expect(t, "bad", Charge{})
	})
	if tokens.timeout != "" {
		t.Run("no answer, and the effect is there", func(t *testing.T) {
			if _, err := provider.Authorise(t.Context(), "timeout", amount,
				tokens.timeout); fault.KindOf(err) != fault.Unknown {
				t.Errorf("the first Authorise = %v", err)
			}
			expect(t, "timeout", Charge{State: ChargeAuthorised})
			authorise(t, "timeout", tokens.timeout)
		})
	}
	if tokens.unavailable != "" {
		t.Run("unavailable, and no effect", func(t *testing.T) {
			if _, err := provider.Authorise(t.Context(), "unavailable", amount,
				tokens.unavailable); fault.KindOf(err) != fault.Unavailable {
				t.Errorf("Authorise = %v", err)
			}
			expect(t, "unavailable", Charge{})
			authorise(t, "unavailable", tokens.ok)
		})
	}
}

func TestTheTestProvider(t *testing.T) {
	sqldbtest.Each(t, "payments", Migrations(), func(t *testing.T, db *sqldb.DB) {
		testProviderSuite(t, newTestProvider(db),
			providerTokens{tokenOK, tokenDeclined, tokenTimeout, tokenUnavailable})
	})
}

func TestTheTestProviderRemembersAfterARestart(t *testing.T) {
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			config := sqldbtest.Config(t, engine, time.Now)
			for restart := range 2 {
				db, err := sqldb.Open(t.Context(), config)
				if err != nil {
					t.Fatal(err)
				}
				if err := db.Migrate(t.Context(), "payments", Migrations()); err != nil {
					t.Fatal(err)
				}
				_, err = newTestProvider(db).Authorise(t.Context(), "key", money.New(1, "USD"), tokenTimeout)
				if (err == nil) != (restart == 1) {
					t.Errorf("after %d restarts: %v", restart, err)
				}
				_ = db.Close()
			}
		})
	}
}
