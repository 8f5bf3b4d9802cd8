package guard

import (
	"context"

	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/identity/vault"
	"github.com/artisan-eats/artisan/sqldb"
)

// Guard compares passwords, and counts how often something is tried, in the database.
type Guard struct {
	host   *host.Host
	db     *sqldb.DB
	vault  *vault.Vault
	hasher *hasher
}

// New makes a guard. Who tries something is counted under names that the vault makes.
func New(h *host.Host, v *vault.Vault, cost Cost) (*Guard, error) {
	hasher, err := newHasher(cost, h.Random())
	if err != nil {
		return nil, err
	}
	return &Guard{host: h, db: h.DB(), vault: v, hasher: hasher}, nil
}

// Hash makes a password's hash with a salt of its own, once it is the client's turn.
func (g *Guard) Hash(ctx context.Context, client, password string) (string, error) {
	return g.hasher.hash(ctx, client, password)
}

// Matches reports whether a password is the hash's, once it is the client's turn, and counts nothing. Without
// a hash it takes as long and answers no.
func (g *Guard) Matches(ctx context.Context, client, password, hash string) (bool, error) {
	return g.hasher.matches(ctx, client, password, hash)
}
