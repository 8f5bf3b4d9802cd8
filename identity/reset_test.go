package identity_test

import (
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/identity"
	"github.com/artisan-eats/artisan/identity/identitytest"
)

const newPassword = "staple the other horse"

// tested is the shop with its test.
type tested struct {
	*testing.T
	shop
}

func eachTested(t *testing.T, test func(d tested)) {
	t.Helper()
	each(t, func(t *testing.T, s shop) { test(tested{t, s}) })
}

func (d tested) request(email string) error {
	_, err := d.RequestReset(d.Context(), &identityv1.RequestResetRequest{Email: email})
	return err
}

var link = regexp.MustCompile(`http://shop\.test/reset-password\?token=([-_A-Za-z0-9]{43})\n`)

// token asks for a link and reads it in the mail.
func (d tested) token(email string) string {
	d.Helper()
	if err := d.request(email); err != nil {
		d.Fatal(err)
	}
	before := len(d.Post.Sent())
	d.mail(d.T)
	if len(d.Post.Sent()) != before+1 {
		d.Fatalf("%d mails", len(d.Post.Sent())-before)
	}
	m := d.Post.Sent()[before]
	found := link.FindStringSubmatch(m.GetText())
	if found == nil || m.GetTo() != email || !m.GetSecret() {
		d.Fatalf("the mail is %v", m)
	}
	return found[1]
}

func (d tested) reset(token, password string) (*identityv1.ResetPasswordResponse, error) {
	return d.ResetPassword(d.Context(), &identityv1.ResetPasswordRequest{Token: token, Password: password})
}

func TestALinkSetsAPasswordOnceAndEndsAllSessions(t *testing.T) {
	eachTested(t, func(d tested) {
		old := d.signUp(d.T, "ann@example.org").GetSessionToken()
		token := d.token("ann@example.org")
		_, err := d.reset(token, "short")
		wantFields(d.T, err, "password")
		got, err := d.reset(token, newPassword)
		if err != nil || got.GetAccount().GetEmail() != "ann@example.org" {
			d.Fatalf("%v, %v", got, err)
		}
		if _, err := d.Session(d.Context(), got.GetSessionToken()); err != nil {
			d.Errorf("the new session: %v", err)
		}
		_, err = d.Session(d.Context(), old)
		wantCode(d.T, "the old session", err, fault.Unauthenticated, "no_session")
		_, err = d.signIn(d.Context(), "ann@example.org", password)
		wantCode(d.T, "the old password", err, fault.Unauthenticated, "bad_credentials")
		if _, err := d.signIn(d.Context(), "ann@example.org", newPassword); err != nil {
			d.Errorf("the new password: %v", err)
		}
		_, err = d.reset(token, newPassword)
		wantCode(d.T, "the link again", err, fault.NotFound, "reset_expired")
	})
}

func TestOfLinksUsedAtOnceOneWorks(t *testing.T) {
	eachTested(t, func(d tested) {
		d.signUp(d.T, "ann@example.org")
		token := d.token("ann@example.org")
		var all sync.WaitGroup
		failures := make([]error, 8)
		for i := range failures {
			all.Go(func() { _, failures[i] = d.reset(token, newPassword) })
		}
		all.Wait()
		worked := 0
		for _, err := range failures {
			if err == nil {
				worked++
				continue
			}
			wantCode(d.T, "another use", err, fault.NotFound, "reset_expired")
		}
		if worked != 1 || d.Count(d.T, "sessions") != 1 {
			d.Errorf("%d worked; %d sessions", worked, d.Count(d.T, "sessions"))
		}
	})
}

// A stranger who asks for another link does not end the owner's.
func TestALinkIsGoodForAnHourWhoeverAsksForAnother(t *testing.T) {
	eachTested(t, func(d tested) {
		d.signUp(d.T, "ann@example.org")
		first := d.token("ann@example.org")
		d.Clock.Advance(time.Minute)
		if _, err := d.RequestReset(d.from(d.T, nextClient()),
			&identityv1.RequestResetRequest{Email: "ann@example.org"}); err != nil {
			d.Fatal(err)
		}
		d.mail(d.T)
		strangers := link.FindStringSubmatch(d.Post.Last().GetText())[1]
		d.Clock.Advance(time.Minute)
		if _, err := d.RequestReset(d.from(d.T, nextClient()),
			&identityv1.RequestResetRequest{Email: "ann@example.org"}); err != nil {
			d.Fatal(err) // and this one is not mailed yet
		}
		if _, err := d.reset(first, newPassword); err != nil {
			d.Errorf("the owner's link: %v", err)
		}
		_, err := d.reset(strangers, newPassword)
		wantCode(d.T, "the others once one was used", err, fault.NotFound, "reset_expired")
		second := d.token("ann@example.org")
		d.Clock.Advance(time.Hour)
		_, err = d.reset(second, newPassword)
		wantCode(d.T, "after an hour", err, fault.NotFound, "reset_expired")
		third := d.token("ann@example.org")
		d.Clock.Advance(time.Hour - time.Millisecond)
		if _, err := d.reset(third, newPassword); err != nil {
			d.Errorf("just within the hour: %v", err)
		}
	})
}

// Strangers ask until nobody may any more. A device that the account knows still does, and is written to in a
// row of its own.
func TestStrangersDoNotUseUpTheOwnersLinks(t *testing.T) {
	eachTested(t, func(d tested) {
		known := d.signUp(d.T, "ann@example.org").GetDeviceToken()
		for range 12 {
			_, _ = d.RequestReset(d.from(d.T, nextClient()),
				&identityv1.RequestResetRequest{Email: "ann@example.org"})
		}
		d.mail(d.T)
		strangers := d.Post.Last()
		_, err := d.RequestReset(d.from(d.T, nextClient()),
			&identityv1.RequestResetRequest{Email: "ann@example.org"})
		wantCode(d.T, "one more stranger", err, fault.Exhausted, "too_many_attempts")
		owner := &identityv1.RequestResetRequest{
			Email:  "ann@example.org",
			Device: &identityv1.Device{Token: known},
		}
		if _, err := d.RequestReset(d.from(d.T, nextClient()), owner); err != nil {
			d.Fatalf("the owner, on a known device: %v", err)
		}
		d.mail(d.T)
		owners := d.Post.Last()
		if owners == strangers || owners.GetCause() == strangers.GetCause() {
			d.Errorf("the owner's letter %v is counted with the strangers'", owners)
		}
		if _, err := d.reset(link.FindStringSubmatch(owners.GetText())[1], newPassword); err != nil {
			d.Errorf("the owner's link: %v", err)
		}
		for range 4 {
			_, err = d.RequestReset(d.from(d.T, nextClient()), owner)
		}
		wantCode(d.T, "the owner again and again", err, fault.Exhausted, "too_many_attempts")
	})
}

func TestWhatEndsSessionsEndsLinks(t *testing.T) {
	eachTested(t, func(d tested) {
		account := d.signUp(d.T, "ann@example.org").GetAccount().GetId()
		token := d.token("ann@example.org")
		if _, err := d.EnsureAccount(d.Context(), &identityv1.EnsureAccountRequest{
			Email:    "ann@example.org",
			Password: "another password",
		}); err != nil {
			d.Fatal(err)
		}
		_, err := d.reset(token, newPassword)
		wantCode(d.T, "after another password", err, fault.NotFound, "reset_expired")
		token = d.token("ann@example.org")
		if _, err := d.Erase(d.Context(),
			&identityv1.EraseRequest{CustomerId: account, ByShop: true}); err != nil {
			d.Fatal(err)
		}
		_, err = d.reset(token, newPassword)
		wantCode(d.T, "of an erased account", err, fault.NotFound, "reset_expired")
		if d.Count(d.T, "resets") != 0 {
			d.Error("a link is left")
		}
	})
}

func TestAnUnknownAddressIsAnsweredAlikeWorkedForAlikeAndNotWrittenTo(t *testing.T) {
	eachTested(t, func(d tested) {
		d.signUp(d.T, "ann@example.org")
		for n := range 5 {
			for _, email := range []string{"ann@example.org", "bob@example.org"} {
				err := d.request(email)
				if n < 3 && err != nil {
					d.Errorf("%s: %v", email, err)
				}
				if n >= 3 {
					wantCode(d.T, email+" again and again", err, fault.Exhausted, "too_many_attempts")
				}
			}
			if d.Count(d.T, "resets") != 2 {
				d.Errorf("%d wishes are written down for 2 addresses", d.Count(d.T, "resets"))
			}
		}
		d.mail(d.T)
		if len(d.Post.Sent()) != 1 || d.Post.Sent()[0].GetTo() != "ann@example.org" ||
			d.Count(d.T, "resets") != 1 {
			d.Errorf("mails %v; %d wishes are left", d.Post.Sent(), d.Count(d.T, "resets"))
		}
		d.Clock.Advance(15 * time.Minute)
		if err := d.request("bob@example.org"); err != nil {
			d.Errorf("after the wait: %v", err)
		}
	})
}

func TestWhoTriedTooManyPasswordsCanSetANewOne(t *testing.T) {
	eachTested(t, func(d tested) {
		d.signUp(d.T, "ann@example.org")
		for range 11 {
			_, _ = d.signIn(d.Context(), "ann@example.org", "wrong password")
		}
		if _, err := d.reset(d.token("ann@example.org"), newPassword); err != nil {
			d.Fatal(err)
		}
		if _, err := d.signIn(d.Context(), "ann@example.org", newPassword); err != nil {
			d.Errorf("the new password: %v", err)
		}
	})
}

func TestALinkIsMailedOnceThePostIsThereAndOnlyWithinTheHour(t *testing.T) {
	eachTested(t, func(d tested) {
		d.signUp(d.T, "ann@example.org")
		d.Post.SetDown(true)
		if err := d.request("ann@example.org"); err != nil {
			d.Fatal(err)
		}
		d.mail(d.T)
		d.Post.SetDown(false)
		d.mail(d.T)
		if len(d.Post.Sent()) != 0 {
			d.Fatal("it was tried again without a pause")
		}
		d.Clock.Advance(time.Minute)
		d.mail(d.T)
		d.Clock.Advance(time.Minute)
		d.mail(d.T)
		if len(d.Post.Sent()) != 1 {
			d.Fatalf("%d mails", len(d.Post.Sent()))
		}
		if _, err := d.reset(link.FindStringSubmatch(d.Post.Sent()[0].GetText())[1],
			newPassword); err != nil {
			d.Error(err)
		}
		if err := d.request("ann@example.org"); err != nil {
			d.Fatal(err)
		}
		d.Clock.Advance(time.Hour)
		d.mail(d.T)
		if len(d.Post.Sent()) != 1 || d.Count(d.T, "resets") != 0 {
			d.Errorf("an old wish: %d mails, %d left", len(d.Post.Sent()), d.Count(d.T, "resets"))
		}
	})
}

func TestNoTokenOfALinkIsStored(t *testing.T) {
	eachTested(t, func(d tested) {
		d.signUp(d.T, "ann@example.org")
		token := d.token("ann@example.org")
		var subject, hash string
		err := d.Process.Host("identity").DB().Read().QueryRowContext(d.Context(),
			"SELECT subject, token_hash FROM resets").Scan(&subject, &hash)
		if err != nil || len(hash) != 64 || strings.Contains(hash, token) || len(subject) != 64 {
			d.Errorf("stored %q and %q, %v", subject, hash, err)
		}
		if strings.Contains(d.Post.Sent()[0].GetKey(), token) ||
			strings.Contains(d.Post.Sent()[0].GetSubject(), token) {
			d.Errorf("the token is in what is shown of the mail: %v", d.Post.Sent()[0])
		}
	})
}

func TestWhatIsNoLinkAndWhatIsNoAddress(t *testing.T) {
	eachTested(t, func(d tested) {
		for _, bad := range []string{
			"", "x", strings.Repeat("A", 43), "\x00\xff",
			strings.Repeat("A", 1<<16),
		} {
			_, err := d.reset(bad, newPassword)
			wantCode(d.T, "a wrong token", err, fault.NotFound, "reset_expired")
		}
		for _, bad := range []string{
			"", "ann", "ann@example.org\r\nBcc: x@example.org",
			strings.Repeat("a", 300) + "@example.org",
		} {
			wantFields(d.T, d.request(bad), "email")
		}
	})
}

func TestOldWishesArePurged(t *testing.T) {
	eachTested(t, func(d tested) {
		for _, email := range []string{"ann@example.org", "bob@example.org"} {
			if err := d.request(email); err != nil {
				d.Fatal(err)
			}
			d.Clock.Advance(2 * time.Hour)
		}
		d.Clock.Advance(-time.Second)
		if err := identity.Purge(d.Context(), d.Process.Host("identity")); err != nil ||
			d.Count(d.T, "resets") != 1 {
			d.Errorf("%d are left, %v; want 1", d.Count(d.T, "resets"), err)
		}
	})
}

func TestANewPasswordTakesNoSecondFactorAway(t *testing.T) {
	eachGuarded(t, func(d tested, g identitytest.Guarded) {
		secret, _ := g.App(g.SignsUp("ann@example.org"))
		pending := g.Enters("ann@example.org").GetPendingToken()
		set, err := g.ResetPassword(t.Context(),
			&identityv1.ResetPasswordRequest{Token: d.token("ann@example.org"), Password: newPassword})
		if err != nil || set.GetSessionToken() != "" || set.GetPendingToken() == "" {
			t.Fatalf("a mailed link opens %v, %v", set, err)
		}
		code := &identityv1.Proof{Totp: secret.Code(g.Clock.Now())}
		_, err = g.Pass(pending, code)
		wantCode(t, "a sign-in that began with the old password", err, fault.Unauthenticated,
			"sign_in_expired")
		if _, err := g.Pass(set.GetPendingToken(), code); err != nil {
			t.Error(err)
		}
	})
}
