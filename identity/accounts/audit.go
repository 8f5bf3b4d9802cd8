package accounts

import (
	"context"
	"slices"
	"strings"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/sqldb"
)

// auditAccount tells the security log of an account that is about to be written: that its password is set,
// and what it may do where that is something else than before.
func (s *Store) auditAccount(ctx context.Context, tx *sqldb.Tx, a Account, newHash string) error {
	row, err := identitydb.New(tx).AccountByID(ctx, a.ID)
	if err != nil {
		return err
	}
	before, err := FromRow(row)
	if err != nil {
		return err
	}
	if newHash != "" {
		if err := s.host.Audit(ctx, tx,
			audit.Entry{Action: "password.set", Subject: a.ID, Outcome: audit.Done}); err != nil {
			return err
		}
	}
	if slices.Equal(before.Roles, a.Roles) && slices.Equal(before.ProducerIDs, a.ProducerIDs) {
		return nil
	}
	return s.host.Audit(ctx, tx, audit.Entry{
		Action: "role.change", Subject: a.ID, Outcome: audit.Done,
		Detail: allowances(a),
	})
}

// allowances are what an account may do, for the security log.
func allowances(a Account) map[string]string {
	return map[string]string{
		"roles":     strings.Join(a.Roles, ", "),
		"producers": strings.Join(a.ProducerIDs, " "),
	}
}
