package account

import (
	"cmp"
	"net/http"
	"net/url"

	"github.com/artisan-eats/artisan/edge/account/view"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/locale"
)

var (
	emailOrPasskey = page.Input{
		Name: "email", Label: "E-mail", Type: "email",
		Autocomplete: "username webauthn", MaxLength: "254", Required: true,
	}
	emailField = page.Input{
		Name: "email", Label: "E-mail", Type: "email", Autocomplete: "email",
		MaxLength: "254", Required: true,
	}
	passwordNow = page.Input{
		Name: "password", Label: "Password", Type: "password",
		Autocomplete: "current-password", MaxLength: "200", Required: true,
	}
	passwordNext = page.Input{
		Name: "password", Label: "Password", Type: "password", Autocomplete: "new-password", MaxLength: "200",
		Required: true,
		Hint:     "At least 10 characters. A few words that only you would put together are good.",
	}
)

// SignInPage is the form to sign in.
func SignInPage(v *web.Visit) (*web.Reply, error) {
	return showSignIn(v, http.StatusOK, url.Values{"next": {v.Request.URL.Query().Get("next")}}, nil)
}

// SignUpPage is the form to make an account.
func SignUpPage(v *web.Visit) (*web.Reply, error) {
	return showSignUp(v, http.StatusOK, url.Values{"next": {v.Request.URL.Query().Get("next")}}, nil)
}

func showSignIn(v *web.Visit, status int, typed url.Values, problem *fault.Error) (*web.Reply, error) {
	next := web.LocalPath(typed.Get("next"), "")
	return showSign(v, status, view.Sign{
		Frame: v.Frame("Sign in"), Heading: "Welcome back", Action: "/sign-in", Button: "Sign in", Next: next,
		Inputs:  []page.Input{emailOrPasskey, passwordNow},
		Passkey: passkeyForm(v.Site, "sign_in", "/sign-in/passkey", locale.Key("Use a passkey")),
		Others: []page.Choice{
			{Value: "/forgotten", Label: "Forgotten your password?"},
			{Value: "/sign-up?next=" + url.QueryEscape(next), Label: "I have no account yet"},
			{Value: "/find-order", Label: "I ordered without an account"},
		},
	}, typed, problem)
}

func showSignUp(v *web.Visit, status int, typed url.Values, problem *fault.Error) (*web.Reply, error) {
	next := web.LocalPath(typed.Get("next"), "/account")
	return showSign(v, status, view.Sign{
		Frame: v.Frame("Sign up"), Heading: "Make an account", Action: "/sign-up", Button: "Make my account",
		Next: next,
		Lead: "Then your orders and addresses are there when you come back. You can order without one, too.",
		Inputs: []page.Input{{
			Name: "name", Label: "Name", Type: "text", Autocomplete: "name",
			MaxLength: "200",
		}, emailField, passwordNext},
		Others: []page.Choice{{Value: "/sign-in?next=" + url.QueryEscape(next), Label: "I have an account"}},
	}, typed, problem)
}

// showSign shows a form with what was typed into it. A password that was typed is never sent back.
func showSign(
	v *web.Visit, status int, model view.Sign, typed url.Values, problem *fault.Error,
) (*web.Reply, error) {
	wrong := map[string]string{}
	if problem != nil {
		wrong = web.FieldsOf(problem)
	}
	model.Inputs = web.Inputs(typed, wrong, model.Inputs...)
	for i := range model.Inputs {
		if model.Inputs[i].Type == "password" {
			model.Inputs[i].Value = ""
		}
	}
	if problem != nil {
		model.Troubles = page.Troubles{Message: problem.Message, Each: web.InputTroubles(model.Inputs)}
	}
	if model.Passkey != nil {
		model.Passkeys, model.Passkey.Next = v.Site.Assets.Passkey, model.Next
	}
	out, err := web.Render(v.Context(), status, view.SignPage(model))
	if err != nil || problem == nil {
		return out, err
	}
	return out.Advising(problem), nil
}

// SignInFromPage begins a session by a password, or a pending sign-in.
func SignInFromPage(v *web.Visit) (*web.Reply, error) {
	typed, err := v.Form()
	if err != nil {
		return nil, err
	}
	answer, err := v.Site.Identity.SignIn(v.Context(),
		&identityv1.SignInRequest{
			Email: typed.Get("email"), Password: typed.Get("password"),
			Device: v.Device(),
		})
	if f := fault.Of(err); f != nil {
		if f.Kind == fault.Internal {
			return nil, err
		}
		return showSignIn(v, web.StatusOf(f), typed, f)
	}
	if answer.GetPendingToken() != "" {
		return v.Pending(answer.GetPendingToken(), answer.GetFactors(), typed.Get("next")), nil
	}
	return signedIn(v, answer.GetSessionToken(), answer.GetExpiresAt(),
		landing(answer.GetAccount(), typed.Get("next"))).With(v.Known(answer.GetDeviceToken())...), nil
}

// SignUpFromPage has a link mailed, which makes the account. It says the same whether the address has one or
// not.
func SignUpFromPage(v *web.Visit) (*web.Reply, error) {
	typed, err := v.Form()
	if err != nil {
		return nil, err
	}
	answer, err := v.Site.Identity.SignUp(v.Spoken(), &identityv1.SignUpRequest{
		Email: typed.Get("email"), Password: typed.Get("password"), Name: typed.Get("name"),
	})
	if f := fault.Of(err); f != nil {
		if f.Kind == fault.Internal {
			return nil, err
		}
		return showSignUp(v, web.StatusOf(f), typed, f)
	}
	out, err := web.Render(v.Context(), http.StatusOK, view.DonePage(view.Done{
		Frame: v.Frame("Look into your mail"), Heading: "Look into your mail", To: "/",
		Label:   "Back to the market",
		Message: "We have sent you a letter. Follow its link within a day, in this browser if you can, and your account is there. Your basket waits for you.",
	}))
	if err != nil {
		return nil, err
	}
	begun := answer.GetBrowserToken() + "|" + url.QueryEscape(web.LocalPath(typed.Get("next"), "/account"))
	return out.With(v.Site.Cookies.Make(web.SignUpCookie, begun, "/", web.SignUpLives)), nil
}

// landing is where somebody goes who has signed in: on to where they wanted to, else to their desk, or their
// account.
func landing(account *identityv1.Account, next string) string {
	return web.LocalPath(next, cmp.Or(web.DeskOf(account), "/account"))
}

func signedIn(v *web.Visit, token string, expiresAt int64, next string) *web.Reply {
	return web.Redirect(web.LocalPath(next, "/account")).With(v.Session(token, expiresAt))
}

// SignOutEverywhere ends all sessions of the member, this one with them.
func SignOutEverywhere(v *web.Visit) (*web.Reply, error) {
	_, stale, err := ownForm(v)
	if err != nil {
		return nil, err
	}
	if stale != nil {
		return nil, stale
	}
	if _, err := v.Site.Identity.SignOut(v.Context(),
		&identityv1.SignOutRequest{SessionToken: v.SessionToken(), Everywhere: true}); err != nil {
		return nil, err
	}
	return v.Forget(web.Redirect("/")), nil
}

// SignOutFromPage ends the session, and has the browser forget what it keeps.
func SignOutFromPage(v *web.Visit) (*web.Reply, error) {
	if token := v.Site.Cookies.Read(v.Request, web.SessionCookie); token != "" {
		if _, err := v.Site.Identity.SignOut(v.Context(),
			&identityv1.SignOutRequest{SessionToken: token}); err != nil &&
			fault.KindOf(err) != fault.Unauthenticated && !fault.Away(err) {
			return nil, err
		} else if err != nil { // the browser forgets it all the same, and the session ends by its age
			v.Site.Host.Log().WarnContext(v.Context(), "a session is forgotten, and not ended", "error", err)
		}
		v.ForgetSession(token)
	}
	return v.Forget(web.Redirect("/")), nil
}
