package identity

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

func isNone(err error) bool { return errors.Is(err, sql.ErrNoRows) }

func someTime(t time.Time) sql.NullInt64 { return sql.NullInt64{Int64: t.UnixMilli(), Valid: true} }

// accountByEmail answers the zero row when there is none.
func (s *service) accountByEmail(ctx context.Context, email string) (identitydb.Account, error) {
	row, err := identitydb.New(s.db.Read()).AccountByEmail(ctx, email)
	if err != nil && !isNone(err) {
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
	_, wrapped, err := s.vault.newKey(a.ID)
	if err != nil {
		return err
	}
	q := identitydb.New(tx)
	err = q.InsertAccount(ctx, identitydb.InsertAccountParams{
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
	return q.InsertKey(ctx, identitydb.InsertKeyParams{
		CustomerID: a.ID, Wrapped: wrapped,
		CreatedAt: a.CreatedAt.UnixMilli(),
	})
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

// customerKey reads one customer's key.
func (s *service) customerKey(ctx context.Context, customer string) ([]byte, error) {
	if _, err := id.Market(id.Customer, customer); err != nil {
		return nil, err
	}
	keys, err := s.readKeys(ctx, s.db.Read(), []string{customer})
	if err != nil {
		return nil, err
	}
	key, known := keys[customer]
	switch {
	case !known:
		return nil, errNoAccount
	case key == nil:
		return nil, errErased
	}
	return key, nil
}

// readKeys reads the keys of customers; nil for an erased one, nothing for one that is not known.
func (s *service) readKeys(
	ctx context.Context, db sqldb.Querier, customers []string,
) (map[string][]byte, error) {
	if len(customers) == 0 {
		return nil, nil
	}
	keys := make(map[string][]byte, len(customers))
	err := sqldb.EachRow(ctx, db, "SELECT customer_id, wrapped FROM customer_keys WHERE customer_id IN ("+
		sqldb.Placeholders(1, len(customers))+")", sqldb.Args(customers), func(scan sqldb.Scanner) error {
		var customer string
		var wrapped []byte
		err := scan(&customer, &wrapped)
		if keys[customer] = nil; err == nil && wrapped != nil {
			keys[customer], err = s.vault.unwrap(customer, wrapped)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	return keys, nil
}

// guestKeys finds or makes the keys of a batch of guests.
func (s *service) guestKeys(
	ctx context.Context, tx *sqldb.Tx, batch []guest,
) ([]sqldb.Outcome[[]byte], error) {
	indexes := make(map[string]string, len(batch))
	for _, g := range batch {
		indexes[g.customer] = g.emailIndex
	}
	// In order, so that two processes with the same guests do not lock each other out.
	customers := slices.Sorted(maps.Keys(indexes))
	keys, err := s.insertKeys(ctx, tx, customers, indexes)
	if err != nil {
		return nil, err
	}
	if len(keys) < len(customers) {
		there, err := s.readKeys(ctx, tx.Querier, customers)
		if err != nil {
			return nil, err
		}
		keys = there
	}
	outcomes := make([]sqldb.Outcome[[]byte], len(batch))
	for i, g := range batch {
		outcomes[i].Value = keys[g.customer]
		if keys[g.customer] == nil {
			outcomes[i].Err = errErased
		}
	}
	return outcomes, nil
}

// insertKeys makes the keys of those who have none, and answers them.
func (s *service) insertKeys(
	ctx context.Context, tx *sqldb.Tx, customers []string, indexes map[string]string,
) (map[string][]byte, error) {
	made := make(map[string][]byte, len(customers))
	now := s.host.Now().UnixMilli()
	args := make([]any, 0, 4*len(customers))
	for _, customer := range customers {
		key, wrapped, err := s.vault.newKey(customer)
		if err != nil {
			return nil, err
		}
		made[customer] = key
		args = append(args, customer, wrapped, now, indexes[customer])
	}
	stored, err := sqldb.Column[string](ctx, tx,
		"INSERT INTO customer_keys (customer_id, wrapped, created_at, email_index) VALUES "+
			sqldb.Values(len(customers), "TEXT", tx.Engine.Blob(), "BIGINT", "TEXT")+
			" ON CONFLICT (customer_id) DO NOTHING RETURNING customer_id", args...)
	if err != nil {
		return nil, fmt.Errorf("make guests' keys: %w", err)
	}
	maps.DeleteFunc(made, func(customer string, _ []byte) bool { return !slices.Contains(stored, customer) })
	return made, nil
}
