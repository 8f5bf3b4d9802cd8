package guard

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/sqldb"
)

const (
	// attemptLimit is how many passwords of an account one client, or a device that the account knows, may
	// try in attemptWindow.
	attemptLimit  = 10
	attemptWindow = 15 * time.Minute
	// accountLimit is how many passwords of an account all clients may try in longWindow. Beyond it the
	// account opens to devices that it knows, and by mail.
	accountLimit = 100
	// clientLimit is how many passwords one client may try in vain in longWindow, and sprayLimit at how many
	// accounts.
	clientLimit = 100
	sprayLimit  = 20
	longWindow  = time.Hour
)

// Why a password is not looked at, or not taken.
var (
	ErrBadCredentials = fault.New(fault.Unauthenticated, "bad_credentials",
		"The e-mail address or the password is wrong.")
	ErrTooMany = fault.New(fault.Exhausted, "too_many_attempts",
		"There were too many tries for this account. Please wait a quarter of an hour.")
	errSpray = fault.New(fault.Exhausted, "too_many_attempts",
		"There were too many tries from your network. Please wait an hour, or have a link mailed to set a new password.")
	errByMail = fault.New(fault.Exhausted, "sign_in_by_mail",
		"Somebody tries many passwords for this account. Where you have signed in before you still can; here, please have a link mailed to set a new password.")
)

// tooManyAttempts reports whether something may not be tried again, after so many
// tries of a limit in the window that began at since.
func tooManyAttempts(attempts, limit int64, since, now time.Time, window time.Duration) bool {
	return attempts >= limit && now.Before(since.Add(window))
}

// counter counts tries by what they have in common.
type counter struct {
	subject string
	limit   int64
	window  time.Duration
	refusal error
	// client is set where the tries are one client's at one account.
	client string
}

// Try is a try to sign in.
type Try struct {
	// client is whose share it uses.
	client string
	// Account is whose password is tried; empty where the address is nobody's.
	Account  string
	counters []counter
	// pair and spray name what one client does: at this account, and at too many.
	pair, network, spray string
	tries                int64 // with this one, of the first counter
}

// At is a try at an e-mail address, by the device or the client that the context names. The address's
// account may be none.
func (g *Guard) At(ctx context.Context, email string, of identitydb.Account, token string) *Try {
	account := of.ID
	if known := g.deviceOf(of, token); known != "" {
		subject := g.vault.Subject("device " + known + " " + email)
		return &Try{
			client: "account " + account, Account: account, pair: subject,
			counters: []counter{{subject, attemptLimit, attemptWindow, ErrTooMany, ""}},
		}
	}
	client := Client(ctx)
	a := &Try{
		client: client, Account: account, pair: g.vault.Subject("pair " + client + " " + email),
		network: g.vault.Subject("client " + client),
	}
	a.counters = []counter{
		{a.network, clientLimit, longWindow, errSpray, ""},
		{g.vault.Subject("account " + email), accountLimit, longWindow, errByMail, ""},
		{a.pair, attemptLimit, attemptWindow, ErrTooMany, a.network},
	}
	a.spray = g.vault.Subject("spray " + client)
	return a
}

// Compare fails with ErrBadCredentials when a password is not the hash's. The try counts from its beginning.
func (g *Guard) Compare(ctx context.Context, try *Try, password, hash string) error {
	if err := g.begin(ctx, try); err != nil {
		return err
	}
	ok, err := g.hasher.matches(ctx, try.client, password, hash)
	if err == nil && !ok {
		err = ErrBadCredentials
	}
	return err
}

// begin counts a try before its password is looked at, so that tries at the same time count as well. A
// refused try is only read, and does not lengthen the wait.
func (g *Guard) begin(ctx context.Context, a *Try) error {
	if err := g.locked(ctx, a); err != nil {
		return err
	}
	err := g.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error { return g.countAll(ctx, tx, a) })
	if err != nil || a.spray == "" {
		return wrapped("count an attempt", err)
	}
	return g.watchSpray(ctx, a)
}

func wrapped(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// locked fails where the limit of a counter is reached.
func (g *Guard) locked(ctx context.Context, a *Try) error {
	var subjects [4]string
	for i, c := range a.counters {
		subjects[i] = c.subject
	}
	subjects[3] = a.spray
	rows, err := identitydb.New(g.db.Read()).Attempts(ctx, identitydb.AttemptsParams{
		Subject:   subjects[0],
		Subject_2: subjects[1], Subject_3: subjects[2], Subject_4: subjects[3],
	})
	if err != nil {
		return fmt.Errorf("read attempts: %w", sqldb.Classify(err))
	}
	now := g.host.Now()
	for _, row := range rows {
		since := time.UnixMilli(row.Since)
		if row.Subject == a.spray && tooManyAttempts(1, 1, since, now, longWindow) {
			return errSpray
		}
		for _, c := range a.counters {
			if c.subject == row.Subject && tooManyAttempts(row.Tries, c.limit, since, now, c.window) {
				return c.refusal
			}
		}
	}
	return nil
}

// countAll counts a try everywhere, or nowhere where one counter refuses it. All lock in the same order: the
// client, the account, both.
func (g *Guard) countAll(ctx context.Context, tx *sqldb.Tx, a *Try) (err error) {
	now := g.host.Now()
	for _, c := range a.counters {
		a.tries, err = identitydb.New(tx).CountAttempt(ctx, identitydb.CountAttemptParams{
			Subject: c.subject, Now: now.UnixMilli(), Over: now.Add(-c.window).UnixMilli(), Client: c.client,
		})
		if err != nil {
			return err
		}
		if a.tries > c.limit {
			return c.refusal
		}
	}
	return nil
}

// watchSpray refuses a client that has tried at too many accounts, for an hour, and tells the security log of
// it once.
func (g *Guard) watchSpray(ctx context.Context, a *Try) error {
	now := g.host.Now()
	tried, err := identitydb.New(g.db.Read()).AccountsTried(ctx,
		identitydb.AccountsTriedParams{Client: a.network, Since: now.Add(-longWindow).UnixMilli()})
	if err != nil {
		return fmt.Errorf("read attempts: %w", sqldb.Classify(err))
	}
	if tried <= sprayLimit {
		return nil
	}
	var times int64
	err = g.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) (err error) {
		times, err = identitydb.New(tx).CountAttempt(ctx,
			identitydb.CountAttemptParams{
				Subject: a.spray, Now: now.UnixMilli(),
				Over: now.Add(-longWindow).UnixMilli(),
			})
		return err
	})
	if err != nil {
		return fmt.Errorf("refuse a client: %w", err)
	}
	if times == 1 {
		g.host.AuditNow(ctx, audit.Entry{
			Action: "sign_in.spray", Outcome: audit.Refused,
			Detail: map[string]string{"accounts": strconv.FormatInt(tried, 10)},
		})
	}
	return errSpray
}

// Succeed takes a try back from the counters: it was no guess.
func (g *Guard) Succeed(ctx context.Context, q *identitydb.Queries, a *Try) error {
	for _, c := range a.counters {
		var err error
		if c.subject == a.pair {
			err = q.ForgetAttempts(ctx, c.subject)
		} else {
			err = q.TakeBackAttempt(ctx, c.subject)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Count counts a try of something else by its name, with a limit of its own in a quarter of an hour. Beyond
// it fails with ErrTooMany.
func (g *Guard) Count(ctx context.Context, what string, limit int64) error {
	c := counter{g.vault.Subject(what), limit, attemptWindow, ErrTooMany, ""}
	return g.begin(ctx, &Try{counters: []counter{c}})
}

// Own is a try at the password of an account by who is signed in to it. Strangers cannot use it up.
func (g *Guard) Own(account string) *Try {
	subject := g.vault.Subject("owner " + account)
	return &Try{
		client: "account " + account, Account: account, pair: subject,
		counters: []counter{{subject, attemptLimit, attemptWindow, ErrTooMany, ""}},
	}
}

// Forget forgets how often something was tried that Count has counted.
func (g *Guard) Forget(ctx context.Context, q *identitydb.Queries, what string) error {
	return q.ForgetAttempts(ctx, g.vault.Subject(what))
}

// ForgetAccount forgets the tries at an account's password, and leaves the client its own.
func (g *Guard) ForgetAccount(ctx context.Context, q *identitydb.Queries, of identitydb.Account) error {
	for _, c := range g.At(ctx, of.Email, of, "").counters[1:] {
		if err := q.ForgetAttempts(ctx, c.subject); err != nil {
			return err
		}
	}
	return nil
}

// Sweep deletes what was counted and counts no more.
func (g *Guard) Sweep(ctx context.Context, q *identitydb.Queries) error {
	return q.DeleteOldAttempts(ctx, g.host.Now().Add(-longWindow).UnixMilli())
}
