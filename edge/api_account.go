package edge

import (
	"net/http"
	"time"

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
	// DeviceToken is to be sent with the next sign-in of the same device, which then cannot be locked out by strangers.
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
	return accountJSON{a.GetId(), a.GetEmail(), a.GetName(), some(a.GetRoles()), some(a.GetProducerIds()), timeOf(a.GetCreatedAt()), a.GetEmailVerified()}
}

func addressToJSON(a *identityv1.Address) addressJSON {
	return addressJSON{a.GetId(), a.GetLine1(), a.GetLine2(), a.GetPostalCode(), a.GetCity(), a.GetRegion(), a.GetCountry(), a.GetVersion()}
}

// statusJSON says in a word what becomes of what was asked for.
type statusJSON struct {
	Status string `json:"status"`
}

// checkMail is the same whether an address has an account or not.
var checkMail = statusJSON{"check_your_mail"}

// signUp has a link mailed; confirmAccount makes the account.
func (e *site) signUp(v *visit) (*reply, error) {
	in, err := v.object()
	if err != nil {
		return nil, err
	}
	request := &identityv1.SignUpRequest{Email: in.need("email", maxText), Password: in.need("password", maxText), Name: in.text("name", maxText)}
	if err := in.done(); err != nil {
		return nil, err
	}
	if _, err := e.identity.SignUp(v.spoken(), request); err != nil {
		return nil, err
	}
	return jsonReply(http.StatusAccepted, checkMail)
}

// confirmAccount wants the password once more: a stranger may have chosen the other one.
func (e *site) confirmAccount(v *visit) (*reply, error) {
	in, err := v.object()
	if err != nil {
		return nil, err
	}
	request := &identityv1.FollowLinkRequest{
		Token: in.need("token", maxToken), Password: in.need("password", maxText), Name: in.text("name", maxText), Device: v.program(""),
	}
	if err := in.done(); err != nil {
		return nil, err
	}
	link, err := e.identity.GetLink(v.Context(), &identityv1.GetLinkRequest{Token: request.GetToken()})
	if err != nil {
		return nil, err
	}
	if link.GetKind() != "sign_up" {
		return nil, fault.New(fault.NotFound, "link_expired", "This link is for a page, and makes no account.")
	}
	answer, err := e.identity.FollowLink(v.spoken(), request)
	if err != nil {
		return nil, err
	}
	return jsonReply(http.StatusCreated, sessionJSON{answer.GetSessionToken(), timeOf(answer.GetExpiresAt()), accountToJSON(answer.GetAccount()), answer.GetDeviceToken()})
}

// signIn begins a session by a password; with a second factor it begins a pending sign-in.
func (e *site) signIn(v *visit) (*reply, error) {
	in, err := v.object()
	if err != nil {
		return nil, err
	}
	request := &identityv1.SignInRequest{Email: in.need("email", maxText), Password: in.need("password", maxText)}
	request.Device = v.program(in.text("device_token", maxToken))
	if err := in.done(); err != nil {
		return nil, err
	}
	answer, err := e.identity.SignIn(v.Context(), request)
	if err != nil {
		return nil, err
	}
	if answer.GetPendingToken() != "" {
		return jsonReply(http.StatusAccepted, pendingJSON{answer.GetPendingToken(), some(answer.GetFactors())})
	}
	return jsonReply(http.StatusCreated, sessionJSON{answer.GetSessionToken(), timeOf(answer.GetExpiresAt()), accountToJSON(answer.GetAccount()), answer.GetDeviceToken()})
}

// signOut ends the session that the request shows.
func (e *site) signOut(v *visit) (*reply, error) {
	if _, err := e.identity.SignOut(v.Context(), &identityv1.SignOutRequest{SessionToken: v.sessionToken()}); err != nil {
		return nil, err
	}
	out := &reply{status: http.StatusNoContent}
	if v.bearer() != "" {
		return out, nil // a program's
	}
	return v.forget(out), nil
}

// getAccount answers whose session it is.
func (e *site) getAccount(v *visit) (*reply, error) {
	return jsonReply(http.StatusOK, accountToJSON(v.whole()))
}

// listAddresses lists the member's addresses.
func (e *site) listAddresses(v *visit) (*reply, error) {
	answer, err := e.identity.ListAddresses(v.Context(), &identityv1.ListAddressesRequest{CustomerId: v.account.GetId()})
	if err != nil {
		return nil, err
	}
	var addresses []addressJSON
	for _, a := range answer.GetAddresses() {
		addresses = append(addresses, addressToJSON(a))
	}
	return jsonReply(http.StatusOK, listOf("addresses", addresses, ""))
}

// createAddress keeps a new address.
func (e *site) createAddress(v *visit) (*reply, error) { return v.keepAddress("", http.StatusCreated) }

// putAddress changes an address of the member's.
func (e *site) putAddress(v *visit) (*reply, error) {
	return v.keepAddress(v.PathValue("id"), http.StatusOK)
}

func (v *visit) keepAddress(addressID string, status int) (*reply, error) {
	in, err := v.object()
	if err != nil {
		return nil, err
	}
	request := &identityv1.PutAddressRequest{CustomerId: v.account.GetId(), Address: addressFrom(in)}
	if request.Address.Id = addressID; addressID != "" {
		request.Version = v.seenBy(in.text("version", maxText))
	}
	if err := in.done(); err != nil {
		return nil, err
	}
	answer, err := v.site.identity.PutAddress(v.Context(), request)
	if err != nil {
		return nil, v.unmatched(err)
	}
	return tagged(status, answer.GetAddress().GetVersion(), addressToJSON(answer.GetAddress()))
}

// deleteAddress forgets an address; one that is not there is left alone.
func (e *site) deleteAddress(v *visit) (*reply, error) {
	_, err := e.identity.DeleteAddress(v.Context(), &identityv1.DeleteAddressRequest{CustomerId: v.account.GetId(), AddressId: v.PathValue("id")})
	if err != nil {
		return nil, err
	}
	return &reply{status: http.StatusNoContent}, nil
}
