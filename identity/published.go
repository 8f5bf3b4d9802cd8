package identity

import (
	"context"
	"fmt"

	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/sqldb"
)

// published are the accounts that demos had once, in any shop that was started like one, and their passwords,
// which the whole world knows.
var (
	publishedEmails = []string{
		"shopper@demo.example", "producer@demo.example", "operator@demo.example",
		"stalls@demo.example",
	}
	publishedPasswords = []string{"saturday-morning", "early-to-the-dairy", "keys-to-the-market"}
)

// closePublished closes the accounts to which everybody has the password. A shop may have them from an
// earlier version, a backup, or another version that runs beside this one; a demo from an earlier version.
func (s *service) closePublished(ctx context.Context) error {
	if s.host.Config().Demo && s.host.Kind() != host.Former {
		return nil
	}
	for _, email := range publishedEmails {
		row, err := s.accounts.ByEmail(ctx, email)
		if err != nil || row.PasswordHash == "" {
			if err != nil {
				return err
			}
			continue
		}
		known, err := s.isPublished(ctx, row.PasswordHash)
		if err != nil {
			return err
		}
		if !known {
			continue
		}
		if err := s.closeAccount(ctx, row); err != nil {
			return fmt.Errorf("close an account with a published password: %w", err)
		}
		s.host.Log().WarnContext(ctx,
			"an account of the demo had a password that everybody knows, and was closed; `artisan operator add EMAIL` makes an operator", "account", row.ID)
	}
	return nil
}

func (s *service) isPublished(ctx context.Context, hash string) (bool, error) {
	for _, password := range publishedPasswords {
		if same, err := s.guard.Matches(ctx, "", password, hash); err != nil || same {
			return same, err
		}
	}
	return false, nil
}

// closeAccount takes an account's password and the operator's role away and ends its sessions, unless it has
// another password by now.
func (s *service) closeAccount(ctx context.Context, was identitydb.Account) error {
	return s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		q := identitydb.New(tx)
		row, err := q.LockAccountByID(ctx, was.ID)
		if sqldb.IsNone(err) || (err == nil && row.PasswordHash != was.PasswordHash) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := q.SetPassword(ctx, identitydb.SetPasswordParams{ID: row.ID, PasswordHash: ""}); err != nil {
			return err
		}
		return s.demote(ctx, tx, row, "demo_account.close")
	})
}
