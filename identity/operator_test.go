package identity_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/identity"
	"github.com/artisan-eats/artisan/identity/identitytest"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

func (s shop) operators() identityv1connect.OperatorServiceClient {
	return identityv1connect.NewOperatorServiceClient(s.Process.Client("identity"))
}

// invite makes an operator and gives the token of the link.
func (s shop) invite(t *testing.T, email string) (made *identityv1.AddOperatorResponse, token string) {
	t.Helper()
	ctx := audit.With(t.Context(), audit.Actor{Kind: audit.Command})
	made, err := s.operators().AddOperator(ctx, &identityv1.AddOperatorRequest{Email: email, Name: "Olga"})
	if err != nil {
		t.Fatal(err)
	}
	token, ok := strings.CutPrefix(made.GetLink(), "http://shop.test/reset-password?token=")
	if !ok {
		t.Fatalf("the link is %s", made.GetLink())
	}
	return made, token
}

// logged are the entries of the security log with an action: who did it, and to what.
func (s shop) logged(t *testing.T, action string) (entries []string) {
	t.Helper()
	rows, err := s.Process.Host("identity").DB().Read().QueryContext(t.Context(), `SELECT actor_kind, subject,
		outcome FROM audit WHERE action = $1 ORDER BY seq`, action)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var who, subject, outcome string
		if err := rows.Scan(&who, &subject, &outcome); err != nil {
			t.Fatal(err)
		}
		entries = append(entries, strings.Join([]string{who, subject, outcome}, " "))
	}
	return entries
}

func TestAnOperatorIsMadeByALinkThatWorksOnceForADay(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		made, token := s.invite(t, "Olga@example.org")
		if made.GetMailed() || made.GetExpiresAt() != s.Clock.Now().Add(24*time.Hour).UnixMilli() ||
			!slices.Contains(made.GetAccount().GetRoles(), "operator") {
			t.Errorf("made %v", made)
		}
		if got := s.logged(t, "operator.add"); !slices.Equal(got,
			[]string{"command " + made.GetAccount().GetId() + " done"}) {
			t.Errorf("the log says %v", got)
		}
		s.Clock.Advance(24*time.Hour - time.Minute)
		if err := identity.Purge(t.Context(), s.Process.Host("identity")); err != nil {
			t.Fatal(err)
		}
		// Anybody may ask for a link to an address; it does not replace this one.
		if _, err := s.RequestReset(t.Context(),
			&identityv1.RequestResetRequest{Email: "olga@example.org"}); err != nil {
			t.Fatal(err)
		}
		in, err := s.ResetPassword(t.Context(),
			&identityv1.ResetPasswordRequest{Token: token, Password: newPassword})
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Session(t.Context(), in.GetSessionToken())
		if err != nil || got.GetAccount().GetEmail() != "olga@example.org" ||
			got.GetAccount().GetName() != "Olga" ||
			!slices.Contains(got.GetAccount().GetRoles(), "operator") {
			t.Errorf("signed in as %v, %v", got, err)
		}
		_, err = s.ResetPassword(t.Context(),
			&identityv1.ResetPasswordRequest{Token: token, Password: newPassword})
		wantCode(t, "the link again", err, fault.NotFound, "reset_expired")

		_, late := s.invite(t, "late@example.org")
		s.Clock.Advance(24*time.Hour + time.Millisecond)
		_, err = s.ResetPassword(t.Context(),
			&identityv1.ResetPasswordRequest{Token: late, Password: newPassword})
		wantCode(t, "the link after a day", err, fault.NotFound, "reset_expired")
		_, err = s.operators().AddOperator(t.Context(), &identityv1.AddOperatorRequest{Email: "nobody"})
		wantCode(t, "no address", err, fault.Invalid, "invalid")
	})
}

// TestWhoMadeAnAccountForAnOperatorsAddressIsNoOperator: a stranger signs up with the address that will be an
// operator's.
func TestWhoMadeAnAccountForAnOperatorsAddressIsNoOperator(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		stranger := s.signUp(t, "olga@example.org")
		_, first := s.invite(t, "olga@example.org")
		_, err := s.Session(t.Context(), stranger.GetSessionToken())
		wantCode(t, "the stranger's session", err, fault.Unauthenticated, "no_session")
		_, err = s.signIn(t.Context(), "olga@example.org", password)
		wantCode(t, "the stranger's password", err, fault.Unauthenticated, "bad_credentials")

		_, second := s.invite(t, "olga@example.org")
		_, err = s.ResetPassword(t.Context(),
			&identityv1.ResetPasswordRequest{Token: first, Password: newPassword})
		wantCode(t, "the first of two links", err, fault.NotFound, "reset_expired")
		if _, err = s.ResetPassword(t.Context(),
			&identityv1.ResetPasswordRequest{Token: second, Password: newPassword}); err != nil {
			t.Fatal(err)
		}
		if _, _ = s.invite(t, "olga@example.org"); !s.lists(t, "olga@example.org can sign in") {
			t.Error("who is an operator was shut out by another link")
		}
	})
}

// lists reports whether the operators are these, each with whether they can sign in.
func (s shop) lists(t *testing.T, want ...string) bool {
	t.Helper()
	found, err := s.operators().ListOperators(t.Context(), &identityv1.ListOperatorsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, o := range found.GetOperators() {
		line := o.GetAccount().GetEmail()
		if o.GetCanSignIn() {
			line += " can sign in"
		}
		got = append(got, line)
	}
	if !slices.Equal(got, want) {
		t.Logf("the operators are %v", got)
		return false
	}
	return true
}

func TestAnOperatorIsRemovedButForTheLast(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		remove := func(email string, force bool) error {
			_, err := s.operators().RemoveOperator(audit.With(t.Context(), audit.Actor{Kind: audit.Command}),
				&identityv1.RemoveOperatorRequest{Email: email, Force: force})
			return err
		}
		made, token := s.invite(t, "olga@example.org")
		in, err := s.ResetPassword(t.Context(),
			&identityv1.ResetPasswordRequest{Token: token, Password: newPassword})
		if err != nil {
			t.Fatal(err)
		}
		wantCode(t, "the last one", remove("olga@example.org", false), fault.Conflict, "last_operator")
		s.signUp(t, "shopper@example.org")
		for _, email := range []string{"shopper@example.org", "nobody@example.org", "nobody"} {
			wantCode(t, email, remove(email, true), fault.NotFound, "no_operator")
		}
		s.Clock.Advance(time.Minute)
		_, unused := s.invite(t, "otto@example.org")
		if !s.lists(t, "olga@example.org can sign in", "otto@example.org") {
			t.Error("the list is wrong")
		}
		both := make([]error, 2)
		var all sync.WaitGroup
		for i, email := range []string{"olga@example.org", "otto@example.org"} {
			all.Go(func() { both[i] = remove(email, false) })
		}
		all.Wait()
		if fault.Is(both[0], "last_operator") == fault.Is(both[1], "last_operator") {
			t.Errorf("of two who are removed at once: %v", both)
		}
		for _, email := range []string{"olga@example.org", "otto@example.org"} {
			if err := remove(email, true); err != nil && !fault.Is(err, "no_operator") {
				t.Error(err)
			}
		}
		if !s.lists(t) {
			t.Error("somebody is left")
		}
		_, err = s.Session(t.Context(), in.GetSessionToken())
		wantCode(t, "the session of who was removed", err, fault.Unauthenticated, "no_session")
		_, err = s.ResetPassword(t.Context(),
			&identityv1.ResetPasswordRequest{Token: unused, Password: newPassword})
		wantCode(t, "the link of who was removed", err, fault.NotFound, "reset_expired")
		if got := s.logged(t, "operator.remove"); len(got) != 2 ||
			!slices.Contains(got, "command "+made.GetAccount().GetId()+" done") {
			t.Errorf("the log says %v", got)
		}
	})
}

func TestAnOperatorsLinkIsMailedAsASecret(t *testing.T) {
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			s := shop{identitytest.Open(t, engine, func(c *host.Config) { c.SMTPURL = "smtp://mail" })}
			made, _ := s.invite(t, "olga@example.org")
			if sent := s.Post.Sent(); len(sent) != 1 || !made.GetMailed() || !sent[0].GetSecret() ||
				sent[0].GetTo() != "olga@example.org" ||
				!strings.Contains(sent[0].GetText(), made.GetLink()+"\n") {
				t.Errorf("mailed %v", sent)
			}
			s.Post.SetDown(true)
			if made, _ := s.invite(t, "olga@example.org"); made.GetMailed() {
				t.Error("a link is said to be mailed while there is no post")
			}
		})
	}
}

func TestAnOperatorWhoHasLostEverythingIsAddedAgain(t *testing.T) {
	eachGuarded(t, func(d tested, g identitytest.Guarded) {
		session := g.SignsUp("op@example.org", "operator")
		key := g.Passkey(session)
		ctx := audit.With(t.Context(), audit.Actor{Kind: audit.Command})
		if _, err := d.operators().AddOperator(ctx,
			&identityv1.AddOperatorRequest{Email: "op@example.org"}); err != nil {
			t.Fatal(err)
		}
		if _, err := g.SignInBy(key); err != nil {
			t.Errorf("to be added again takes nothing away: %v", err)
		}
		made, err := d.operators().AddOperator(ctx,
			&identityv1.AddOperatorRequest{Email: "op@example.org", LostFactor: true})
		if err != nil {
			t.Fatal(err)
		}
		_, err = g.SignInBy(key)
		wantCode(t, "the passkey that was lost", err, fault.Unauthenticated, "bad_passkey")
		if _, err := d.Session(t.Context(), session); err == nil {
			t.Error("whoever has it stays signed in")
		}
		_, token, _ := strings.Cut(made.GetLink(), "token=")
		set, err := g.ResetPassword(t.Context(),
			&identityv1.ResetPasswordRequest{Token: token, Password: newPassword})
		if err != nil || set.GetSessionToken() == "" {
			t.Errorf("the link opens %v, %v", set, err)
		}
		if got := d.logged(t, "factors.reset"); len(got) != 1 || !strings.HasPrefix(got[0], "command ") {
			t.Errorf("the log says %q", got)
		}
	})
}
