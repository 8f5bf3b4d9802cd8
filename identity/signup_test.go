package identity_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
)

func TestSignUpTellsNobodyWhoHasAnAccount(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		s.signUp(t, "ann@example.org")
		client := s.from(t, nextClient())
		for n := range 4 {
			var answers []*identityv1.SignUpResponse
			var failures []error
			for _, email := range []string{"ann@example.org", "bob@example.org"} {
				answer, err := s.SignUp(client, &identityv1.SignUpRequest{
					Email: email, Password: newPassword,
					Name: "Eve",
				})
				answers, failures = append(answers, answer), append(failures, err)
			}
			if n == 3 {
				wantCode(t, "with an account, again and again", failures[0], fault.Exhausted,
					"too_many_attempts")
				wantCode(t, "without one, again and again", failures[1], fault.Exhausted, "too_many_attempts")
				continue
			}
			if failures[0] != nil || failures[1] != nil ||
				len(answers[0].GetBrowserToken()) != len(answers[1].GetBrowserToken()) {
				t.Fatalf("%v, %v", failures, answers)
			}
			for _, a := range answers {
				a.BrowserToken = ""
			}
			if !proto.Equal(answers[0], answers[1]) {
				t.Errorf("answered %v and %v", answers[0], answers[1])
			}
			if len(s.Post.Sent()) != 0 {
				t.Error("something was mailed while they waited")
			}
		}
		// The same work: each has a row, made by the same statements, with a password hash of the same cost.
		var rows, hashes int
		err := s.Process.Host("identity").DB().Read().QueryRowContext(t.Context(),
			"SELECT COUNT(*), COUNT(DISTINCT length(password_hash)) FROM links WHERE kind = 'sign_up'").Scan(
			&rows, &hashes)
		if err != nil || rows != 2 || hashes != 1 {
			t.Errorf("%d rows of %d costs, %v", rows, hashes, err)
		}
		s.mail(t)
		if len(s.Post.Sent()) != 2 || s.Count(t, "accounts") != 1 {
			t.Errorf("%d letters, %d accounts", len(s.Post.Sent()), s.Count(t, "accounts"))
		}
		for _, m := range s.Post.Sent() {
			told := m.GetTo() == "ann@example.org"
			if told != strings.Contains(m.GetText(), "You have one already") ||
				told == strings.Contains(m.GetText(), "/confirm?token=") ||
				strings.Contains(m.GetText(), "Eve") {
				t.Errorf("to %s: %s", m.GetTo(), m.GetText())
			}
		}
	})
}

func TestWhoHasAnAccountIsToldOfASignUpOnceADay(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		s.signUp(t, "ann@example.org")
		keys := map[string]int{}
		for range 4 {
			if _, err := s.SignUp(s.from(t, nextClient()),
				&identityv1.SignUpRequest{Email: "ann@example.org", Password: newPassword}); err != nil {
				t.Fatal(err)
			}
			s.mail(t)
			keys[s.Post.Last().GetKey()]++
			s.Clock.Advance(6 * time.Hour)
		}
		if len(keys) != 2 { // from nine in the morning until three at night: of one key notify sends one
			t.Errorf("the letters have the keys %v", keys)
		}
	})
}

func TestAnAddressHasOneAccountThatItsOwnerHasMade(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		browser, token := s.asksToSignUp(t, "ann@example.org", password)
		if s.Count(t, "accounts") != 0 {
			t.Error("there is an account before anybody has looked into the mail")
		}
		_, err := s.signIn(t.Context(), "ann@example.org", password)
		wantCode(t, "before that", err, fault.Unauthenticated, "bad_credentials")
		var all sync.WaitGroup
		failures := make([]error, 8)
		for i := range failures {
			all.Go(func() {
				_, failures[i] = s.FollowLink(t.Context(),
					&identityv1.FollowLinkRequest{Token: token, BrowserToken: browser})
			})
		}
		all.Wait()
		made := 0
		for _, err := range failures {
			if err == nil {
				made++
				continue
			}
			wantCode(t, "the same link again", err, fault.NotFound, "link_expired")
		}
		if made != 1 || s.Count(t, "accounts") != 1 {
			t.Errorf("%d were made, %d are there", made, s.Count(t, "accounts"))
		}
	})
}

// A stranger signs up with somebody's address and a password of the stranger's own, and waits for its owner
// to follow the link.
func TestAnothersPasswordIsNotTakenOn(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		_, token := s.asksToSignUp(t, "ann@example.org", "the stranger's password")
		for _, browser := range []string{"", "x", token} {
			shown, err := s.GetLink(t.Context(),
				&identityv1.GetLinkRequest{Token: token, BrowserToken: browser})
			if err != nil || !shown.GetNeedsPassword() {
				t.Errorf("shown %v, %v", shown, err)
			}
			_, err = s.FollowLink(t.Context(),
				&identityv1.FollowLinkRequest{Token: token, BrowserToken: browser})
			wantFields(t, err, "password")
		}
		got, err := s.FollowLink(t.Context(),
			&identityv1.FollowLinkRequest{Token: token, Password: newPassword, Name: "Ann"})
		if err != nil || got.GetAccount().GetName() != "Ann" || !got.GetAccount().GetEmailVerified() {
			t.Fatalf("%v, %v", got, err)
		}
		_, err = s.signIn(t.Context(), "ann@example.org", "the stranger's password")
		wantCode(t, "the stranger", err, fault.Unauthenticated, "bad_credentials")
		if _, err := s.signIn(t.Context(), "ann@example.org", newPassword); err != nil {
			t.Errorf("the owner: %v", err)
		}
	})
}

func TestAnAddressIsHeldByNoSignUpThatIsNotFollowed(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		browser, older := s.asksToSignUp(t, "ann@example.org", password)
		_, newer := s.asksToSignUp(t, "ann@example.org", password)
		_, err := s.FollowLink(t.Context(),
			&identityv1.FollowLinkRequest{Token: older, BrowserToken: browser})
		wantCode(t, "an older link", err, fault.NotFound, "link_expired")
		s.Clock.Advance(day)
		_, err = s.GetLink(t.Context(), &identityv1.GetLinkRequest{Token: newer})
		wantCode(t, "after a day", err, fault.NotFound, "link_expired")
		s.signUp(t, "ann@example.org")
	})
}

func TestNoTokenOfASignUpIsStored(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		browser, token := s.asksToSignUp(t, "ann@example.org", password)
		var row string
		err := s.Process.Host("identity").DB().Read().QueryRowContext(t.Context(),
			"SELECT subject || password_hash || browser_hash || token_hash FROM links").Scan(&row)
		if err != nil || strings.Contains(row, browser) || strings.Contains(row, token) ||
			strings.Contains(row, password) {
			t.Errorf("stored %q, %v", row, err)
		}
		if strings.Contains(s.Post.Last().GetKey(), token) {
			t.Error("the token is in the letter's key")
		}
	})
}

// A mailbox has as many addresses as anybody likes to write.
func TestLettersAreCountedByMailbox(t *testing.T) {
	eachTested(t, func(d tested) {
		spellings := []string{"vic.tim+%d@gmail.com", "victim+%d@googlemail.com", "v.i.c.t.i.m+%d@Gmail.com"}
		passed := 0
		for n := range 30 {
			_, err := d.SignUp(d.from(d.T, nextClient()),
				&identityv1.SignUpRequest{
					Email:    fmt.Sprintf(spellings[n%len(spellings)], n),
					Password: password,
				})
			if err == nil {
				passed++
			} else {
				wantCode(d.T, "one letter more", err, fault.Exhausted, "too_many_attempts")
			}
		}
		if passed != 10 {
			d.Errorf("%d letters go to one mailbox, want 10", passed)
		}
		if _, err := d.SignUp(d.from(d.T, nextClient()),
			&identityv1.SignUpRequest{Email: "vic.tim@example.org", Password: password}); err != nil {
			d.Errorf("another mailbox: %v", err)
		}
	})
}
