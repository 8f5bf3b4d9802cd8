package identity_test

import (
	"testing"

	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/identity/identitytest"
)

// unverify makes an account one from before there were verified addresses.
func (s shop) unverify(t *testing.T, email string) {
	t.Helper()
	s.Exec(t, "UPDATE accounts SET verified_at = 0 WHERE email = $1", email)
}

func TestAnAddressIsVerifiedByALinkAndByTheOperatorsWord(t *testing.T) {
	eachTested(t, func(d tested) {
		d.signUp(d.T, "ann@example.org")
		d.unverify(d.T, "ann@example.org")
		got, err := d.reset(d.token("ann@example.org"), newPassword)
		if err != nil || !got.GetAccount().GetEmailVerified() {
			d.Errorf("after a link to set a password: %v, %v", got, err)
		}
		if now, err := d.Session(d.Context(), got.GetSessionToken()); err != nil ||
			!now.GetAccount().GetEmailVerified() {
			d.Errorf("from then on: %v, %v", now, err)
		}
		for _, email := range []string{"ann@example.org", "cem@example.org"} {
			d.unverify(d.T, "ann@example.org")
			made, err := d.EnsureAccount(d.Context(), &identityv1.EnsureAccountRequest{Email: email})
			if err != nil || !made.GetAccount().GetEmailVerified() {
				d.Errorf("by the operator's word: %v, %v", made, err)
			}
		}
	})
}

func TestAnAccountFromBeforeVerifiesItsAddress(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		ann := s.signUp(t, "ann@example.org")
		s.unverify(t, "ann@example.org")
		found, err := s.FindCustomers(t.Context(), &identityv1.FindCustomersRequest{Email: "ann@example.org"})
		if err != nil || len(found.GetCustomerIds()) != 0 {
			t.Errorf("before it is found by an address that may be anybody's: %v, %v", found, err)
		}
		if _, err := s.RequestVerification(t.Context(),
			&identityv1.RequestVerificationRequest{SessionToken: ann.GetSessionToken()}); err != nil {
			t.Fatal(err)
		}
		token := s.mailed(t, confirmLink)
		if shown, err := s.GetLink(t.Context(), &identityv1.GetLinkRequest{Token: token}); err != nil ||
			shown.GetKind() != "verify" || shown.GetEmail() != "ann@example.org" ||
			!shown.GetNeedsPassword() {
			t.Errorf("the link is for %v, %v", shown, err)
		}
		if shown, err := s.GetLink(t.Context(), &identityv1.GetLinkRequest{
			Token:        token,
			SessionToken: ann.GetSessionToken(),
		}); err != nil || shown.GetNeedsPassword() {
			t.Errorf("where it is signed in the link is for %v, %v", shown, err)
		}
		followed, err := s.FollowLink(t.Context(),
			&identityv1.FollowLinkRequest{Token: token, SessionToken: ann.GetSessionToken()})
		if err != nil || followed.GetKind() != "verify" || !followed.GetAccount().GetEmailVerified() ||
			followed.GetSessionToken() != "" {
			t.Fatalf("followed: %v, %v", followed, err)
		}
		_, err = s.FollowLink(t.Context(), &identityv1.FollowLinkRequest{Token: token})
		wantCode(t, "followed again", err, fault.NotFound, "link_expired")
		found, err = s.FindCustomers(t.Context(), &identityv1.FindCustomersRequest{Email: "ann@example.org"})
		if err != nil || len(found.GetCustomerIds()) != 1 {
			t.Errorf("afterwards it is found as %v, %v", found, err)
		}
		if now, err := s.Session(t.Context(), ann.GetSessionToken()); err != nil ||
			!now.GetAccount().GetEmailVerified() {
			t.Errorf("afterwards: %v, %v", now, err)
		}
	})
}

// Somebody signs up with an address that is to be an operator's, and waits.
func TestARoleIsNotGivenToWhoSignedUpWithAnothersAddress(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		squatter := s.signUp(t, "boss@example.org")
		s.unverify(t, "boss@example.org")
		if _, err := s.EnsureAccount(t.Context(), &identityv1.EnsureAccountRequest{
			Email: "boss@example.org",
			Roles: []string{"operator"},
		}); err != nil {
			t.Fatal(err)
		}
		_, err := s.Session(t.Context(), squatter.GetSessionToken())
		wantCode(t, "the squatter's session", err, fault.Unauthenticated, "no_session")
		_, err = s.signIn(t.Context(), "boss@example.org", password)
		wantCode(t, "the squatter's password", err, fault.Unauthenticated, "bad_credentials")
	})
}

// TestAContactIsVerifiedByItsAccountsAddressOnly opens contacts of a member, verified and not, with their own
// and another address, and of a guest.
func TestAContactIsVerifiedByItsAccountsAddressOnly(t *testing.T) {
	eachTested(t, func(d tested) {
		made, err := d.EnsureAccount(d.Context(), &identityv1.EnsureAccountRequest{Email: "ann@example.org"})
		if err != nil {
			d.Fatal(err)
		}
		for name, c := range map[string]struct {
			customer, email string
			want            bool
		}{
			"a member's own":                 {made.GetAccount().GetId(), "Ann@Example.org", true},
			"a member's, of somebody else":   {made.GetAccount().GetId(), "bob@example.org", false},
			"a guest's, who writes a member": {"", "ann@example.org", false},
		} {
			sealed, err := d.Seal(d.Context(), &identityv1.SealRequest{
				CustomerId: c.customer, OrderId: "ord_portland_01k8y6v0xq7d3mz1n5r2t9w4bc",
				Contact: &identityv1.Contact{Email: c.email, Name: "Ann"},
			})
			if err != nil {
				d.Fatal(err)
			}
			opened, err := d.Open(d.Context(), &identityv1.OpenRequest{Sealed: [][]byte{sealed.GetSealed()}})
			if err != nil || opened.GetContacts()[0].GetVerified() != c.want {
				d.Errorf("%s: %v, %v", name, opened, err)
			}
		}
	})
}

// Somebody has a link sent to an address that is another's, so that its owner takes the account for their
// own.
func TestAnAccountIsNotPlantedOnAStrangersAddress(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		planted, mine := s.signUp(t, "mallory@example.net").GetSessionToken(),
			s.signUp(t, "bob@example.org").GetSessionToken()
		old := s.signUp(t, "cem@example.org").GetSessionToken()
		s.unverify(t, "cem@example.org") // it was made before addresses were verified, by somebody
		letters := s.changing(t, planted, "victim@example.org")
		if _, err := s.RequestVerification(t.Context(),
			&identityv1.RequestVerificationRequest{SessionToken: old}); err != nil {
			t.Fatal(err)
		}
		verify := s.mailed(t, confirmLink)
		for name, token := range map[string]string{
			"another address":        tokenIn(letters["victim@example.org"]),
			"an address from before": verify,
		} {
			for who, session := range map[string]string{
				"who is signed in to nothing":        "",
				"who is signed in to something else": mine,
			} {
				follow := &identityv1.FollowLinkRequest{Token: token, SessionToken: session}
				_, err := s.FollowLink(t.Context(), follow)
				wantFields(t, err, "password")
				follow.Password = "wrong password"
				_, err = s.FollowLink(t.Context(), follow)
				wantCode(t, name+" of "+who, err, fault.Unauthenticated, "bad_credentials")
			}
		}
		if now, err := s.Session(t.Context(), planted); err != nil ||
			now.GetAccount().GetEmail() != "mallory@example.net" {
			t.Errorf("the account is at %v, %v", now, err)
		}
		if now, err := s.Session(t.Context(), old); err != nil || now.GetAccount().GetEmailVerified() {
			t.Errorf("the account from before: %v, %v", now, err)
		}
		for _, token := range []string{tokenIn(letters["victim@example.org"]), verify} {
			if _, err := s.FollowLink(t.Context(),
				&identityv1.FollowLinkRequest{Token: token, Password: password}); err != nil {
				t.Errorf("with the account's password: %v", err)
			}
		}
	})
}

// Somebody has an account from before at another's address, with a passkey; the address's owner asks for a
// new password.
func TestAnAddressOfNobodyYetTakesNoFactorsAlong(t *testing.T) {
	eachGuarded(t, func(d tested, g identitytest.Guarded) {
		planted := g.Passkey(g.SignsUp("ann@example.org"))
		d.unverify(g.T, "ann@example.org")
		got, err := d.reset(d.token("ann@example.org"), newPassword)
		if err != nil || got.GetSessionToken() == "" {
			g.Fatalf("a new password: %v, %v", got, err)
		}
		if _, err := g.SignInBy(planted); err == nil {
			g.Error("the passkey of whoever it was opens the account")
		}
	})
}
