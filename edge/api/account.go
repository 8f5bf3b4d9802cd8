package api

import (
	"net/http"
	"time"

	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
)

type accountJSON struct {
	ID          string    `json:"id"`
	Email       string    `json:"email"`
	Name        string    `json:"name"`
	Roles       []string  `json:"roles"`
	ProducerIDs []string  `json:"producer_ids"`
	CreatedAt   time.Time `json:"created_at"`
	// EmailVerified says that the address's owner is known to be the account's.
	EmailVerified bool `json:"email_verified"`
}

// sessionJSON is what signing in gives: a token to send as a Bearer.
type sessionJSON struct {
	Token     string      `json:"token"`
	ExpiresAt time.Time   `json:"expires_at"`
	Account   accountJSON `json:"account"`
	// DeviceToken is to be sent with the next sign-in of the same device, which then cannot be locked out by
	// strangers.
	DeviceToken string `json:"device_token"`
}

type addressJSON struct {
	ID         string `json:"id"`
	Line1      string `json:"line1"`
	Line2      string `json:"line2"`
	PostalCode string `json:"postal_code"`
	City       string `json:"city"`
	Region     string `json:"region"`
	Country    string `json:"country"`
	Version    string `json:"version,omitempty"`
}

func accountToJSON(a *identityv1.Account) accountJSON {
	return accountJSON{
		a.GetId(), a.GetEmail(), a.GetName(), some(a.GetRoles()), some(a.GetProducerIds()),
		web.TimeOf(a.GetCreatedAt()), a.GetEmailVerified(),
	}
}

func addressToJSON(a *identityv1.Address) addressJSON {
	return addressJSON{
		a.GetId(), a.GetLine1(), a.GetLine2(), a.GetPostalCode(), a.GetCity(), a.GetRegion(),
		a.GetCountry(), a.GetVersion(),
	}
}

// statusJSON says in a word what becomes of what was asked for.
type statusJSON struct {
	Status string `json:"status"`
}

// checkMail is the same whether an address has an account or not.
var checkMail = statusJSON{"check_your_mail"}

// SignUp has a link mailed; ConfirmAccount makes the account.
func SignUp(v *web.Visit) (*web.Reply, error) {
	in, err := v.Object()
	if err != nil {
		return nil, err
	}
	request := &identityv1.SignUpRequest{
		Email:    in.Need("email", web.MaxText),
		Password: in.Need("password", web.MaxText), Name: in.Text("name", web.MaxText),
	}
	if err := in.Done(); err != nil {
		return nil, err
	}
	if _, err := v.Site.Identity.SignUp(v.Spoken(), request); err != nil {
		return nil, err
	}
	return web.JSON(http.StatusAccepted, checkMail)
}

// ConfirmAccount wants the password once more: a stranger may have chosen the other one.
func ConfirmAccount(v *web.Visit) (*web.Reply, error) {
	in, err := v.Object()
	if err != nil {
		return nil, err
	}
	request := &identityv1.FollowLinkRequest{
		Token: in.Need("token", web.MaxToken), Password: in.Need("password", web.MaxText),
		Name: in.Text("name", web.MaxText), Device: v.Program(""),
	}
	if err := in.Done(); err != nil {
		return nil, err
	}
	link, err := v.Site.Identity.GetLink(v.Context(), &identityv1.GetLinkRequest{Token: request.GetToken()})
	if err != nil {
		return nil, err
	}
	if link.GetKind() != "sign_up" {
		return nil,
			fault.New(fault.NotFound, "link_expired", "This link is for a page, and makes no account.")
	}
	answer, err := v.Site.Identity.FollowLink(v.Spoken(), request)
	if err != nil {
		return nil, err
	}
	return web.JSON(http.StatusCreated, sessionJSON{
		answer.GetSessionToken(),
		web.TimeOf(answer.GetExpiresAt()), accountToJSON(answer.GetAccount()), answer.GetDeviceToken(),
	})
}

// SignIn begins a session by a password; with a second factor it begins a pending sign-in.
func SignIn(v *web.Visit) (*web.Reply, error) {
	in, err := v.Object()
	if err != nil {
		return nil, err
	}
	request := &identityv1.SignInRequest{
		Email:    in.Need("email", web.MaxText),
		Password: in.Need("password", web.MaxText),
	}
	request.Device = v.Program(in.Text("device_token", web.MaxToken))
	if err := in.Done(); err != nil {
		return nil, err
	}
	answer, err := v.Site.Identity.SignIn(v.Context(), request)
	if err != nil {
		return nil, err
	}
	if answer.GetPendingToken() != "" {
		return web.JSON(http.StatusAccepted, pendingJSON{answer.GetPendingToken(), some(answer.GetFactors())})
	}
	return web.JSON(http.StatusCreated, sessionJSON{
		answer.GetSessionToken(),
		web.TimeOf(answer.GetExpiresAt()), accountToJSON(answer.GetAccount()), answer.GetDeviceToken(),
	})
}

// SignOut ends the session that the request shows.
func SignOut(v *web.Visit) (*web.Reply, error) {
	if _, err := v.Site.Identity.SignOut(v.Context(),
		&identityv1.SignOutRequest{SessionToken: v.SessionToken()}); err != nil {
		return nil, err
	}
	out := &web.Reply{Status: http.StatusNoContent}
	if v.Bearer() != "" {
		return out, nil // a program's
	}
	return v.Forget(out), nil
}

// GetAccount answers whose session it is.
func GetAccount(v *web.Visit) (*web.Reply, error) {
	return web.JSON(http.StatusOK, accountToJSON(v.Whole()))
}

// ListAddresses lists the member's addresses.
func ListAddresses(v *web.Visit) (*web.Reply, error) {
	answer, err := v.Site.Identity.ListAddresses(v.Context(),
		&identityv1.ListAddressesRequest{CustomerId: v.Account.GetId()})
	if err != nil {
		return nil, err
	}
	var addresses []addressJSON
	for _, a := range answer.GetAddresses() {
		addresses = append(addresses, addressToJSON(a))
	}
	return web.JSON(http.StatusOK, listOf("addresses", addresses, ""))
}

// CreateAddress keeps a new address.
func CreateAddress(v *web.Visit) (*web.Reply, error) { return keepAddress(v, "", http.StatusCreated) }

// PutAddress changes an address of the member's.
func PutAddress(v *web.Visit) (*web.Reply, error) {
	return keepAddress(v, v.Request.PathValue("id"), http.StatusOK)
}

func keepAddress(v *web.Visit, addressID string, status int) (*web.Reply, error) {
	in, err := v.Object()
	if err != nil {
		return nil, err
	}
	request := &identityv1.PutAddressRequest{CustomerId: v.Account.GetId(), Address: addressFrom(in)}
	if request.Address.Id = addressID; addressID != "" {
		request.Version = seenBy(v, in.Text("version", web.MaxText))
	}
	if err := in.Done(); err != nil {
		return nil, err
	}
	answer, err := v.Site.Identity.PutAddress(v.Context(), request)
	if err != nil {
		return nil, unmatched(v, err)
	}
	return tagged(status, answer.GetAddress().GetVersion(), addressToJSON(answer.GetAddress()))
}

// DeleteAddress forgets an address; one that is not there is left alone.
func DeleteAddress(v *web.Visit) (*web.Reply, error) {
	_, err := v.Site.Identity.DeleteAddress(v.Context(),
		&identityv1.DeleteAddressRequest{CustomerId: v.Account.GetId(), AddressId: v.Request.PathValue("id")})
	if err != nil {
		return nil, err
	}
	return &web.Reply{Status: http.StatusNoContent}, nil
}
