package factor_test

import (
	"context"
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
	"github.com/artisan-eats/artisan/identity/identitytest"
)

const password = identitytest.Password

// wantCode and wantFields fail the test where an error is not what it should be.
var wantCode, wantFields = identitytest.WantCode, identitytest.WantFields

func stepUp(g identitytest.Guarded, session string, proof *identityv1.Proof) error {
	_, err := g.StepUp(g.Context(), &identityv1.StepUpRequest{SessionToken: session, Proof: proof})
	return err
}

// logged are the actions and outcomes of the security log, of one action and beyond.
func logged(g identitytest.Guarded, action string) (entries []string) {
	g.Helper()
	rows, err := g.Process.Host("identity").DB().Read().QueryContext(g.Context(), `SELECT outcome, detail
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
	identitytest.EachGuarded(t, func(g identitytest.Guarded) {
		session := g.SignsUp("ann@example.org")
		key := g.Passkey(session)
		in, err := g.SignInBy(key)
		if err != nil || in.GetAccount().GetEmail() != "ann@example.org" {
			t.Fatalf("%v, %v", in, err)
		}
		at := g.Standing(in.GetSessionToken())
		if !at.GetTwoFactors() || at.GetSteppedUpUntil() != g.Clock.Now().Add(10*time.Minute).UnixMilli() ||
			!slices.Equal(at.GetFactors(), []string{"passkey"}) {
			t.Errorf("the session stands as %v", at)
		}
		kept, err := g.ListFactors(t.Context(), &identityv1.ListFactorsRequest{SessionToken: session})
		if err != nil || len(kept.GetPasskeys()) != 1 || kept.GetPasskeys()[0].GetName() != "Ann's key" ||
			kept.GetPasskeys()[0].GetUsedAt() != g.Clock.Now().UnixMilli() || kept.GetRecoveryCodes() != 10 {
			t.Errorf("the account has %v, %v", kept, err)
		}
		if told := g.Told("ann@example.org"); !slices.Equal(told, []string{"A passkey was added"}) {
			t.Errorf("she was told %q", told)
		}
		if got := logged(g, "sign_in"); !slices.Contains(got, `done {"by":"passkey"}`) {
			t.Errorf("the log says %q", got)
		}
	})
}

func TestAnAccountHasSeveralPasskeysAndLosesThemOneByOne(t *testing.T) {
	identitytest.EachGuarded(t, func(g identitytest.Guarded) {
		session := g.SignsUp("ann@example.org")
		first, second := g.Passkey(session), g.Passkey(session)
		for _, key := range []*identitytest.Passkey{first, second} {
			if _, err := g.SignInBy(key); err != nil {
				t.Error(err)
			}
		}
		if _, err := g.Register(session, first); !fault.Is(err, "passkey_known") {
			t.Errorf("the same passkey again: %v", err)
		}
		kept, err := g.ListFactors(t.Context(), &identityv1.ListFactorsRequest{SessionToken: session})
		if err != nil {
			t.Fatal(err)
		}
		other := g.SignsUp("bob@example.org")
		_, err = g.RemovePasskey(t.Context(),
			&identityv1.RemovePasskeyRequest{SessionToken: other, Id: kept.GetPasskeys()[0].GetId()})
		wantCode(t, "somebody else's passkey", err, fault.NotFound, "no_factor")
		for _, k := range kept.GetPasskeys() {
			if _, err := g.RemovePasskey(t.Context(),
				&identityv1.RemovePasskeyRequest{SessionToken: session, Id: k.GetId()}); err != nil {
				t.Fatal(err)
			}
		}
		_, err = g.SignInBy(first)
		wantCode(t, "a passkey that was removed", err, fault.Unauthenticated, "bad_passkey")
		if in := g.Enters("ann@example.org"); in.GetSessionToken() == "" {
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
	identitytest.EachGuarded(t, func(g identitytest.Guarded) {
		session := g.SignsUp("ann@example.org")
		key := g.Passkey(session)
		asked := g.Begin("sign_in", "")
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
			if _, err := g.SignInBy(false); fault.KindOf(err) != fault.Unauthenticated {
				t.Errorf("%s: %v", name, err)
			}
		}
		asked = g.Begin("sign_in", "")
		late := &identityv1.SignInWithPasskeyRequest{
			ChallengeToken: asked.GetChallengeToken(),
			Credential:     key.Get(t, asked.GetOptions()),
		}
		g.Clock.Advance(5 * time.Minute)
		_, err = g.SignInWithPasskey(t.Context(), late)
		wantCode(t, "an answer that comes late", err, fault.Unauthenticated, "bad_passkey")
		stranger := identitytest.New(t, identitytest.Origin)
		_, err = g.SignInBy(stranger)
		wantCode(t, "a passkey of nobody", err, fault.Unauthenticated, "bad_passkey")
	})
}

// TestAChallengeIsBoundToItsPurposeAndItsSession lets one account's challenge be answered for another.
func TestAChallengeIsBoundToItsPurposeAndItsSession(t *testing.T) {
	identitytest.EachGuarded(t, func(g identitytest.Guarded) {
		ann, bob := g.SignsUp("ann@example.org"), g.SignsUp("bob@example.org")
		key := g.Passkey(ann)
		asked := g.Begin("register", ann)
		_, err := g.AddPasskey(t.Context(), &identityv1.AddPasskeyRequest{
			SessionToken: bob, ChallengeToken: asked.GetChallengeToken(),
			Credential: identitytest.New(t, identitytest.Origin).Create(t, asked.GetOptions()),
		})
		wantCode(t, "Ann's challenge for Bob's account", err, fault.Unauthenticated, "bad_passkey")
		asked = g.Begin("step_up", ann)
		_, err = g.SignInWithPasskey(t.Context(),
			&identityv1.SignInWithPasskeyRequest{
				ChallengeToken: asked.GetChallengeToken(),
				Credential:     key.Get(t, asked.GetOptions()),
			})
		wantCode(t, "a step-up that signs in", err, fault.Unauthenticated, "bad_passkey")
		theirs := g.Passkey(bob)
		asked = g.Begin("step_up", ann)
		err = stepUp(g, ann, &identityv1.Proof{
			ChallengeToken: asked.GetChallengeToken(),
			Credential:     theirs.Get(t, asked.GetOptions()),
		})
		wantCode(t, "Bob's passkey for Ann's session", err, fault.Unauthenticated, "bad_passkey")
	})
}

func TestACopiedPasskeyIsRefusedAndTold(t *testing.T) {
	identitytest.EachGuarded(t, func(g identitytest.Guarded) {
		key := g.Passkey(g.SignsUp("ann@example.org"))
		twin := key.Copy()
		for range 2 {
			if _, err := g.SignInBy(key); err != nil {
				t.Fatal(err)
			}
		}
		_, err := g.SignInBy(twin)
		wantCode(t, "a copy whose counter is behind", err, fault.Unauthenticated, "passkey_cloned")
		if got := logged(g, "sign_in"); !slices.Contains(got, `refused {"code":"passkey_cloned"}`) {
			t.Errorf("the log says %q", got)
		}
		if told := g.Told("ann@example.org"); !slices.Contains(told, "A passkey was refused") {
			t.Errorf("she was told %q", told)
		}
		synced := identitytest.New(t, identitytest.Origin)
		synced.Synced = true
		if _, err := g.Register(g.SignsUp("bob@example.org"), synced); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := g.SignInBy(synced); err != nil {
				t.Errorf("a passkey without a counter: %v", err)
			}
		}
	})
}

func TestAPasswordIsNotEnoughWhereThereIsASecondFactor(t *testing.T) {
	identitytest.EachGuarded(t, func(g identitytest.Guarded) {
		secret, _ := g.App(g.SignsUp("ann@example.org"))
		in := g.Enters("ann@example.org")
		if in.GetSessionToken() != "" || in.GetAccount() != nil || in.GetPendingToken() == "" ||
			!slices.Equal(in.GetFactors(), []string{"totp"}) {
			t.Fatalf("the password opens %v", in)
		}
		if _, err := g.Session(t.Context(), in.GetPendingToken()); err == nil {
			t.Error("a pending sign-in is a session")
		}
		_, err := g.Pass(in.GetPendingToken(), &identityv1.Proof{Password: password})
		wantCode(t, "the password twice", err, fault.Denied, "second_factor_required")
		_, err = g.Pass(in.GetPendingToken(), &identityv1.Proof{Totp: "000000"})
		wantCode(t, "a wrong code", err, fault.Unauthenticated, "bad_code")
		code := &identityv1.Proof{Totp: secret.Code(g.Clock.Now())}
		out, err := g.Pass(in.GetPendingToken(), code)
		if err != nil || !g.Standing(out.GetSessionToken()).GetTwoFactors() {
			t.Fatalf("%v, %v", out, err)
		}
		_, err = g.Pass(in.GetPendingToken(), code)
		wantCode(t, "a pending sign-in that is used again", err, fault.Unauthenticated, "sign_in_expired")
		_, err = g.Pass(g.Enters("ann@example.org").GetPendingToken(), code)
		wantCode(t, "a code that is used again", err, fault.Unauthenticated, "bad_code")
		late := g.Enters("ann@example.org").GetPendingToken()
		g.Clock.Advance(5 * time.Minute)
		_, err = g.Pass(late, &identityv1.Proof{Totp: secret.Code(g.Clock.Now())})
		wantCode(t, "a sign-in that took too long", err, fault.Unauthenticated, "sign_in_expired")
	})
}

func TestAPendingSignInTakesThePasskeyOfItsAccount(t *testing.T) {
	identitytest.EachGuarded(t, func(g identitytest.Guarded) {
		key, other := g.Passkey(g.SignsUp("ann@example.org")), g.Passkey(g.SignsUp("bob@example.org"))
		for _, c := range []struct {
			key *identitytest.Passkey
			ok  bool
		}{{other, false}, {key, true}} {
			in := g.Enters("ann@example.org")
			asked := g.Begin("second_factor", in.GetPendingToken())
			out, err := g.Pass(in.GetPendingToken(),
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
	identitytest.EachGuarded(t, func(g identitytest.Guarded) {
		secret, codes := g.App(g.SignsUp("ann@example.org"))
		var all sync.WaitGroup
		var mu sync.Mutex
		looked := 0
		for i := range 20 {
			pending := g.Enters("ann@example.org").GetPendingToken()
			all.Go(func() {
				_, err := g.Pass(pending, &identityv1.Proof{Totp: fmt.Sprintf("%06d", i)})
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
		right := &identityv1.Proof{Totp: secret.Code(g.Clock.Now())}
		_, err := g.Pass(g.Enters("ann@example.org").GetPendingToken(), right)
		wantCode(t, "the right code after too many", err, fault.Exhausted, "too_many_codes")
		if _, err := g.Pass(g.Enters("ann@example.org").GetPendingToken(),
			&identityv1.Proof{RecoveryCode: codes[0]}); err != nil {
			t.Errorf("a recovery code opens all the same: %v", err)
		}
		g.Clock.Advance(15 * time.Minute)
		if _, err := g.Pass(g.Enters("ann@example.org").GetPendingToken(),
			&identityv1.Proof{Totp: secret.Code(g.Clock.Now())}); err != nil {
			t.Errorf("a quarter of an hour later: %v", err)
		}
	})
}

func TestARecoveryCodeIsGoodOnce(t *testing.T) {
	identitytest.EachGuarded(t, func(g identitytest.Guarded) {
		session := g.SignsUp("ann@example.org")
		_, codes := g.App(session)
		if len(codes) != 10 || len(slices.Compact(slices.Sorted(slices.Values(codes)))) != 10 {
			t.Fatalf("codes %q", codes)
		}
		typed := strings.ToUpper(strings.ReplaceAll(codes[3], "-", " "))
		if _, err := g.Pass(g.Enters("ann@example.org").GetPendingToken(),
			&identityv1.Proof{RecoveryCode: typed}); err != nil {
			t.Fatal(err)
		}
		_, err := g.Pass(g.Enters("ann@example.org").GetPendingToken(),
			&identityv1.Proof{RecoveryCode: codes[3]})
		wantCode(t, "a code that is used again", err, fault.Unauthenticated, "bad_code")
		_, bobs := g.App(g.SignsUp("bob@example.org"))
		_, err = g.Pass(g.Enters("ann@example.org").GetPendingToken(),
			&identityv1.Proof{RecoveryCode: bobs[0]})
		wantCode(t, "somebody else's code", err, fault.Unauthenticated, "bad_code")
		if err := stepUp(g, session, &identityv1.Proof{RecoveryCode: codes[4]}); err != nil {
			t.Fatal(err)
		}
		anew, err := g.MakeRecoveryCodes(t.Context(),
			&identityv1.MakeRecoveryCodesRequest{SessionToken: session})
		if err != nil || len(anew.GetRecoveryCodes()) != 10 {
			t.Fatal(anew, err)
		}
		_, err = g.Pass(g.Enters("ann@example.org").GetPendingToken(),
			&identityv1.Proof{RecoveryCode: codes[5]})
		wantCode(t, "a code from before", err, fault.Unauthenticated, "bad_code")
		if _, err := g.Pass(g.Enters("ann@example.org").GetPendingToken(),
			&identityv1.Proof{RecoveryCode: anew.GetRecoveryCodes()[5]}); err != nil {
			t.Error(err)
		}
		if told := g.Told("ann@example.org"); !slices.Contains(told, "A recovery code was used") ||
			!slices.Contains(told, "New recovery codes") {
			t.Errorf("she was told %q", told)
		}
	})
}

func TestWhatWasShownCountsForTenMinutes(t *testing.T) {
	identitytest.EachGuarded(t, func(g identitytest.Guarded) {
		session := g.SignsUp("ann@example.org")
		g.Clock.Advance(10*time.Minute - time.Millisecond)
		if _, err := g.BeginTotp(t.Context(),
			&identityv1.BeginTotpRequest{SessionToken: session}); err != nil {
			t.Error(err)
		}
		g.Clock.Advance(time.Millisecond)
		for name, err := range guardedCalls(g, session) {
			wantCode(t, name, err, fault.Denied, "step_up_required")
		}
		wantCode(t, "a wrong password", stepUp(g, session, &identityv1.Proof{Password: "not the password"}),
			fault.Unauthenticated, "bad_credentials")
		wantCode(t, "nothing at all", stepUp(g, session, &identityv1.Proof{}), fault.Invalid, "invalid")
		if err := stepUp(g, session, &identityv1.Proof{Password: password}); err != nil {
			t.Fatal(err)
		}
		for name, err := range guardedCalls(g, session) {
			if fault.Is(err, "step_up_required") {
				t.Errorf("%s after a step-up: %v", name, err)
			}
		}
		if got := logged(g, "step_up"); !slices.Equal(got,
			[]string{
				`refused {"code":"bad_credentials"}`, `refused {"code":"invalid"}`,
				`done {"by":"password"}`,
			}) {
			t.Errorf("the log says %q", got)
		}
	})
}

// guardedCalls are all that may not be done by who only has a session.
func guardedCalls(g identitytest.Guarded, session string) map[string]error {
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
	identitytest.EachGuarded(t, func(g identitytest.Guarded) {
		session := g.SignsUp("ann@example.org")
		secret, _ := g.App(session)
		key := g.Passkey(session)
		wantCode(t, "the password", stepUp(g, session, &identityv1.Proof{Password: password}), fault.Denied,
			"second_factor_required")
		if err := stepUp(g, session,
			&identityv1.Proof{Totp: secret.Code(g.Clock.Now())}); err != nil {
			t.Error(err)
		}
		asked := g.Begin("step_up", session)
		if err := stepUp(g, session, &identityv1.Proof{
			ChallengeToken: asked.GetChallengeToken(),
			Credential:     key.Get(t, asked.GetOptions()),
		}); err != nil {
			t.Error(err)
		}
	})
}

func TestADeskAsksForASecondFactorFromItsDay(t *testing.T) {
	identitytest.EachGuarded(t, func(g identitytest.Guarded) {
		operator, producer, shopper := g.SignsUp("op@example.org", "operator"),
			g.SignsUp("dairy@example.org", "producer"), g.SignsUp("ann@example.org")
		for name, session := range map[string]string{"operator": operator, "producer": producer} {
			if g.Standing(session).GetFactorRequiredSince() != 0 {
				t.Errorf("a demo asks its %s", name)
			}
		}
		from := g.Clock.Now().Add(time.Hour).UnixMilli()
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
		if g.Standing(producer).GetFactorRequiredSince() != 0 {
			t.Error("it is asked for before its day")
		}
		g.Clock.Advance(time.Hour)
		for name, session := range map[string]string{"operator": operator, "producer": producer} {
			if at := g.Standing(session); at.GetFactorRequiredSince() != from || at.GetTwoFactors() {
				t.Errorf("an %s stands as %v", name, at)
			}
		}
		if g.Standing(shopper).GetFactorRequiredSince() != 0 {
			t.Error("shoppers need not have one")
		}
		if err := stepUp(g, producer, &identityv1.Proof{Password: password}); err != nil {
			t.Fatal(err)
		}
		g.App(producer)
		if !g.Standing(producer).GetTwoFactors() {
			t.Error("who has just set up an app has shown it")
		}
		_, err := g.RemoveTotp(t.Context(), &identityv1.RemoveTotpRequest{SessionToken: producer})
		wantCode(t, "the last factor of a desk", err, fault.Conflict, "factor_required")
		g.Passkey(producer)
		if _, err := g.RemoveTotp(t.Context(),
			&identityv1.RemoveTotpRequest{SessionToken: producer}); err != nil {
			t.Error(err)
		}
	})
}

func TestAnOperatorHelpsWhoHasLostEverything(t *testing.T) {
	identitytest.EachGuarded(t, func(g identitytest.Guarded) {
		operator, session := g.SignsUp("op@example.org", "operator"),
			g.SignsUp("dairy@example.org", "producer")
		g.App(session)
		key := g.Passkey(session)
		pending := g.Enters("dairy@example.org").GetPendingToken()
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
		if _, err := g.Session(t.Context(), session); err == nil {
			t.Error("a session outlives the factor")
		}
		if _, err := g.Pass(pending, &identityv1.Proof{Totp: "000000"}); !fault.Is(err, "sign_in_expired") {
			t.Errorf("a sign-in under way: %v", err)
		}
		_, err = g.SignInBy(key)
		wantCode(t, "the passkey", err, fault.Unauthenticated, "bad_passkey")
		if g.Enters("dairy@example.org").GetSessionToken() == "" {
			t.Error("the password is not enough")
		}
		if told := g.Told("dairy@example.org"); !slices.Contains(told, "Your second factor was taken away") {
			t.Errorf("she was told %q", told)
		}
		if got := logged(g, "factors.reset"); len(got) != 1 {
			t.Errorf("the log says %q", got)
		}
	})
}

// TestAPendingSignInMakesOneSession ends one sign-in by five good codes at the same time.
func TestAPendingSignInMakesOneSession(t *testing.T) {
	identitytest.EachGuarded(t, func(g identitytest.Guarded) {
		_, codes := g.App(g.SignsUp("ann@example.org"))
		pending := g.Enters("ann@example.org").GetPendingToken()
		var all sync.WaitGroup
		var made atomic.Int32
		for _, code := range codes[:5] {
			all.Go(func() {
				if _, err := g.Pass(pending, &identityv1.Proof{RecoveryCode: code}); err == nil {
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
			&identityv1.ListFactorsRequest{SessionToken: lastSession(g, codes[9])}); err != nil ||
			left.GetRecoveryCodes() != 8 {
			t.Errorf("codes are left: %v, %v", left, err)
		}
	})
}

// lastSession signs in by one more code.
func lastSession(g identitytest.Guarded, code string) string {
	g.Helper()
	in, err := g.Pass(g.Enters("ann@example.org").GetPendingToken(), &identityv1.Proof{RecoveryCode: code})
	if err != nil {
		g.Fatal(err)
	}
	return in.GetSessionToken()
}

// begunApp is the key that a page shows before a code of it was seen.
func begunApp(g identitytest.Guarded, session string) string {
	g.Helper()
	begun, err := g.BeginTotp(g.Context(), &identityv1.BeginTotpRequest{SessionToken: session})
	if err != nil {
		g.Fatal(err)
	}
	return begun.GetSecret()
}

// Somebody with a session for a moment looks at the key of an app that the owner is to set up one day.
func TestAnAppsKeyIsOfTheSessionThatBeganItForAnHour(t *testing.T) {
	identitytest.EachGuarded(t, func(g identitytest.Guarded) {
		mine, thiefs := g.SignsUp("ann@example.org"), g.Enters("ann@example.org").GetSessionToken()
		planted := begunApp(g, thiefs)
		if begunApp(g, thiefs) != planted {
			g.Error("a page that is opened again shows another key")
		}
		first := begunApp(g, mine)
		if first == planted {
			g.Error("the owner sets up the thief's key")
		}
		app := identitytest.NewApp(g, first)
		_, err := g.ConfirmTotp(g.Context(),
			&identityv1.ConfirmTotpRequest{
				SessionToken: thiefs,
				Code:         app.Code(g.Clock.Now()),
			})
		wantFields(g.T, err, "code")
		begunApp(g, thiefs)
		changed, err := g.ChangePassword(g.Context(),
			&identityv1.ChangePasswordRequest{
				SessionToken: mine, Password: password,
				NewPassword: newPassword,
			})
		if err != nil {
			g.Fatal(err)
		}
		if g.Count(g.T, "totps") != 0 {
			g.Error("a key that was begun outlives the password")
		}
		mine = changed.GetSessionToken()
		late := begunApp(g, mine)
		g.Clock.Advance(time.Hour)
		if err := stepUp(g, mine, &identityv1.Proof{Password: newPassword}); err != nil {
			g.Fatal(err)
		}
		app = identitytest.NewApp(g, late)
		_, err = g.ConfirmTotp(g.Context(),
			&identityv1.ConfirmTotpRequest{SessionToken: mine, Code: app.Code(g.Clock.Now())})
		wantFields(g.T, err, "code")
		if begunApp(g, mine) == late {
			g.Error("a key is shown for longer than an hour")
		}
		g.App(mine)
	})
}

// One network has as many addresses of IPv6 as it likes.
func TestChallengesAreCountedByNetwork(t *testing.T) {
	identitytest.EachGuarded(t, func(g identitytest.Guarded) {
		var refused error
		for n := range 301 {
			_, refused = g.BeginPasskey(from(g, fmt.Sprintf("2001:db8:7:7::%x", n+1)),
				&identityv1.BeginPasskeyRequest{Purpose: "sign_in"})
		}
		wantCode(g.T, "the 301st of a network", refused, fault.Exhausted, "too_many_attempts")
		if _, err := g.BeginPasskey(from(g, "2001:db8:7:8::1"),
			&identityv1.BeginPasskeyRequest{Purpose: "sign_in"}); err != nil {
			g.Errorf("another network: %v", err)
		}
	})
}

// newPassword is another than the one of before.
const newPassword = "staple the other horse"

// from is the context of a client with an address.
func from(g identitytest.Guarded, address string) context.Context {
	return audit.With(g.Context(), audit.Actor{Kind: "guest", Address: address})
}
