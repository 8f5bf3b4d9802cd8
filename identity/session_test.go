package identity_test

import (
	"testing"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/id"
)

const day = 24 * time.Hour

func TestASessionEndsThirtyDaysAfterItsSignInHoweverMuchItIsUsed(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		up := s.signUp(t, "ann@example.org")
		begin := s.Clock.Now()
		for range 3 {
			s.Clock.Advance(9 * day)
			if _, err := s.Session(t.Context(), up.GetSessionToken()); err != nil {
				t.Fatal(err)
			}
		}
		got, err := s.Session(t.Context(), up.GetSessionToken())
		if err != nil || got.GetExpiresAt() != begin.Add(30*day).UnixMilli() {
			t.Errorf("after 27 days: %v, %v", got, err)
		}
		s.Clock.Advance(3*day - time.Millisecond)
		if _, err := s.Session(t.Context(), up.GetSessionToken()); err != nil {
			t.Errorf("at the end of 30 days: %v", err)
		}
		s.Clock.Advance(time.Millisecond)
		_, err = s.Session(t.Context(), up.GetSessionToken())
		wantCode(t, "after 30 days", err, fault.Unauthenticated, "no_session")
	})
}

func TestASessionAtADeskEndsAfterTwelveHours(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		if _, err := s.EnsureAccount(t.Context(), &identityv1.EnsureAccountRequest{
			Email:    "may@example.org",
			Password: password, Roles: []string{"producer"},
		}); err != nil {
			t.Fatal(err)
		}
		in, err := s.signIn(t.Context(), "may@example.org", password)
		if err != nil || in.GetExpiresAt() != s.Clock.Now().Add(4*time.Hour).UnixMilli() {
			t.Fatalf("unused it ends after four hours: %v, %v", in, err)
		}
		for range 4 {
			s.Clock.Advance(3*time.Hour - time.Minute)
			if _, err := s.Session(t.Context(), in.GetSessionToken()); err != nil {
				t.Fatal(err)
			}
		}
		s.Clock.Advance(4 * time.Minute)
		_, err = s.Session(t.Context(), in.GetSessionToken())
		wantCode(t, "after twelve hours", err, fault.Unauthenticated, "no_session")
	})
}

func TestASessionThatNobodyUsesEnds(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		token := s.signUp(t, "ann@example.org").GetSessionToken()
		s.Clock.Advance(14*day - time.Second)
		if _, err := s.Session(t.Context(), token); err != nil {
			t.Fatal(err)
		}
		s.Clock.Advance(14 * day)
		_, err := s.Session(t.Context(), token)
		wantCode(t, "after 14 days alone", err, fault.Unauthenticated, "no_session")
	})
}

// A session of the version before has no uses, and was extended while it was used.
func TestASessionFromBeforeLivesOutItsTime(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		token := s.signUp(t, "ann@example.org").GetSessionToken()
		s.Clock.Advance(20 * day)
		s.Exec(t, "UPDATE sessions SET used_at = 0, kind = '', device = '', network = '', expires_at = $1",
			s.Clock.Now().Add(30*day).UnixMilli())
		if _, err := s.Session(t.Context(), token); err != nil {
			t.Errorf("it has ended: %v", err)
		}
		s.Clock.Advance(10 * day)
		_, err := s.Session(t.Context(), token)
		wantCode(t, "30 days after its sign-in", err, fault.Unauthenticated, "no_session")
	})
}

func (s shop) sessions(t *testing.T, token string) []*identityv1.Session {
	t.Helper()
	got, err := s.ListSessions(t.Context(), &identityv1.ListSessionsRequest{SessionToken: token})
	if err != nil {
		t.Fatal(err)
	}
	return got.GetSessions()
}

func TestAnAccountSeesWhereItIsSignedInAndEndsOneByOne(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		mine := s.signUp(t, "ann@example.org").GetSessionToken()
		bob := s.signUp(t, "bob@example.org").GetSessionToken()
		s.Clock.Advance(time.Hour)
		phone := &identityv1.Device{
			Kind:  "browser",
			Agent: "Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0 <script>",
		}
		in, err := s.SignIn(s.from(t, "203.0.113.9"),
			&identityv1.SignInRequest{Email: "ann@example.org", Password: password, Device: phone})
		if err != nil {
			t.Fatal(err)
		}
		all := s.sessions(t, mine)
		if len(all) != 2 || all[0].GetCurrent() || !all[1].GetCurrent() || all[0].GetId() == all[1].GetId() {
			t.Fatalf("sessions %v", all)
		}
		if got := all[0]; got.GetDevice() != "Firefox on Android" || got.GetNetwork() != "203.0.*" ||
			got.GetKind() != "browser" || got.GetCreatedAt() != s.Clock.Now().UnixMilli() {
			t.Errorf("the phone's is %v", got)
		}
		s.end(t, bob, all[0].GetId()) // somebody else's name for it ends nothing
		if _, err := s.Session(t.Context(), in.GetSessionToken()); err != nil {
			t.Fatalf("ended by somebody else: %v", err)
		}
		s.end(t, mine, all[0].GetId())
		s.end(t, mine, all[0].GetId())
		_, err = s.Session(t.Context(), in.GetSessionToken())
		wantCode(t, "the phone", err, fault.Unauthenticated, "no_session")
		if got := s.sessions(t, mine); len(got) != 1 || !got[0].GetCurrent() {
			t.Errorf("left are %v", got)
		}
		_, err = s.ListSessions(t.Context(),
			&identityv1.ListSessionsRequest{SessionToken: in.GetSessionToken()})
		wantCode(t, "asked by an ended one", err, fault.Unauthenticated, "no_session")
	})
}

func (s shop) end(t *testing.T, token, sessionID string) {
	t.Helper()
	if _, err := s.EndSession(t.Context(),
		&identityv1.EndSessionRequest{SessionToken: token, Id: sessionID}); err != nil {
		t.Fatal(err)
	}
}

func TestASessionGetsANewTokenWhenTheAccountMayMore(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		up := s.signUp(t, "ann@example.org")
		other, err := s.signIn(t.Context(), "ann@example.org", password)
		if err != nil {
			t.Fatal(err)
		}
		dairy := s.Process.Host("identity").NewID(id.Producer, "portland")
		request := &identityv1.AddProducerRequest{
			CustomerId: up.GetAccount().GetId(), ProducerId: dairy,
			SessionToken: up.GetSessionToken(),
		}
		added, err := s.AddProducer(t.Context(), request)
		if err != nil || added.GetSessionToken() == "" || added.GetSessionToken() == up.GetSessionToken() {
			t.Fatalf("added: %v, %v", added, err)
		}
		_, err = s.Session(t.Context(), other.GetSessionToken())
		wantCode(t, "another session", err, fault.Unauthenticated, "no_session")
		if _, err := s.Session(t.Context(), up.GetSessionToken()); err != nil {
			t.Errorf("a form that was sent twice at once: %v", err)
		}
		s.Clock.Advance(30 * time.Second)
		_, err = s.Session(t.Context(), up.GetSessionToken())
		wantCode(t, "the token from before, after a moment", err, fault.Unauthenticated, "no_session")
		if got, err := s.Session(t.Context(), added.GetSessionToken()); err != nil ||
			len(got.GetAccount().GetProducerIds()) != 1 {
			t.Errorf("the new one: %v, %v", got, err)
		}
		if again, err := s.AddProducer(t.Context(), request); err != nil || again.GetSessionToken() != "" {
			t.Errorf("added again: %v, %v", again, err)
		}
		if _, err := s.Session(t.Context(), added.GetSessionToken()); err != nil {
			t.Errorf("what changes nothing has ended a session: %v", err)
		}
	})
}

func TestADeviceIsToldInWordsAndANetworkByItsHalf(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		s.signUp(t, "ann@example.org")
		for _, c := range []struct{ agent, address, device, network string }{
			{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0", "198.51.100.23", "Edge on Windows", "198.51.*"},
			{"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1", "2001:db8:1:2::3", "Safari on iPhone", "2001:db8:*"},
			{"curl/8.5.0", "::ffff:192.0.2.1", "curl", "192.0.*"},
			{"<b>anything</b>", "nonsense", "", ""},
		} {
			ctx := audit.With(t.Context(), audit.Actor{Address: c.address})
			in, err := s.SignIn(ctx, &identityv1.SignInRequest{
				Email: "ann@example.org", Password: password,
				Device: &identityv1.Device{Agent: c.agent},
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, got := range s.sessions(t, in.GetSessionToken()) {
				if got.GetCurrent() && (got.GetDevice() != c.device || got.GetNetwork() != c.network) {
					t.Errorf("%s from %s is told as %q from %q", c.agent, c.address, got.GetDevice(),
						got.GetNetwork())
				}
			}
		}
	})
}
