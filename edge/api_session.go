package edge

import (
	"net/http"
	"time"

	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
)

// placeJSON is where an account is signed in.
type placeJSON struct {
	ID        string    `json:"id"`
	Kind      string    `json:"kind"`
	Device    string    `json:"device"`
	Network   string    `json:"network"`
	CreatedAt time.Time `json:"created_at"`
	UsedAt    time.Time `json:"used_at"`
	ExpiresAt time.Time `json:"expires_at"`
	Current   bool      `json:"current"`
}

// listSessions lists where the member is signed in.
func (e *site) listSessions(v *visit) (*reply, error) {
	answer, err := e.identity.ListSessions(v.Context(), &identityv1.ListSessionsRequest{SessionToken: v.sessionToken()})
	if err != nil {
		return nil, err
	}
	var places []placeJSON
	for _, s := range answer.GetSessions() {
		places = append(places, placeJSON{
			s.GetId(), s.GetKind(), s.GetDevice(), s.GetNetwork(), timeOf(s.GetCreatedAt()), timeOf(s.GetUsedAt()), timeOf(s.GetExpiresAt()), s.GetCurrent(),
		})
	}
	return jsonReply(http.StatusOK, listOf("sessions", places, ""))
}

// dropSession ends one of the member's sessions.
func (e *site) dropSession(v *visit) (*reply, error) {
	if _, err := e.identity.EndSession(v.Context(), &identityv1.EndSessionRequest{SessionToken: v.sessionToken(), Id: v.PathValue("id")}); err != nil {
		return nil, err
	}
	return &reply{status: http.StatusNoContent}, nil
}

// tokenJSON is the session's token from now on.
type tokenJSON struct {
	Token     string    `json:"token"`
	ExpiresAt time.Time `json:"expires_at"`
	// DeviceToken takes the place of the device's: with the old password that was forgotten.
	DeviceToken string `json:"device_token"`
}

// putPassword changes the member's password, and answers the session's new token.
func (e *site) putPassword(v *visit) (*reply, error) {
	in, err := v.object()
	if err != nil {
		return nil, err
	}
	request := &identityv1.ChangePasswordRequest{SessionToken: v.sessionToken(), Password: in.need("password", maxText), NewPassword: in.need("new_password", maxText)}
	if err := in.done(); err != nil {
		return nil, err
	}
	answer, err := e.identity.ChangePassword(v.spoken(), request)
	if err != nil {
		return nil, ownPassword(err)
	}
	return jsonReply(http.StatusOK, tokenJSON{answer.GetSessionToken(), timeOf(answer.GetExpiresAt()), answer.GetDeviceToken()})
}

// putEmail has a link mailed to a new address, which makes it the member's.
func (e *site) putEmail(v *visit) (*reply, error) {
	in, err := v.object()
	if err != nil {
		return nil, err
	}
	request := &identityv1.ChangeEmailRequest{SessionToken: v.sessionToken(), Email: in.need("email", maxText), Password: in.need("password", maxText)}
	if err := in.done(); err != nil {
		return nil, err
	}
	if _, err := e.identity.ChangeEmail(v.spoken(), request); err != nil {
		return nil, ownPassword(err)
	}
	return jsonReply(http.StatusAccepted, checkMail)
}

// ownPassword is a fault of a field, where a member's own password is wrong: the session is all right.
func ownPassword(err error) error {
	if fault.Is(err, "bad_credentials") {
		return notOwn(err)
	}
	return err
}
