package identity_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
)

// at is an account's password, tried by a client on a device that is known by its token.
func (s shop) at(ctx context.Context, email, password, device string) (*identityv1.SignInResponse, error) {
	return s.SignIn(ctx, &identityv1.SignInRequest{
		Email: email, Password: password,
		Device: &identityv1.Device{Token: device},
	})
}

func TestPasswordsCannotBeGuessedForLong(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		s.signUp(t, "ann@example.org")
		thief := s.from(t, nextClient())
		var all sync.WaitGroup
		failures := make([]error, 30)
		for i := range failures {
			all.Go(func() { _, failures[i] = s.signIn(thief, "ann@example.org", "wrong password") })
		}
		all.Wait()
		looked := 0
		for _, err := range failures {
			if fault.Is(err, "bad_credentials") {
				looked++
			}
		}
		if looked != 10 {
			t.Errorf("%d of 30 passwords were looked at, want 10", looked)
		}
		_, err := s.signIn(thief, "ann@example.org", password)
		wantCode(t, "the right password meanwhile", err, fault.Exhausted, "too_many_attempts")
		_, err = s.signIn(thief, "bob@example.org", password)
		wantCode(t, "another account", err, fault.Unauthenticated, "bad_credentials")
		s.Clock.Advance(15 * time.Minute)
		if _, err := s.signIn(thief, "ann@example.org", password); err != nil {
			t.Errorf("after the wait: %v", err)
		}
	})
}

func TestAStrangersWrongTriesDoNotLockTheOwnerOut(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		owner := s.from(t, nextClient())
		known := s.signUp(t, "ann@example.org").GetDeviceToken()
		for range 3 {
			thief := s.from(t, nextClient())
			for range 11 {
				_, _ = s.signIn(thief, "ann@example.org", "wrong password")
			}
			_, err := s.at(thief, "ann@example.org", password, "")
			wantCode(t, "who has guessed it by then", err, fault.Exhausted, "too_many_attempts")
			if _, err := s.at(thief, "ann@example.org", password, known); err != nil {
				t.Errorf("a known device on the thief's network: %v", err)
			}
			if _, err := s.at(owner, "ann@example.org", password, ""); err != nil {
				t.Errorf("the owner elsewhere, on a new device: %v", err)
			}
		}
	})
}

func TestAnAccountUnderAttackFromEverywhereOpensToKnownDevicesAndByMail(t *testing.T) {
	eachTested(t, func(d tested) {
		known := d.signUp(d.T, "ann@example.org").GetDeviceToken()
		for range 10 {
			thief := d.from(d.T, nextClient())
			for range 10 {
				_, err := d.signIn(thief, "ann@example.org", "wrong password")
				wantCode(d.T, "a guess", err, fault.Unauthenticated, "bad_credentials")
			}
		}
		_, err := d.signIn(d.from(d.T, nextClient()), "ann@example.org", password)
		wantCode(d.T, "a new device", err, fault.Exhausted, "sign_in_by_mail")
		if _, err := d.at(d.from(d.T, nextClient()), "ann@example.org", password, known); err != nil {
			d.Errorf("a known device: %v", err)
		}
		got, err := d.reset(d.token("ann@example.org"), newPassword)
		if err != nil {
			d.Fatalf("by mail: %v", err)
		}
		if _, err := d.at(d.from(d.T, nextClient()), "ann@example.org", newPassword,
			got.GetDeviceToken()); err != nil {
			d.Errorf("from then on: %v", err)
		}
	})
}

func TestADeviceIsKnownToOneAccountForAYear(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		ann, bob := s.signUp(t, "ann@example.org").GetDeviceToken(),
			s.signUp(t, "bob@example.org").GetDeviceToken()
		thief := s.from(t, nextClient())
		for range 10 {
			_, _ = s.signIn(thief, "ann@example.org", "wrong password")
		}
		for _, other := range []string{bob, ann + "A", "x", ann[:len(ann)-4] + "AAAA"} {
			_, err := s.at(thief, "ann@example.org", password, other)
			wantCode(t, "another's device", err, fault.Exhausted, "too_many_attempts")
		}
		for range 10 {
			_, err := s.at(thief, "ann@example.org", "wrong password", ann)
			wantCode(t, "a wrong password on the device", err, fault.Unauthenticated, "bad_credentials")
		}
		_, err := s.at(thief, "ann@example.org", password, ann)
		wantCode(t, "a device that was stolen", err, fault.Exhausted, "too_many_attempts")
		s.Clock.Advance(365 * 24 * time.Hour)
		for range 10 {
			_, _ = s.at(thief, "ann@example.org", "wrong password", ann)
		}
		if _, err := s.at(s.from(t, nextClient()), "ann@example.org", password, ann); err != nil {
			t.Errorf("after a year it counts as no other does: %v", err)
		}
	})
}

func TestAClientThatTriesManyAccountsIsRefusedAtAll(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		known := s.signUp(t, "ann@example.org").GetDeviceToken()
		sprayer, neighbour := s.from(t, "2001:db8::1"), s.from(t, "2001:db8::2:1")
		looked := 0
		for n := range 60 {
			_, err := s.signIn(sprayer, fmt.Sprintf("shopper%d@example.org", n), "Summer2026!")
			if fault.Is(err, "bad_credentials") {
				looked++
			}
		}
		if looked != 20 {
			t.Errorf("%d of 60 accounts were tried, want 20", looked)
		}
		for _, same := range []context.Context{sprayer, neighbour} {
			_, err := s.signIn(same, "ann@example.org", password)
			wantCode(t, "any account, from the same network", err, fault.Exhausted, "too_many_attempts")
		}
		if _, err := s.at(sprayer, "ann@example.org", password, known); err != nil {
			t.Errorf("a known device of the same network: %v", err)
		}
		if _, err := s.signIn(s.from(t, "2001:db8:0:1::1"), "ann@example.org", password); err != nil {
			t.Errorf("another network: %v", err)
		}
		if got := s.logged(t, "sign_in.spray"); len(got) != 1 {
			t.Errorf("the security log has it as %v, want it once", got)
		}
		s.Clock.Advance(time.Hour)
		if _, err := s.signIn(sprayer, "ann@example.org", password); err != nil {
			t.Errorf("after an hour: %v", err)
		}
	})
}

func TestAnOfficeThatSignsInIsNoSprayer(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		office := s.from(t, nextClient())
		for n := range 25 {
			email := fmt.Sprintf("shopper%d@example.org", n)
			s.signUp(t, email)
			_, _ = s.signIn(office, email, "mistyped password")
			if _, err := s.signIn(office, email, password); err != nil {
				t.Fatalf("colleague %d: %v", n, err)
			}
		}
	})
}

func TestSignInsAreLogged(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		up := s.signUp(t, "ann@example.org")
		from := s.from(t, "192.0.2.7")
		_, _ = s.signIn(from, "ann@example.org", "wrong password")
		_, _ = s.signIn(from, "ann@example.org", password)
		for _, outcome := range []string{"refused", "done"} {
			var subject, address string
			err := s.Process.Host("identity").DB().Read().QueryRowContext(t.Context(),
				"SELECT subject, address FROM audit WHERE action = 'sign_in' AND outcome = $1",
				outcome).Scan(&subject, &address)
			if err != nil || subject != up.GetAccount().GetId() || address == "" {
				t.Errorf("a sign-in that was %s is logged of %q from %q, %v", outcome, subject, address, err)
			}
		}
	})
}

// Whoever signed in with a password of before is a stranger to the next one.
func TestADeviceIsForgottenWithThePassword(t *testing.T) {
	eachTested(t, func(d tested) {
		thiefs := d.signUp(d.T, "ann@example.org").GetDeviceToken()
		locked := func(password, device string) bool {
			d.Helper()
			client := d.from(d.T, nextClient())
			for range 11 {
				_, _ = d.at(client, "ann@example.org", "wrong password", "")
			}
			_, err := d.at(client, "ann@example.org", password, device)
			return fault.Is(err, "too_many_attempts")
		}
		if locked(password, thiefs) {
			d.Fatal("a device that has signed in is not known")
		}
		d.Clock.Advance(time.Minute)
		mine, err := d.signIn(d.Context(), "ann@example.org", password)
		if err != nil {
			d.Fatal(err)
		}
		d.Clock.Advance(time.Minute)
		changed, err := d.ChangePassword(d.Context(),
			&identityv1.ChangePasswordRequest{
				SessionToken: mine.GetSessionToken(), Password: password,
				NewPassword: newPassword,
			})
		if err != nil {
			d.Fatal(err)
		}
		if !locked(newPassword, thiefs) {
			d.Error("a device of before the change is known")
		}
		if locked(newPassword, changed.GetDeviceToken()) {
			d.Error("the device that has changed it is not known")
		}
		d.Clock.Advance(time.Minute)
		got, err := d.reset(d.token("ann@example.org"), password)
		if err != nil {
			d.Fatal(err)
		}
		if !locked(password, changed.GetDeviceToken()) || locked(password, got.GetDeviceToken()) {
			d.Error("a new password by a link forgets no device, or the one that has set it")
		}
	})
}
