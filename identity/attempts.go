package identity

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

var (
	errTooMany = fault.New(fault.Exhausted, "too_many_attempts",
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

// attempt is a try to sign in.
type attempt struct {
	// client is whose share it uses.
	client   string
	account  string
	counters []counter
	// pair and spray name what one client does: at this account, and at too many.
	pair, network, spray string
	tries                int64 // with this one, of the first counter
}

// attemptAt is a try at an e-mail address, by the device or the client that the context names. The address's
// account may be none.
func (s *service) attemptAt(ctx context.Context, email string, of identitydb.Account, token string) *attempt {
	account := of.ID
	if known := s.deviceOf(of, token); known != "" {
		subject := s.vault.Subject("device " + known + " " + email)
		return &attempt{
			client: "account " + account, account: account, pair: subject,
			counters: []counter{{subject, attemptLimit, attemptWindow, errTooMany, ""}},
		}
	}
	client := clientOf(ctx)
	a := &attempt{
		client: client, account: account, pair: s.vault.Subject("pair " + client + " " + email),
		network: s.vault.Subject("client " + client),
	}
	a.counters = []counter{
		{a.network, clientLimit, longWindow, errSpray, ""},
		{s.vault.Subject("account " + email), accountLimit, longWindow, errByMail, ""},
		{a.pair, attemptLimit, attemptWindow, errTooMany, a.network},
	}
	a.spray = s.vault.Subject("spray " + client)
	return a
}

// begin counts a try before its password is looked at, so that tries at the same time count as well. A
// refused try is only read, and does not lengthen the wait.
func (s *service) begin(ctx context.Context, a *attempt) error {
	if err := s.locked(ctx, a); err != nil {
		return err
	}
	err := s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error { return s.countAll(ctx, tx, a) })
	if err != nil || a.spray == "" {
		return wrapped("count an attempt", err)
	}
	return s.watchSpray(ctx, a)
}

func wrapped(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// locked fails where the limit of a counter is reached.
func (s *service) locked(ctx context.Context, a *attempt) error {
	var subjects [4]string
	for i, c := range a.counters {
		subjects[i] = c.subject
	}
	subjects[3] = a.spray
	rows, err := identitydb.New(s.db.Read()).Attempts(ctx, identitydb.AttemptsParams{
		Subject:   subjects[0],
		Subject_2: subjects[1], Subject_3: subjects[2], Subject_4: subjects[3],
	})
	if err != nil {
		return fmt.Errorf("read attempts: %w", sqldb.Classify(err))
	}
	now := s.host.Now()
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
func (s *service) countAll(ctx context.Context, tx *sqldb.Tx, a *attempt) (err error) {
	now := s.host.Now()
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
func (s *service) watchSpray(ctx context.Context, a *attempt) error {
	now := s.host.Now()
	tried, err := identitydb.New(s.db.Read()).AccountsTried(ctx,
		identitydb.AccountsTriedParams{Client: a.network, Since: now.Add(-longWindow).UnixMilli()})
	if err != nil {
		return fmt.Errorf("read attempts: %w", sqldb.Classify(err))
	}
	if tried <= sprayLimit {
		return nil
	}
	var times int64
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) (err error) {
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
		s.host.AuditNow(ctx, audit.Entry{
			Action: "sign_in.spray", Outcome: audit.Refused,
			Detail: map[string]string{"accounts": strconv.FormatInt(tried, 10)},
		})
	}
	return errSpray
}

// succeed takes a try back from the counters: it was no guess.
func (s *service) succeed(ctx context.Context, q *identitydb.Queries, a *attempt) error {
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

// countAttempt counts a try of something else, with a limit of its own in attemptWindow.
func (s *service) countAttempt(ctx context.Context, subject string, limit int64) error {
	return s.begin(ctx, &attempt{counters: []counter{{subject, limit, attemptWindow, errTooMany, ""}}})
}

// ownAttempt is a try at the password of an account by who is signed in to it. Strangers cannot use it up.
func (s *service) ownAttempt(account string) *attempt {
	subject := s.vault.Subject("owner " + account)
	return &attempt{
		client: "account " + account, account: account, pair: subject,
		counters: []counter{{subject, attemptLimit, attemptWindow, errTooMany, ""}},
	}
}
