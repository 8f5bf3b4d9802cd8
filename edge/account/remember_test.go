package account_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
)

var errAway = fault.New(fault.Unavailable, "unavailable", "Down.")

// openLasting is a shop whose sessions last.
func openLasting(t *testing.T) *edgetest.Shop {
	t.Helper()
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Session = func(a *identityv1.GetSessionResponse) { a.ExpiresAt = 1 << 50 }
	})
	return s
}

// status is how a page is answered to whom a session is of.
func status(t *testing.T, s *edgetest.Shop, path, session string) int {
	t.Helper()
	return s.Open(t, path, "session="+session, nil).Status
}

func TestWhoIsSignedInStaysSoForAWhileWhileIdentityIsAway(t *testing.T) {
	s := openLasting(t)
	if got := status(t, s, "/account", "shopper"); got != http.StatusOK {
		t.Fatalf("the account is answered with %d", got)
	}
	for _, method := range []string{"GetSession", "ListAddresses"} {
		s.Peers.Fail(method, errAway)
	}
	s.Clock.Advance(9 * time.Minute)
	page := s.Open(t, "/account", "session=shopper", nil)
	if page.Status != http.StatusOK || !strings.Contains(page.Text(), "ann@example.org") ||
		!strings.Contains(page.Text(), "Your addresses cannot be shown just now.") {
		t.Errorf("without identity the account is answered with %d: %s", page.Status, page.Text())
	}
	s.Clock.Advance(2 * time.Minute)
	if got := status(t, s, "/account", "shopper"); got != http.StatusServiceUnavailable {
		t.Errorf("after eleven minutes the account is answered with %d", got)
	}
	if got := status(t, s, "/cart", "shopper"); got != http.StatusOK {
		t.Errorf("whom it does not remember has a basket as a guest, answered with %d", got)
	}
}

func TestASessionThatEndedIsForgottenAsSoonAsIdentityAnswers(t *testing.T) {
	s := openLasting(t)
	status(t, s, "/account", "shopper")
	s.Peers.Fail("GetSession", errAway)
	status(t, s, "/account", "shopper")
	s.Peers.Fail("GetSession", fault.New(fault.Unauthenticated, "no_session", "Please sign in."))
	s.Clock.Advance(2 * time.Second)
	if got := status(t, s, "/account", "shopper"); got != http.StatusSeeOther {
		t.Errorf("the account of a session that ended is answered with %d", got)
	}
	s.Peers.Fail("GetSession", errAway)
	if got := status(t, s, "/account", "shopper"); got != http.StatusServiceUnavailable {
		t.Errorf("and while identity is away again with %d", got)
	}
}

func TestFromMemoryNobodyIsTheOperatorOrHasJustShownWhoTheyAre(t *testing.T) {
	s := openLasting(t)
	pages := []struct {
		path, session string
		away          int
	}{
		{"/operator/today", "operator", http.StatusServiceUnavailable},
		{"/producer", "operator", http.StatusServiceUnavailable},
		{"/account/data.json", "shopper", http.StatusServiceUnavailable},
		{"/account/data.json", "operator", http.StatusServiceUnavailable},
		{"/account", "operator", http.StatusOK},
		{"/producer", "producer", http.StatusOK},
	}
	for _, p := range pages {
		if got := status(t, s, p.path, p.session); got >= http.StatusBadRequest {
			t.Fatalf("%s of the %s is answered with %d", p.path, p.session, got)
		}
	}
	s.Peers.Fail("GetSession", errAway)
	for _, p := range pages {
		if got := status(t, s, p.path, p.session); got != p.away {
			t.Errorf("without identity %s of the %s is answered with %d, want %d", p.path, p.session, got, p.away)
		}
	}
}

func TestAProgramWhoseSessionNobodyCanTellIsNoGuest(t *testing.T) {
	s := openLasting(t)
	s.Peers.Fail("GetSession", errAway)
	for token, want := range map[string]int{
		strings.Repeat("s", 43): http.StatusServiceUnavailable, // may be a session
		strings.Repeat("o", 58): http.StatusCreated,            // an order's
	} {
		answer, body := s.Send(t, edgetest.Call{ //nolint:bodyclose // Send closes it
			Method: http.MethodPost, Path: "/api/v1/carts", Body: `{"market": "portland"}`,
			Header: []string{"Authorization", "Bearer " + token},
		})
		if answer.StatusCode != want {
			t.Errorf("with a token of %d characters a basket is answered with %d: %s", len(token),
				answer.StatusCode, body)
		}
	}
}

func TestWhoSignsOutWhileIdentityIsAwayIsForgottenByTheBrowserAndTheShop(t *testing.T) {
	s := openLasting(t)
	status(t, s, "/account", "shopper")
	for _, method := range []string{"GetSession", "SignOut"} {
		s.Peers.Fail(method, errAway)
	}
	out := s.Open(t, "/sign-out", "session=shopper", map[string][]string{})
	if out.Status != http.StatusSeeOther || len(out.Cookies) == 0 {
		t.Errorf("signing out is answered with %d and %v", out.Status, out.Cookies)
	}
	if got := status(t, s, "/account", "shopper"); got != http.StatusServiceUnavailable {
		t.Errorf("the account is answered with %d", got)
	}
}
