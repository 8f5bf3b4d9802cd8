package vault_test

import (
	"context"
	"testing"

	"github.com/artisan-eats/artisan/audit"
	auditv1 "github.com/artisan-eats/artisan/gen/artisan/audit/v1"
	"github.com/artisan-eats/artisan/gen/artisan/audit/v1/auditv1connect"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	"github.com/artisan-eats/artisan/identity/identitytest"
)

// describe opens addresses and names accounts.
func describe(
	t *testing.T, s identitytest.Shop, accounts []string, sealed ...string,
) *identityv1.DescribeActorsResponse {
	t.Helper()
	answer, err := identityv1connect.NewActorServiceClient(s.Process.Client("identity")).
		DescribeActors(t.Context(),
			&identityv1.DescribeActorsRequest{AccountIds: accounts, SealedAddresses: sealed})
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestErasingAnAccountMakesItsAddressesUnreadableAndTheLogStaysWhole(t *testing.T) {
	identitytest.Each(t, func(t *testing.T, s identitytest.Shop) {
		from := audit.With(t.Context(), audit.Actor{Kind: audit.Guest, Address: "192.0.2.7"})
		ann, bob := s.Member(t, "ann@example.org"), s.Member(t, "bob@example.org")
		account := ann.GetAccount().GetId()
		session, err := s.Session(from, ann.GetSessionToken())
		if err != nil {
			t.Fatal(err)
		}
		others, err := s.Session(from, bob.GetSessionToken())
		if err != nil {
			t.Fatal(err)
		}
		// As the front door has it, once it knows who that is; and what nobody was signed in for.
		signedIn := audit.Actor{
			Kind: audit.Member, ID: account, Address: "192.0.2.7",
			Sealed: session.GetSealedAddress(),
		}
		h := s.Process.Host("identity")
		h.AuditNow(audit.With(t.Context(), signedIn), audit.Entry{Action: "look", Outcome: audit.Refused})
		h.AuditNow(from, audit.Entry{Action: "try", Subject: account, Outcome: audit.Refused})

		sealed := []string{session.GetSealedAddress(), others.GetSealedAddress(), "bm9uc2Vuc2U", ""}
		for _, action := range []string{"look", "try"} {
			lines := s.Logged(t, &auditv1.ListEntriesRequest{Action: action})
			if len(lines) != 1 || lines[0].GetAddress() != "" || lines[0].GetSealedAddress() == "" {
				t.Fatalf("told %v", lines)
			}
			sealed = append(sealed, lines[0].GetSealedAddress())
		}
		names := []string{account, bob.GetAccount().GetId(), "cus_nobody", ""}
		answer := describe(t, s, names, sealed...)
		if got := answer.GetAddresses(); got[0] != "192.0.2.7" || got[1] != "192.0.2.7" || got[2]+
			got[3] != "" || got[4] != "192.0.2.7" || got[5] != "192.0.2.7" {
			t.Errorf("opened %q", got)
		}
		if got := answer.GetNames(); len(got) != 2 || got[0].GetName() != "Ann Baker" ||
			got[1].GetEmail() != "bob@example.org" {
			t.Errorf("named %v", got)
		}
		if _, err := s.Erase(audit.With(t.Context(), signedIn),
			&identityv1.EraseRequest{CustomerId: account, ByShop: true}); err != nil {
			t.Fatal(err)
		}
		lines := s.Logged(t, &auditv1.ListEntriesRequest{Action: "account.erase"})
		if len(lines) != 1 || lines[0].GetSubject() != account {
			t.Fatalf("told %v", lines)
		}
		answer = describe(t, s, names, append(sealed, lines[0].GetSealedAddress())...)
		if got := answer.GetAddresses(); got[0]+got[2]+got[3]+got[4]+got[5]+got[6] != "" ||
			got[1] != "192.0.2.7" {
			t.Errorf("after the erasure opened %q", got)
		}
		if got := answer.GetNames(); len(got) != 1 || got[0].GetAccountId() != bob.GetAccount().GetId() {
			t.Errorf("after the erasure named %v", got)
		}
		chain, err := auditv1connect.NewAuditServiceClient(s.Process.Client("identity")).Verify(
			context.WithoutCancel(t.Context()), &auditv1.VerifyRequest{})
		if err != nil || chain.GetWrong() != nil || chain.GetLast() < 3 {
			t.Errorf("after the erasure the chain is %v, %v", chain, err)
		}
	})
}
