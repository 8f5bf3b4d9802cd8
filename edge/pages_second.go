package edge

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/locale"
)

// pendingCookie holds a sign-in whose second factor is still to come.
const (
	pendingCookie = "pending"
	pendingLives  = 5 * time.Minute
)

// pending leads to the page of the second factor. The address says what there is to show, and no more.
func (v *visit) pending(token string, factors []string, next string) *reply {
	to := addressWith("/sign-in/second", "with", strings.Join(factors, " "), "next", localPath(next, ""))
	return redirect(to).with(v.site.jar.make(pendingCookie, token, "/", pendingLives))
}

// secondPage asks for the second factor of a pending sign-in.
func (e *site) secondPage(v *visit) (*reply, error) {
	typed := url.Values{"next": {v.URL.Query().Get("next")}, "with": {v.URL.Query().Get("with")}}
	if e.jar.read(v.Request, pendingCookie) == "" {
		return redirect(addressWith("/sign-in", "next", localPath(typed.Get("next"), ""))), nil
	}
	return v.showSecond(http.StatusOK, typed, nil)
}

func (v *visit) showSecond(status int, typed url.Values, problem *fault.Error) (*reply, error) {
	next, with := localPath(typed.Get("next"), ""), typed.Get("with")
	factors := strings.Fields(with)
	model := page.Prove{
		Frame: v.frame("One more step"), Heading: "One more step", Action: "/sign-in/second", Button: "Sign in", Next: next, With: with,
		Lead: "Your password was right. Show now that it is really you.", Inputs: []page.Input{codeField(factors)},
		Others: []page.Choice{{Value: "/sign-in?next=" + url.QueryEscape(next), Label: "Sign in as somebody else"}},
		Lost:   true,
	}
	if slices.Contains(factors, "passkey") {
		model.Passkey = v.site.passkeyForm("second_factor", model.Action, locale.Key("Use my passkey"))
	}
	return v.showProve(status, model, typed, problem)
}

// secondFromPage ends a pending sign-in by its second factor.
func (e *site) secondFromPage(v *visit) (*reply, error) {
	typed, err := v.form()
	if err != nil {
		return nil, err
	}
	answer, err := e.factors.PassFactor(v.spoken(), &identityv1.PassFactorRequest{PendingToken: e.jar.read(v.Request, pendingCookie), Proof: proofOf(typed), Device: v.device()})
	f := fault.Of(err)
	switch {
	case f == nil:
		return v.signedIn(answer.GetSessionToken(), answer.GetExpiresAt(), landing(answer.GetAccount(), typed.Get("next"))).with(e.jar.drop(pendingCookie)).with(v.known(answer.GetDeviceToken())...), nil
	case f.Kind == fault.Internal:
		return nil, err
	case f.Code == "sign_in_expired":
		out, err := v.showSignIn(statusOf(f), typed, f)
		if err != nil {
			return nil, err
		}
		return out.with(e.jar.drop(pendingCookie)), nil
	}
	return v.showSecond(proofStatus(f), typed, f)
}

// signInByPasskey signs in whoever the passkey is of.
func (e *site) signInByPasskey(v *visit) (*reply, error) {
	typed, err := v.form()
	if err != nil {
		return nil, err
	}
	answer, err := e.factors.SignInWithPasskey(v.spoken(), &identityv1.SignInWithPasskeyRequest{ChallengeToken: typed.Get("challenge"), Credential: typed.Get("credential"), Device: v.device()})
	if f := fault.Of(err); f != nil {
		if f.Kind == fault.Internal {
			return nil, err
		}
		return v.showSignIn(statusOf(f), url.Values{"next": {typed.Get("next")}}, f)
	}
	return v.signedIn(answer.GetSessionToken(), answer.GetExpiresAt(), landing(answer.GetAccount(), typed.Get("next"))).with(v.known(answer.GetDeviceToken())...), nil
}
