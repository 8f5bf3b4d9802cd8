package edge

import (
	"net/http"
	"time"

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

// passFactor ends a sign-in that wants a code.
func (e *site) passFactor(v *visit) (*reply, error) {
	in, err := v.object()
	if err != nil {
		return nil, err
	}
	request := &identityv1.PassFactorRequest{PendingToken: in.need("pending_token", maxText), Proof: &identityv1.Proof{
		Totp: in.text("totp", maxText), RecoveryCode: in.text("recovery_code", maxText),
	}, Device: v.program("")}
	if err := in.done(); err != nil {
		return nil, err
	}
	answer, err := e.factors.PassFactor(v.spoken(), request)
	if err != nil {
		return nil, err
	}
	return jsonReply(http.StatusCreated, sessionJSON{answer.GetSessionToken(), timeOf(answer.GetExpiresAt()), accountToJSON(answer.GetAccount()), answer.GetDeviceToken()})
}

// stepUp shows once more who has a session.
func (e *site) stepUp(v *visit) (*reply, error) {
	in, err := v.object()
	if err != nil {
		return nil, err
	}
	proof := &identityv1.Proof{Password: in.text("password", maxText), Totp: in.text("totp", maxText), RecoveryCode: in.text("recovery_code", maxText)}
	if err := in.done(); err != nil {
		return nil, err
	}
	answer, err := e.factors.StepUp(v.Context(), &identityv1.StepUpRequest{SessionToken: v.sessionToken(), Proof: proof})
	if err != nil {
		return nil, err
	}
	return jsonReply(http.StatusOK, steppedUpJSON{timeOf(answer.GetUntil())})
}
