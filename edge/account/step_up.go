package account

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"

	"github.com/artisan-eats/artisan/edge/account/view"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/locale"
)

// StepUpPage asks the member to show again who they are.
func StepUpPage(v *web.Visit) (*web.Reply, error) {
	next := web.LocalPath(v.Request.URL.Query().Get("next"), "/account")
	if v.Fresh() && v.Locked == nil {
		return web.Redirect(next), nil
	}
	return showStepUp(v, http.StatusOK, url.Values{"next": {next}}, nil)
}

func showStepUp(v *web.Visit, status int, typed url.Values, problem *fault.Error) (*web.Reply, error) {
	next := web.LocalPath(typed.Get("next"), "/account")
	model := view.Prove{
		Frame: v.Frame("Is it you?"), Heading: "Is it you?", Action: "/step-up", Button: "Go on",
		As: v.Account.GetId(), Next: next,
		Lead: "What comes next matters. Show once more that it is you; then we do not ask again for ten minutes.",
	}
	had := v.Held.GetFactors()
	if slices.Contains(had, "passkey") {
		model.Passkey = passkeyForm(v.Site, "step_up", model.Action, locale.Key("Use my passkey"))
	}
	if len(had) == 0 {
		model.Inputs = []page.Input{passwordNow}
	} else {
		model.Inputs = []page.Input{codeField(had)}
	}
	return showProve(v, status, model, typed, problem)
}

// codeField takes a code of an authenticator app, or one of those for when it is lost.
func codeField(factors []string) page.Input {
	code := page.Input{
		Name: "code", Label: "Code from your app, or a recovery code", Type: "text",
		Autocomplete: "one-time-code", MaxLength: "60", Required: true,
	}
	if !slices.Contains(factors, "totp") {
		code.Label = locale.Key("A recovery code")
	}
	return code
}

// showProve shows a page that asks for a proof. A password that was typed into it is never sent back.
func showProve(
	v *web.Visit, status int, model view.Prove, typed url.Values, problem *fault.Error,
) (*web.Reply, error) {
	model.Passkeys = v.Site.Assets.Passkey
	if problem != nil {
		model.Inputs = web.Inputs(url.Values{"code": typed["code"]}, web.FieldsOf(problem), model.Inputs...)
		model.Troubles = page.Troubles{Message: problem.Message, Each: web.InputTroubles(model.Inputs)}
	}
	out, err := web.Render(v.Context(), status, view.ProvePage(model))
	if err != nil || problem == nil {
		return out, err
	}
	return out.Advising(problem), nil
}

var sixDigits = regexp.MustCompile(`^\s*\d{3}\s?\d{3}\s*$`)

// proofOf is what a form of such a page has brought.
func proofOf(typed url.Values) *identityv1.Proof {
	proof := &identityv1.Proof{
		Password: typed.Get("password"), ChallengeToken: typed.Get("challenge"),
		Credential: typed.Get("credential"),
	}
	if code := typed.Get("code"); sixDigits.MatchString(code) {
		proof.Totp = code
	} else {
		proof.RecoveryCode = code
	}
	return proof
}

// StepUpFromPage takes in what shows that, and goes on.
func StepUpFromPage(v *web.Visit) (*web.Reply, error) {
	typed, stale, err := ownForm(v)
	if err != nil {
		return nil, err
	}
	if stale == nil {
		_, err = v.Site.Factors.StepUp(v.Spoken(),
			&identityv1.StepUpRequest{SessionToken: v.SessionToken(), Proof: proofOf(typed)})
		stale = fault.Of(err)
	}
	if stale == nil {
		return web.Redirect(web.LocalPath(typed.Get("next"), "/account")), nil
	}
	if stale.Kind == fault.Internal {
		return nil, err
	}
	return showStepUp(v, web.ProofStatus(stale), typed, stale)
}
