package edge

import (
	"net/http"
	"net/url"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
)

// forgottenPage asks for the address to mail a link to.
func (e *site) forgottenPage(v *visit) (*reply, error) {
	return v.showForgotten(http.StatusOK, url.Values{}, nil)
}

func (v *visit) showForgotten(status int, typed url.Values, problem *fault.Error) (*reply, error) {
	return v.showSign(status, page.Sign{
		Frame: v.frame("A new password"), Heading: "A new password", Action: "/forgotten", Button: "Send me a link",
		Lead:   "Tell us your e-mail address, and we send you a link to set a new password.",
		Inputs: []page.Input{emailField}, Others: []page.Choice{{Value: "/sign-in", Label: "I know it after all"}},
	}, typed, problem)
}

// askReset has a link mailed. It says the same whether there is an account or not.
func (e *site) askReset(v *visit) (*reply, error) {
	typed, err := v.form()
	if err != nil {
		return nil, err
	}
	_, err = e.identity.RequestReset(v.spoken(), &identityv1.RequestResetRequest{Email: typed.Get("email"), Device: v.device()})
	if f := fault.Of(err); f != nil {
		if f.Kind == fault.Internal {
			return nil, err
		}
		return v.showForgotten(statusOf(f), typed, f)
	}
	return render(v.Context(), http.StatusOK, page.DonePage(page.Done{
		Frame: v.frame("Look into your mail"), Heading: "Look into your mail", To: "/sign-in", Label: "Back to signing in",
		Message: "If there is an account with this address, we have sent a link to it. It works once, within an hour.",
	}))
}

// resetPage is where that link leads: the form of a new password.
func (e *site) resetPage(v *visit) (*reply, error) {
	return v.showReset(http.StatusOK, url.Values{"token": {v.URL.Query().Get("token")}}, nil)
}

// showReset asks for a new password. The link has a token in its address, which goes nowhere from here.
func (v *visit) showReset(status int, typed url.Values, problem *fault.Error) (*reply, error) {
	model := page.Sign{
		Frame: v.frame("A new password"), Heading: "Your new password", Action: "/reset-password", Button: "Set it, and sign in",
		Lead:   "With it you are signed out everywhere else.",
		Inputs: []page.Input{passwordNext}, Others: []page.Choice{{Value: "/forgotten", Label: "Send me another link"}},
	}
	if token := typed.Get("token"); visible(token, maxToken) {
		model.Token = token
	}
	model.Secret = true
	return v.showSign(status, model, typed, problem)
}

// resetFromPage sets a new password by a mailed link.
func (e *site) resetFromPage(v *visit) (*reply, error) {
	typed, err := v.form()
	if err != nil {
		return nil, err
	}
	answer, err := e.identity.ResetPassword(v.spoken(), &identityv1.ResetPasswordRequest{Token: typed.Get("token"), Password: typed.Get("password"), Device: v.device()})
	if f := fault.Of(err); f != nil {
		if f.Kind == fault.Internal {
			return nil, err
		}
		return v.showReset(statusOf(f), typed, f)
	}
	if answer.GetPendingToken() != "" {
		return v.pending(answer.GetPendingToken(), answer.GetFactors(), "/account"), nil
	}
	return v.signedIn(answer.GetSessionToken(), answer.GetExpiresAt(), "/account").with(v.known(answer.GetDeviceToken())...), nil
}
