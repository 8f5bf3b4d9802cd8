package account

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"rsc.io/qr"

	"github.com/artisan-eats/artisan/edge/account/view"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/locale"
)

const securityPath = "/account/security"

// SecurityPage shows the factors of the member's account.
func SecurityPage(v *web.Visit) (*web.Reply, error) {
	return showSecurity(v, http.StatusOK, url.Values{}, nil)
}

// showSecurity shows what the account is signed in to with. Who has not just shown who they are sees it, and
// is led to do so before anything changes.
func showSecurity(v *web.Visit, status int, typed url.Values, problem *fault.Error) (*web.Reply, error) {
	answer, err := v.Site.Factors.ListFactors(v.Context(),
		&identityv1.ListFactorsRequest{SessionToken: v.SessionToken()})
	if err != nil {
		return nil, err
	}
	model := view.Security{
		Frame: v.Frame("Signing in"), As: v.Account.GetId(), Fresh: v.Fresh(), Prove: web.Ask(securityPath),
		App: day(v.Says(), answer.GetTotpSince()), Codes: v.Says().Count(int64(answer.GetRecoveryCodes()),
			"For the day that your phone is lost, you have {n} recovery code left.",
			"For the day that your phone is lost, you have {n} recovery codes left."),
		Any: len(v.Held.GetFactors()) > 0, Desk: deskAsks(v),
	}
	model.Passkeys = v.Site.Assets.Passkey
	for _, k := range answer.GetPasskeys() {
		model.Keys = append(model.Keys, view.KeptPasskey{
			ID: k.GetId(), Name: k.GetName(),
			Since: day(v.Says(), k.GetCreatedAt()), Used: day(v.Says(), k.GetUsedAt()),
		})
	}
	model.Add = passkeyForm(v.Site, "register", securityPath+"/passkeys", locale.Key("Add a passkey"))
	wrong := map[string]string{}
	if problem != nil {
		wrong, model.Troubles.Message = web.FieldsOf(problem), problem.Message
	}
	names := web.Inputs(typed, wrong, page.Input{
		Name: "name", Label: "What to call it", Type: "text",
		Autocomplete: "off", MaxLength: "60", Hint: "“Laptop at work”, for example.",
	})
	model.Add.Name, model.Troubles.Each = &names[0], web.InputTroubles(names)
	return web.Render(v.Context(), status, view.SecurityPage(model))
}

// deskAsks says what a desk that is still locked waits for.
func deskAsks(v *web.Visit) string {
	if f := fault.Of(v.Unlock()); f != nil {
		return f.Message
	}
	return ""
}

// day is a day as anybody's calendar has it; empty for none.
func day(says *locale.Locale, millis int64) string {
	if millis == 0 {
		return ""
	}
	return says.LongDate(web.TimeOf(millis))
}

// changeFactors does what a form of the member's own asks for, and shows the page again with what is wrong.
func changeFactors(v *web.Visit, work func(typed url.Values) (*web.Reply, error)) (*web.Reply, error) {
	typed, stale, err := ownForm(v)
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
	return showSecurity(v, web.ProofStatus(stale), typed, stale)
}

// AddPasskey gives the account a passkey.
func AddPasskey(v *web.Visit) (*web.Reply, error) {
	return changeFactors(v, func(typed url.Values) (*web.Reply, error) {
		answer, err := v.Site.Factors.AddPasskey(v.Spoken(), &identityv1.AddPasskeyRequest{
			SessionToken: v.SessionToken(), ChallengeToken: typed.Get("challenge"),
			Credential: typed.Get("credential"), Name: strings.TrimSpace(typed.Get("name")),
		})
		if err != nil {
			return nil, err
		}
		return showCodes(v, answer.GetRecoveryCodes())
	})
}

// RemovePasskey takes a passkey from the account.
func RemovePasskey(v *web.Visit) (*web.Reply, error) {
	return changeFactors(v, func(url.Values) (*web.Reply, error) {
		_, err := v.Site.Factors.RemovePasskey(v.Spoken(),
			&identityv1.RemovePasskeyRequest{SessionToken: v.SessionToken(), Id: v.Request.PathValue("id")})
		return web.Redirect(securityPath), err
	})
}

// RemoveApp takes the authenticator app from the account.
func RemoveApp(v *web.Visit) (*web.Reply, error) {
	return changeFactors(v, func(url.Values) (*web.Reply, error) {
		_, err := v.Site.Factors.RemoveTotp(v.Spoken(),
			&identityv1.RemoveTotpRequest{SessionToken: v.SessionToken()})
		return web.Redirect(securityPath), err
	})
}

// MakeCodes makes new recovery codes; the old ones open nothing any more.
func MakeCodes(v *web.Visit) (*web.Reply, error) {
	return changeFactors(v, func(url.Values) (*web.Reply, error) {
		answer, err := v.Site.Factors.MakeRecoveryCodes(v.Spoken(),
			&identityv1.MakeRecoveryCodesRequest{SessionToken: v.SessionToken()})
		if err != nil {
			return nil, err
		}
		return showCodes(v, answer.GetRecoveryCodes())
	})
}

// showCodes shows recovery codes, this once; where none are new it goes back.
func showCodes(v *web.Visit, codes []string) (*web.Reply, error) {
	if len(codes) == 0 {
		return web.Redirect(securityPath), nil
	}
	return web.Render(v.Context(), http.StatusOK, view.CodesPage(view.Codes{
		Frame: v.Frame("Your recovery codes"), Codes: codes, To: securityPath,
		When: v.Site.Host.Now().Format(time.DateOnly),
	}))
}

// AppPage shows the secret of a new authenticator app.
func AppPage(v *web.Visit) (*web.Reply, error) { return showApp(v, http.StatusOK, url.Values{}, nil) }

// showApp shows the key of an authenticator app that is to be set up.
func showApp(v *web.Visit, status int, typed url.Values, problem *fault.Error) (*web.Reply, error) {
	answer, err := v.Site.Factors.BeginTotp(v.Context(),
		&identityv1.BeginTotpRequest{SessionToken: v.SessionToken()})
	if fault.Is(err, "totp_known") {
		return web.Redirect(securityPath), nil
	}
	if err != nil {
		return nil, err
	}
	model := view.App{
		Frame: v.Frame("An authenticator app"), As: v.Account.GetId(), URI: answer.GetUri(),
		Back: securityPath,
		Input: page.Input{
			Name: "code", Label: "The code that the app shows", Type: "text",
			Autocomplete: "one-time-code", MaxLength: "10", Required: true,
		},
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
		codes := web.Inputs(typed, web.FieldsOf(problem), model.Input)
		model.Input, model.Troubles = codes[0],
			page.Troubles{Message: problem.Message, Each: web.InputTroubles(codes)}
	}
	return web.Render(v.Context(), status, view.AppPage(model))
}

// ConfirmApp takes the first code of an app.
func ConfirmApp(v *web.Visit) (*web.Reply, error) {
	typed, stale, err := ownForm(v)
	if err != nil {
		return nil, err
	}
	if stale == nil {
		answer, err := v.Site.Factors.ConfirmTotp(v.Spoken(),
			&identityv1.ConfirmTotpRequest{SessionToken: v.SessionToken(), Code: typed.Get("code")})
		if err == nil {
			return showCodes(v, answer.GetRecoveryCodes())
		}
		if stale = fault.Of(err); stale.Kind == fault.Internal {
			return nil, err
		}
	}
	return showApp(v, web.ProofStatus(stale), typed, stale)
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
