package factor

import (
	"context"
	"fmt"

	"github.com/artisan-eats/artisan/audit"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/identity/accounts"
	"github.com/artisan-eats/artisan/identity/guard"
	"github.com/artisan-eats/artisan/sqldb"
)

// Enter starts the session of who has shown the password, or a pending sign-in where that is not enough. It
// fails with bad credentials when the account has meanwhile gone or has another password.
func (s *Service) Enter(
	ctx context.Context, tx *sqldb.Tx, account identitydb.Account, at accounts.ClientInfo,
) (accounts.Session, error) {
	if account.Factors == "" {
		return s.accounts.StartSession(ctx, tx, account, ByPassword, at)
	}
	token, err := s.accounts.NewToken()
	if err != nil {
		return accounts.Session{}, err
	}
	hash, _ := accounts.HashToken(token)
	n, err := identitydb.New(tx).InsertPending(ctx, identitydb.InsertPendingParams{
		TokenHash: hash, AccountID: account.ID, PasswordHash: account.PasswordHash,
		ExpiresAt: s.host.Now().Add(pendingLife).UnixMilli(),
	})
	if err == nil && n == 0 {
		err = guard.ErrBadCredentials
	}
	return accounts.Session{Pending: token, Factors: factors(account.Factors)}, err
}

// pendingOf answers the hash of a pending sign-in's token, and whose it is.
func (s *Service) pendingOf(ctx context.Context, token string) (string, identitydb.Account, error) {
	hash, ok := accounts.HashToken(token)
	if !ok {
		return "", identitydb.Account{}, errSignInExpired
	}
	row, err := identitydb.New(s.db.Read()).Pending(ctx,
		identitydb.PendingParams{TokenHash: hash, Now: s.host.Now().UnixMilli()})
	if sqldb.IsNone(err) {
		return "", identitydb.Account{}, errSignInExpired
	}
	if err != nil {
		return "", identitydb.Account{}, fmt.Errorf("read a pending sign-in: %w", sqldb.Classify(err))
	}
	return hash, row.Account, nil
}

// PassFactor ends a pending sign-in, once. A wrong code leaves it as it is, until there were too many.
func (s *Service) PassFactor(
	ctx context.Context, r *identityv1.PassFactorRequest,
) (*identityv1.PassFactorResponse, error) {
	hash, row, err := s.pendingOf(ctx, r.GetPendingToken())
	if err != nil {
		return nil, err
	}
	if r.GetProof().GetPassword() != "" {
		return nil, errSecondFactor
	}
	var made accounts.Session
	given, err := s.readProof(ctx, row, r.GetProof(), forSecondFactor, hash)
	if err == nil {
		made, err = s.passFactor(ctx, row, hash, given, accounts.ClientInfoOf(ctx, r.GetDevice()))
	}
	if err != nil {
		return nil, s.refused(ctx, "sign_in", row.ID, err)
	}
	account, err := accounts.FromRow(row)
	if err != nil {
		return nil, err
	}
	answer := &identityv1.PassFactorResponse{
		Account: account.Proto(), SessionToken: made.Token,
		ExpiresAt: made.Expires.UnixMilli(),
	}
	answer.DeviceToken, err = s.accounts.DeviceToken(made, account.ID)
	return answer, err
}

func (s *Service) passFactor(
	ctx context.Context, account identitydb.Account, pending string, given proof, at accounts.ClientInfo,
) (made accounts.Session, err error) {
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		n, err := identitydb.New(tx).UsePending(ctx, pending)
		if err != nil {
			return err
		}
		if n == 0 {
			return errSignInExpired
		}
		if err := s.useProof(ctx, tx, account, given); err != nil {
			return err
		}
		if made, err = s.accounts.StartSession(ctx, tx, account, proofs(ByPassword, given.by),
			at); err != nil {
			return err
		}
		return s.host.Audit(ctx, tx, audit.Entry{
			Action: "sign_in", Subject: account.ID, Outcome: audit.Done,
			Detail: map[string]string{"by": proofs(ByPassword, given.by)},
		})
	})
	return made, err
}
