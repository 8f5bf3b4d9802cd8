package account

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/artisan-eats/artisan/edge/account/view"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/locale"
)

// SecondPage asks for the second factor of a pending sign-in.
func SecondPage(v *web.Visit) (*web.Reply, error) {
	typed := url.Values{
		"next": {v.Request.URL.Query().Get("next")},
		"with": {v.Request.URL.Query().Get("with")},
	}
	if v.Site.Cookies.Read(v.Request, web.PendingCookie) == "" {
		return web.Redirect(web.AddressWith("/sign-in", "next", web.LocalPath(typed.Get("next"), ""))), nil
	}
	return showSecond(v, http.StatusOK, typed, nil)
}

func showSecond(v *web.Visit, status int, typed url.Values, problem *fault.Error) (*web.Reply, error) {
	next, with := web.LocalPath(typed.Get("next"), ""), typed.Get("with")
	factors := strings.Fields(with)
	model := view.Prove{
		Frame: v.Frame("One more step"), Heading: "One more step", Action: "/sign-in/second",
		Button: "Sign in", Next: next, With: with,
		Lead:   "Your password was right. Show now that it is really you.",
		Inputs: []page.Input{codeField(factors)},
		Others: []page.Choice{{
			Value: "/sign-in?next=" + url.QueryEscape(next),
			Label: "Sign in as somebody else",
		}},
		Lost: true,
	}
	if slices.Contains(factors, "passkey") {
		model.Passkey = passkeyForm(v.Site, "second_factor", model.Action, locale.Key("Use my passkey"))
	}
	return showProve(v, status, model, typed, problem)
}

// SecondFromPage ends a pending sign-in by its second factor.
func SecondFromPage(v *web.Visit) (*web.Reply, error) {
	typed, err := v.Form()
	if err != nil {
		return nil, err
	}
	answer, err := v.Site.Factors.PassFactor(v.Spoken(),
		&identityv1.PassFactorRequest{
			PendingToken: v.Site.Cookies.Read(v.Request, web.PendingCookie),
			Proof:        proofOf(typed), Device: v.Device(),
		})
	f := fault.Of(err)
	switch {
	case f == nil:
		return signedIn(v, answer.GetSessionToken(), answer.GetExpiresAt(),
			landing(answer.GetAccount(), typed.Get("next"))).With(
			v.Site.Cookies.Drop(web.PendingCookie)).With(v.Known(answer.GetDeviceToken())...), nil
	case f.Kind == fault.Internal:
		return nil, err
	case f.Code == "sign_in_expired":
		out, err := showSignIn(v, web.StatusOf(f), typed, f)
		if err != nil {
			return nil, err
		}
		return out.With(v.Site.Cookies.Drop(web.PendingCookie)), nil
	}
	return showSecond(v, web.ProofStatus(f), typed, f)
}

// SignInByPasskey signs in whoever the passkey is of.
func SignInByPasskey(v *web.Visit) (*web.Reply, error) {
	typed, err := v.Form()
	if err != nil {
		return nil, err
	}
	answer, err := v.Site.Factors.SignInWithPasskey(v.Spoken(),
		&identityv1.SignInWithPasskeyRequest{
			ChallengeToken: typed.Get("challenge"),
			Credential:     typed.Get("credential"), Device: v.Device(),
		})
	if f := fault.Of(err); f != nil {
		if f.Kind == fault.Internal {
			return nil, err
		}
		return showSignIn(v, web.StatusOf(f), url.Values{"next": {typed.Get("next")}}, f)
	}
	return signedIn(v, answer.GetSessionToken(), answer.GetExpiresAt(),
		landing(answer.GetAccount(), typed.Get("next"))).With(v.Known(answer.GetDeviceToken())...), nil
}
