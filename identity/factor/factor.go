package factor

import (
	"slices"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/contact"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/identity/accounts"
)

// What shows who somebody is. A passkey is two factors by itself: what somebody has, and the finger or the
// code that opens it. The others are second to a password.
const (
	ByPassword = "password"
	byPasskey  = "passkey"
	byTotp     = "totp"
	byRecovery = "recovery_code"
)

const (
	// stepUpLife is how long it counts to have shown who one is.
	stepUpLife = 10 * time.Minute
	// pendingLife is how long a second factor is waited for.
	pendingLife = 5 * time.Minute
	// codeLimit is how many codes may be tried in a quarter of an hour. Whoever tries them has the password.
	codeLimit = 5
	// maxPasskeys and maxPasskeyName bound an account's passkeys.
	maxPasskeys    = 20
	maxPasskeyName = 60
)

var (
	errStepUp       = fault.New(fault.Denied, "step_up_required", "Please show once more that it is you.")
	errSecondFactor = fault.New(fault.Denied, "second_factor_required",
		"Your password alone is not enough here: please use your passkey, or a code.")
	errSignInExpired = fault.New(fault.Unauthenticated, "sign_in_expired",
		"This took too long. Please sign in once more.")
	errBadCode = fault.New(fault.Unauthenticated, "bad_code",
		"This code is wrong, or was used already. Please wait for the next one.")
	errBadRecovery = fault.New(fault.Unauthenticated, "bad_code",
		"This is none of your recovery codes, or it was used already.")
	errTooManyCodes = fault.New(fault.Exhausted, "too_many_codes",
		"There were too many wrong codes for this account. Please wait a quarter of an hour.")
	errFactorRequired = fault.New(fault.Conflict, "factor_required",
		"Your desk asks for a second factor, and this is the last one. Please add another first.")
)

// factors are an account's, from its column.
func factors(column string) []string { return strings.Fields(column) }

// proofs add up: what a session has shown it has shown.
func proofs(shown string, more ...string) string {
	all := slices.Sorted(slices.Values(append(strings.Fields(shown), more...)))
	return strings.Join(slices.Compact(all), " ")
}

// twoFactors reports whether what a session has shown is more than a password.
func twoFactors(shown string) bool {
	return slices.ContainsFunc(strings.Fields(shown), func(p string) bool { return p != ByPassword })
}

// steppedUpUntil is until when a session counts as just having shown who has it. A password counts for
// nothing where the account has more.
func steppedUpUntil(provedAt int64, shown, factors string) time.Time {
	if factors != "" && !twoFactors(shown) {
		return time.UnixMilli(0)
	}
	return time.UnixMilli(provedAt).Add(stepUpLife)
}

// deskRule is from when on a desk asks for a second factor, by its role; the zero time is never.
type deskRule map[string]time.Time

// defaultDesks holds where an operator has said nothing: in a shop that is no demo operators have two
// factors.
func defaultDesks(demo bool) deskRule {
	if demo {
		return deskRule{}
	}
	return deskRule{accounts.Operator: time.UnixMilli(1).UTC()}
}

// since is since when an account of these roles has to have a second factor; ok is false while it has not.
func (d deskRule) since(given []string, now time.Time) (since time.Time, ok bool) {
	for _, role := range given {
		if from := d[role]; !from.IsZero() && !from.After(now) && (!ok || from.Before(since)) {
			since, ok = from, true
		}
	}
	return since, ok
}

// passkeyName is what a passkey is called in its owner's list.
func passkeyName(typed string) (string, []fault.Field) {
	var check contact.Check
	name := check.Line("name", typed, maxPasskeyName)
	if name == "" {
		name = "Passkey"
	}
	return name, check.Fields
}
