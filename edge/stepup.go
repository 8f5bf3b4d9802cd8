package edge

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/locale"
)

var (
	errStepUp = fault.New(fault.Denied, "step_up_required", "Please show once more that it is you. Nothing is done yet.")
	// errNeedFactor is told to whose desk asks for a second factor that they have not.
	errNeedFactor = fault.New(fault.Denied, "second_factor_required", "Your desk opens once your account has a second factor: a passkey, or an authenticator app.")
)

// stand takes in what a session may. Where a desk asks for a second factor that the session has not shown, its account is a shopper's
// until it has: locked keeps what it would be.
func (v *visit) stand(answer *identityv1.GetSessionResponse) {
	v.account, v.held = answer.GetAccount(), answer
	if answer.GetFactorRequiredSince() == 0 || answer.GetTwoFactors() {
		return
	}
	v.locked, v.account = v.account, proto.CloneOf(v.account)
	v.account.Roles, v.account.ProducerIds = []string{"shopper"}, nil
}

// whole is the account with all that it would be.
func (v *visit) whole() *identityv1.Account {
	if v.locked != nil {
		return v.locked
	}
	return v.account
}

// unlock is the fault of a desk that is locked, or nil.
func (v *visit) unlock() error {
	switch {
	case v.locked == nil:
		return nil
	case len(v.held.GetFactors()) > 0:
		return errStepUp
	}
	return errNeedFactor
}

// fresh reports whether the visitor has just shown who they are.
func (v *visit) fresh() bool {
	return v.site.host.Now().UnixMilli() < v.held.GetSteppedUpUntil()
}

// ask is the address to show who one is at, before going on to a page of the shop.
func ask(next string) string { return "/step-up?next=" + url.QueryEscape(next) }

// before is the page that a form was on, or else the account's.
func before(r *http.Request) string {
	from, err := url.Parse(r.Header.Get("Referer"))
	if err != nil || from.Host != r.Host {
		return "/account"
	}
	return localPath(from.RequestURI(), "/account")
}

// toProve leads on where a fault is that the visitor has to show something: a page at once, a form when its person is ready.
func (e *site) toProve(r *http.Request, f *fault.Error) (to, label string) {
	back := r.URL.RequestURI()
	if r.Method != http.MethodGet {
		back = before(r)
	}
	switch f.Code {
	case errStepUp.Code:
		return ask(back), locale.Key("Show that it is me")
	case errNeedFactor.Code:
		return "/account/security", locale.Key("Set up a second factor")
	}
	return "", ""
}

// stepUpPage asks the member to show again who they are.
func (e *site) stepUpPage(v *visit) (*reply, error) {
	next := localPath(v.URL.Query().Get("next"), "/account")
	if v.fresh() && v.locked == nil {
		return redirect(next), nil
	}
	return v.showStepUp(http.StatusOK, url.Values{"next": {next}}, nil)
}

func (v *visit) showStepUp(status int, typed url.Values, problem *fault.Error) (*reply, error) {
	next := localPath(typed.Get("next"), "/account")
	model := page.Prove{
		Frame: v.frame("Is it you?"), Heading: "Is it you?", Action: "/step-up", Button: "Go on", As: v.account.GetId(), Next: next,
		Lead: "What comes next matters. Show once more that it is you; then we do not ask again for ten minutes.",
	}
	had := v.held.GetFactors()
	if slices.Contains(had, "passkey") {
		model.Passkey = v.site.passkeyForm("step_up", model.Action, locale.Key("Use my passkey"))
	}
	if len(had) == 0 {
		model.Inputs = []page.Input{passwordNow}
	} else {
		model.Inputs = []page.Input{codeField(had)}
	}
	return v.showProve(status, model, typed, problem)
}

// codeField takes a code of an authenticator app, or one of those for when it is lost.
func codeField(factors []string) page.Input {
	code := page.Input{Name: "code", Label: "Code from your app, or a recovery code", Type: "text", Autocomplete: "one-time-code", MaxLength: "60", Required: true}
	if !slices.Contains(factors, "totp") {
		code.Label = locale.Key("A recovery code")
	}
	return code
}

// showProve shows a page that asks for a proof. A password that was typed into it is never sent back.
func (v *visit) showProve(status int, model page.Prove, typed url.Values, problem *fault.Error) (*reply, error) {
	model.Passkeys = v.site.assets.Passkey
	if problem != nil {
		model.Inputs = inputs(url.Values{"code": typed["code"]}, fieldsOf(problem), model.Inputs...)
		model.Troubles = page.Troubles{Message: problem.Message, Each: inputTroubles(model.Inputs)}
	}
	out, err := render(v.Context(), status, page.ProvePage(model))
	if err != nil || problem == nil {
		return out, err
	}
	return out.advising(problem), nil
}

var sixDigits = regexp.MustCompile(`^\s*\d{3}\s?\d{3}\s*$`)

// proofOf is what a form of such a page has brought.
func proofOf(typed url.Values) *identityv1.Proof {
	proof := &identityv1.Proof{Password: typed.Get("password"), ChallengeToken: typed.Get("challenge"), Credential: typed.Get("credential")}
	if code := typed.Get("code"); sixDigits.MatchString(code) {
		proof.Totp = code
	} else {
		proof.RecoveryCode = code
	}
	return proof
}

// stepUpFromPage takes in what shows that, and goes on.
func (e *site) stepUpFromPage(v *visit) (*reply, error) {
	typed, stale, err := v.ownForm()
	if err != nil {
		return nil, err
	}
	if stale == nil {
		_, err = e.factors.StepUp(v.spoken(), &identityv1.StepUpRequest{SessionToken: v.sessionToken(), Proof: proofOf(typed)})
		stale = fault.Of(err)
	}
	if stale == nil {
		return redirect(localPath(typed.Get("next"), "/account")), nil
	}
	if stale.Kind == fault.Internal {
		return nil, err
	}
	return v.showStepUp(proofStatus(stale), typed, stale)
}

// proofStatus is a refused proof's status: who is signed in stays so.
func proofStatus(f *fault.Error) int {
	if f.Kind == fault.Unauthenticated {
		return http.StatusUnprocessableEntity
	}
	return statusOf(f)
}

// proveFirst is where to show who one is before going on to a page; empty for who has just shown it.
func (v *visit) proveFirst(next string) string {
	if v.fresh() {
		return ""
	}
	return ask(next)
}
