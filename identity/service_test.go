package identity_test

import (
	"context"
	"net/netip"
	"regexp"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/identity"
	"github.com/artisan-eats/artisan/identity/identitytest"
)

const password = identitytest.Password

// wantCode and wantFields fail the test where an error is not what it should be.
var wantCode, wantFields = identitytest.WantCode, identitytest.WantFields

// shop is the service under test, on one engine.
type shop struct{ identitytest.Shop }

func each(t *testing.T, test func(t *testing.T, s shop)) {
	t.Helper()
	identitytest.Each(t, func(t *testing.T, s identitytest.Shop) { test(t, shop{s}) })
}

// eachGuarded is for accounts that have factors.
func eachGuarded(t *testing.T, test func(d tested, g identitytest.Guarded)) {
	t.Helper()
	eachTested(t, func(d tested) { test(d, identitytest.Guard(d.T, d.Shop)) })
}

// signUp makes an account, by the link that is mailed.
func (s shop) signUp(t *testing.T, email string) *identityv1.FollowLinkResponse {
	t.Helper()
	browser, token := s.asksToSignUp(t, email, password)
	r, err := s.FollowLink(t.Context(), &identityv1.FollowLinkRequest{Token: token, BrowserToken: browser})
	if err != nil {
		t.Fatal(err)
	}
	s.Post.Empty()
	return r
}

// asksToSignUp answers what the browser keeps, and the token of the mailed link.
func (s shop) asksToSignUp(t *testing.T, email, password string) (browser, token string) {
	t.Helper()
	r, err := s.SignUp(s.from(t, nextClient()),
		&identityv1.SignUpRequest{Email: email, Password: password, Name: "Ann Baker"})
	if err != nil {
		t.Fatal(err)
	}
	return r.GetBrowserToken(), s.mailed(t, confirmLink)
}

// from is the context of a client with an address.
func (s shop) from(t *testing.T, address string) context.Context {
	t.Helper()
	return audit.With(t.Context(), audit.Actor{Kind: "guest", Address: address})
}

var clients atomic.Uint32

// nextClient is an address that nobody has come from yet.
func nextClient() string {
	n := clients.Add(1)
	return netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)}).String()
}

var confirmLink = regexp.MustCompile(`http://shop\.test/confirm\?token=([-_A-Za-z0-9]{43})\n`)

// mailed runs the post, and answers the token of the last letter.
func (s shop) mailed(t *testing.T, link *regexp.Regexp) string {
	t.Helper()
	before := len(s.Post.Sent())
	s.mail(t)
	if len(s.Post.Sent()) == before {
		t.Fatal("nothing was mailed")
	}
	last := s.Post.Last()
	found := link.FindStringSubmatch(last.GetText())
	if found == nil || !last.GetSecret() {
		t.Fatalf("the letter is %v", last)
	}
	return found[1]
}

func (s shop) mail(t *testing.T) {
	t.Helper()
	if err := identity.Mail(t.Context(), s.Process.Host("identity")); err != nil {
		t.Fatal(err)
	}
}

func (s shop) signIn(ctx context.Context, email, password string) (*identityv1.SignInResponse, error) {
	return s.SignIn(ctx, &identityv1.SignInRequest{Email: email, Password: password})
}

func TestWhoSignsUpIsSignedIn(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		up := s.signUp(t, " Ann@Example.ORG ")
		got, err := s.Session(t.Context(), up.GetSessionToken())
		if err != nil {
			t.Fatal(err)
		}
		account := got.GetAccount()
		if account.GetEmail() != "ann@example.org" || account.GetName() != "Ann Baker" ||
			!slices.Equal(account.GetRoles(), []string{"shopper"}) {
			t.Errorf("account %v", account)
		}
		if _, err := s.SignOut(t.Context(),
			&identityv1.SignOutRequest{SessionToken: up.GetSessionToken()}); err != nil {
			t.Fatal(err)
		}
		_, err = s.Session(t.Context(), up.GetSessionToken())
		wantCode(t, "after signing out", err, fault.Unauthenticated, "no_session")
	})
}

func TestOnlyTheRightPasswordSignsIn(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		s.signUp(t, "ann@example.org")
		if _, err := s.signIn(t.Context(), "ANN@example.org", password); err != nil {
			t.Errorf("the right password: %v", err)
		}
		for _, wrong := range [][2]string{
			{"ann@example.org", password + "!"},
			{"ann@example.org", ""},
			{"bob@example.org", password},
			{"", password},
			{"ann@example.org\r\nBcc: x@example.org", password},
		} {
			_, err := s.signIn(t.Context(), wrong[0], wrong[1])
			wantCode(t, wrong[0], err, fault.Unauthenticated, "bad_credentials")
		}
	})
}

func TestSignedInStartsTheCountAnew(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		s.signUp(t, "ann@example.org")
		for range 4 {
			for range 9 {
				_, err := s.signIn(t.Context(), "ann@example.org", "wrong password")
				wantCode(t, "a wrong password", err, fault.Unauthenticated, "bad_credentials")
			}
			if _, err := s.signIn(t.Context(), "ann@example.org", password); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestAWrongTokenIsNoSession(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		token := s.signUp(t, "ann@example.org").GetSessionToken()
		for _, wrong := range []string{
			"", "x", token + "A", token[1:], "A" + token[1:], token[:42] + "\x00",
			string(make([]byte, 1<<16)),
		} {
			if wrong == token {
				continue
			}
			_, err := s.Session(t.Context(), wrong)
			wantCode(t, "a wrong token", err, fault.Unauthenticated, "no_session")
		}
	})
}

func TestNoSecretIsStored(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		up := s.signUp(t, "ann@example.org")
		var hash, token string
		err := s.Process.Host("identity").DB().Read().QueryRowContext(t.Context(),
			"SELECT password_hash, token_hash FROM accounts JOIN sessions ON account_id = id").Scan(&hash,
			&token)
		if err != nil || hash == password || token == up.GetSessionToken() || len(token) != 64 {
			t.Errorf("stored %q and %q, %v", hash, token, err)
		}
	})
}

func TestEnsureAccountIsIdempotent(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		producer := s.Process.Host("identity").NewID(id.Producer, "portland")
		request := &identityv1.EnsureAccountRequest{
			Email: "ann@example.org", Password: password, Name: "Ann", Roles: []string{"producer"},
			ProducerIds: []string{producer},
		}
		first, err := s.EnsureAccount(t.Context(), request)
		if err != nil {
			t.Fatal(err)
		}
		in, err := s.signIn(t.Context(), "ann@example.org", password)
		if err != nil {
			t.Fatal(err)
		}
		again, err := s.EnsureAccount(t.Context(), request)
		if err != nil || again.GetAccount().GetId() != first.GetAccount().GetId() {
			t.Fatalf("ensured again: %v, %v", again, err)
		}
		got, err := s.Session(t.Context(), in.GetSessionToken())
		if err != nil {
			t.Fatalf("the session did not outlive the same password: %v", err)
		}
		if a := got.GetAccount(); !slices.Equal(a.GetRoles(), []string{"producer", "shopper"}) ||
			!slices.Equal(a.GetProducerIds(), []string{producer}) {
			t.Errorf("account %v", a)
		}
	})
}

func TestANewPasswordEndsSessions(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		token := s.signUp(t, "ann@example.org").GetSessionToken()
		_, err := s.EnsureAccount(t.Context(),
			&identityv1.EnsureAccountRequest{Email: "ann@example.org", Password: "another password"})
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Session(t.Context(), token)
		wantCode(t, "the old session", err, fault.Unauthenticated, "no_session")
		_, err = s.signIn(t.Context(), "ann@example.org", password)
		wantCode(t, "the old password", err, fault.Unauthenticated, "bad_credentials")
		if in, err := s.signIn(t.Context(), "ann@example.org", "another password"); err != nil ||
			in.GetAccount().GetName() != "Ann Baker" {
			t.Errorf("the new password: %v, %v", in, err)
		}
	})
}

func TestAnAccountWithoutAPasswordCannotSignIn(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		if _, err := s.EnsureAccount(t.Context(),
			&identityv1.EnsureAccountRequest{Email: "ann@example.org"}); err != nil {
			t.Fatal(err)
		}
		_, err := s.signIn(t.Context(), "ann@example.org", "")
		wantCode(t, "no password", err, fault.Unauthenticated, "bad_credentials")
	})
}

func TestWrongFieldsAreNamed(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		_, err := s.SignUp(t.Context(),
			&identityv1.SignUpRequest{Email: "ann", Password: "short", Name: "Ann\x00"})
		wantFields(t, err, "email", "name", "password")
		_, err = s.SignUp(t.Context(), &identityv1.SignUpRequest{
			Email:    "ann.baker@example.org",
			Password: "Ann.Baker@example.org", Name: "Ann",
		})
		wantFields(t, err, "password")
		_, err = s.EnsureAccount(t.Context(), &identityv1.EnsureAccountRequest{
			Email: "ann@example.org",
			Roles: []string{"king"}, ProducerIds: []string{"x"},
		})
		wantFields(t, err, "producer_ids", "roles", "producer_ids")
	})
}

func TestWhatIsOverIsPurged(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		s.signUp(t, "ann@example.org")
		_, _ = s.signIn(t.Context(), "ann@example.org", "wrong password")
		s.Clock.Advance(31 * 24 * time.Hour)
		s.signUp(t, "bob@example.org")
		if err := identity.Purge(t.Context(), s.Process.Host("identity")); err != nil {
			t.Fatal(err)
		}
		if sessions, attempts := s.Count(t, "sessions"), s.Count(t, "attempts"); sessions != 1 ||
			attempts != 3 {
			t.Errorf("%d sessions and %d attempts are left, want 1 and 3", sessions, attempts)
		}
	})
}
