package accounts

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/identity/guard"
	"github.com/artisan-eats/artisan/identity/vault"
	"github.com/artisan-eats/artisan/sqldb"
)

// Store keeps accounts and sessions.
type Store struct {
	// Notices are what accounts are told of by letter.
	Notices *Notices

	host  *host.Host
	db    *sqldb.DB
	vault *vault.Vault
	guard *guard.Guard
}

// NewStore makes the store of a host's database.
func NewStore(h *host.Host, v *vault.Vault, g *guard.Guard) *Store {
	return &Store{Notices: NewNotices(h), host: h, db: h.DB(), vault: v, guard: g}
}

// ByEmail reads an account by its normal e-mail address; the zero row when there is none.
func (s *Store) ByEmail(ctx context.Context, email string) (identitydb.Account, error) {
	row, err := identitydb.New(s.db.Read()).AccountByEmail(ctx, email)
	if err != nil && !sqldb.IsNone(err) {
		return row, fmt.Errorf("read an account: %w", sqldb.Classify(err))
	}
	return row, nil
}

// FromRow is the account of a row.
func FromRow(row identitydb.Account) (Account, error) {
	account := Account{
		ID: row.ID, Email: row.Email, Name: row.Name,
		CreatedAt: time.UnixMilli(row.CreatedAt).UTC(),
	}
	if row.VerifiedAt != 0 {
		account.VerifiedAt = time.UnixMilli(row.VerifiedAt).UTC()
	}
	err := errors.Join(json.Unmarshal([]byte(row.Roles), &account.Roles),
		json.Unmarshal([]byte(row.ProducerIds), &account.ProducerIDs))
	if err != nil {
		return account, fmt.Errorf("read the roles of %s: %w", row.ID, err)
	}
	account.Limits, err = LimitsFrom(row.ProducerRights, account.ProducerIDs)
	return account, err
}

// millis is a time as it is stored; 0 for none.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// jsonArray is the JSON of texts.
func jsonArray(texts []string) string {
	encoded, _ := json.Marshal(append([]string{}, texts...)) // texts always encode
	return string(encoded)
}

// Insert writes a new account with the hash of its password, and makes its data key.
func (s *Store) Insert(ctx context.Context, tx *sqldb.Tx, a Account, hash string) error {
	q := identitydb.New(tx)
	err := q.InsertAccount(ctx, identitydb.InsertAccountParams{
		ID: a.ID, Email: a.Email, Name: a.Name, PasswordHash: hash,
		Roles: jsonArray(a.Roles), ProducerIds: jsonArray(a.ProducerIDs), CreatedAt: a.CreatedAt.UnixMilli(),
		VerifiedAt: millis(a.VerifiedAt),
	})
	if err != nil {
		return err
	}
	if err := setProducers(ctx, q, a); err != nil {
		return err
	}
	return s.vault.AddKey(ctx, tx, a.ID, a.CreatedAt)
}

// Update writes an account's changes, and tells the security log. The hash of its password is the one that it
// has; a new one ends its sessions.
func (s *Store) Update(ctx context.Context, tx *sqldb.Tx, a Account, hash, newHash string) error {
	q := identitydb.New(tx)
	if newHash != "" {
		hash = newHash
		if err := s.EndSessions(ctx, tx, a.ID); err != nil {
			return err
		}
	}
	if err := s.auditAccount(ctx, tx, a, newHash); err != nil {
		return err
	}
	if err := setProducers(ctx, q, a); err != nil {
		return err
	}
	if err := SetLimits(ctx, q, a); err != nil {
		return err
	}
	return Write(ctx, q, a, hash)
}

// Write writes an account's name, roles and producers, and the hash of its password.
func Write(ctx context.Context, q *identitydb.Queries, a Account, hash string) error {
	return q.UpdateAccount(ctx, identitydb.UpdateAccountParams{
		ID: a.ID, Name: a.Name, PasswordHash: hash, Roles: jsonArray(a.Roles),
		ProducerIds: jsonArray(a.ProducerIDs),
	})
}

// SetRoles writes the roles of an account.
func SetRoles(ctx context.Context, q *identitydb.Queries, accountID string, roles []string) error {
	return q.SetRoles(ctx, identitydb.SetRolesParams{ID: accountID, Roles: jsonArray(roles)})
}

// SetLimits writes what an account may do for producers that it does not own.
func SetLimits(ctx context.Context, q *identitydb.Queries, a Account) error {
	return q.SetProducerRights(ctx,
		identitydb.SetProducerRightsParams{ID: a.ID, ProducerRights: limitsText(a.Limits)})
}

// setProducers writes what can be looked up by producer.
func setProducers(ctx context.Context, q *identitydb.Queries, a Account) error {
	if err := q.ForgetProducersOf(ctx, a.ID); err != nil {
		return err
	}
	for _, producer := range a.ProducerIDs {
		if err := q.InsertActsFor(ctx,
			identitydb.InsertActsForParams{ProducerID: producer, AccountID: a.ID}); err != nil {
			return err
		}
	}
	return nil
}
