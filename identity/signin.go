package identity

import (
	"context"
	"fmt"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/identity/accounts"
	"github.com/artisan-eats/artisan/identity/factor"
	"github.com/artisan-eats/artisan/identity/guard"
	"github.com/artisan-eats/artisan/mailbox"
	"github.com/artisan-eats/artisan/sqldb"
)

// SignIn takes as long, and answers the same, for an e-mail address without an account as
// for a wrong password.
func (s *service) SignIn(
	ctx context.Context, r *identityv1.SignInRequest,
) (*identityv1.SignInResponse, error) {
	email, ok := mailbox.Normal(r.GetEmail())
	if !ok || len(r.GetPassword()) > 4*guard.MaxPassword {
		return nil, guard.ErrBadCredentials
	}
	stored, err := s.accounts.ByEmail(ctx, email)
	if err != nil {
		return nil, err
	}
	try := s.guard.At(ctx, email, stored, r.GetDevice().GetToken())
	if err := s.guard.Compare(ctx, try, r.GetPassword(), stored.PasswordHash); err != nil {
		return nil, s.notSignedIn(ctx, try, err)
	}
	account, err := accounts.FromRow(stored)
	if err != nil {
		return nil, err
	}
	made, err := s.signIn(ctx, stored, try, accounts.ClientInfoOf(ctx, r.GetDevice()))
	if err != nil {
		return nil, err
	}
	answer := &identityv1.SignInResponse{
		Account: made.Account(account), SessionToken: made.Token,
		ExpiresAt: made.Ends(), PendingToken: made.Pending, Factors: made.Factors,
	}
	answer.DeviceToken, err = s.accounts.DeviceToken(made, account.ID)
	return answer, err
}

// notSignedIn tells the security log of what was refused, and answers it.
func (s *service) notSignedIn(ctx context.Context, try *guard.Try, why error) error {
	f := fault.Of(why)
	if f.Kind == fault.Unauthenticated || f.Kind == fault.Exhausted {
		s.host.AuditNow(ctx, audit.Entry{
			Action: "sign_in", Subject: try.Account, Outcome: audit.Refused,
			Detail: map[string]string{"code": f.Code},
		})
	}
	return why
}

// signIn starts the session of who has shown the password, or waits for the second factor, which is logged
// with that.
func (s *service) signIn(
	ctx context.Context, account identitydb.Account, try *guard.Try, at accounts.ClientInfo,
) (accounts.Session, error) {
	var made accounts.Session
	err := s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) (err error) {
		if err := s.guard.Succeed(ctx, identitydb.New(tx), try); err != nil {
			return err
		}
		if made, err = s.factors.Enter(ctx, tx, account, at); err != nil || made.Token == "" {
			return err
		}
		return s.host.Audit(ctx, tx, audit.Entry{
			Action: "sign_in", Subject: account.ID, Outcome: audit.Done,
			Detail: map[string]string{"by": factor.ByPassword},
		})
	})
	if err != nil {
		return accounts.Session{}, fmt.Errorf("sign in: %w", err)
	}
	return made, nil
}
