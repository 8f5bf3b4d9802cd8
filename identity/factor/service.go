package factor

import (
	"context"

	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/identity/accounts"
	"github.com/artisan-eats/artisan/identity/guard"
	"github.com/artisan-eats/artisan/identity/vault"
	"github.com/artisan-eats/artisan/sqldb"
)

// Service answers the FactorService of identity's contracts: each of its methods with a request is an RPC.
type Service struct {
	host     *host.Host
	db       *sqldb.DB
	vault    *vault.Vault
	guard    *guard.Guard
	accounts *accounts.Store
	keys     *webauthn.WebAuthn // nil where the shop's address is no domain
}

// New makes the service on its host.
func New(h *host.Host, v *vault.Vault, g *guard.Guard, a *accounts.Store) (*Service, error) {
	keys, err := relyingParty(h.Config().BaseURL)
	if err != nil {
		return nil, err
	}
	return &Service{host: h, db: h.DB(), vault: v, guard: g, accounts: a, keys: keys}, nil
}

// refused tells the security log of a proof that was not good, and the account of a passkey that was copied.
// It answers the proof's error.
func (s *Service) refused(ctx context.Context, action, account string, why error) error {
	if fault.Is(why, errCloned.Code) {
		return s.accounts.Refused(ctx, action, account, why, accounts.PasskeyCloned)
	}
	return s.accounts.Refused(ctx, action, account, why)
}
