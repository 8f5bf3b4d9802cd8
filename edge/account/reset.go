package account

import (
	"net/http"
	"net/url"

	"github.com/artisan-eats/artisan/edge/account/view"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
)

// ForgottenPage asks for the address to mail a link to.
func ForgottenPage(v *web.Visit) (*web.Reply, error) {
	return showForgotten(v, http.StatusOK, url.Values{}, nil)
}

func showForgotten(v *web.Visit, status int, typed url.Values, problem *fault.Error) (*web.Reply, error) {
	return showSign(v, status, view.Sign{
		Frame: v.Frame("A new password"), Heading: "A new password", Action: "/forgotten",
		Button: "Send me a link",
		Lead:   "Tell us your e-mail address, and we send you a link to set a new password.",
		Inputs: []page.Input{emailField},
		Others: []page.Choice{{Value: "/sign-in", Label: "I know it after all"}},
	}, typed, problem)
}

// AskReset has a link mailed. It says the same whether there is an account or not.
func AskReset(v *web.Visit) (*web.Reply, error) {
	typed, err := v.Form()
	if err != nil {
		return nil, err
	}
	_, err = v.Site.Identity.RequestReset(v.Spoken(),
		&identityv1.RequestResetRequest{Email: typed.Get("email"), Device: v.Device()})
	if f := fault.Of(err); f != nil {
		if f.Kind == fault.Internal {
			return nil, err
		}
		return showForgotten(v, web.StatusOf(f), typed, f)
	}
	return web.Render(v.Context(), http.StatusOK, view.DonePage(view.Done{
		Frame: v.Frame("Look into your mail"), Heading: "Look into your mail", To: "/sign-in",
		Label:   "Back to signing in",
		Message: "If there is an account with this address, we have sent a link to it. It works once, within an hour.",
	}))
}

// ResetPage is where that link leads: the form of a new password.
func ResetPage(v *web.Visit) (*web.Reply, error) {
	return showReset(v, http.StatusOK, url.Values{"token": {v.Request.URL.Query().Get("token")}}, nil)
}

// showReset asks for a new password. The link has a token in its address, which goes nowhere from here.
func showReset(v *web.Visit, status int, typed url.Values, problem *fault.Error) (*web.Reply, error) {
	model := view.Sign{
		Frame: v.Frame("A new password"), Heading: "Your new password", Action: "/reset-password",
		Button: "Set it, and sign in",
		Lead:   "With it you are signed out everywhere else.",
		Inputs: []page.Input{passwordNext},
		Others: []page.Choice{{Value: "/forgotten", Label: "Send me another link"}},
	}
	if token := typed.Get("token"); web.Visible(token, web.MaxToken) {
		model.Token = token
	}
	model.Secret = true
	return showSign(v, status, model, typed, problem)
}

// ResetFromPage sets a new password by a mailed link.
func ResetFromPage(v *web.Visit) (*web.Reply, error) {
	typed, err := v.Form()
	if err != nil {
		return nil, err
	}
	answer, err := v.Site.Identity.ResetPassword(v.Spoken(),
		&identityv1.ResetPasswordRequest{
			Token: typed.Get("token"), Password: typed.Get("password"),
			Device: v.Device(),
		})
	if f := fault.Of(err); f != nil {
		if f.Kind == fault.Internal {
			return nil, err
		}
		return showReset(v, web.StatusOf(f), typed, f)
	}
	if answer.GetPendingToken() != "" {
		return v.Pending(answer.GetPendingToken(), answer.GetFactors(), "/account"), nil
	}
	return signedIn(v, answer.GetSessionToken(), answer.GetExpiresAt(),
		"/account").With(v.Known(answer.GetDeviceToken())...), nil
}
