package edge

import (
	"encoding/json"
	"net/http"

	"github.com/artisan-eats/artisan/edge/page"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/host"
)

// passkeyForm is a form that the pages' script fills in. It is there also where passkeys are used at another address, which it
// names then.
func (e *site) passkeyForm(purpose, action, label string) *page.PasskeyForm {
	_, origin := host.PasskeyOrigin(e.base)
	return &page.PasskeyForm{Purpose: purpose, Action: action, Button: label, Origin: origin}
}

// passkeyAsked is what the script gives to the browser.
type passkeyAsked struct {
	Challenge string          `json:"challenge"`
	Options   json.RawMessage `json:"options"`
}

// askPasskey answers the script of a page, which wants a challenge for one of its forms.
func (e *site) askPasskey(v *visit) (*reply, error) {
	in, err := v.object()
	if err != nil {
		return nil, err
	}
	request := &identityv1.BeginPasskeyRequest{Purpose: in.need("purpose", 20)}
	if err := in.done(); err != nil {
		return nil, err
	}
	switch request.GetPurpose() {
	case "second_factor":
		request.Token = e.jar.read(v.Request, pendingCookie)
	case "register", "step_up":
		request.Token = e.jar.read(v.Request, sessionCookie)
	}
	answer, err := e.factors.BeginPasskey(v.Context(), request)
	if err != nil {
		return nil, err
	}
	return jsonReply(http.StatusOK, passkeyAsked{answer.GetChallengeToken(), json.RawMessage(answer.GetOptions())})
}
