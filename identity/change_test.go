package identity_test

import (
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	"github.com/artisan-eats/artisan/identity/accounts"
	"github.com/artisan-eats/artisan/identity/identitytest"
)

func TestAPasswordIsChangedWithTheOldOneAndEndsTheOtherSessions(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		mine := s.signUp(t, "ann@example.org").GetSessionToken()
		other, err := s.signIn(t.Context(), "ann@example.org", password)
		if err != nil {
			t.Fatal(err)
		}
		change := &identityv1.ChangePasswordRequest{
			SessionToken: mine, Password: "wrong password",
			NewPassword: newPassword,
		}
		_, err = s.ChangePassword(t.Context(), change)
		wantCode(t, "with a wrong one", err, fault.Unauthenticated, "bad_credentials")
		change.Password, change.NewPassword = password, "basketball"
		_, err = s.ChangePassword(t.Context(), change)
		wantFields(t, err, "new_password")
		change.NewPassword = newPassword
		changed, err := s.ChangePassword(t.Context(), change)
		if err != nil {
			t.Fatal(err)
		}
		for _, old := range []string{mine, other.GetSessionToken()} {
			_, err := s.Session(t.Context(), old)
			wantCode(t, "a token from before", err, fault.Unauthenticated, "no_session")
		}
		if got, err := s.Session(t.Context(), changed.GetSessionToken()); err != nil ||
			got.GetExpiresAt() != changed.GetExpiresAt() {
			t.Errorf("the session goes on as %v, %v", got, err)
		}
		_, err = s.signIn(t.Context(), "ann@example.org", password)
		wantCode(t, "the old password", err, fault.Unauthenticated, "bad_credentials")
		if err := accounts.NewNotices(s.Process.Host("identity")).Mail(t.Context()); err != nil {
			t.Fatal(err)
		}
		if m := s.Post.Last(); m.GetTo() != "ann@example.org" ||
			!strings.Contains(m.GetText(), "was changed") {
			t.Errorf("the owner is told %v", m)
		}
		if got := s.logged(t, "password.change"); len(got) != 2 || !strings.HasSuffix(got[0], "refused") ||
			!strings.HasSuffix(got[1], "done") {
			t.Errorf("it is logged as %v, want one refusal and one change", got)
		}
	})
}

// changing asks for another address, and answers what is mailed to the new one and to the old one.
func (s shop) changing(t *testing.T, token, email string) (to map[string]*notifyv1.SendRequest) {
	t.Helper()
	s.Post.Empty()
	if _, err := s.ChangeEmail(t.Context(),
		&identityv1.ChangeEmailRequest{SessionToken: token, Password: password, Email: email}); err != nil {
		t.Fatal(err)
	}
	s.mail(t)
	to = map[string]*notifyv1.SendRequest{}
	for _, m := range s.Post.Sent() {
		to[m.GetTo()] = m
	}
	return to
}

func tokenIn(m *notifyv1.SendRequest) string {
	if found := confirmLink.FindStringSubmatch(m.GetText()); found != nil {
		return found[1]
	}
	return ""
}

func TestAnAddressIsChangedOnceTheNewOneIsVerified(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		mine := s.signUp(t, "ann@example.org").GetSessionToken()
		other, err := s.signIn(t.Context(), "ann@example.org", password)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.ChangeEmail(t.Context(),
			&identityv1.ChangeEmailRequest{
				SessionToken: mine, Password: "wrong password",
				Email: "ann@new.example",
			})
		wantCode(t, "with a wrong password", err, fault.Unauthenticated, "bad_credentials")
		letters := s.changing(t, mine, "ann@new.example")
		if len(letters) != 2 || strings.Contains(letters["ann@example.org"].GetText(), "new.example") {
			t.Fatalf("letters %v", letters)
		}
		if got, err := s.Session(t.Context(), mine); err != nil ||
			got.GetAccount().GetEmail() != "ann@example.org" {
			t.Errorf("before the link is followed: %v, %v", got, err)
		}
		followed, err := s.FollowLink(t.Context(),
			&identityv1.FollowLinkRequest{Token: tokenIn(letters["ann@new.example"]), SessionToken: mine})
		if err != nil || followed.GetKind() != "email" || followed.GetSessionToken() == mine {
			t.Fatalf("followed: %v, %v", followed, err)
		}
		if got, err := s.Session(t.Context(), followed.GetSessionToken()); err != nil ||
			got.GetAccount().GetEmail() != "ann@new.example" || !got.GetAccount().GetEmailVerified() {
			t.Errorf("then the account is %v, %v", got, err)
		}
		_, err = s.Session(t.Context(), other.GetSessionToken())
		wantCode(t, "another session", err, fault.Unauthenticated, "no_session")
		if _, err := s.signIn(t.Context(), "ann@new.example", password); err != nil {
			t.Errorf("signing in with the new address: %v", err)
		}
	})
}

// Somebody who has the password takes the account to an address of their own; the owner reads of it at the
// old one.
func TestAChangeOfAddressIsUndoneForAWeek(t *testing.T) {
	eachTested(t, func(d tested) {
		thief := d.signUp(d.T, "ann@example.org").GetSessionToken()
		letters := d.changing(d.T, thief, "thief@example.net")
		followed, err := d.FollowLink(d.Context(),
			&identityv1.FollowLinkRequest{Token: tokenIn(letters["thief@example.net"]), SessionToken: thief})
		if err != nil {
			d.Fatal(err)
		}
		// and on, to shake the owner off
		again := d.changing(d.T, followed.GetSessionToken(), "thief@example.com")
		d.Clock.Advance(6 * day)
		d.Post.Empty()
		undone, err := d.FollowLink(d.Context(),
			&identityv1.FollowLinkRequest{Token: tokenIn(letters["ann@example.org"])})
		if err != nil || undone.GetKind() != "undo" || undone.GetAccount().GetEmail() != "ann@example.org" ||
			undone.GetSessionToken() != "" {
			d.Fatalf("undone: %v, %v", undone, err)
		}
		_, err = d.Session(d.Context(), followed.GetSessionToken())
		wantCode(d.T, "the thief's session", err, fault.Unauthenticated, "no_session")
		_, err = d.FollowLink(d.Context(),
			&identityv1.FollowLinkRequest{Token: tokenIn(again["thief@example.com"])})
		wantCode(d.T, "the thief's next link", err, fault.NotFound, "link_expired")
		for _, email := range []string{"ann@example.org", "thief@example.net"} {
			_, err = d.signIn(d.Context(), email, password)
			wantCode(d.T, "the thief's password", err, fault.Unauthenticated, "bad_credentials")
		}
		if _, err := d.reset(d.mailed(d.T, link), newPassword); err != nil {
			d.Errorf("the owner sets a new password by the link that comes: %v", err)
		}
		_, err = d.FollowLink(d.Context(),
			&identityv1.FollowLinkRequest{Token: tokenIn(again["thief@example.net"])})
		wantCode(d.T, "the thief undoes in turn", err, fault.NotFound, "link_expired")
	})
}

// What a thief added to get in by goes with the change; what the owner had before stays.
func TestAChangeOfAddressIsUndoneWithTheFactorsOfWhoMadeIt(t *testing.T) {
	eachGuarded(t, func(d tested, g identitytest.Guarded) {
		mine := g.Passkey(g.SignsUp("ann@example.org"))
		g.Clock.Advance(2 * day)
		in, err := g.SignInBy(mine)
		if err != nil {
			g.Fatal(err)
		}
		early := g.Passkey(in.GetSessionToken())
		letters := d.changing(g.T, in.GetSessionToken(), "thief@example.net")
		followed, err := g.FollowLink(g.Context(),
			&identityv1.FollowLinkRequest{
				Token:        tokenIn(letters["thief@example.net"]),
				SessionToken: in.GetSessionToken(),
			})
		if err != nil {
			g.Fatal(err)
		}
		late := g.Passkey(followed.GetSessionToken())
		g.App(followed.GetSessionToken())
		if _, err := g.FollowLink(g.Context(),
			&identityv1.FollowLinkRequest{Token: tokenIn(letters["ann@example.org"])}); err != nil {
			g.Fatal(err)
		}
		for name, key := range map[string]*identitytest.Passkey{"early": early, "late": late} {
			if _, err := g.SignInBy(key); err == nil {
				g.Errorf("the thief's %s passkey still opens the account", name)
			}
		}
		back, err := g.SignInBy(mine)
		if err != nil {
			g.Fatalf("the owner's passkey: %v", err)
		}
		left, err := g.ListFactors(g.Context(),
			&identityv1.ListFactorsRequest{SessionToken: back.GetSessionToken()})
		if err != nil || len(left.GetPasskeys()) != 1 || left.GetTotpSince() != 0 ||
			left.GetRecoveryCodes() == 0 {
			g.Errorf("what is left: %v, %v", left, err)
		}
	})
}

func TestAChangeOfAddressTellsNobodyWhoHasAnAccount(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		s.signUp(t, "bob@example.org")
		mine := s.signUp(t, "ann@example.org").GetSessionToken()
		letters := s.changing(t, mine, "bob@example.org")
		if m := letters["bob@example.org"]; tokenIn(m) != "" ||
			!strings.Contains(m.GetText(), "You have one already") {
			t.Errorf("who has it is told %v", m)
		}
		_, err := s.ChangeEmail(t.Context(),
			&identityv1.ChangeEmailRequest{SessionToken: mine, Password: password, Email: "ann"})
		wantFields(t, err, "email")
		_, err = s.ChangeEmail(t.Context(),
			&identityv1.ChangeEmailRequest{SessionToken: mine, Password: password, Email: "Ann@example.org"})
		wantFields(t, err, "email")
	})
}

func TestALinkOfAnErasedAccountIsGone(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		ann := s.signUp(t, "ann@example.org")
		letters := s.changing(t, ann.GetSessionToken(), "ann@new.example")
		if _, err := s.Erase(t.Context(), &identityv1.EraseRequest{
			CustomerId: ann.GetAccount().GetId(),
			ByShop:     true,
		}); err != nil {
			t.Fatal(err)
		}
		for _, m := range letters {
			_, err := s.FollowLink(t.Context(), &identityv1.FollowLinkRequest{Token: tokenIn(m)})
			wantCode(t, "to "+m.GetTo(), err, fault.NotFound, "link_expired")
		}
		s.Clock.Advance(time.Minute)
		if s.Count(t, "links") != 0 {
			t.Error("a link is left")
		}
	})
}
