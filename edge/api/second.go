package api

import (
	"net/http"
	"time"

	"github.com/artisan-eats/artisan/edge/web"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
)

// pendingJSON is a sign-in whose second factor is still to come.
type pendingJSON struct {
	PendingToken string   `json:"pending_token"`
	Factors      []string `json:"factors"`
}

// steppedUpJSON says until when a step-up counts.
type steppedUpJSON struct {
	Until time.Time `json:"until"`
}

// PassFactor ends a sign-in that wants a code.
func PassFactor(v *web.Visit) (*web.Reply, error) {
	in, err := v.Object()
	if err != nil {
		return nil, err
	}
	request := &identityv1.PassFactorRequest{
		PendingToken: in.Need("pending_token", web.MaxText),
		Proof: &identityv1.Proof{
			Totp: in.Text("totp", web.MaxText), RecoveryCode: in.Text("recovery_code", web.MaxText),
		}, Device: v.Program(""),
	}
	if err := in.Done(); err != nil {
		return nil, err
	}
	answer, err := v.Site.Factors.PassFactor(v.Spoken(), request)
	if err != nil {
		return nil, err
	}
	return web.JSON(http.StatusCreated, sessionJSON{
		answer.GetSessionToken(),
		web.TimeOf(answer.GetExpiresAt()), accountToJSON(answer.GetAccount()), answer.GetDeviceToken(),
	})
}

// StepUp shows once more who has a session.
func StepUp(v *web.Visit) (*web.Reply, error) {
	in, err := v.Object()
	if err != nil {
		return nil, err
	}
	proof := &identityv1.Proof{
		Password: in.Text("password", web.MaxText), Totp: in.Text("totp", web.MaxText),
		RecoveryCode: in.Text("recovery_code", web.MaxText),
	}
	if err := in.Done(); err != nil {
		return nil, err
	}
	answer, err := v.Site.Factors.StepUp(v.Context(),
		&identityv1.StepUpRequest{SessionToken: v.SessionToken(), Proof: proof})
	if err != nil {
		return nil, err
	}
	return web.JSON(http.StatusOK, steppedUpJSON{web.TimeOf(answer.GetUntil())})
}
