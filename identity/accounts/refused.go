package accounts

import (
	"context"
	"fmt"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/sqldb"
)

// Refused writes what was not done, and why, into the security log, and answers that error. The transaction
// that it was for has left no trace. The account is told of notices.
func (s *Store) Refused(ctx context.Context, action, account string, why error, notices ...Notice) error {
	f := fault.Of(why)
	if f.Kind == fault.Internal || f.Kind == fault.Unavailable {
		return fmt.Errorf("%s: %w", action, why)
	}
	err := s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		for _, n := range notices {
			if err := s.Notices.Put(ctx, tx, account, n); err != nil {
				return err
			}
		}
		return s.host.Audit(ctx, tx, audit.Entry{
			Action: action, Subject: account, Outcome: audit.Refused,
			Detail: map[string]string{"code": f.Code},
		})
	})
	if err != nil {
		s.host.Log().ErrorContext(ctx, "a refusal is not in the security log", "action", action, "error", err)
	}
	return why
}
