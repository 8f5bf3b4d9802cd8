package edge

import (
	"cmp"
	"net/http"
	"net/url"
	"time"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/locale"
)

var (
	emailOrPasskey = page.Input{Name: "email", Label: "E-mail", Type: "email", Autocomplete: "username webauthn", MaxLength: "254", Required: true}
	emailField     = page.Input{Name: "email", Label: "E-mail", Type: "email", Autocomplete: "email", MaxLength: "254", Required: true}
	passwordNow    = page.Input{Name: "password", Label: "Password", Type: "password", Autocomplete: "current-password", MaxLength: "200", Required: true}
	passwordNext   = page.Input{
		Name: "password", Label: "Password", Type: "password", Autocomplete: "new-password", MaxLength: "200", Required: true,
		Hint: "At least 10 characters. A few words that only you would put together are good.",
	}
)

// signInPage is the form to sign in.
func (e *site) signInPage(v *visit) (*reply, error) {
	return v.showSignIn(http.StatusOK, url.Values{"next": {v.URL.Query().Get("next")}}, nil)
}

// signUpPage is the form to make an account.
func (e *site) signUpPage(v *visit) (*reply, error) {
	return v.showSignUp(http.StatusOK, url.Values{"next": {v.URL.Query().Get("next")}}, nil)
}

func (v *visit) showSignIn(status int, typed url.Values, problem *fault.Error) (*reply, error) {
	next := localPath(typed.Get("next"), "")
	return v.showSign(status, page.Sign{
		Frame: v.frame("Sign in"), Heading: "Welcome back", Action: "/sign-in", Button: "Sign in", Next: next,
		Inputs: []page.Input{emailOrPasskey, passwordNow}, Passkey: v.site.passkeyForm("sign_in", "/sign-in/passkey", locale.Key("Use a passkey")),
		Others: []page.Choice{{Value: "/forgotten", Label: "Forgotten your password?"}, {Value: "/sign-up?next=" + url.QueryEscape(next), Label: "I have no account yet"}, {Value: "/find-order", Label: "I ordered without an account"}},
	}, typed, problem)
}

func (v *visit) showSignUp(status int, typed url.Values, problem *fault.Error) (*reply, error) {
	next := localPath(typed.Get("next"), "/account")
	return v.showSign(status, page.Sign{
		Frame: v.frame("Sign up"), Heading: "Make an account", Action: "/sign-up", Button: "Make my account", Next: next,
		Lead:   "Then your orders and addresses are there when you come back. You can order without one, too.",
		Inputs: []page.Input{{Name: "name", Label: "Name", Type: "text", Autocomplete: "name", MaxLength: "200"}, emailField, passwordNext},
		Others: []page.Choice{{Value: "/sign-in?next=" + url.QueryEscape(next), Label: "I have an account"}},
	}, typed, problem)
}

// showSign shows a form with what was typed into it. A password that was typed is never sent back.
func (v *visit) showSign(status int, model page.Sign, typed url.Values, problem *fault.Error) (*reply, error) {
	wrong := map[string]string{}
	if problem != nil {
		wrong = fieldsOf(problem)
	}
	model.Inputs = inputs(typed, wrong, model.Inputs...)
	for i := range model.Inputs {
		if model.Inputs[i].Type == "password" {
			model.Inputs[i].Value = ""
		}
	}
	if problem != nil {
		model.Troubles = page.Troubles{Message: problem.Message, Each: inputTroubles(model.Inputs)}
	}
	if model.Passkey != nil {
		model.Passkeys, model.Passkey.Next = v.site.assets.Passkey, model.Next
	}
	out, err := render(v.Context(), status, page.SignPage(model))
	if err != nil || problem == nil {
		return out, err
	}
	return out.advising(problem), nil
}

// signInFromPage begins a session by a password, or a pending sign-in.
func (e *site) signInFromPage(v *visit) (*reply, error) {
	typed, err := v.form()
	if err != nil {
		return nil, err
	}
	answer, err := e.identity.SignIn(v.Context(), &identityv1.SignInRequest{Email: typed.Get("email"), Password: typed.Get("password"), Device: v.device()})
	if f := fault.Of(err); f != nil {
		if f.Kind == fault.Internal {
			return nil, err
		}
		return v.showSignIn(statusOf(f), typed, f)
	}
	if answer.GetPendingToken() != "" {
		return v.pending(answer.GetPendingToken(), answer.GetFactors(), typed.Get("next")), nil
	}
	return v.signedIn(answer.GetSessionToken(), answer.GetExpiresAt(), landing(answer.GetAccount(), typed.Get("next"))).with(v.known(answer.GetDeviceToken())...), nil
}

// signUpFromPage has a link mailed, which makes the account. It says the same whether the address has one or not.
func (e *site) signUpFromPage(v *visit) (*reply, error) {
	typed, err := v.form()
	if err != nil {
		return nil, err
	}
	answer, err := e.identity.SignUp(v.spoken(), &identityv1.SignUpRequest{
		Email: typed.Get("email"), Password: typed.Get("password"), Name: typed.Get("name"),
	})
	if f := fault.Of(err); f != nil {
		if f.Kind == fault.Internal {
			return nil, err
		}
		return v.showSignUp(statusOf(f), typed, f)
	}
	out, err := render(v.Context(), http.StatusOK, page.DonePage(page.Done{
		Frame: v.frame("Look into your mail"), Heading: "Look into your mail", To: "/", Label: "Back to the market",
		Message: "We have sent you a letter. Follow its link within a day, in this browser if you can, and your account is there. Your basket waits for you.",
	}))
	if err != nil {
		return nil, err
	}
	begun := answer.GetBrowserToken() + "|" + url.QueryEscape(localPath(typed.Get("next"), "/account"))
	return out.with(e.jar.make(signUpCookie, begun, "/", signUpLives)), nil
}

// landing is where somebody goes who has signed in: on to where they wanted to, else to their desk, or their account.
func landing(account *identityv1.Account, next string) string {
	return localPath(next, cmp.Or(deskOf(account), "/account"))
}

func (v *visit) signedIn(token string, expiresAt int64, next string) *reply {
	return redirect(localPath(next, "/account")).with(v.session(token, expiresAt))
}

// session is the cookie of who has signed in.
func (v *visit) session(token string, expiresAt int64) *http.Cookie {
	return v.site.jar.make(sessionCookie, token, "/", max(timeOf(expiresAt).Sub(v.site.host.Now()), time.Minute))
}

// signOutEverywhere ends all sessions of the member, this one with them.
func (e *site) signOutEverywhere(v *visit) (*reply, error) {
	_, stale, err := v.ownForm()
	if err != nil {
		return nil, err
	}
	if stale != nil {
		return nil, stale
	}
	if _, err := e.identity.SignOut(v.Context(), &identityv1.SignOutRequest{SessionToken: v.sessionToken(), Everywhere: true}); err != nil {
		return nil, err
	}
	return v.forget(redirect("/")), nil
}

// signOutFromPage ends the session, and has the browser forget what it keeps.
func (e *site) signOutFromPage(v *visit) (*reply, error) {
	if token := e.jar.read(v.Request, sessionCookie); token != "" {
		if _, err := e.identity.SignOut(v.Context(), &identityv1.SignOutRequest{SessionToken: token}); err != nil && fault.KindOf(err) != fault.Unauthenticated {
			return nil, err
		}
	}
	return v.forget(redirect("/")), nil
}
