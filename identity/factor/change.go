package factor

import (
	"context"
	"fmt"

	"github.com/artisan-eats/artisan/audit"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/identity/accounts"
	"github.com/artisan-eats/artisan/sqldb"
)

// ListFactors is for the account's own page.
func (s *Service) ListFactors(
	ctx context.Context, r *identityv1.ListFactorsRequest,
) (*identityv1.ListFactorsResponse, error) {
	h, err := s.Holder(ctx, r.GetSessionToken())
	if err != nil {
		return nil, err
	}
	q := identitydb.New(s.db.Read())
	rows, err := q.PasskeysOf(ctx, h.Account.ID)
	if err != nil {
		return nil, fmt.Errorf("list passkeys: %w", sqldb.Classify(err))
	}
	response := &identityv1.ListFactorsResponse{}
	for _, row := range rows {
		response.Passkeys = append(response.Passkeys,
			&identityv1.Passkey{Id: row.ID, Name: row.Name, CreatedAt: row.CreatedAt, UsedAt: row.UsedAt})
	}
	totp, err := q.Totp(ctx, h.Account.ID)
	if err != nil && !sqldb.IsNone(err) {
		return nil, fmt.Errorf("read an authenticator app: %w", sqldb.Classify(err))
	}
	response.TotpSince = totp.ConfirmedAt
	left, err := q.CountRecoveryCodes(ctx, h.Account.ID)
	if err != nil {
		return nil, fmt.Errorf("count recovery codes: %w", sqldb.Classify(err))
	}
	response.RecoveryCodes = int32(left)
	return response, nil
}

// factorsOf is what an account's column has to say, after a change.
func factorsOf(ctx context.Context, q *identitydb.Queries, account string) (string, error) {
	var all string
	n, err := q.CountPasskeys(ctx, account)
	if err != nil {
		return "", err
	}
	if n > 0 {
		all = proofs(all, byPasskey)
	}
	totp, err := q.Totp(ctx, account)
	if err != nil && !sqldb.IsNone(err) {
		return "", err
	}
	if totp.ConfirmedAt > 0 {
		all = proofs(all, byTotp)
	}
	return all, q.SetFactors(ctx, identitydb.SetFactorsParams{ID: account, Factors: all})
}

// factorAdded ends the adding of a factor, which its session has shown with that. The first of an account's
// brings its recovery codes.
func (s *Service) factorAdded(
	ctx context.Context, tx *sqldb.Tx, h Holder, by string, what accounts.Notice,
) (codes []string, err error) {
	q := identitydb.New(tx)
	if _, err := factorsOf(ctx, q, h.Account.ID); err != nil {
		return nil, err
	}
	if h.Account.Factors == "" {
		if codes, err = s.makeRecoveryCodes(ctx, q, h.Account.ID); err != nil {
			return nil, err
		}
	}
	if err := s.prove(ctx, q, h, by); err != nil {
		return nil, err
	}
	if err := s.guard.Forget(ctx, q, by+" "+h.Account.ID); err != nil {
		return nil, err
	}
	if err := s.accounts.Notices.Put(ctx, tx, h.Account.ID, what); err != nil {
		return nil, err
	}
	return codes,
		s.host.Audit(ctx, tx, audit.Entry{Action: string(what), Subject: h.Account.ID, Outcome: audit.Done})
}

// removeFactor removes one of a holder's factors. Without another one the recovery codes go as well, which is
// refused where a desk asks for one.
func (s *Service) removeFactor(
	ctx context.Context, token string, what accounts.Notice,
	remove func(context.Context, *identitydb.Queries, string) (int64, error),
) error {
	h, err := s.Fresh(ctx, token)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		q := identitydb.New(tx)
		row, err := q.LockAccountByID(ctx, h.Account.ID)
		if err != nil {
			return err
		}
		n, err := remove(ctx, q, h.Account.ID)
		if err != nil {
			return err
		}
		if n == 0 {
			return errNoFactor
		}
		if err := s.withoutFactor(ctx, q, row); err != nil {
			return err
		}
		if err := s.accounts.Notices.Put(ctx, tx, h.Account.ID, what); err != nil {
			return err
		}
		return s.host.Audit(ctx, tx,
			audit.Entry{Action: string(what), Subject: h.Account.ID, Outcome: audit.Done})
	})
}

func (s *Service) withoutFactor(ctx context.Context, q *identitydb.Queries, row identitydb.Account) error {
	left, err := factorsOf(ctx, q, row.ID)
	if err != nil || left != "" {
		return err
	}
	account, err := accounts.FromRow(row)
	if err != nil {
		return err
	}
	since, err := s.requiredSince(ctx, q, account)
	if err != nil {
		return err
	}
	if !since.IsZero() {
		return errFactorRequired
	}
	return q.DeleteRecoveryCodesOf(ctx, row.ID)
}
