package vault

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/artisan-eats/artisan/sqldb"
)

// guestKeys finds or makes the keys of a batch of guests.
func (s *Service) guestKeys(
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
		there, err := s.vault.Keys(ctx, tx.Querier, customers)
		if err != nil {
			return nil, err
		}
		keys = there
	}
	outcomes := make([]sqldb.Outcome[[]byte], len(batch))
	for i, g := range batch {
		outcomes[i].Value = keys[g.customer]
		if keys[g.customer] == nil {
			outcomes[i].Err = ErrErased
		}
	}
	return outcomes, nil
}

// insertKeys makes the keys of those who have none, and answers them.
func (s *Service) insertKeys(
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
