package identity_test

import (
	"encoding/base32"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	"github.com/artisan-eats/artisan/identity"
	"github.com/artisan-eats/artisan/identity/identitytest"
)

const origin = "http://shop.test"

// guarded is the shop and what its accounts prove themselves with.
type guarded struct {
	desk
	identityv1connect.FactorServiceClient
}

func eachGuarded(t *testing.T, test func(g guarded)) {
	t.Helper()
	eachDesk(t,
		func(d desk) {
			test(guarded{d, identityv1connect.NewFactorServiceClient(d.process.Client("identity"))})
		})
}

// member makes an account and signs it in.
func (g guarded) member(email string, roles ...string) (session string) {
	g.Helper()
	if _, err := g.EnsureAccount(g.Context(),
		&identityv1.EnsureAccountRequest{
			Email: email, Password: password, Name: "Ann Baker",
			Roles: roles,
		}); err != nil {
		g.Fatal(err)
	}
	return g.enters(email).GetSessionToken()
}

func (g guarded) enters(email string) *identityv1.SignInResponse {
	g.Helper()
	in, err := g.signIn(g.Context(), email, password)
	if err != nil {
		g.Fatal(err)
	}
	return in
}

func (g guarded) standing(session string) *identityv1.GetSessionResponse {
	g.Helper()
	answer, err := g.session(g.Context(), session)
	if err != nil {
		g.Fatal(err)
	}
	return answer
}

// begin asks for a challenge.
func (g guarded) begin(purpose, token string) *identityv1.BeginPasskeyResponse {
	g.Helper()
	answer, err := g.BeginPasskey(g.Context(),
		&identityv1.BeginPasskeyRequest{Purpose: purpose, Token: token})
	if err != nil {
		g.Fatal(err)
	}
	return answer
}

func (g guarded) register(session string, key *identitytest.Passkey) (codes []string, err error) {
	g.Helper()
	asked := g.begin("register", session)
	answer, err := g.AddPasskey(g.Context(), &identityv1.AddPasskeyRequest{
		SessionToken: session, ChallengeToken: asked.GetChallengeToken(),
		Credential: key.Create(g, asked.GetOptions()), Name: "Ann's key",
	})
	return answer.GetRecoveryCodes(), err
}

// passkey adds one to the account of a session.
func (g guarded) passkey(session string) *identitytest.Passkey {
	g.Helper()
	key := identitytest.New(g, origin)
	if _, err := g.register(session, key); err != nil {
		g.Fatal(err)
	}
	return key
}

func (g guarded) signInBy(key *identitytest.Passkey) (*identityv1.SignInWithPasskeyResponse, error) {
	g.Helper()
	asked := g.begin("sign_in", "")
	return g.SignInWithPasskey(g.Context(),
		&identityv1.SignInWithPasskeyRequest{
			ChallengeToken: asked.GetChallengeToken(),
			Credential:     key.Get(g, asked.GetOptions()),
		})
}

// app adds an authenticator app to the account of a session, and gives its key and the recovery codes.
func (g guarded) app(session string) (secret []byte, codes []string) {
	g.Helper()
	begun, err := g.BeginTotp(g.Context(), &identityv1.BeginTotpRequest{SessionToken: session})
	if err != nil {
		g.Fatal(err)
	}
	if secret, err = base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(
		begun.GetSecret()); err != nil {
		g.Fatal(err)
	}
	done, err := g.ConfirmTotp(g.Context(),
		&identityv1.ConfirmTotpRequest{SessionToken: session, Code: identity.TotpAt(secret, g.clock.Now())})
	if err != nil {
		g.Fatal(err)
	}
	g.clock.Advance(time.Minute)
	return secret, done.GetRecoveryCodes()
}

func (g guarded) pass(pending string, proof *identityv1.Proof) (*identityv1.PassFactorResponse, error) {
	return g.PassFactor(g.Context(), &identityv1.PassFactorRequest{PendingToken: pending, Proof: proof})
}

func (g guarded) stepUp(session string, proof *identityv1.Proof) error {
	_, err := g.StepUp(g.Context(), &identityv1.StepUpRequest{SessionToken: session, Proof: proof})
	return err
}

// told are the subjects of the letters to an address, once all are written.
func (g guarded) told(email string) (subjects []string) {
	g.Helper()
	if err := identity.MailNotices(g.Context(), g.process.Host("identity")); err != nil {
		g.Fatal(err)
	}
	for _, m := range g.post.sent {
		if m.GetTo() == email {
			subjects = append(subjects, m.GetSubject())
		}
	}
	return subjects
}

// logged are the actions and outcomes of the security log, of one action and beyond.
func (g guarded) logged(action string) (entries []string) {
	g.Helper()
	rows, err := g.process.Host("identity").DB().Read().QueryContext(g.Context(), `SELECT outcome, detail
		FROM audit WHERE action = $1 ORDER BY seq`, action)
	if err != nil {
		g.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var outcome, detail string
		if err := rows.Scan(&outcome, &detail); err != nil {
			g.Fatal(err)
		}
		entries = append(entries, outcome+" "+detail)
	}
	return entries
}

func TestAPasskeyAloneSignsIn(t *testing.T) {
	eachGuarded(t, func(g guarded) {
		session := g.member("ann@example.org")
		key := g.passkey(session)
		in, err := g.signInBy(key)
		if err != nil || in.GetAccount().GetEmail() != "ann@example.org" {
			t.Fatalf("%v, %v", in, err)
		}
		at := g.standing(in.GetSessionToken())
		if !at.GetTwoFactors() || at.GetSteppedUpUntil() != g.clock.Now().Add(10*time.Minute).UnixMilli() ||
			!slices.Equal(at.GetFactors(), []string{"passkey"}) {
			t.Errorf("the session stands as %v", at)
		}
		kept, err := g.ListFactors(t.Context(), &identityv1.ListFactorsRequest{SessionToken: session})
		if err != nil || len(kept.GetPasskeys()) != 1 || kept.GetPasskeys()[0].GetName() != "Ann's key" ||
			kept.GetPasskeys()[0].GetUsedAt() != g.clock.Now().UnixMilli() || kept.GetRecoveryCodes() != 10 {
			t.Errorf("the account has %v, %v", kept, err)
		}
		if told := g.told("ann@example.org"); !slices.Equal(told, []string{"A passkey was added"}) {
			t.Errorf("she was told %q", told)
		}
		if got := g.logged("sign_in"); !slices.Contains(got, `done {"by":"passkey"}`) {
			t.Errorf("the log says %q", got)
		}
	})
}

func TestAnAccountHasSeveralPasskeysAndLosesThemOneByOne(t *testing.T) {
	eachGuarded(t, func(g guarded) {
		session := g.member("ann@example.org")
		first, second := g.passkey(session), g.passkey(session)
		for _, key := range []*identitytest.Passkey{first, second} {
			if _, err := g.signInBy(key); err != nil {
				t.Error(err)
			}
		}
		if _, err := g.register(session, first); !fault.Is(err, "passkey_known") {
			t.Errorf("the same passkey again: %v", err)
		}
		kept, err := g.ListFactors(t.Context(), &identityv1.ListFactorsRequest{SessionToken: session})
		if err != nil {
			t.Fatal(err)
		}
		other := g.member("bob@example.org")
		_, err = g.RemovePasskey(t.Context(),
			&identityv1.RemovePasskeyRequest{SessionToken: other, Id: kept.GetPasskeys()[0].GetId()})
		wantCode(t, "somebody else's passkey", err, fault.NotFound, "no_factor")
		for _, k := range kept.GetPasskeys() {
			if _, err := g.RemovePasskey(t.Context(),
				&identityv1.RemovePasskeyRequest{SessionToken: session, Id: k.GetId()}); err != nil {
				t.Fatal(err)
			}
		}
		_, err = g.signInBy(first)
		wantCode(t, "a passkey that was removed", err, fault.Unauthenticated, "bad_passkey")
		if in := g.enters("ann@example.org"); in.GetSessionToken() == "" {
			t.Error("without a passkey the password is enough again")
		}
		kept, err = g.ListFactors(t.Context(), &identityv1.ListFactorsRequest{SessionToken: session})
		if err != nil || kept.GetRecoveryCodes() != 0 {
			t.Errorf("recovery codes of nothing: %v, %v", kept, err)
		}
	})
}

// TestAnAnswerIsGoodOnceThereAndThen takes answers that were made for something else.
func TestAnAnswerIsGoodOnceThereAndThen(t *testing.T) {
	eachGuarded(t, func(g guarded) {
		session := g.member("ann@example.org")
		key := g.passkey(session)
		asked := g.begin("sign_in", "")
		answer := &identityv1.SignInWithPasskeyRequest{
			ChallengeToken: asked.GetChallengeToken(),
			Credential:     key.Get(t, asked.GetOptions()),
		}
		if _, err := g.SignInWithPasskey(t.Context(), answer); err != nil {
			t.Fatal(err)
		}
		_, err := g.SignInWithPasskey(t.Context(), answer)
		wantCode(t, "an answer that is sent again", err, fault.Unauthenticated, "bad_passkey")
		for name, change := range map[string]func(*identitytest.Passkey){
			"another origin": func(k *identitytest.Passkey) {
				k.Origin = "http://shop.test.evil.example"
			},
			"another port":       func(k *identitytest.Passkey) { k.Origin = "http://shop.test:8081" },
			"another domain":     func(k *identitytest.Passkey) { k.Domain = "evil.example" },
			"nobody's finger":    func(k *identitytest.Passkey) { k.Unverified = true },
			"a counter that ran": func(k *identitytest.Passkey) { k.Counter = 0 },
		} {
			false := key.Copy()
			change(false)
			if _, err := g.signInBy(false); fault.KindOf(err) != fault.Unauthenticated {
				t.Errorf("%s: %v", name, err)
			}
		}
		asked = g.begin("sign_in", "")
		late := &identityv1.SignInWithPasskeyRequest{
			ChallengeToken: asked.GetChallengeToken(),
			Credential:     key.Get(t, asked.GetOptions()),
		}
		g.clock.Advance(5 * time.Minute)
		_, err = g.SignInWithPasskey(t.Context(), late)
		wantCode(t, "an answer that comes late", err, fault.Unauthenticated, "bad_passkey")
		stranger := identitytest.New(t, origin)
		_, err = g.signInBy(stranger)
		wantCode(t, "a passkey of nobody", err, fault.Unauthenticated, "bad_passkey")
	})
}

// TestAChallengeIsBoundToItsPurposeAndItsSession lets one account's challenge be answered for another.
func TestAChallengeIsBoundToItsPurposeAndItsSession(t *testing.T) {
	eachGuarded(t, func(g guarded) {
		ann, bob := g.member("ann@example.org"), g.member("bob@example.org")
		key := g.passkey(ann)
		asked := g.begin("register", ann)
		_, err := g.AddPasskey(t.Context(), &identityv1.AddPasskeyRequest{
			SessionToken: bob, ChallengeToken: asked.GetChallengeToken(),
			Credential: identitytest.New(t, origin).Create(t, asked.GetOptions()),
		})
		wantCode(t, "Ann's challenge for Bob's account", err, fault.Unauthenticated, "bad_passkey")
		asked = g.begin("step_up", ann)
		_, err = g.SignInWithPasskey(t.Context(),
			&identityv1.SignInWithPasskeyRequest{
				ChallengeToken: asked.GetChallengeToken(),
				Credential:     key.Get(t, asked.GetOptions()),
			})
		wantCode(t, "a step-up that signs in", err, fault.Unauthenticated, "bad_passkey")
		theirs := g.passkey(bob)
		asked = g.begin("step_up", ann)
		err = g.stepUp(ann, &identityv1.Proof{
			ChallengeToken: asked.GetChallengeToken(),
			Credential:     theirs.Get(t, asked.GetOptions()),
		})
		wantCode(t, "Bob's passkey for Ann's session", err, fault.Unauthenticated, "bad_passkey")
	})
}

func TestACopiedPasskeyIsRefusedAndTold(t *testing.T) {
	eachGuarded(t, func(g guarded) {
		key := g.passkey(g.member("ann@example.org"))
		twin := key.Copy()
		for range 2 {
			if _, err := g.signInBy(key); err != nil {
				t.Fatal(err)
			}
		}
		_, err := g.signInBy(twin)
		wantCode(t, "a copy whose counter is behind", err, fault.Unauthenticated, "passkey_cloned")
		if got := g.logged("sign_in"); !slices.Contains(got, `refused {"code":"passkey_cloned"}`) {
			t.Errorf("the log says %q", got)
		}
		if told := g.told("ann@example.org"); !slices.Contains(told, "A passkey was refused") {
			t.Errorf("she was told %q", told)
		}
		synced := identitytest.New(t, origin)
		synced.Synced = true
		if _, err := g.register(g.member("bob@example.org"), synced); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := g.signInBy(synced); err != nil {
				t.Errorf("a passkey without a counter: %v", err)
			}
		}
	})
}

func TestAPasswordIsNotEnoughWhereThereIsASecondFactor(t *testing.T) {
	eachGuarded(t, func(g guarded) {
		secret, _ := g.app(g.member("ann@example.org"))
		in := g.enters("ann@example.org")
		if in.GetSessionToken() != "" || in.GetAccount() != nil || in.GetPendingToken() == "" ||
			!slices.Equal(in.GetFactors(), []string{"totp"}) {
			t.Fatalf("the password opens %v", in)
		}
		if _, err := g.session(t.Context(), in.GetPendingToken()); err == nil {
			t.Error("a pending sign-in is a session")
		}
		_, err := g.pass(in.GetPendingToken(), &identityv1.Proof{Password: password})
		wantCode(t, "the password twice", err, fault.Denied, "second_factor_required")
		_, err = g.pass(in.GetPendingToken(), &identityv1.Proof{Totp: "000000"})
		wantCode(t, "a wrong code", err, fault.Unauthenticated, "bad_code")
		code := &identityv1.Proof{Totp: identity.TotpAt(secret, g.clock.Now())}
		out, err := g.pass(in.GetPendingToken(), code)
		if err != nil || !g.standing(out.GetSessionToken()).GetTwoFactors() {
			t.Fatalf("%v, %v", out, err)
		}
		_, err = g.pass(in.GetPendingToken(), code)
		wantCode(t, "a pending sign-in that is used again", err, fault.Unauthenticated, "sign_in_expired")
		_, err = g.pass(g.enters("ann@example.org").GetPendingToken(), code)
		wantCode(t, "a code that is used again", err, fault.Unauthenticated, "bad_code")
		late := g.enters("ann@example.org").GetPendingToken()
		g.clock.Advance(5 * time.Minute)
		_, err = g.pass(late, &identityv1.Proof{Totp: identity.TotpAt(secret, g.clock.Now())})
		wantCode(t, "a sign-in that took too long", err, fault.Unauthenticated, "sign_in_expired")
	})
}

func TestAPendingSignInTakesThePasskeyOfItsAccount(t *testing.T) {
	eachGuarded(t, func(g guarded) {
		key, other := g.passkey(g.member("ann@example.org")), g.passkey(g.member("bob@example.org"))
		for _, c := range []struct {
			key *identitytest.Passkey
			ok  bool
		}{{other, false}, {key, true}} {
			in := g.enters("ann@example.org")
			asked := g.begin("second_factor", in.GetPendingToken())
			out, err := g.pass(in.GetPendingToken(),
				&identityv1.Proof{
					ChallengeToken: asked.GetChallengeToken(),
					Credential:     c.key.Get(t, asked.GetOptions()),
				})
			if (err == nil) != c.ok || (c.ok && out.GetAccount().GetEmail() != "ann@example.org") {
				t.Errorf("the right passkey %t: %v, %v", c.ok, out, err)
			}
		}
	})
}

// TestCodesCannotBeGuessed tries codes as whoever has the password does, many at once.
func TestCodesCannotBeGuessed(t *testing.T) {
	eachGuarded(t, func(g guarded) {
		secret, codes := g.app(g.member("ann@example.org"))
		var all sync.WaitGroup
		var mu sync.Mutex
		looked := 0
		for i := range 20 {
			pending := g.enters("ann@example.org").GetPendingToken()
			all.Go(func() {
				_, err := g.pass(pending, &identityv1.Proof{Totp: fmt.Sprintf("%06d", i)})
				mu.Lock()
				defer mu.Unlock()
				if fault.Is(err, "bad_code") {
					looked++
				}
			})
		}
		all.Wait()
		if looked > 5 {
			t.Errorf("%d codes of 20 were looked at", looked)
		}
		right := &identityv1.Proof{Totp: identity.TotpAt(secret, g.clock.Now())}
		_, err := g.pass(g.enters("ann@example.org").GetPendingToken(), right)
		wantCode(t, "the right code after too many", err, fault.Exhausted, "too_many_codes")
		if _, err := g.pass(g.enters("ann@example.org").GetPendingToken(),
			&identityv1.Proof{RecoveryCode: codes[0]}); err != nil {
			t.Errorf("a recovery code opens all the same: %v", err)
		}
		g.clock.Advance(15 * time.Minute)
		if _, err := g.pass(g.enters("ann@example.org").GetPendingToken(),
			&identityv1.Proof{Totp: identity.TotpAt(secret, g.clock.Now())}); err != nil {
			t.Errorf("a quarter of an hour later: %v", err)
		}
	})
}

func TestARecoveryCodeIsGoodOnce(t *testing.T) {
	eachGuarded(t, func(g guarded) {
		session := g.member("ann@example.org")
		_, codes := g.app(session)
		if len(codes) != 10 || len(slices.Compact(slices.Sorted(slices.Values(codes)))) != 10 {
			t.Fatalf("codes %q", codes)
		}
		typed := strings.ToUpper(strings.ReplaceAll(codes[3], "-", " "))
		if _, err := g.pass(g.enters("ann@example.org").GetPendingToken(),
			&identityv1.Proof{RecoveryCode: typed}); err != nil {
			t.Fatal(err)
		}
		_, err := g.pass(g.enters("ann@example.org").GetPendingToken(),
			&identityv1.Proof{RecoveryCode: codes[3]})
		wantCode(t, "a code that is used again", err, fault.Unauthenticated, "bad_code")
		_, bobs := g.app(g.member("bob@example.org"))
		_, err = g.pass(g.enters("ann@example.org").GetPendingToken(),
			&identityv1.Proof{RecoveryCode: bobs[0]})
		wantCode(t, "somebody else's code", err, fault.Unauthenticated, "bad_code")
		if err := g.stepUp(session, &identityv1.Proof{RecoveryCode: codes[4]}); err != nil {
			t.Fatal(err)
		}
		anew, err := g.MakeRecoveryCodes(t.Context(),
			&identityv1.MakeRecoveryCodesRequest{SessionToken: session})
		if err != nil || len(anew.GetRecoveryCodes()) != 10 {
			t.Fatal(anew, err)
		}
		_, err = g.pass(g.enters("ann@example.org").GetPendingToken(),
			&identityv1.Proof{RecoveryCode: codes[5]})
		wantCode(t, "a code from before", err, fault.Unauthenticated, "bad_code")
		if _, err := g.pass(g.enters("ann@example.org").GetPendingToken(),
			&identityv1.Proof{RecoveryCode: anew.GetRecoveryCodes()[5]}); err != nil {
			t.Error(err)
		}
		if told := g.told("ann@example.org"); !slices.Contains(told, "A recovery code was used") ||
			!slices.Contains(told, "New recovery codes") {
			t.Errorf("she was told %q", told)
		}
	})
}

func TestWhatWasShownCountsForTenMinutes(t *testing.T) {
	eachGuarded(t, func(g guarded) {
		session := g.member("ann@example.org")
		g.clock.Advance(10*time.Minute - time.Millisecond)
		if _, err := g.BeginTotp(t.Context(),
			&identityv1.BeginTotpRequest{SessionToken: session}); err != nil {
			t.Error(err)
		}
		g.clock.Advance(time.Millisecond)
		for name, err := range g.guardedCalls(session) {
			wantCode(t, name, err, fault.Denied, "step_up_required")
		}
		wantCode(t, "a wrong password", g.stepUp(session, &identityv1.Proof{Password: "not the password"}),
			fault.Unauthenticated, "bad_credentials")
		wantCode(t, "nothing at all", g.stepUp(session, &identityv1.Proof{}), fault.Invalid, "invalid")
		if err := g.stepUp(session, &identityv1.Proof{Password: password}); err != nil {
			t.Fatal(err)
		}
		for name, err := range g.guardedCalls(session) {
			if fault.Is(err, "step_up_required") {
				t.Errorf("%s after a step-up: %v", name, err)
			}
		}
		if got := g.logged("step_up"); !slices.Equal(got,
			[]string{
				`refused {"code":"bad_credentials"}`, `refused {"code":"invalid"}`,
				`done {"by":"password"}`,
			}) {
			t.Errorf("the log says %q", got)
		}
	})
}

// guardedCalls are all that may not be done by who only has a session.
func (g guarded) guardedCalls(session string) map[string]error {
	g.Helper()
	ctx, errs := g.Context(), map[string]error{}
	_, errs["begin a passkey"] = g.BeginPasskey(ctx,
		&identityv1.BeginPasskeyRequest{Purpose: "register", Token: session})
	_, errs["add a passkey"] = g.AddPasskey(ctx, &identityv1.AddPasskeyRequest{SessionToken: session})
	_, errs["remove a passkey"] = g.RemovePasskey(ctx,
		&identityv1.RemovePasskeyRequest{SessionToken: session, Id: "key_x_01k8y6v0xq7d3mz1n5r2t9w4bc"})
	_, errs["begin an app"] = g.BeginTotp(ctx, &identityv1.BeginTotpRequest{SessionToken: session})
	_, errs["confirm an app"] = g.ConfirmTotp(ctx,
		&identityv1.ConfirmTotpRequest{SessionToken: session, Code: "1"})
	_, errs["remove an app"] = g.RemoveTotp(ctx, &identityv1.RemoveTotpRequest{SessionToken: session})
	_, errs["make codes"] = g.MakeRecoveryCodes(ctx,
		&identityv1.MakeRecoveryCodesRequest{SessionToken: session})
	_, errs["reset factors"] = g.ResetFactors(ctx,
		&identityv1.ResetFactorsRequest{SessionToken: session, Email: "bob@example.org"})
	_, errs["set what desks ask for"] = g.SetDeskFactors(ctx,
		&identityv1.SetDeskFactorsRequest{SessionToken: session})
	return errs
}

func TestWhoHasASecondFactorStepsUpByIt(t *testing.T) {
	eachGuarded(t, func(g guarded) {
		session := g.member("ann@example.org")
		secret, _ := g.app(session)
		key := g.passkey(session)
		wantCode(t, "the password", g.stepUp(session, &identityv1.Proof{Password: password}), fault.Denied,
			"second_factor_required")
		if err := g.stepUp(session,
			&identityv1.Proof{Totp: identity.TotpAt(secret, g.clock.Now())}); err != nil {
			t.Error(err)
		}
		asked := g.begin("step_up", session)
		if err := g.stepUp(session, &identityv1.Proof{
			ChallengeToken: asked.GetChallengeToken(),
			Credential:     key.Get(t, asked.GetOptions()),
		}); err != nil {
			t.Error(err)
		}
	})
}

func TestANewPasswordTakesNoSecondFactorAway(t *testing.T) {
	eachGuarded(t, func(g guarded) {
		secret, _ := g.app(g.member("ann@example.org"))
		pending := g.enters("ann@example.org").GetPendingToken()
		set, err := g.ResetPassword(t.Context(),
			&identityv1.ResetPasswordRequest{Token: g.token("ann@example.org"), Password: newPassword})
		if err != nil || set.GetSessionToken() != "" || set.GetPendingToken() == "" {
			t.Fatalf("a mailed link opens %v, %v", set, err)
		}
		code := &identityv1.Proof{Totp: identity.TotpAt(secret, g.clock.Now())}
		_, err = g.pass(pending, code)
		wantCode(t, "a sign-in that began with the old password", err, fault.Unauthenticated,
			"sign_in_expired")
		if _, err := g.pass(set.GetPendingToken(), code); err != nil {
			t.Error(err)
		}
	})
}

func TestADeskAsksForASecondFactorFromItsDay(t *testing.T) {
	eachGuarded(t, func(g guarded) {
		operator, producer, shopper := g.member("op@example.org", "operator"),
			g.member("dairy@example.org", "producer"), g.member("ann@example.org")
		for name, session := range map[string]string{"operator": operator, "producer": producer} {
			if g.standing(session).GetFactorRequiredSince() != 0 {
				t.Errorf("a demo asks its %s", name)
			}
		}
		from := g.clock.Now().Add(time.Hour).UnixMilli()
		set := &identityv1.SetDeskFactorsRequest{
			SessionToken: operator,
			Desks: []*identityv1.DeskFactor{
				{Desk: "producer", RequiredFrom: from},
				{Desk: "operator", RequiredFrom: from},
			},
		}
		for who, session := range map[string]string{"a producer": producer, "a shopper": shopper} {
			_, err := g.SetDeskFactors(t.Context(),
				&identityv1.SetDeskFactorsRequest{SessionToken: session, Desks: set.GetDesks()})
			wantCode(t, who, err, fault.Denied, "denied")
		}
		if _, err := g.SetDeskFactors(t.Context(), set); err != nil {
			t.Fatal(err)
		}
		if g.standing(producer).GetFactorRequiredSince() != 0 {
			t.Error("it is asked for before its day")
		}
		g.clock.Advance(time.Hour)
		for name, session := range map[string]string{"operator": operator, "producer": producer} {
			if at := g.standing(session); at.GetFactorRequiredSince() != from || at.GetTwoFactors() {
				t.Errorf("an %s stands as %v", name, at)
			}
		}
		if g.standing(shopper).GetFactorRequiredSince() != 0 {
			t.Error("shoppers need not have one")
		}
		if err := g.stepUp(producer, &identityv1.Proof{Password: password}); err != nil {
			t.Fatal(err)
		}
		g.app(producer)
		if !g.standing(producer).GetTwoFactors() {
			t.Error("who has just set up an app has shown it")
		}
		_, err := g.RemoveTotp(t.Context(), &identityv1.RemoveTotpRequest{SessionToken: producer})
		wantCode(t, "the last factor of a desk", err, fault.Conflict, "factor_required")
		g.passkey(producer)
		if _, err := g.RemoveTotp(t.Context(),
			&identityv1.RemoveTotpRequest{SessionToken: producer}); err != nil {
			t.Error(err)
		}
	})
}

func TestAnOperatorHelpsWhoHasLostEverything(t *testing.T) {
	eachGuarded(t, func(g guarded) {
		operator, session := g.member("op@example.org", "operator"), g.member("dairy@example.org", "producer")
		g.app(session)
		key := g.passkey(session)
		pending := g.enters("dairy@example.org").GetPendingToken()
		for email, want := range map[string]string{
			"op@example.org":     "invalid",
			"nobody@example.org": "invalid", "dairy": "invalid",
		} {
			_, err := g.ResetFactors(t.Context(),
				&identityv1.ResetFactorsRequest{SessionToken: operator, Email: email})
			wantCode(t, email, err, fault.Invalid, want)
		}
		_, err := g.ResetFactors(t.Context(),
			&identityv1.ResetFactorsRequest{SessionToken: session, Email: "op@example.org"})
		wantCode(t, "a producer", err, fault.Denied, "denied")
		ctx := audit.With(t.Context(), audit.Actor{Kind: "operator", ID: "cus_op"})
		if _, err := g.ResetFactors(ctx,
			&identityv1.ResetFactorsRequest{SessionToken: operator, Email: "dairy@example.org"}); err != nil {
			t.Fatal(err)
		}
		if _, err := g.session(t.Context(), session); err == nil {
			t.Error("a session outlives the factor")
		}
		if _, err := g.pass(pending, &identityv1.Proof{Totp: "000000"}); !fault.Is(err, "sign_in_expired") {
			t.Errorf("a sign-in under way: %v", err)
		}
		_, err = g.signInBy(key)
		wantCode(t, "the passkey", err, fault.Unauthenticated, "bad_passkey")
		if g.enters("dairy@example.org").GetSessionToken() == "" {
			t.Error("the password is not enough")
		}
		if told := g.told("dairy@example.org"); !slices.Contains(told, "Your second factor was taken away") {
			t.Errorf("she was told %q", told)
		}
		if got := g.logged("factors.reset"); len(got) != 1 {
			t.Errorf("the log says %q", got)
		}
	})
}

func TestAnOperatorWhoHasLostEverythingIsAddedAgain(t *testing.T) {
	eachGuarded(t, func(g guarded) {
		session := g.member("op@example.org", "operator")
		key := g.passkey(session)
		ctx := audit.With(t.Context(), audit.Actor{Kind: audit.Command})
		if _, err := g.operators().AddOperator(ctx,
			&identityv1.AddOperatorRequest{Email: "op@example.org"}); err != nil {
			t.Fatal(err)
		}
		if _, err := g.signInBy(key); err != nil {
			t.Errorf("to be added again takes nothing away: %v", err)
		}
		made, err := g.operators().AddOperator(ctx,
			&identityv1.AddOperatorRequest{Email: "op@example.org", LostFactor: true})
		if err != nil {
			t.Fatal(err)
		}
		_, err = g.signInBy(key)
		wantCode(t, "the passkey that was lost", err, fault.Unauthenticated, "bad_passkey")
		if _, err := g.session(t.Context(), session); err == nil {
			t.Error("whoever has it stays signed in")
		}
		_, token, _ := strings.Cut(made.GetLink(), "token=")
		set, err := g.ResetPassword(t.Context(),
			&identityv1.ResetPasswordRequest{Token: token, Password: newPassword})
		if err != nil || set.GetSessionToken() == "" {
			t.Errorf("the link opens %v, %v", set, err)
		}
		if got := g.shop.logged(t, "factors.reset"); len(got) != 1 || !strings.HasPrefix(got[0], "command ") {
			t.Errorf("the log says %q", got)
		}
	})
}

// TestAPendingSignInMakesOneSession ends one sign-in by five good codes at the same time.
func TestAPendingSignInMakesOneSession(t *testing.T) {
	eachGuarded(t, func(g guarded) {
		_, codes := g.app(g.member("ann@example.org"))
		pending := g.enters("ann@example.org").GetPendingToken()
		var all sync.WaitGroup
		var made atomic.Int32
		for _, code := range codes[:5] {
			all.Go(func() {
				if _, err := g.pass(pending, &identityv1.Proof{RecoveryCode: code}); err == nil {
					made.Add(1)
				} else if !fault.Is(err, "sign_in_expired") {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if made.Load() != 1 {
			t.Errorf("%d sessions were made", made.Load())
		}
		if left, err := g.ListFactors(t.Context(),
			&identityv1.ListFactorsRequest{SessionToken: g.lastSession(codes[9])}); err != nil ||
			left.GetRecoveryCodes() != 8 {
			t.Errorf("codes are left: %v, %v", left, err)
		}
	})
}

// lastSession signs in by one more code.
func (g guarded) lastSession(code string) string {
	g.Helper()
	in, err := g.pass(g.enters("ann@example.org").GetPendingToken(), &identityv1.Proof{RecoveryCode: code})
	if err != nil {
		g.Fatal(err)
	}
	return in.GetSessionToken()
}

// begunApp is the key that a page shows before a code of it was seen.
func (g guarded) begunApp(session string) string {
	g.Helper()
	begun, err := g.BeginTotp(g.Context(), &identityv1.BeginTotpRequest{SessionToken: session})
	if err != nil {
		g.Fatal(err)
	}
	return begun.GetSecret()
}

// Somebody with a session for a moment looks at the key of an app that the owner is to set up one day.
func TestAnAppsKeyIsOfTheSessionThatBeganItForAnHour(t *testing.T) {
	eachGuarded(t, func(g guarded) {
		mine, thiefs := g.member("ann@example.org"), g.enters("ann@example.org").GetSessionToken()
		planted := g.begunApp(thiefs)
		if g.begunApp(thiefs) != planted {
			g.Error("a page that is opened again shows another key")
		}
		first := g.begunApp(mine)
		if first == planted {
			g.Error("the owner sets up the thief's key")
		}
		secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(first)
		if err != nil {
			g.Fatal(err)
		}
		_, err = g.ConfirmTotp(g.Context(),
			&identityv1.ConfirmTotpRequest{
				SessionToken: thiefs,
				Code:         identity.TotpAt(secret, g.clock.Now()),
			})
		wantFields(g.T, err, "code")
		g.begunApp(thiefs)
		changed, err := g.ChangePassword(g.Context(),
			&identityv1.ChangePasswordRequest{
				SessionToken: mine, Password: password,
				NewPassword: newPassword,
			})
		if err != nil {
			g.Fatal(err)
		}
		if g.count(g.T, "totps") != 0 {
			g.Error("a key that was begun outlives the password")
		}
		mine = changed.GetSessionToken()
		late := g.begunApp(mine)
		g.clock.Advance(time.Hour)
		if err := g.stepUp(mine, &identityv1.Proof{Password: newPassword}); err != nil {
			g.Fatal(err)
		}
		if secret, err = base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(late); err != nil {
			g.Fatal(err)
		}
		_, err = g.ConfirmTotp(g.Context(),
			&identityv1.ConfirmTotpRequest{SessionToken: mine, Code: identity.TotpAt(secret, g.clock.Now())})
		wantFields(g.T, err, "code")
		if g.begunApp(mine) == late {
			g.Error("a key is shown for longer than an hour")
		}
		g.app(mine)
	})
}
