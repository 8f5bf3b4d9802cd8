package edge

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"rsc.io/qr"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/locale"
)

const securityPath = "/account/security"

// securityPage shows the factors of the member's account.
func (e *site) securityPage(v *visit) (*reply, error) {
	return v.showSecurity(http.StatusOK, url.Values{}, nil)
}

// showSecurity shows what the account is signed in to with. Who has not just shown who they are sees it, and is led to do so before
// anything changes.
func (v *visit) showSecurity(status int, typed url.Values, problem *fault.Error) (*reply, error) {
	answer, err := v.site.factors.ListFactors(v.Context(), &identityv1.ListFactorsRequest{SessionToken: v.sessionToken()})
	if err != nil {
		return nil, err
	}
	model := page.Security{
		Frame: v.frame("Signing in"), As: v.account.GetId(), Fresh: v.fresh(), Prove: ask(securityPath),
		App: day(v.says(), answer.GetTotpSince()), Codes: v.says().Count(int64(answer.GetRecoveryCodes()), "For the day that your phone is lost, you have {n} recovery code left.", "For the day that your phone is lost, you have {n} recovery codes left."), Any: len(v.held.GetFactors()) > 0, Desk: v.deskAsks(),
	}
	model.Passkeys = v.site.assets.Passkey
	for _, k := range answer.GetPasskeys() {
		model.Keys = append(model.Keys, page.KeptPasskey{ID: k.GetId(), Name: k.GetName(), Since: day(v.says(), k.GetCreatedAt()), Used: day(v.says(), k.GetUsedAt())})
	}
	model.Add = v.site.passkeyForm("register", securityPath+"/passkeys", locale.Key("Add a passkey"))
	wrong := map[string]string{}
	if problem != nil {
		wrong, model.Troubles.Message = fieldsOf(problem), problem.Message
	}
	names := inputs(typed, wrong, page.Input{Name: "name", Label: "What to call it", Type: "text", Autocomplete: "off", MaxLength: "60", Hint: "“Laptop at work”, for example."})
	model.Add.Name, model.Troubles.Each = &names[0], inputTroubles(names)
	return render(v.Context(), status, page.SecurityPage(model))
}

// deskAsks says what a desk that is still locked waits for.
func (v *visit) deskAsks() string {
	if f := fault.Of(v.unlock()); f != nil {
		return f.Message
	}
	return ""
}

// day is a day as anybody's calendar has it; empty for none.
func day(says *locale.Locale, millis int64) string {
	if millis == 0 {
		return ""
	}
	return says.LongDate(timeOf(millis))
}

// changeFactors does what a form of the member's own asks for, and shows the page again with what is wrong.
func (v *visit) changeFactors(work func(typed url.Values) (*reply, error)) (*reply, error) {
	typed, stale, err := v.ownForm()
	if err != nil {
		return nil, err
	}
	if stale == nil {
		out, err := work(typed)
		if err == nil {
			return out, nil
		}
		if stale = fault.Of(err); stale.Kind == fault.Internal {
			return nil, err
		}
	}
	return v.showSecurity(proofStatus(stale), typed, stale)
}

// addPasskey gives the account a passkey.
func (e *site) addPasskey(v *visit) (*reply, error) {
	return v.changeFactors(func(typed url.Values) (*reply, error) {
		answer, err := e.factors.AddPasskey(v.spoken(), &identityv1.AddPasskeyRequest{
			SessionToken: v.sessionToken(), ChallengeToken: typed.Get("challenge"), Credential: typed.Get("credential"), Name: strings.TrimSpace(typed.Get("name")),
		})
		if err != nil {
			return nil, err
		}
		return v.showCodes(answer.GetRecoveryCodes())
	})
}

// removePasskey takes a passkey from the account.
func (e *site) removePasskey(v *visit) (*reply, error) {
	return v.changeFactors(func(url.Values) (*reply, error) {
		_, err := e.factors.RemovePasskey(v.spoken(), &identityv1.RemovePasskeyRequest{SessionToken: v.sessionToken(), Id: v.PathValue("id")})
		return redirect(securityPath), err
	})
}

// removeApp takes the authenticator app from the account.
func (e *site) removeApp(v *visit) (*reply, error) {
	return v.changeFactors(func(url.Values) (*reply, error) {
		_, err := e.factors.RemoveTotp(v.spoken(), &identityv1.RemoveTotpRequest{SessionToken: v.sessionToken()})
		return redirect(securityPath), err
	})
}

// makeCodes makes new recovery codes; the old ones open nothing any more.
func (e *site) makeCodes(v *visit) (*reply, error) {
	return v.changeFactors(func(url.Values) (*reply, error) {
		answer, err := e.factors.MakeRecoveryCodes(v.spoken(), &identityv1.MakeRecoveryCodesRequest{SessionToken: v.sessionToken()})
		if err != nil {
			return nil, err
		}
		return v.showCodes(answer.GetRecoveryCodes())
	})
}

// showCodes shows recovery codes, this once; where none are new it goes back.
func (v *visit) showCodes(codes []string) (*reply, error) {
	if len(codes) == 0 {
		return redirect(securityPath), nil
	}
	return render(v.Context(), http.StatusOK, page.CodesPage(page.Codes{
		Frame: v.frame("Your recovery codes"), Codes: codes, To: securityPath, When: v.site.host.Now().Format(time.DateOnly),
	}))
}

// appPage shows the secret of a new authenticator app.
func (e *site) appPage(v *visit) (*reply, error) { return v.showApp(http.StatusOK, url.Values{}, nil) }

// showApp shows the key of an authenticator app that is to be set up.
func (v *visit) showApp(status int, typed url.Values, problem *fault.Error) (*reply, error) {
	answer, err := v.site.factors.BeginTotp(v.Context(), &identityv1.BeginTotpRequest{SessionToken: v.sessionToken()})
	if fault.Is(err, "totp_known") {
		return redirect(securityPath), nil
	}
	if err != nil {
		return nil, err
	}
	model := page.App{
		Frame: v.frame("An authenticator app"), As: v.account.GetId(), URI: answer.GetUri(), Back: securityPath,
		Input: page.Input{Name: "code", Label: "The code that the app shows", Type: "text", Autocomplete: "one-time-code", MaxLength: "10", Required: true},
	}
	var groups []string
	for at := 0; at < len(answer.GetSecret()); at += 4 {
		groups = append(groups, answer.GetSecret()[at:min(at+4, len(answer.GetSecret()))])
	}
	model.Key = strings.Join(groups, " ")
	if model.Square, model.Size, err = square(answer.GetUri()); err != nil {
		return nil, err
	}
	if problem != nil {
		codes := inputs(typed, fieldsOf(problem), model.Input)
		model.Input, model.Troubles = codes[0], page.Troubles{Message: problem.Message, Each: inputTroubles(codes)}
	}
	return render(v.Context(), status, page.AppPage(model))
}

// confirmApp takes the first code of an app.
func (e *site) confirmApp(v *visit) (*reply, error) {
	typed, stale, err := v.ownForm()
	if err != nil {
		return nil, err
	}
	if stale == nil {
		answer, err := e.factors.ConfirmTotp(v.spoken(), &identityv1.ConfirmTotpRequest{SessionToken: v.sessionToken(), Code: typed.Get("code")})
		if err == nil {
			return v.showCodes(answer.GetRecoveryCodes())
		}
		if stale = fault.Of(err); stale.Kind == fault.Internal {
			return nil, err
		}
	}
	return v.showApp(proofStatus(stale), typed, stale)
}

// square is a QR code as the path of an SVG, with the size of its view, the quiet edge included.
func square(text string) (path string, size int, err error) {
	const quiet = 4
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return "", 0, err
	}
	var b strings.Builder
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x+quiet, y+quiet)
			}
		}
	}
	return b.String(), code.Size + 2*quiet, nil
}
