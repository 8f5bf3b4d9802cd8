package api

import (
	"net/http"
	"time"

	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
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

// ListSessions lists where the member is signed in.
func ListSessions(v *web.Visit) (*web.Reply, error) {
	answer, err := v.Site.Identity.ListSessions(v.Context(),
		&identityv1.ListSessionsRequest{SessionToken: v.SessionToken()})
	if err != nil {
		return nil, err
	}
	var places []placeJSON
	for _, s := range answer.GetSessions() {
		places = append(places, placeJSON{
			s.GetId(), s.GetKind(), s.GetDevice(), s.GetNetwork(), web.TimeOf(s.GetCreatedAt()),
			web.TimeOf(s.GetUsedAt()), web.TimeOf(s.GetExpiresAt()), s.GetCurrent(),
		})
	}
	return web.JSON(http.StatusOK, listOf("sessions", places, ""))
}

// DropSession ends one of the member's sessions.
func DropSession(v *web.Visit) (*web.Reply, error) {
	if _, err := v.Site.Identity.EndSession(v.Context(),
		&identityv1.EndSessionRequest{
			SessionToken: v.SessionToken(),
			Id:           v.Request.PathValue("id"),
		}); err != nil {
		return nil, err
	}
	return &web.Reply{Status: http.StatusNoContent}, nil
}

// tokenJSON is the session's token from now on.
type tokenJSON struct {
	Token     string    `json:"token"`
	ExpiresAt time.Time `json:"expires_at"`
	// DeviceToken takes the place of the device's: with the old password that was forgotten.
	DeviceToken string `json:"device_token"`
}

// PutPassword changes the member's password, and answers the session's new token.
func PutPassword(v *web.Visit) (*web.Reply, error) {
	in, err := v.Object()
	if err != nil {
		return nil, err
	}
	request := &identityv1.ChangePasswordRequest{
		SessionToken: v.SessionToken(),
		Password:     in.Need("password", web.MaxText), NewPassword: in.Need("new_password", web.MaxText),
	}
	if err := in.Done(); err != nil {
		return nil, err
	}
	answer, err := v.Site.Identity.ChangePassword(v.Spoken(), request)
	if err != nil {
		return nil, ownPassword(err)
	}
	return web.JSON(http.StatusOK, tokenJSON{
		answer.GetSessionToken(), web.TimeOf(answer.GetExpiresAt()),
		answer.GetDeviceToken(),
	})
}

// PutEmail has a link mailed to a new address, which makes it the member's.
func PutEmail(v *web.Visit) (*web.Reply, error) {
	in, err := v.Object()
	if err != nil {
		return nil, err
	}
	request := &identityv1.ChangeEmailRequest{
		SessionToken: v.SessionToken(),
		Email:        in.Need("email", web.MaxText), Password: in.Need("password", web.MaxText),
	}
	if err := in.Done(); err != nil {
		return nil, err
	}
	if _, err := v.Site.Identity.ChangeEmail(v.Spoken(), request); err != nil {
		return nil, ownPassword(err)
	}
	return web.JSON(http.StatusAccepted, checkMail)
}

// ownPassword is a fault of a field, where a member's own password is wrong: the session is all right.
func ownPassword(err error) error {
	if fault.Is(err, "bad_credentials") {
		return trade.NotOwn(err)
	}
	return err
}
