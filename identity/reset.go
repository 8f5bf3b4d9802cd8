package identity

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/identity/accounts"
	"github.com/artisan-eats/artisan/identity/guard"
	"github.com/artisan-eats/artisan/locale"
	"github.com/artisan-eats/artisan/mailbox"
	"github.com/artisan-eats/artisan/sqldb"
)

const (
	// resetLife is how long a link to set a new password is good for, and how long it is tried to mail one.
	resetLife = time.Hour
	// mailBatch is how many links are mailed at a time.
	mailBatch = 50
)

var errResetExpired = fault.New(fault.NotFound, "reset_expired",
	"This link is no longer good: it works once, for an hour. Please ask for a new one.")

// RequestReset writes the wish down, for an e-mail address without an account as for one with. A job does the
// rest, so neither the answer nor its time tells which it was.
func (s *service) RequestReset(
	ctx context.Context, r *identityv1.RequestResetRequest,
) (*identityv1.RequestResetResponse, error) {
	var check fault.Check
	email, ok := mailbox.Normal(r.GetEmail())
	check.Require(ok, "email", "Enter an e-mail address, like name@example.org.")
	if err := check.Err(); err != nil {
		return nil, err
	}
	of, err := s.accounts.ByEmail(ctx, email)
	if err != nil {
		return nil, err
	}
	known, err := s.guard.CountReset(ctx, email, of, r.GetDevice().GetToken())
	if err != nil {
		return nil, err
	}
	if err := s.requestReset(ctx, email, known); err != nil {
		return nil, err
	}
	return &identityv1.RequestResetResponse{}, nil
}

func (s *service) requestReset(ctx context.Context, email string, known bool) error {
	err := s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		tx.AfterCommit(s.mailing.Wake)
		return identitydb.New(tx).RequestReset(ctx, identitydb.RequestResetParams{
			Subject: s.vault.Subject(email), Email: email, Now: s.host.Now().UnixMilli(),
			Locale: locale.Tag(ctx), Known: sqldb.Flag(known),
		})
	})
	if err != nil {
		return fmt.Errorf("request a new password: %w", err)
	}
	return nil
}

// mailResets mails the links that are due.
func (s *service) mailResets(ctx context.Context) error {
	for ctx.Err() == nil {
		due, err := s.claimResets(ctx)
		if err != nil || len(due) == 0 {
			return err
		}
		accounts.Each(ctx, s.host.Now, due, s.mailReset, func(reset identitydb.ClaimResetsRow, err error) {
			s.host.Log().WarnContext(ctx, "a link to set a password was not mailed", "account",
				reset.AccountID.String, "error", err)
		})
	}
	return nil
}

func (s *service) claimResets(ctx context.Context) (due []identitydb.ClaimResetsRow, err error) {
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		now := s.host.Now()
		due, err = identitydb.New(tx).ClaimResets(ctx, identitydb.ClaimResetsParams{
			Now: now.UnixMilli(), Until: now.Add(accounts.MailPause).UnixMilli(), Most: mailBatch,
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("claim links to mail: %w", err)
	}
	return due, nil
}

// mailReset makes a link and mails it. Only the hash of its token is stored here, so another try makes
// another link.
func (s *service) mailReset(ctx context.Context, reset identitydb.ClaimResetsRow) error {
	if !reset.AccountID.Valid || reset.RequestedAt <= s.host.Now().Add(-resetLife).UnixMilli() {
		return s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
			return identitydb.New(tx).DropReset(ctx,
				identitydb.DropResetParams{Subject: reset.Subject, RequestedAt: reset.RequestedAt})
		})
	}
	token, err := s.accounts.NewToken()
	if err != nil {
		return err
	}
	hash, _ := accounts.HashToken(token)
	to, err := s.setResetToken(ctx, reset, hash)
	if err != nil || to.ID == "" {
		return err
	}
	ctx = locale.WithTag(ctx, reset.Locale)
	l := locale.From(ctx)
	cause := ""
	if reset.Known > 0 {
		cause = "reset_known" // so that notify counts it apart
	}
	_, err = s.notify.Send(ctx, &notifyv1.SendRequest{
		Cause: cause, Key: "reset:" + hash, To: to.Email, Subject: l.Text("Set a new password"),
		Text: resetLetter(l, s.host.Config().BaseURL, token), Secret: true, Verified: to.VerifiedAt > 0,
	})
	if err != nil {
		return fmt.Errorf("mail a link: %w", err)
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		return identitydb.New(tx).ResetMailed(ctx, someText(hash))
	})
}

// setResetToken answers whom to write to: nobody when the wish was renewed or the account has gone meanwhile.
func (s *service) setResetToken(
	ctx context.Context, reset identitydb.ClaimResetsRow, hash string,
) (to identitydb.Account, err error) {
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		q, expires := identitydb.New(tx), s.host.Now().Add(resetLife).UnixMilli()
		n, err := q.SetResetToken(ctx, identitydb.SetResetTokenParams{
			Subject:     reset.Subject,
			RequestedAt: reset.RequestedAt, TokenHash: someText(hash), ExpiresAt: expires,
		})
		if err != nil || n == 0 {
			return err
		}
		if err := q.InsertResetLink(ctx,
			identitydb.InsertResetLinkParams{
				TokenHash: hash, Subject: reset.Subject,
				ExpiresAt: expires,
			}); err != nil {
			return err
		}
		to, err = q.AccountByID(ctx, reset.AccountID.String)
		return err
	})
	return to, err
}

// resetLetter has no name in it: whoever signed up with the address, perhaps not its owner, chose that.
func resetLetter(l *locale.Locale, base, token string) string {
	return accounts.Greeting(l) +
		l.Text("it happens to all of us. Here you can set a new password, within the next hour:") + "\n\n" +
		strings.TrimSuffix(base, "/") + "/reset-password?token=" + token + "\n\n" +
		l.Text("If you did not ask for this, you need not do anything: your password stays as it is.") +
		accounts.Farewell(l)
}

// ResetPassword sets a password by a link's token, ends all sessions and signs in, as far as the password
// goes: it takes no second factor away, but from an account whose address was never verified, which may have
// been planted there. The address is verified by that. A password that cannot be used leaves the link good.
func (s *service) ResetPassword(
	ctx context.Context, r *identityv1.ResetPasswordRequest,
) (*identityv1.ResetPasswordResponse, error) {
	token, ok := accounts.HashToken(r.GetToken())
	if !ok {
		return nil, errResetExpired
	}
	stored, err := s.accountOfReset(ctx, token)
	if err != nil {
		return nil, err
	}
	if err := fault.InvalidFields(guard.CheckPassword(r.GetPassword(), stored.Email)...); err != nil {
		return nil, err
	}
	account, err := accounts.FromRow(stored)
	if err != nil {
		return nil, err
	}
	hash, err := s.guard.Hash(ctx, guard.Client(ctx), r.GetPassword())
	if err != nil {
		return nil, err
	}
	made, err := s.useReset(ctx, stored, token, hash, accounts.ClientInfoOf(ctx, r.GetDevice()))
	if err != nil {
		return nil, fmt.Errorf("set a new password: %w", err)
	}
	account.VerifiedAt = s.host.Now()
	answer := &identityv1.ResetPasswordResponse{
		Account: made.Account(account), SessionToken: made.Token,
		ExpiresAt: made.Ends(), PendingToken: made.Pending, Factors: made.Factors,
	}
	answer.DeviceToken, err = s.accounts.DeviceToken(made, account.ID)
	return answer, err
}

func (s *service) accountOfReset(ctx context.Context, token string) (row identitydb.Account, err error) {
	q := identitydb.New(s.db.Read())
	subject, err := q.ResetOfLink(ctx,
		identitydb.ResetOfLinkParams{TokenHash: token, Now: s.host.Now().UnixMilli()})
	if err == nil {
		row, err = q.AccountOfReset(ctx, subject)
	}
	if sqldb.IsNone(err) {
		return row, errResetExpired
	}
	if err != nil {
		return row, fmt.Errorf("read a link: %w", sqldb.Classify(err))
	}
	return row, nil
}

// useLinkOfReset uses up the wish that a link is of, and with it all links of that.
func (s *service) useLinkOfReset(ctx context.Context, q *identitydb.Queries, token string) error {
	subject, err := q.ResetOfLink(ctx,
		identitydb.ResetOfLinkParams{TokenHash: token, Now: s.host.Now().UnixMilli()})
	if sqldb.IsNone(err) {
		return errResetExpired
	}
	if err != nil {
		return err
	}
	n, err := q.UseReset(ctx, subject)
	if err == nil && n == 0 {
		err = errResetExpired
	}
	return err
}

func (s *service) useReset(
	ctx context.Context, row identitydb.Account, token, hash string, at accounts.ClientInfo,
) (made accounts.Session, err error) {
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		q := identitydb.New(tx)
		var err error
		if row, err = q.LockAccountByID(ctx, row.ID); sqldb.IsNone(err) {
			return errResetExpired
		} else if err != nil {
			return err
		}
		if err := s.useLinkOfReset(ctx, q, token); err != nil {
			return err
		}
		if err := s.accounts.EndSessions(ctx, tx, row.ID); err != nil {
			return err
		}
		if err := q.SetPassword(ctx,
			identitydb.SetPasswordParams{ID: row.ID, PasswordHash: hash}); err != nil {
			return err
		}
		if err := q.VerifyAccount(ctx,
			identitydb.VerifyAccountParams{ID: row.ID, VerifiedAt: s.host.Now().UnixMilli()}); err != nil {
			return err
		}
		if err := s.guard.ForgetAccount(ctx, q, row); err != nil {
			return err
		}
		// what somebody else may have asked for
		if err := q.DeleteLinksOf(ctx, someText(row.ID)); err != nil {
			return err
		}
		if row.VerifiedAt == 0 && row.Factors != "" {
			if row.Factors, err = s.factors.Delete(ctx, q, row.ID); err != nil {
				return err
			}
		}
		row.PasswordHash = hash
		if made, err = s.factors.Enter(ctx, tx, row, at); err != nil {
			return err
		}
		return s.host.Audit(ctx, tx,
			audit.Entry{Action: "password.reset", Subject: row.ID, Outcome: audit.Done})
	})
	return made, err
}

func someText(text string) sql.NullString { return sql.NullString{String: text, Valid: true} }
