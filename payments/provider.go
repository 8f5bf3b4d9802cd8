package payments

import (
	"context"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/money"
)

// ChargeState is what a provider knows of a charge.
type ChargeState string

// The states of a charge.
const (
	ChargeUnknown    ChargeState = ""
	ChargeAuthorised ChargeState = "authorised"
	ChargeDeclined   ChargeState = "declined"
	ChargeVoided     ChargeState = "voided"
	ChargeCaptured   ChargeState = "captured"
)

// Charge is one reservation of money at a provider, and what came of it.
type Charge struct {
	State    ChargeState
	Amount   money.Amount
	Captured int64
	Refunded int64
}

// Provider moves money in the world outside. A charge is named by a key of ours;
// every call may be repeated and then has no second effect. A fault of kind Unknown says that the
// effect may have happened and the call should be repeated; one of kind Unavailable that it did not.
type Provider interface {
	// Authorise reserves money, or answers with the charge that the key has already. A
	// decline is an answer, not an error.
	Authorise(ctx context.Context, key string, amount money.Amount, token string) (Charge, error)
	// Capture collects a part of what was authorised, once.
	Capture(ctx context.Context, key string, minor int64) error
	// Reduce leaves no more of an authorisation than an amount, and gives all of it back where that is zero.
	Reduce(ctx context.Context, key string, minor int64) error
	// Void gives an authorisation back. When the key has none yet, a later Authorise
	// of it is answered with a voided charge.
	Void(ctx context.Context, key string) error
	// Refund pays captured money back, once for each refund key.
	Refund(ctx context.Context, key, refundKey string, minor int64) error
	// Lookup answers what the provider knows; an unknown key is a charge in state ChargeUnknown.
	Lookup(ctx context.Context, key string) (Charge, error)
}

// The payment methods.
const (
	MethodTest   = "test"
	MethodPickup = "pickup"
)

// pickup is paying at pickup: nothing moves outside before the shopper stands at
// the counter, so every step succeeds and its ledger account is the till.
type pickup struct{}

func (pickup) Authorise(_ context.Context, _ string, amount money.Amount, _ string) (Charge, error) {
	return Charge{State: ChargeAuthorised, Amount: amount}, nil
}

func (pickup) Capture(context.Context, string, int64) error        { return nil }
func (pickup) Reduce(context.Context, string, int64) error         { return nil }
func (pickup) Void(context.Context, string) error                  { return nil }
func (pickup) Refund(context.Context, string, string, int64) error { return nil }
func (pickup) Lookup(context.Context, string) (Charge, error)      { return Charge{}, nil }

// maxAsks bounds how often a provider that does not answer is asked in one call.
const maxAsks = 3

// ask authorises, and asks again under the same key while the provider does not answer. A
// charge that was asked for before is looked up first: its token may be gone.
func ask(ctx context.Context, provider Provider, p Payment, token string, first bool) (Charge, error) {
	var err error
	for range maxAsks {
		var charge Charge
		if !first {
			charge, err = provider.Lookup(ctx, p.OrderID)
		}
		if err == nil && charge.State == ChargeUnknown {
			charge, err = provider.Authorise(ctx, p.OrderID, money.New(p.Authorised, p.Currency), token)
		}
		if err == nil || fault.KindOf(err) == fault.Invalid {
			return charge, err
		}
		if fault.KindOf(err) != fault.Unknown {
			break
		}
		first, err = false, nil
	}
	return Charge{}, errUnavailable.Because(err)
}
