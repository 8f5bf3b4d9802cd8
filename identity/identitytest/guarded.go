package identitytest

import (
	"testing"
	"time"

	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	"github.com/artisan-eats/artisan/identity/accounts"
)

// Origin is where the shop's pages are.
const Origin = "http://shop.test"

// Guarded is a shop whose accounts have factors, with the test that uses it. What fails ends the test.
type Guarded struct {
	*testing.T
	Shop
	identityv1connect.FactorServiceClient
}

// EachGuarded runs a test on each engine.
func EachGuarded(t *testing.T, test func(g Guarded)) {
	t.Helper()
	Each(t, func(t *testing.T, s Shop) { test(Guard(t, s)) })
}

// Guard is a shop with its factors.
func Guard(t *testing.T, s Shop) Guarded {
	return Guarded{t, s, identityv1connect.NewFactorServiceClient(s.Process.Client("identity"))}
}

// SignsUp makes an account and answers the token of its session.
func (g Guarded) SignsUp(email string, roles ...string) (session string) {
	g.Helper()
	return g.Member(g.T, email, roles...).GetSessionToken()
}

// Enters shows the password of an account.
func (g Guarded) Enters(email string) *identityv1.SignInResponse {
	g.Helper()
	in, err := g.SignIn(g.Context(), &identityv1.SignInRequest{Email: email, Password: Password})
	if err != nil {
		g.Fatal(err)
	}
	return in
}

// Standing is what a session may.
func (g Guarded) Standing(session string) *identityv1.GetSessionResponse {
	g.Helper()
	answer, err := g.Session(g.Context(), session)
	if err != nil {
		g.Fatal(err)
	}
	return answer
}

// Begin asks for a challenge.
func (g Guarded) Begin(purpose, token string) *identityv1.BeginPasskeyResponse {
	g.Helper()
	answer, err := g.BeginPasskey(g.Context(),
		&identityv1.BeginPasskeyRequest{Purpose: purpose, Token: token})
	if err != nil {
		g.Fatal(err)
	}
	return answer
}

// Register adds a passkey to the account of a session, under the name "Ann's key".
func (g Guarded) Register(session string, key *Passkey) (codes []string, err error) {
	g.Helper()
	asked := g.Begin("register", session)
	answer, err := g.AddPasskey(g.Context(), &identityv1.AddPasskeyRequest{
		SessionToken: session, ChallengeToken: asked.GetChallengeToken(),
		Credential: key.Create(g, asked.GetOptions()), Name: "Ann's key",
	})
	return answer.GetRecoveryCodes(), err
}

// Passkey adds a new one to the account of a session.
func (g Guarded) Passkey(session string) *Passkey {
	g.Helper()
	key := New(g, Origin)
	if _, err := g.Register(session, key); err != nil {
		g.Fatal(err)
	}
	return key
}

// SignInBy signs in by a passkey alone.
func (g Guarded) SignInBy(key *Passkey) (*identityv1.SignInWithPasskeyResponse, error) {
	g.Helper()
	asked := g.Begin("sign_in", "")
	return g.SignInWithPasskey(g.Context(), &identityv1.SignInWithPasskeyRequest{
		ChallengeToken: asked.GetChallengeToken(),
		Credential:     key.Get(g, asked.GetOptions()),
	})
}

// App adds an authenticator app to the account of a session, and gives it with the recovery codes. Then a
// minute goes by, so that the app's next code is another.
func (g Guarded) App(session string) (app App, codes []string) {
	g.Helper()
	begun, err := g.BeginTotp(g.Context(), &identityv1.BeginTotpRequest{SessionToken: session})
	if err != nil {
		g.Fatal(err)
	}
	app = NewApp(g, begun.GetSecret())
	done, err := g.ConfirmTotp(g.Context(),
		&identityv1.ConfirmTotpRequest{SessionToken: session, Code: app.Code(g.Clock.Now())})
	if err != nil {
		g.Fatal(err)
	}
	g.Clock.Advance(time.Minute)
	return app, done.GetRecoveryCodes()
}

// Pass shows a second factor for a pending sign-in.
func (g Guarded) Pass(pending string, proof *identityv1.Proof) (*identityv1.PassFactorResponse, error) {
	return g.PassFactor(g.Context(), &identityv1.PassFactorRequest{PendingToken: pending, Proof: proof})
}

// Told are the subjects of the letters to an address, once all are written.
func (g Guarded) Told(email string) (subjects []string) {
	g.Helper()
	if err := accounts.NewNotices(g.Process.Host("identity")).Mail(g.Context()); err != nil {
		g.Fatal(err)
	}
	for _, m := range g.Post.Sent() {
		if m.GetTo() == email {
			subjects = append(subjects, m.GetSubject())
		}
	}
	return subjects
}
