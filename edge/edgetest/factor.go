package edgetest

import (
	"context"

	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
)

// fakeFactors know one passkey, the code 123456 and the pending sign-in "half".
type fakeFactors struct {
	identityv1connect.UnimplementedFactorServiceHandler
	*Peers
}

func (f fakeFactors) ListFactors(
	ctx context.Context, r *identityv1.ListFactorsRequest,
) (*identityv1.ListFactorsResponse, error) {
	return &identityv1.ListFactorsResponse{
		Passkeys: []*identityv1.Passkey{{
			Id: OnePasskey, Name: "Ann's <phone>", CreatedAt: 1,
			UsedAt: 2,
		}},
		RecoveryCodes: 9,
	}, f.called(ctx, "ListFactors", r)
}

func (f fakeFactors) BeginPasskey(
	ctx context.Context, r *identityv1.BeginPasskeyRequest,
) (*identityv1.BeginPasskeyResponse, error) {
	return &identityv1.BeginPasskeyResponse{ChallengeToken: "challenge", Options: `{"challenge": "AAAA"}`},
		f.called(ctx, "BeginPasskey", r)
}

func (f fakeFactors) AddPasskey(
	ctx context.Context, r *identityv1.AddPasskeyRequest,
) (*identityv1.AddPasskeyResponse, error) {
	return &identityv1.AddPasskeyResponse{RecoveryCodes: []string{"7k2m9x-7k2m9x-7k2m9x-7k2m9x"}},
		f.called(ctx, "AddPasskey", r)
}

func (f fakeFactors) RemovePasskey(
	ctx context.Context, r *identityv1.RemovePasskeyRequest,
) (*identityv1.RemovePasskeyResponse, error) {
	return &identityv1.RemovePasskeyResponse{}, f.called(ctx, "RemovePasskey", r)
}

func (f fakeFactors) SignInWithPasskey(
	ctx context.Context, r *identityv1.SignInWithPasskeyRequest,
) (*identityv1.SignInWithPasskeyResponse, error) {
	if r.GetCredential() != "signed" {
		return nil,
			fault.New(fault.Unauthenticated, "bad_passkey", "This passkey does not open an account here.")
	}
	return &identityv1.SignInWithPasskeyResponse{
		Account: Accounts["shopper"], SessionToken: "shopper",
		ExpiresAt: 1,
	}, f.called(ctx, "SignInWithPasskey", r)
}

func (f fakeFactors) BeginTotp(
	ctx context.Context, r *identityv1.BeginTotpRequest,
) (*identityv1.BeginTotpResponse, error) {
	return &identityv1.BeginTotpResponse{
			Secret: "GEZDGNBVGY3TQOJQ",
			Uri:    "otpauth://totp/Artisan%20Eats:ann@example.org?secret=GEZDGNBVGY3TQOJQ",
		},
		f.called(ctx, "BeginTotp", r)
}

func (f fakeFactors) ConfirmTotp(
	ctx context.Context, r *identityv1.ConfirmTotpRequest,
) (*identityv1.ConfirmTotpResponse, error) {
	if r.GetCode() != "123456" {
		return nil, web.Invalid("code", "This is not the code that the app shows now.")
	}
	return &identityv1.ConfirmTotpResponse{RecoveryCodes: []string{"7k2m9x-7k2m9x-7k2m9x-7k2m9x"}},
		f.called(ctx, "ConfirmTotp", r)
}

func (f fakeFactors) RemoveTotp(
	ctx context.Context, r *identityv1.RemoveTotpRequest,
) (*identityv1.RemoveTotpResponse, error) {
	return &identityv1.RemoveTotpResponse{}, f.called(ctx, "RemoveTotp", r)
}

func (f fakeFactors) MakeRecoveryCodes(
	ctx context.Context, r *identityv1.MakeRecoveryCodesRequest,
) (*identityv1.MakeRecoveryCodesResponse, error) {
	return &identityv1.MakeRecoveryCodesResponse{RecoveryCodes: []string{"7k2m9x-7k2m9x-7k2m9x-7k2m9x"}},
		f.called(ctx, "MakeRecoveryCodes", r)
}

func (f fakeFactors) PassFactor(
	ctx context.Context, r *identityv1.PassFactorRequest,
) (*identityv1.PassFactorResponse, error) {
	switch {
	case r.GetPendingToken() != "half":
		return nil,
			fault.New(fault.Unauthenticated, "sign_in_expired",
				"This took too long. Please sign in once more.")
	case r.GetProof().GetTotp() != "123456":
		return nil, fault.New(fault.Unauthenticated, "bad_code", "This code is wrong.")
	}
	return &identityv1.PassFactorResponse{
		Account: Accounts["shopper"], SessionToken: "shopper",
		ExpiresAt: 1,
	}, f.called(ctx, "PassFactor", r)
}

func (f fakeFactors) StepUp(
	ctx context.Context, r *identityv1.StepUpRequest,
) (*identityv1.StepUpResponse, error) {
	if r.GetProof().GetPassword() != "right" && r.GetProof().GetTotp() != "123456" {
		return nil, fault.New(fault.Unauthenticated, "bad_credentials", "The password is wrong.")
	}
	return &identityv1.StepUpResponse{Until: 1000}, f.called(ctx, "StepUp", r)
}

func (f fakeFactors) ResetFactors(
	ctx context.Context, r *identityv1.ResetFactorsRequest,
) (*identityv1.ResetFactorsResponse, error) {
	return &identityv1.ResetFactorsResponse{}, f.called(ctx, "ResetFactors", r)
}

func (f fakeFactors) GetDeskFactors(
	ctx context.Context, r *identityv1.GetDeskFactorsRequest,
) (*identityv1.GetDeskFactorsResponse, error) {
	return &identityv1.GetDeskFactorsResponse{Desks: []*identityv1.DeskFactor{{
		Desk:         "operator",
		RequiredFrom: 1,
	}, {Desk: "producer"}}}, f.called(ctx, "GetDeskFactors", r)
}

func (f fakeFactors) SetDeskFactors(
	ctx context.Context, r *identityv1.SetDeskFactorsRequest,
) (*identityv1.SetDeskFactorsResponse, error) {
	return &identityv1.SetDeskFactorsResponse{}, f.called(ctx, "SetDeskFactors", r)
}
