package guard

import (
	"context"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/mailbox"
)

const (
	// mailPairLimit is how many letters about one thing a client has sent to an address in attemptWindow;
	// mailAddressLimit and mailClientLimit are how many all clients have sent to it, and one client to
	// anybody, in longWindow.
	mailPairLimit    = 3
	mailAddressLimit = 10
	mailClientLimit  = 30
)

var errManyLetters = fault.New(fault.Exhausted, "too_many_attempts",
	"There were too many letters of this kind. Please look into your mail, or wait a while.")

// CountMail counts a letter that somebody has sent to an address, whether or not one is sent in the end. All
// addresses of a mailbox are one.
func (g *Guard) CountMail(ctx context.Context, what, email string) error {
	client := Client(ctx)
	email = mailbox.Of(email)
	try := &Try{counters: []counter{
		{g.vault.Subject("letters of " + client), mailClientLimit, longWindow, errManyLetters, ""},
		{g.vault.Subject("letters " + what + " " + email), mailAddressLimit, longWindow, errManyLetters, ""},
		{
			g.vault.Subject("letters " + what + " " + email + " of " + client), mailPairLimit, attemptWindow,
			errManyLetters, "",
		},
	}}
	return g.begin(ctx, try)
}

// CountReset counts a wish apart from passwords, for who has tried too many of them needs this. A device that
// the account knows has a counter of its own, which strangers do not use up.
func (g *Guard) CountReset(
	ctx context.Context, email string, of identitydb.Account, device string,
) (known bool, err error) {
	number := g.deviceOf(of, device)
	if number == "" {
		return false, g.CountMail(ctx, "reset", email)
	}
	subject := g.vault.Subject("letters reset of device " + number + " " + email)
	return true,
		g.begin(ctx,
			&Try{counters: []counter{{subject, mailPairLimit, attemptWindow, errManyLetters, ""}}})
}
