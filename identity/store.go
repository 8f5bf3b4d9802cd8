package identity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/sqldb"
)

// accountByEmail answers the zero row when there is none.
func (s *service) accountByEmail(ctx context.Context, email string) (identitydb.Account, error) {
	row, err := identitydb.New(s.db.Read()).AccountByEmail(ctx, email)
	if err != nil && !sqldb.IsNone(err) {
		return row, fmt.Errorf("read an account: %w", sqldb.Classify(err))
	}
	return row, nil
}

func accountFromRow(row identitydb.Account) (Account, error) {
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
	account.Limits, err = limitsFrom(row.ProducerRights, account.ProducerIDs)
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

// insertAccount writes an account and its data key.
func (s *service) insertAccount(ctx context.Context, tx *sqldb.Tx, a Account, hash string) error {
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

// updateAccount writes an account's changes. A new hash ends its sessions.
func (s *service) updateAccount(ctx context.Context, tx *sqldb.Tx, a Account, hash, newHash string) error {
	q := identitydb.New(tx)
	if newHash != "" {
		hash = newHash
		if err := s.endSessions(ctx, tx, a.ID); err != nil {
			return err
		}
	}
	if err := s.toldOfAccount(ctx, tx, a, newHash); err != nil {
		return err
	}
	if err := setProducers(ctx, q, a); err != nil {
		return err
	}
	if err := q.SetProducerRights(ctx,
		identitydb.SetProducerRightsParams{ID: a.ID, ProducerRights: limitsText(a.Limits)}); err != nil {
		return err
	}
	return q.UpdateAccount(ctx, identitydb.UpdateAccountParams{
		ID: a.ID, Name: a.Name, PasswordHash: hash, Roles: jsonArray(a.Roles),
		ProducerIds: jsonArray(a.ProducerIDs),
	})
}
