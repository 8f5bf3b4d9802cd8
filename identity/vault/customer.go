package vault

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

// Why there is no key: nobody has such an ID, or the key was erased, and what was sealed with it cannot be
// read any more.
var (
	ErrNoAccount = fault.New(fault.NotFound, "not_found", "There is no such account.")
	ErrErased    = fault.New(fault.Conflict, "erased", "This customer's details were erased.")
)

// Key reads a customer's key. It fails with ErrNoAccount or ErrErased where there is none.
func (v *Vault) Key(ctx context.Context, customer string) ([]byte, error) {
	if _, err := id.Market(id.Customer, customer); err != nil {
		return nil, err
	}
	keys, err := v.Keys(ctx, v.db.Read(), []string{customer})
	if err != nil {
		return nil, err
	}
	key, known := keys[customer]
	switch {
	case !known:
		return nil, ErrNoAccount
	case key == nil:
		return nil, ErrErased
	}
	return key, nil
}

// Keys reads the keys of customers; nil for an erased one, nothing for one that is not known.
func (v *Vault) Keys(
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
			keys[customer], err = v.unwrap(customer, wrapped)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	return keys, nil
}

// AddKey makes the key of a customer who has none.
func (v *Vault) AddKey(ctx context.Context, tx *sqldb.Tx, customer string, now time.Time) error {
	_, wrapped, err := v.newKey(customer)
	if err != nil {
		return err
	}
	return identitydb.New(tx).InsertKey(ctx, identitydb.InsertKeyParams{
		CustomerID: customer, Wrapped: wrapped,
		CreatedAt: now.UnixMilli(),
	})
}

// EraseKey destroys a customer's key, and reports whether there was one. A guest who has none yet, and whose
// contact may be sealed to a public key, gets none any more.
func (s *Service) EraseKey(ctx context.Context, tx *sqldb.Tx, customer string) (erased bool, err error) {
	q, now := identitydb.New(tx), sql.NullInt64{Int64: s.host.Now().UnixMilli(), Valid: true}
	n, err := q.EraseKey(ctx, identitydb.EraseKeyParams{CustomerID: customer, ErasedAt: now})
	if err == nil && n == 0 && isGuest(customer) {
		err = q.InsertErasedKey(ctx, identitydb.InsertErasedKeyParams{
			CustomerID: customer, CreatedAt: now.Int64, ErasedAt: now,
		})
	}
	tx.AfterCommit(func() { s.origins.forget(customer) })
	return n > 0, err
}

// isGuest reports whether a customer has no account: a guest's ID is of the market of its order.
func isGuest(customer string) bool {
	market, err := id.Market(id.Customer, customer)
	return err == nil && market != id.Global
}
