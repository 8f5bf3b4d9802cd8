package account

import (
	"encoding/json"
	"net/http"

	"github.com/artisan-eats/artisan/edge/account/view"
	"github.com/artisan-eats/artisan/edge/web"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/host"
)

// passkeyForm is a form that the pages' script fills in. It is there also where passkeys are used at another
// address, which it names then.
func passkeyForm(site *web.Site, purpose, action, label string) *view.PasskeyForm {
	_, origin := host.PasskeyOrigin(site.Base)
	return &view.PasskeyForm{Purpose: purpose, Action: action, Button: label, Origin: origin}
}

// passkeyAsked is what the script gives to the browser.
type passkeyAsked struct {
	Challenge string          `json:"challenge"`
	Options   json.RawMessage `json:"options"`
}

// AskPasskey answers the script of a page, which wants a challenge for one of its forms.
func AskPasskey(v *web.Visit) (*web.Reply, error) {
	in, err := v.Object()
	if err != nil {
		return nil, err
	}
	request := &identityv1.BeginPasskeyRequest{Purpose: in.Need("purpose", 20)}
	if err := in.Done(); err != nil {
		return nil, err
	}
	switch request.GetPurpose() {
	case "second_factor":
		request.Token = v.Site.Cookies.Read(v.Request, web.PendingCookie)
	case "register", "step_up":
		request.Token = v.Site.Cookies.Read(v.Request, web.SessionCookie)
	}
	answer, err := v.Site.Factors.BeginPasskey(v.Context(), request)
	if err != nil {
		return nil, err
	}
	return web.JSON(http.StatusOK,
		passkeyAsked{answer.GetChallengeToken(), json.RawMessage(answer.GetOptions())})
}
