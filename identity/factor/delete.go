package factor

import (
	"context"
	"errors"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/identity/accounts"
	"github.com/artisan-eats/artisan/sqldb"
)

// Reset takes all of an account's factors away and ends what they have opened.
func (s *Service) Reset(ctx context.Context, tx *sqldb.Tx, account string) error {
	if err := s.accounts.EndSessions(ctx, tx, account); err != nil {
		return err
	}
	if _, err := s.Delete(ctx, identitydb.New(tx), account); err != nil {
		return err
	}
	if err := s.accounts.Notices.Put(ctx, tx, account, accounts.FactorsReset); err != nil {
		return err
	}
	return s.host.Audit(ctx, tx,
		audit.Entry{Action: string(accounts.FactorsReset), Subject: account, Outcome: audit.Done})
}

// Delete deletes all of an account's factors, and answers what its row has of them from then on: nothing.
func (s *Service) Delete(ctx context.Context, q *identitydb.Queries, account string) (string, error) {
	if err := errors.Join(q.DeletePasskeysOf(ctx, account), q.DeleteTotpOf(ctx, account),
		q.DeleteRecoveryCodesOf(ctx, account)); err != nil {
		return "", err
	}
	return factorsOf(ctx, q, account)
}

// DeleteSince deletes the factors that an account was given from a time on, in Unix milliseconds.
func (s *Service) DeleteSince(ctx context.Context, q *identitydb.Queries, account string, since int64) error {
	err := errors.Join(
		q.DeletePasskeysSince(ctx, identitydb.DeletePasskeysSinceParams{AccountID: account, Since: since}),
		q.DeleteTotpSince(ctx, identitydb.DeleteTotpSinceParams{AccountID: account, Since: since}),
		q.DeleteRecoveryCodesSince(ctx, identitydb.DeleteRecoveryCodesSinceParams{
			AccountID: account,
			Since:     since,
		}),
	)
	if err != nil {
		return err
	}
	_, err = factorsOf(ctx, q, account)
	return err
}
