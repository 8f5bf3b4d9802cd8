package identity_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/artisan-eats/artisan/audit"
	auditv1 "github.com/artisan-eats/artisan/gen/artisan/audit/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/id"
)

func TestWhatBecomesOfAnAccountIsTold(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		up := s.signUp(t, "ann@example.org")
		account, maker := up.GetAccount().GetId(), s.Process.Host("identity").NewID(id.Producer, "portland")
		boss := audit.With(t.Context(),
			audit.Actor{Kind: audit.Operator, ID: "cus_boss", Address: "192.0.2.7"})
		for range 2 {
			if _, err := s.AddProducer(boss,
				&identityv1.AddProducerRequest{CustomerId: account, ProducerId: maker}); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 {
			request := &identityv1.EnsureAccountRequest{
				Email:    "ann@example.org",
				Password: "another good phrase", Roles: []string{"operator"},
			}
			if _, err := s.EnsureAccount(boss, request); err != nil {
				t.Fatal(err)
			}
		}
		in, err := s.signIn(t.Context(), "ann@example.org", "another good phrase")
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := s.SignOut(t.Context(),
				&identityv1.SignOutRequest{SessionToken: in.GetSessionToken()}); err != nil {
				t.Fatal(err)
			}
		}
		var told []string
		for _, e := range s.Logged(t, &auditv1.ListEntriesRequest{Subject: account}) {
			if slices.Contains([]string{"role.change", "password.set", "sign_out"}, e.GetAction()) {
				told = append(told,
					fmt.Sprint(e.GetActorId(), " ", e.GetAction(), " ", e.GetDetail()["roles"]))
			}
		}
		want := []string{
			" sign_out ", "cus_boss role.change operator, shopper", "cus_boss password.set ",
			"cus_boss role.change producer, shopper",
		}
		if !slices.Equal(told, want) {
			t.Errorf("told %q, want %q", told, want)
		}
	})
}
