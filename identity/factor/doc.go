// Package factor has what an account shows beside its password, or instead of it: passkeys (passkey.go,
// challenge.go, assertion.go), an authenticator app (authenticator.go, totp.go), and the recovery codes for
// the day that these are lost (recovery.go). With a factor a password opens a pending sign-in only, which the
// factor ends (pending.go). A session that has just shown who has it is fresh for ten minutes (stepup.go).
// From when on a desk asks for a second factor is decided here (desk.go).
//
// It owns the tables passkeys, challenges, totps, recovery_codes, pending_sign_ins and desk_factors, and
// keeps in an account's row which kinds it has. It counts codes that are tried, tells the account of each
// change by letter, and leaves no desk without the factor that it asks for. What a password opens by itself,
// and how the password is changed, is for others.
package factor
