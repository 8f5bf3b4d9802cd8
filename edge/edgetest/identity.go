package edgetest

import (
	"context"
	"net/url"

	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
)

type fakeIdentity struct {
	identityv1connect.UnimplementedIdentityServiceHandler
	*Peers
}

func (f fakeIdentity) FindCustomers(
	ctx context.Context, r *identityv1.FindCustomersRequest,
) (*identityv1.FindCustomersResponse, error) {
	answer := &identityv1.FindCustomersResponse{}
	if r.GetEmail() == "ann@example.org" {
		answer.CustomerIds = []string{"acc_x_1", "cus_x_2"}
	}
	return answer, f.called(ctx, "FindCustomers", r)
}

func (f fakeIdentity) AddProducer(
	ctx context.Context, r *identityv1.AddProducerRequest,
) (*identityv1.AddProducerResponse, error) {
	return &identityv1.AddProducerResponse{}, f.called(ctx, "AddProducer", r)
}

// Accounts are those of the sessions that exist: the token is the role.
var Accounts = map[string]*identityv1.Account{
	"shopper": {
		Id: "acc_x_1", Email: "ann@example.org", Name: "Ann", Roles: []string{"shopper"},
		CreatedAt: 1,
	},
	"other": {
		Id: "acc_x_2", Email: "bob@example.org", Name: "Bob", Roles: []string{"shopper"},
		CreatedAt: 1,
	},
	"producer": {
		Id: "acc_x_3", Email: "dairy@example.org", Roles: []string{"producer", "shopper"},
		ProducerIds: []string{Dairy}, CreatedAt: 1,
	},
	"operator": {
		Id: "acc_x_4", Email: "op@example.org", Roles: []string{"operator", "shopper"},
		CreatedAt: 1,
	},
}

func (f fakeIdentity) SignUp(
	ctx context.Context, r *identityv1.SignUpRequest,
) (*identityv1.SignUpResponse, error) {
	return &identityv1.SignUpResponse{BrowserToken: "begun"}, f.called(ctx, "SignUp", r)
}

// mailedLinks are what the tokens of links are for.
var mailedLinks = map[string]string{"new": "sign_up", "mine": "verify", "other": "email", "thief": "undo"}

func (f fakeIdentity) GetLink(
	ctx context.Context, r *identityv1.GetLinkRequest,
) (*identityv1.GetLinkResponse, error) {
	kind := mailedLinks[r.GetToken()]
	if kind == "" {
		return nil, fault.New(fault.NotFound, "link_expired", "This link is no longer good.")
	}
	unknown := kind == "sign_up" && r.GetBrowserToken() != "begun" || (kind == "verify" || kind == "email") &&
		r.GetSessionToken() != "shopper"
	return &identityv1.GetLinkResponse{Kind: kind, Email: "ann@example.org", NeedsPassword: unknown},
		f.called(ctx, "GetLink", r)
}

func (f fakeIdentity) FollowLink(
	ctx context.Context, r *identityv1.FollowLinkRequest,
) (*identityv1.FollowLinkResponse, error) {
	answer := &identityv1.FollowLinkResponse{Kind: mailedLinks[r.GetToken()], Account: Accounts["shopper"]}
	switch {
	case answer.Kind == "":
		return nil, fault.New(fault.NotFound, "link_expired", "This link is no longer good.")
	case answer.Kind == "sign_up" && r.GetBrowserToken() != "begun" && r.GetPassword() == "":
		return nil, web.Invalid("password", "Use at least 10 characters.")
	case (answer.Kind == "verify" || answer.Kind == "email") && r.GetSessionToken() != "shopper" &&
		r.GetPassword() != "right":
		return nil,
			fault.New(fault.Unauthenticated, "bad_credentials",
				"The e-mail address or the password is wrong.")
	case answer.Kind == "sign_up":
		answer.SessionToken, answer.ExpiresAt, answer.DeviceToken = "shopper", 1, "known"
	case answer.Kind == "email" && r.GetSessionToken() == "shopper":
		answer.SessionToken, answer.ExpiresAt = "renewed", 1
	}
	return answer, f.called(ctx, "FollowLink", r)
}

func (f fakeIdentity) ListSessions(
	ctx context.Context, r *identityv1.ListSessionsRequest,
) (*identityv1.ListSessionsResponse, error) {
	return &identityv1.ListSessionsResponse{Sessions: []*identityv1.Session{
		{
			Id: "here", CreatedAt: 1, UsedAt: 2, ExpiresAt: 3, Kind: "browser", Device: "Firefox on Linux",
			Network: "192.0.*", Current: true,
		},
		{Id: "phone", CreatedAt: 1, UsedAt: 1, ExpiresAt: 3, Kind: "program", Device: "curl"},
	}}, f.called(ctx, "ListSessions", r)
}

func (f fakeIdentity) EndSession(
	ctx context.Context, r *identityv1.EndSessionRequest,
) (*identityv1.EndSessionResponse, error) {
	return &identityv1.EndSessionResponse{}, f.called(ctx, "EndSession", r)
}

func (f fakeIdentity) ChangePassword(
	ctx context.Context, r *identityv1.ChangePasswordRequest,
) (*identityv1.ChangePasswordResponse, error) {
	if r.GetPassword() != "right" {
		return nil,
			fault.New(fault.Unauthenticated, "bad_credentials",
				"The e-mail address or the password is wrong.")
	}
	return &identityv1.ChangePasswordResponse{SessionToken: "renewed", ExpiresAt: 1},
		f.called(ctx, "ChangePassword", r)
}

func (f fakeIdentity) ChangeEmail(
	ctx context.Context, r *identityv1.ChangeEmailRequest,
) (*identityv1.ChangeEmailResponse, error) {
	if r.GetPassword() != "right" {
		return nil,
			fault.New(fault.Unauthenticated, "bad_credentials",
				"The e-mail address or the password is wrong.")
	}
	return &identityv1.ChangeEmailResponse{}, f.called(ctx, "ChangeEmail", r)
}

func (f fakeIdentity) RequestVerification(
	ctx context.Context, r *identityv1.RequestVerificationRequest,
) (*identityv1.RequestVerificationResponse, error) {
	return &identityv1.RequestVerificationResponse{}, f.called(ctx, "RequestVerification", r)
}

func (f fakeIdentity) SignIn(
	ctx context.Context, r *identityv1.SignInRequest,
) (*identityv1.SignInResponse, error) {
	if r.GetPassword() != "right" {
		return nil,
			fault.New(fault.Unauthenticated, "bad_credentials",
				"The e-mail address or the password is wrong.")
	}
	if r.GetEmail() == "half@example.org" {
		return &identityv1.SignInResponse{PendingToken: "half", Factors: []string{"passkey", "totp"}},
			f.called(ctx, "SignIn", r)
	}
	return &identityv1.SignInResponse{
		Account: Accounts["shopper"], SessionToken: "shopper", ExpiresAt: 1,
		DeviceToken: "known",
	}, f.called(ctx, "SignIn", r)
}

func (f fakeIdentity) SignOut(
	ctx context.Context, r *identityv1.SignOutRequest,
) (*identityv1.SignOutResponse, error) {
	return &identityv1.SignOutResponse{}, f.called(ctx, "SignOut", r)
}

func (f fakeIdentity) GetSession(
	ctx context.Context, r *identityv1.GetSessionRequest,
) (*identityv1.GetSessionResponse, error) {
	if err := f.called(ctx, "GetSession", r); err != nil {
		return nil, err
	}
	account := Accounts[r.GetSessionToken()]
	if account == nil {
		return nil, fault.New(fault.Unauthenticated, "no_session", "Please sign in.")
	}
	answer := &identityv1.GetSessionResponse{
		Account: account, ExpiresAt: 1, SealedAddress: "sealed",
		SteppedUpUntil: 1 << 50,
	}
	f.Set(func(p *Peers) {
		if p.Session != nil {
			p.Session(answer)
		}
	})
	return answer, nil
}

func (f fakeIdentity) Open(ctx context.Context, r *identityv1.OpenRequest) (*identityv1.OpenResponse, error) {
	answer := &identityv1.OpenResponse{}
	for range r.GetSealed() {
		answer.Contacts = append(answer.Contacts,
			&identityv1.Opened{Contact: &identityv1.Contact{Name: "Ann Example", Email: "ann@example.org"}})
	}
	return answer, f.called(ctx, "Open", r)
}

func (f fakeIdentity) ListAddresses(
	ctx context.Context, r *identityv1.ListAddressesRequest,
) (*identityv1.ListAddressesResponse, error) {
	return &identityv1.ListAddressesResponse{Addresses: []*identityv1.Address{{
		Id:    HomeAddress,
		Line1: "1 Hill Road", City: "Portland", Version: "first",
	}}}, f.called(ctx, "ListAddresses", r)
}

func (f fakeIdentity) PutAddress(
	ctx context.Context, r *identityv1.PutAddressRequest,
) (*identityv1.PutAddressResponse, error) {
	if r.GetAddress().GetLine1() == "" {
		return nil, web.Invalid("line1", "This is required.")
	}
	return &identityv1.PutAddressResponse{Address: &identityv1.Address{
		Id:    HomeAddress,
		Line1: r.GetAddress().GetLine1(), Version: "second",
	}}, f.called(ctx, "PutAddress", r)
}

func (f fakeIdentity) DeleteAddress(
	ctx context.Context, r *identityv1.DeleteAddressRequest,
) (*identityv1.DeleteAddressResponse, error) {
	return &identityv1.DeleteAddressResponse{}, f.called(ctx, "DeleteAddress", r)
}

func (f fakeIdentity) RequestReset(
	ctx context.Context, r *identityv1.RequestResetRequest,
) (*identityv1.RequestResetResponse, error) {
	return &identityv1.RequestResetResponse{}, f.called(ctx, "RequestReset", r)
}

func (f fakeIdentity) ResetPassword(
	ctx context.Context, r *identityv1.ResetPasswordRequest,
) (*identityv1.ResetPasswordResponse, error) {
	if r.GetToken() != "good-token" {
		return nil,
			fault.New(fault.NotFound, "reset_expired",
				"This link does not work any more. Please ask for another one.")
	}
	return &identityv1.ResetPasswordResponse{
		Account: Accounts["shopper"], SessionToken: "shopper",
		ExpiresAt: 1,
	}, f.called(ctx, "ResetPassword", r)
}

func (f fakeIdentity) Erase(
	ctx context.Context, r *identityv1.EraseRequest,
) (*identityv1.EraseResponse, error) {
	if r.GetPassword() != "right" {
		return nil,
			fault.New(fault.Unauthenticated, "bad_credentials",
				"The e-mail address or the password is wrong.")
	}
	return &identityv1.EraseResponse{}, f.called(ctx, "Erase", r)
}

// HalfIn is what whoever knows a password, and has not the second factor, sends to wherever a password is
// taken.
func HalfIn() url.Values {
	return url.Values{
		"email": {"half@example.org"}, "password": {"right"}, "key": {"a-key"},
		"window_id": {Saturday}, "payment": {"test:ok"},
	}
}
