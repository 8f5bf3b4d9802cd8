package accounts

import (
	"context"
	"fmt"

	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/identity/guard"
	"github.com/artisan-eats/artisan/sqldb"
)

// CheckOwner fails with guard.ErrBadCredentials when a password is not the account's. It is counted apart
// from tries to sign in.
func (s *Store) CheckOwner(ctx context.Context, customer, password string) (identitydb.Account, error) {
	stored, err := identitydb.New(s.db.Read()).AccountByID(ctx, customer)
	if sqldb.IsNone(err) || len(password) > 4*guard.MaxPassword {
		return stored, guard.ErrBadCredentials
	}
	if err != nil {
		return stored, fmt.Errorf("read an account: %w", sqldb.Classify(err))
	}
	try := s.guard.Own(customer)
	if err := s.guard.Compare(ctx, try, password, stored.PasswordHash); err != nil {
		return stored, err
	}
	err = s.db.Tx(ctx,
		func(ctx context.Context, tx *sqldb.Tx) error {
			return s.guard.Succeed(ctx, identitydb.New(tx),
				try)
		})
	if err != nil {
		return stored, fmt.Errorf("forget tries: %w", err)
	}
	return stored, nil
}
