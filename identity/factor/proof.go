package factor

import (
	"context"
	"errors"

	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/identity/accounts"
	"github.com/artisan-eats/artisan/identity/guard"
	"github.com/artisan-eats/artisan/sqldb"
)

// proof is what somebody shows, as far as it can be looked at outside of the transaction that it is for.
type proof struct {
	by     string
	code   string
	answer *answer // of a passkey
}

// readProof compares a password, uses up a challenge, and counts the try of a code before it is looked at, so
// that tries at the same time count as well.
func (s *Service) readProof(
	ctx context.Context, account identitydb.Account, p *identityv1.Proof, purpose, bound string,
) (proof, error) {
	switch {
	case p.GetCredential() != "":
		given, err := s.takeAnswer(ctx, p.GetChallengeToken(), p.GetCredential(), purpose, bound)
		return proof{by: byPasskey, answer: given}, err
	case p.GetTotp() != "":
		return proof{by: byTotp, code: p.GetTotp()}, s.countCode(ctx, byTotp, account.ID)
	case p.GetRecoveryCode() != "":
		return proof{by: byRecovery, code: p.GetRecoveryCode()}, s.countCode(ctx, byRecovery, account.ID)
	case p.GetPassword() != "":
		_, err := s.accounts.CheckOwner(ctx, account.ID, p.GetPassword())
		return proof{by: ByPassword}, err
	}
	return proof{}, fault.InvalidField("proof", "Show that it is you.")
}

// countCode counts codes apart from passwords, and recovery codes apart from an app's.
func (s *Service) countCode(ctx context.Context, by, account string) error {
	err := s.guard.Count(ctx, by+" "+account, codeLimit)
	if errors.Is(err, guard.ErrTooMany) {
		return errTooManyCodes
	}
	return err
}

// useProof fails unless a proof is the account's; what is good once is used up with the transaction.
func (s *Service) useProof(ctx context.Context, tx *sqldb.Tx, account identitydb.Account, p proof) error {
	q := identitydb.New(tx)
	switch p.by {
	case byPasskey:
		return s.usePasskey(ctx, tx, account, p.answer)
	case byTotp:
		if err := s.useTotp(ctx, tx, account.ID, p.code); err != nil {
			return err
		}
	case byRecovery:
		n, err := q.UseRecoveryCode(ctx,
			identitydb.UseRecoveryCodeParams{
				CodeHash:  s.recoveryHash(account.ID, p.code),
				AccountID: account.ID,
			})
		if err != nil {
			return err
		}
		if n == 0 {
			return errBadRecovery
		}
		if err := s.accounts.Notices.Put(ctx, tx, account.ID, accounts.CodeUsed); err != nil {
			return err
		}
	case ByPassword:
		return nil // its tries are forgotten already
	}
	return s.guard.Forget(ctx, q, p.by+" "+account.ID)
}
